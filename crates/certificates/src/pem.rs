//! Certificates from a PEM file (RFC 7468) or a single DER, for `trust only these CA certificates`.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::limits::{MAX_FILE_BYTES, MAX_PIECES};
use crate::x509;

/// Why a file isn't taken as certificates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the file is larger than {} KiB", MAX_FILE_BYTES >> 10)]
    TooLarge,
    #[error("the file holds more than {MAX_PIECES} certificates")]
    TooMany,
    #[error("there is no certificate in the file; a PEM file has lines `-----BEGIN CERTIFICATE-----`")]
    NoCertificate,
    #[error("the file holds a private key, which doesn't belong here; send only the certificates")]
    PrivateKey,
    #[error("the text around certificate {number} is damaged")]
    Damaged { number: usize },
    #[error("certificate {number} of the file can't be read")]
    Certificate { number: usize, source: x509::Error },
}

/// The DER of each certificate, in the order of the file, repeats left out. Text around the blocks is passed over.
///
/// # Errors
/// When the file holds no certificate, one that can't be read, or a private key.
pub fn certificates(text_or_der: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    if text_or_der.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge);
    }
    if text_or_der.first() == Some(&crate::ber::SEQUENCE) {
        check(text_or_der, 1)?;
        return Ok(vec![text_or_der.to_vec()]);
    }
    if holds_private_key(text_or_der) {
        return Err(Error::PrivateKey);
    }
    let mut found: Vec<Vec<u8>> = Vec::new();
    for (at, block) in CertificateDer::pem_slice_iter(text_or_der).enumerate() {
        let number = at + 1;
        if number > MAX_PIECES {
            return Err(Error::TooMany);
        }
        let der = block.map_err(|_| Error::Damaged { number })?;
        check(&der, number)?;
        if !found.iter().any(|other| *other == der.as_ref()) {
            found.push(der.to_vec());
        }
    }
    if found.is_empty() { Err(Error::NoCertificate) } else { Ok(found) }
}

fn check(der: &[u8], number: usize) -> Result<(), Error> {
    x509::facts(der).map(drop).map_err(|source| Error::Certificate { number, source })
}

fn holds_private_key(text: &[u8]) -> bool {
    text.windows(PRIVATE_KEY.len()).any(|window| window == PRIVATE_KEY)
}

const PRIVATE_KEY: &[u8] = b"PRIVATE KEY-----";
