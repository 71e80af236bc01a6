//! CA certificates from a file: PEM with one or several, DER, or a PKCS#7 bundle (`.p7b`).

use domain::authority::Signs;
use domain::authority_file::FileRefusal;
use domain::certificate::CertificateFacts;
use rustls_pki_types::CertificateDer;

use crate::ber::SEQUENCE;
use crate::limits::{MAX_FILE_BYTES, MAX_PIECES};
use crate::member::Member;
use crate::pfx::foreign::{Shape, shape};
use crate::{pem_blocks, pkcs7, revocation, x509};

/// A certificate of the file.
#[derive(Clone, Debug)]
pub struct Found {
    pub der: Vec<u8>,
    pub facts: CertificateFacts,
    pub signs: Signs,
}

/// The certificates in the order of the file, repeats left out.
///
/// # Errors
/// When the file holds no certificate, one that can't be read, or a private key.
pub fn read(file: &[u8]) -> Result<Vec<Found>, FileRefusal> {
    if file.is_empty() {
        return Err(FileRefusal::Empty);
    }
    if file.len() > MAX_FILE_BYTES {
        return Err(FileRefusal::TooLarge { limit_bytes: MAX_FILE_BYTES as u64 });
    }
    let mut ders = if file.first() != Some(&SEQUENCE) && pem_blocks::is_pem(file) {
        of_pem(&String::from_utf8_lossy(file))?
    } else {
        of_der(file)?
    };
    if ders.is_empty() {
        return Err(FileRefusal::NoCertificate);
    }
    if ders.len() > MAX_PIECES {
        return Err(FileRefusal::TooMany { limit: MAX_PIECES });
    }
    let mut seen = std::collections::HashSet::new();
    ders.retain(|der| seen.insert(der.clone()));
    (1..).zip(ders).map(|(number, der)| found(der).ok_or(FileRefusal::Damaged { number })).collect()
}

/// Whom a certificate can vouch for.
///
/// # Errors
/// The bytes are not a certificate.
pub fn signs(der: &[u8]) -> Result<Signs, x509::Error> {
    let member = Member::read(der)?;
    let can_be_anchor = webpki::anchor_from_trusted_cert(&CertificateDer::from(der)).is_ok();
    Ok(if member.may_sign() && can_be_anchor { Signs::Others } else { Signs::OnlyItself })
}

fn found(der: Vec<u8>) -> Option<Found> {
    let (facts, signs) = (x509::facts(&der).ok()?, signs(&der).ok()?);
    Some(Found { der, facts, signs })
}

fn of_pem(text: &str) -> Result<Vec<Vec<u8>>, FileRefusal> {
    let blocks = pem_blocks::blocks(text);
    if blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY")) {
        return Err(FileRefusal::PrivateKey);
    }
    let mut ders = Vec::new();
    let mut has_list = false;
    for block in blocks {
        let damaged = FileRefusal::Damaged { number: ders.len() + 1 };
        match block.label {
            "CERTIFICATE" | "X509 CERTIFICATE" => ders.push(block.octets.ok_or(damaged)?),
            "TRUSTED CERTIFICATE" => {
                ders.push(first_element(&block.octets.ok_or(damaged.clone())?).ok_or(damaged)?)
            }
            "PKCS7" | "CMS" => {
                let bundle = block.octets.ok_or(damaged.clone())?;
                ders.extend(pkcs7::certificates(&bundle).map_err(|_| damaged)?);
            }
            "PKCS12" => return Err(FileRefusal::Pfx),
            "X509 CRL" => has_list = true,
            _ => {}
        }
    }
    if ders.is_empty() && has_list { Err(FileRefusal::RevocationList) } else { Ok(ders) }
}

fn of_der(file: &[u8]) -> Result<Vec<Vec<u8>>, FileRefusal> {
    match shape(file) {
        Some(Shape::Pfx) => Err(FileRefusal::Pfx),
        Some(Shape::PrivateKey) => Err(FileRefusal::PrivateKey),
        Some(Shape::Bundle) => pkcs7::certificates(file).map_err(|_| FileRefusal::NoCertificate),
        // Certificates and revocation lists look alike from outside.
        Some(Shape::Signed) if revocation::is_list(file) => Err(FileRefusal::RevocationList),
        Some(Shape::Signed) => Ok(vec![file.to_vec()]),
        None => Err(FileRefusal::NoCertificate),
    }
}

/// OpenSSL writes its own remarks behind a certificate that it trusts.
fn first_element(octets: &[u8]) -> Option<Vec<u8>> {
    crate::ber::Reader::new(octets).element().ok().map(|element| element.whole.to_vec())
}
