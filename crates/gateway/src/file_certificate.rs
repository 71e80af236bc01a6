//! Certificates that expressions read from files, and what RSA keys do for expressions.

use std::sync::Arc;

use aws_lc_rs::signature::{self, RsaParameters, UnparsedPublicKey};
use certificates::pfx::{self, Choice};
use certificates::{pem, x509};
use domain::name::CertificateId;
use domain::pfx::Refusal;
use domain::secret::Secret;
use domain::snapshot::Identity;
use policy::facts::Certificate;
use policy::rsa::{FileKey, FileProblem, KeyHalf, RsaDigest, RsaPadding, RsaScheme};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::SigningKey;
use rustls::{SignatureAlgorithm, SignatureScheme};

use crate::caller::policy_certificate;
use crate::compiled::Compiled;
use crate::possession;
use crate::tls;

/// The certificate in a file: DER or PEM without a password, PFX with one.
///
/// # Errors
/// There is none in it, or the password is wrong.
pub(crate) fn read(file: &[u8], password: Option<&str>) -> Result<Arc<Certificate>, FileProblem> {
    match pem::certificates(file) {
        Ok(found) => Ok(Arc::new(certificate(found.first().ok_or(FileProblem::Unreadable)?)?)),
        Err(_) => open(file, password.ok_or(FileProblem::Unreadable)?),
    }
}

fn open(file: &[u8], password: &str) -> Result<Arc<Certificate>, FileProblem> {
    let opened = pfx::open(file, &Secret::from(password.to_owned()), Choice::Only);
    let opened = opened.map_err(|refusal| match refusal {
        Refusal::WrongPassword => FileProblem::Password,
        _ => FileProblem::Unreadable,
    })?;
    let key = Some(FileKey(opened.key.expose().into()));
    Ok(Arc::new(Certificate { has_private_key: true, key, ..certificate(&opened.leaf)? }))
}

fn certificate(der: &[u8]) -> Result<Certificate, FileProblem> {
    let facts = x509::facts(der).map_err(|_| FileProblem::Unreadable)?;
    Ok(policy_certificate(&facts, der))
}

/// The bits of a certificate's RSA key; none if it is of another kind, or if its private half isn't here.
pub(crate) fn rsa_bits(live: &Compiled, certificate: &Certificate, half: KeyHalf) -> Option<u32> {
    if half == KeyHalf::Private {
        private_key(live, certificate)?;
    }
    x509::rsa_bits(&certificate.der)
}

/// Signs with the RSA key of a certificate; none if it can't.
pub(crate) fn sign(
    live: &Compiled,
    certificate: &Certificate,
    scheme: RsaScheme,
    data: &[u8],
) -> Option<Vec<u8>> {
    let signer = private_key(live, certificate)?.choose_scheme(&[tls_scheme(scheme)?])?;
    signer.sign(data).ok()
}

/// Whether this is the signature of whoever holds the RSA key of a certificate; none if nobody can tell.
pub(crate) fn has_signed(
    certificate: &Certificate,
    scheme: RsaScheme,
    data: &[u8],
    signature: &[u8],
) -> Option<bool> {
    let key = possession::public_key(&CertificateDer::from(&*certificate.der)).ok()?;
    let key = UnparsedPublicKey::new(parameters(scheme)?, tls::key_bits(&key).ok()?);
    Some(key.verify(data, signature).is_ok())
}

fn private_key(live: &Compiled, certificate: &Certificate) -> Option<Arc<dyn SigningKey>> {
    let key = match &certificate.key {
        Some(FileKey(key)) => {
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(&**key));
            rustls::crypto::aws_lc_rs::sign::any_supported_type(&key).ok()?
        }
        None => {
            let identity = live.identities.find(&certificate.id.parse::<CertificateId>().ok()?)?;
            Arc::clone(&identity.showable().ok()?.certified.key)
        }
    };
    (key.algorithm() == SignatureAlgorithm::RSA).then_some(key)
}

/// The DER of an uploaded certificate; none unless its key is held too.
pub(crate) fn held(live: &Compiled, id: &str) -> Option<Arc<[u8]>> {
    match live.identities.find(&id.parse::<CertificateId>().ok()?)?.source.as_ref() {
        Identity::Ready(material) => material.chain.first().map(|leaf| leaf.as_slice().into()),
        Identity::Unavailable { .. } => None,
    }
}

/// The name that TLS has for a scheme (RFC 8446 §4.2.3); none for SHA-1, with which nothing new is signed.
fn tls_scheme(scheme: RsaScheme) -> Option<SignatureScheme> {
    Some(match (scheme.padding, scheme.digest) {
        (_, RsaDigest::Sha1) => return None,
        (RsaPadding::Pkcs1, RsaDigest::Sha256) => SignatureScheme::RSA_PKCS1_SHA256,
        (RsaPadding::Pkcs1, RsaDigest::Sha384) => SignatureScheme::RSA_PKCS1_SHA384,
        (RsaPadding::Pkcs1, RsaDigest::Sha512) => SignatureScheme::RSA_PKCS1_SHA512,
        (RsaPadding::Pss, RsaDigest::Sha256) => SignatureScheme::RSA_PSS_SHA256,
        (RsaPadding::Pss, RsaDigest::Sha384) => SignatureScheme::RSA_PSS_SHA384,
        (RsaPadding::Pss, RsaDigest::Sha512) => SignatureScheme::RSA_PSS_SHA512,
    })
}

fn parameters(scheme: RsaScheme) -> Option<&'static RsaParameters> {
    Some(match (scheme.padding, scheme.digest) {
        (RsaPadding::Pkcs1, RsaDigest::Sha1) => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (RsaPadding::Pkcs1, RsaDigest::Sha256) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (RsaPadding::Pkcs1, RsaDigest::Sha384) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (RsaPadding::Pkcs1, RsaDigest::Sha512) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (RsaPadding::Pss, RsaDigest::Sha1) => return None,
        (RsaPadding::Pss, RsaDigest::Sha256) => &signature::RSA_PSS_2048_8192_SHA256,
        (RsaPadding::Pss, RsaDigest::Sha384) => &signature::RSA_PSS_2048_8192_SHA384,
        (RsaPadding::Pss, RsaDigest::Sha512) => &signature::RSA_PSS_2048_8192_SHA512,
    })
}
