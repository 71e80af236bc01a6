//! Where a backend is, how it is spoken to, and the key under which connections to it may be shared.

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use domain::address::BackendAddress;
use domain::secret::Secret;
use domain::trust::{ChainCheck, NameCheck, Trust};
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use thiserror::Error;

use crate::tls::provider;
use crate::upstream::show::Show;
use crate::upstream::trust::BackendVerifier;

/// Why no connection to a backend can be set up.
#[derive(Debug, Error)]
pub enum PeerError {
    #[error("`{name}` is not a name that a certificate can carry")]
    Name { name: String },
    #[error("the TLS library refuses the settings")]
    Tls(#[source] rustls::Error),
}

/// Two calls may use the same connection exactly if their peers have the same key: a SHA-256 over everything that
/// makes a difference – origin, server name, chain and private key shown, trust settings, protocol.
///
/// It is made of contents, never of ids: new content under an old id never meets an old connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PeerKey([u8; 32]);

/// A backend as one API calls it. Its TLS settings, session tickets included, belong to its key alone.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) key: PeerKey,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// None for plain HTTP.
    pub(crate) tls: Option<PeerTls>,
}

/// The TLS half of a peer.
#[derive(Debug)]
pub(crate) struct PeerTls {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) server_name: ServerName<'static>,
    pub(crate) show: Arc<Show>,
}

/// A client certificate, ready to be shown.
#[derive(Debug)]
pub(crate) struct Showable {
    pub(crate) certified: Arc<CertifiedKey>,
    /// SHA-256 over chain and key.
    pub(crate) content: [u8; 32],
}

impl PeerKey {
    /// The key for `backend` judged by `trust`, for which these uploaded CA certificates count, and shown `showable`.
    pub(crate) fn new(
        backend: &BackendAddress,
        trust: &Trust,
        uploaded: &[Vec<u8>],
        showable: Option<&Showable>,
    ) -> Self {
        let mut digest = Fields(Context::new(&SHA256));
        digest.add(b"http/1.1");
        digest.add(backend.scheme().as_str().as_bytes());
        digest.add(backend.host().as_bytes());
        digest.add(&backend.port().to_be_bytes());
        digest.add(showable.map_or(&[][..], |showable| &showable.content));
        match &trust.chain {
            ChainCheck::Off => digest.add(b"off"),
            ChainCheck::System => digest.add(b"system"),
            ChainCheck::Uploaded(_) => digest.add(b"uploaded"),
            ChainCheck::Only(authorities) => {
                digest.add(b"only");
                digest.add(&authorities.len().to_be_bytes());
                authorities.iter().for_each(|authority| digest.add(authority));
            }
        }
        digest.add(&uploaded.len().to_be_bytes());
        uploaded.iter().for_each(|authority| digest.add(authority));
        match &trust.name {
            NameCheck::Address => digest.add(b"address"),
            NameCheck::Off => digest.add(b"off"),
            NameCheck::Named(name) => {
                digest.add(b"named");
                digest.add(name.as_bytes());
            }
        }
        Self(digest.finish())
    }
}

impl Peer {
    /// A peer with TLS settings of its own; without a verifier it is spoken to in the clear.
    ///
    /// # Errors
    /// The server name can't stand in a certificate.
    pub(crate) fn new(
        key: PeerKey,
        backend: &BackendAddress,
        trust: &Trust,
        verifier: Option<Arc<BackendVerifier>>,
        showable: Option<&Showable>,
    ) -> Result<Self, PeerError> {
        let tls = verifier.map(|verifier| PeerTls::new(backend, trust, verifier, showable)).transpose()?;
        Ok(Self { key, host: backend.host().to_owned(), port: backend.port(), tls })
    }

    /// Host and port, for people.
    pub(crate) fn authority(&self) -> String {
        let (host, port) = (&self.host, self.port);
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

impl PeerTls {
    /// TLS settings for one backend. Session tickets are kept in them.
    ///
    /// # Errors
    /// The server name can't stand in a certificate.
    pub(crate) fn new(
        backend: &BackendAddress,
        trust: &Trust,
        verifier: Arc<dyn ServerCertVerifier>,
        showable: Option<&Showable>,
    ) -> Result<Self, PeerError> {
        let name = match &trust.name {
            NameCheck::Named(name) => name.as_str(),
            NameCheck::Address | NameCheck::Off => backend.host(),
        };
        let server_name = match name.parse::<IpAddr>() {
            Ok(address) => ServerName::from(address),
            Err(_) => ServerName::try_from(name.to_owned())
                .map_err(|_| PeerError::Name { name: name.to_owned() })?,
        };
        let show = Arc::new(Show::new(showable.map(|showable| Arc::clone(&showable.certified))));
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(PeerError::Tls)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::<Show>::clone(&show));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // One server's tickets: these settings are never used for another.
        config.resumption = Resumption::in_memory_sessions(TICKETS);
        Ok(Self { config: Arc::new(config), server_name, show })
    }
}

impl Showable {
    /// A certificate with its content's hash.
    pub(crate) fn new(certified: CertifiedKey, chain: &[Vec<u8>], key: &Secret) -> Self {
        let mut digest = Fields(Context::new(&SHA256));
        chain.iter().for_each(|certificate| digest.add(certificate));
        digest.add(key.expose());
        Self { certified: Arc::new(certified), content: digest.finish() }
    }
}

/// A digest over fields with their lengths, so that no two lists of fields read the same.
struct Fields(Context);

impl Fields {
    fn add(&mut self, field: &[u8]) {
        self.0.update(&field.len().to_be_bytes());
        self.0.update(field);
    }

    fn finish(self) -> [u8; 32] {
        let digest = self.0.finish();
        digest.as_ref().first_chunk().copied().unwrap_or_default()
    }
}

/// The most tickets of TLS 1.3 that rustls keeps for one server.
const TICKETS: usize = 8;
