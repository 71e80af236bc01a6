//! Certificates and keys in the form that TLS uses: the gateway's own, and those it shows to backends.

use std::sync::Arc;

use domain::secret::Secret;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use rustls::server::NoServerSessionStorage;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, InconsistentKeys, ServerConfig};
use thiserror::Error;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::possession::{self, AnyCaller};
use crate::settings::ServerIdentity;

/// Why a certificate and a key can't be used together.
#[derive(Debug, Error)]
pub enum IdentityError {
    #[error("there is no certificate")]
    NoCertificate,
    #[error("the private key can't be used")]
    Key(#[source] rustls::Error),
    #[error("the private key belongs to another certificate")]
    Mismatch,
    #[error("the TLS library refuses the settings")]
    Settings(#[source] rustls::Error),
}

/// The settings of the listening side: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1, a certificate asked for.
///
/// # Errors
/// The gateway's own certificate and key can't be used.
pub(crate) fn server_config(identity: &ServerIdentity) -> Result<ServerConfig, IdentityError> {
    let provider = provider();
    let verifier = Arc::new(AnyCaller(provider.signature_verification_algorithms));
    let certified = certified_key(&identity.chain, &identity.key)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(IdentityError::Settings)?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Tickets carry the caller's chain themselves, so that all threads resume and none keeps sessions.
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(IdentityError::Settings)?;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 2;
    Ok(config)
}

/// A chain (DER, leaf first) and its key (PKCS#8 DER), parsed and matched.
///
/// # Errors
/// The key is of a kind that TLS doesn't use, or belongs to another certificate.
pub(crate) fn certified_key(chain: &[Vec<u8>], key: &Secret) -> Result<CertifiedKey, IdentityError> {
    let chain: Vec<CertificateDer<'static>> = chain.iter().cloned().map(CertificateDer::from).collect();
    let leaf = chain.first().ok_or(IdentityError::NoCertificate)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.expose()));
    let key = aws_lc_rs::sign::any_supported_type(&key).map_err(IdentityError::Key)?;
    let own = key.public_key().ok_or(IdentityError::Key(InconsistentKeys::Unknown.into()))?;
    let certified = possession::public_key(leaf).map_err(IdentityError::Key)?;
    // Only the key itself is compared: some issuers leave out the parameters beside it.
    if key_bits(&own)? != key_bits(&certified)? {
        return Err(IdentityError::Mismatch);
    }
    Ok(CertifiedKey::new(chain, key))
}

/// The key itself, without its kind (`subjectPublicKey`, RFC 5280 §4.1.2.7).
pub(crate) fn key_bits(key: &SubjectPublicKeyInfoDer<'_>) -> Result<Vec<u8>, IdentityError> {
    let (_, key) = SubjectPublicKeyInfo::from_der(key.as_ref())
        .map_err(|_| IdentityError::Key(CertificateError::BadEncoding.into()))?;
    Ok(key.subject_public_key.data.into_owned())
}

/// The one set of algorithms that all connections use.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
