//! Who calls: address, and the certificate whose key they proved to hold – to the gateway, or to a trusted proxy.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use certificates::x509;
use domain::certificate::{CertificateFacts, Thumbprint};
use http::HeaderValue;
use policy::facts::{AlternativeNames, Certificate};
use rustls::ServerConnection;
use rustls::pki_types::CertificateDer;

use crate::effects::caller_certificate::Verdicts;

/// What is known of a caller: worked out once a connection, or once a request where a trusted proxy speaks for many.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) ip: IpAddr,
    /// The address as policies see it.
    pub(crate) address: String,
    /// What backends are told in `X-Forwarded-For`.
    pub(crate) forwarded_for: HeaderValue,
    /// The address in the form of `Forwarded` (RFC 7239, 6).
    pub(crate) forwarded_node: String,
    /// `https` or `http`.
    pub(crate) scheme: &'static str,
    /// The name that the caller asked for in the handshake with us, in lower case.
    pub(crate) server_name: Option<String>,
    pub(crate) certificate: Option<Rc<CallerCertificate>>,
}

/// The certificate that a caller showed. It may be expired or signed by anyone: policy judges it, on every request.
#[derive(Debug)]
pub(crate) struct CallerCertificate {
    pub(crate) thumbprint: Thumbprint,
    /// What policies see of it.
    pub(crate) facts: Arc<Certificate>,
    /// As it was sent, leaf first.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) verdicts: Verdicts,
}

impl Caller {
    /// A caller over plain HTTP.
    pub(crate) fn plain(address: SocketAddr) -> Self {
        Self::new(address.ip(), "http", None)
    }

    /// A caller over TLS, once the handshake is done. A resumed session has the certificate of its first handshake.
    pub(crate) fn over_tls(address: SocketAddr, tls: &ServerConnection) -> Self {
        let chain = tls.peer_certificates().unwrap_or_default();
        let chain = chain.iter().map(|one| one.clone().into_owned()).collect();
        let certificate = CallerCertificate::read(chain).map(Rc::new);
        let server_name = tls.server_name().map(|name| name.trim_end_matches('.').to_ascii_lowercase());
        Self { server_name, ..Self::new(address.ip(), "https", certificate) }
    }

    /// A caller of whom only this is known.
    pub(crate) fn new(ip: IpAddr, scheme: &'static str, certificate: Option<Rc<CallerCertificate>>) -> Self {
        let ip = ip.to_canonical();
        let address = ip.to_string();
        let forwarded_node = match ip {
            IpAddr::V4(_) => address.clone(),
            IpAddr::V6(ip) => format!("\"[{ip}]\""),
        };
        let forwarded_for =
            HeaderValue::try_from(address.as_str()).unwrap_or(HeaderValue::from_static("unknown"));
        Self { ip, address, forwarded_for, forwarded_node, scheme, server_name: None, certificate }
    }
}

impl CallerCertificate {
    /// The certificate of a chain, leaf first; none if the chain is empty.
    pub(crate) fn read(chain: Vec<CertificateDer<'static>>) -> Option<Self> {
        let leaf = chain.first()?;
        let thumbprint = x509::thumbprint(leaf);
        let facts = facts(leaf, &thumbprint);
        Some(Self { facts, thumbprint, chain, verdicts: Verdicts::default() })
    }
}

/// A certificate that TLS took but that can't be read is one that was never valid and names nobody.
fn facts(leaf: &[u8], thumbprint: &Thumbprint) -> Arc<Certificate> {
    let read = x509::facts(leaf).map_or_else(
        |_| Certificate {
            thumbprint: thumbprint.as_str().into(),
            not_before_unix_s: i64::MAX,
            not_after_unix_s: i64::MIN,
            ..Certificate::default()
        },
        |facts| policy_certificate(&facts, leaf),
    );
    Arc::new(read)
}

/// A certificate as policies see it.
pub(crate) fn policy_certificate(facts: &CertificateFacts, der: &[u8]) -> Certificate {
    let alternative = |kind: &str| {
        let mut names = facts.alternative_names.iter();
        names.find_map(|name| name.strip_prefix(kind)).map(str::to_owned)
    };
    Certificate {
        subject: facts.subject.as_str().into(),
        issuer: facts.issuer.as_str().into(),
        thumbprint: facts.thumbprint.as_str().into(),
        serial_number: facts.serial_number.as_str().into(),
        not_before_unix_s: facts.not_before.unix_timestamp(),
        not_after_unix_s: facts.not_after.unix_timestamp(),
        // Version 3 is the only one whose certificates have extensions, and all that is still made.
        version: 3,
        der: der.into(),
        alternative: AlternativeNames {
            email: alternative("email:"),
            dns: alternative("DNS:"),
            url: alternative("URI:"),
            upn: alternative("UPN:"),
        },
        ..Certificate::default()
    }
}
