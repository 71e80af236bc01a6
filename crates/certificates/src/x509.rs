//! One certificate (RFC 5280): what it says, as a person and a policy read it.

use domain::certificate::{CertificateFacts, Thumbprint};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::key::{Kind, NotAKey, PublicKey};
use crate::names::{self, hex};

mod extensions;

/// Why bytes aren't taken as a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the bytes are not an X.509 certificate")]
    NotACertificate,
    #[error("there are bytes after the certificate")]
    TrailingBytes,
    #[error("the public key of the certificate can't be read")]
    PublicKey(#[source] NotAKey),
}

/// What the certificate says.
///
/// # Errors
/// When `der` isn't exactly one X.509 certificate.
pub fn facts(der: &[u8]) -> Result<CertificateFacts, Error> {
    Ok(Certificate::read(der.to_vec())?.facts)
}

/// The bits of its RSA key; none if it has another kind of key, or can't be read.
#[must_use]
pub fn rsa_bits(der: &[u8]) -> Option<u32> {
    match Certificate::read(der.to_vec()).ok()?.public_key.kind() {
        Kind::Rsa { bits } => u32::try_from(*bits).ok(),
        _ => None,
    }
}

/// SHA-1 of the DER, as Windows and the policy language name certificates.
#[must_use]
pub fn thumbprint(der: &[u8]) -> Thumbprint {
    let digits = hex(&Sha1::digest(der));
    #[expect(clippy::expect_used, reason = "SHA-1 has 20 octets, which are the 40 digits of a thumbprint")]
    digits.parse().expect("40 hex digits")
}

/// SHA-256 of the DER in upper-case hex digits.
#[must_use]
pub fn sha256(der: &[u8]) -> String {
    hex(&Sha256::digest(der))
}

/// A certificate that was read, with the parts that its place in a chain depends on.
pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    pub(crate) facts: CertificateFacts,
    pub(crate) public_key: PublicKey,
    pub(crate) subject: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    pub(crate) issuer_key_id: Option<Vec<u8>>,
}

impl Certificate {
    pub(crate) fn read(der: Vec<u8>) -> Result<Self, Error> {
        let (rest, parsed) = X509Certificate::from_der(&der).map_err(|_| Error::NotACertificate)?;
        if !rest.is_empty() {
            return Err(Error::TrailingBytes);
        }
        let public_key = PublicKey::read(parsed.public_key().raw).map_err(Error::PublicKey)?;
        let (subject, issuer) = (parsed.subject().as_raw().to_vec(), parsed.issuer().as_raw().to_vec());
        let facts = describe(&der, &parsed, &public_key);
        let (subject_key_id, issuer_key_id) = extensions::key_ids(&parsed);
        drop(parsed);
        Ok(Self { der, facts, public_key, subject, issuer, subject_key_id, issuer_key_id })
    }
}

fn describe(der: &[u8], parsed: &X509Certificate<'_>, public_key: &PublicKey) -> CertificateFacts {
    let subject = names::dotnet_name(parsed.subject().as_raw());
    let alternative_names = extensions::alternative_names(parsed);
    let first_alternative = || {
        let (_, name) = alternative_names.first()?.split_once(':')?;
        Some(name.to_owned())
    };
    CertificateFacts {
        common_name: names::common_name(parsed.subject().as_raw())
            .or_else(first_alternative)
            .unwrap_or_else(|| subject.clone()),
        issuer: names::dotnet_name(parsed.issuer().as_raw()),
        thumbprint: thumbprint(der),
        sha256: sha256(der),
        serial_number: hex(parsed.raw_serial()),
        not_before: parsed.validity().not_before.to_datetime(),
        not_after: parsed.validity().not_after.to_datetime(),
        key_type: public_key.kind().to_string(),
        usages: extensions::usages(parsed),
        alternative_names,
        subject,
    }
}
