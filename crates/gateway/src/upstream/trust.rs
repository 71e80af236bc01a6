//! Judges a backend's own certificate as the trust settings of an API say.

use std::sync::{Arc, OnceLock};

use certificates::{authority, x509};
use domain::authority::Signs;
use domain::trust::{ChainCheck, NameCheck, Trust};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};
use thiserror::Error as ThisError;

use crate::possession;
use crate::tls::provider;

/// Why trust settings can't be used.
#[derive(Debug, ThisError)]
pub enum TrustError {
    #[error("one of the pasted CA certificates is not a certificate")]
    Authority(#[source] x509::Error),
}

/// A backend's certificate is signed by itself and not trusted: the remedy is another than for an unknown issuer.
#[derive(Debug, ThisError)]
#[error("the certificate is self-signed")]
pub(crate) struct SelfSigned;

/// The verifier of one set of trust settings. Whatever they turn off, a backend still proves that it holds the key
/// of the certificate it presents.
#[derive(Debug)]
pub(crate) struct BackendVerifier {
    chain: Chain,
    name: NameCheck,
    algorithms: WebPkiSupportedAlgorithms,
}

/// What a chain must lead to.
#[derive(Debug)]
enum Chain {
    Anything,
    Roots { roots: Arc<RootCertStore>, pinned: Vec<Vec<u8>> },
}

impl Chain {
    /// Uploaded certificates vouch for others if they say that they may, and each of them for itself.
    fn uploaded(mut roots: RootCertStore, uploaded: &[Vec<u8>]) -> Self {
        let may_sign = |der: &&Vec<u8>| authority::signs(der).is_ok_and(|signs| signs == Signs::Others);
        roots.add_parsable_certificates(uploaded.iter().filter(may_sign).cloned().map(CertificateDer::from));
        Self::Roots { roots: Arc::new(roots), pinned: uploaded.to_vec() }
    }
}

impl BackendVerifier {
    /// The verifier for `trust`; `uploaded` are the uploaded CA certificates (DER) that count for it.
    ///
    /// # Errors
    /// One of the authorities of the API itself isn't a certificate.
    pub(crate) fn new(trust: &Trust, uploaded: &[Vec<u8>]) -> Result<Self, TrustError> {
        let chain = match &trust.chain {
            ChainCheck::Off => Chain::Anything,
            ChainCheck::System if uploaded.is_empty() => {
                Chain::Roots { roots: system_roots(), pinned: Vec::new() }
            }
            ChainCheck::System => Chain::uploaded(RootCertStore::clone(&system_roots()), uploaded),
            ChainCheck::Uploaded(_) => Chain::uploaded(RootCertStore::empty(), uploaded),
            ChainCheck::Only(authorities) => {
                Chain::Roots { roots: Arc::new(only(authorities)?), pinned: authorities.clone() }
            }
        };
        let algorithms = provider().signature_verification_algorithms;
        Ok(Self { chain, name: trust.name.clone(), algorithms })
    }

    fn check_chain(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let Chain::Roots { roots, pinned } = &self.chain else { return Ok(()) };
        // A certificate that was uploaded itself is trusted as it is, even if it could sign others: that is what
        // self-signed certificates of test systems look like.
        if pinned.iter().any(|pinned| pinned.as_slice() == certificate.as_ref()) {
            return check_dates(certificate, now);
        }
        let parsed = ParsedCertificate::try_from(certificate)?;
        let algorithms = self.algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&parsed, roots, intermediates, now, algorithms)
            .map_err(|error| if is_self_signed(certificate) { of_self_signed(error) } else { error })
    }

    fn check_name(&self, certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), Error> {
        match self.name {
            NameCheck::Off => Ok(()),
            NameCheck::Address | NameCheck::Named(_) => {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)
            }
        }
    }
}

impl ServerCertVerifier for BackendVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check_chain(end_entity, intermediates, now)?;
        self.check_name(end_entity, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        possession::verify_tls12(&self.algorithms, message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        possession::verify_tls13(&self.algorithms, message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The authorities that this machine trusts, read once; those that can't be read are left out.
fn system_roots() -> Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    Arc::clone(ROOTS.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "some of the machine's trusted authorities can't be read");
        }
        let mut roots = RootCertStore::empty();
        let (added, ignored) = roots.add_parsable_certificates(found.certs);
        tracing::debug!(added, ignored, "read the machine's trusted authorities");
        Arc::new(roots)
    }))
}

fn only(authorities: &[Vec<u8>]) -> Result<RootCertStore, TrustError> {
    // What saving asks of them, too. One that can't be the end of a chain is trusted as itself.
    authorities
        .iter()
        .try_for_each(|der| authority::signs(der).map(|_| ()).map_err(TrustError::Authority))?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().cloned().map(CertificateDer::from));
    Ok(roots)
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    x509_parser::parse_x509_certificate(certificate)
        .is_ok_and(|(_, certificate)| certificate.subject().as_raw() == certificate.issuer().as_raw())
}

/// Only of other errors than those that have a better name: one that is expired is called so.
fn of_self_signed(error: Error) -> Error {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::Other(_)) => {
            Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(SelfSigned))))
        }
        error => error,
    }
}

fn check_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate)
        .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = certificate.validity();
    if now < validity.not_before.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::NotValidYet));
    }
    if now > validity.not_after.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::Expired));
    }
    Ok(())
}
