//! Says what a file is that isn't a PFX.

use domain::pfx::{FoundInstead, Refusal};

use crate::ber::{BIT_STRING, INTEGER, Malformed, OBJECT_ID, OCTET_STRING, Reader, SEQUENCE};
use crate::limits::MAX_FILE_BYTES;

/// Lets files through that begin like a PFX of version 3 and aren't too large.
pub(super) fn refuse_foreign(file: &[u8]) -> Result<(), Refusal> {
    if let Some(found) = by_first_octets(file) {
        return Err(Refusal::NotPfx { found });
    }
    if file.len() > MAX_FILE_BYTES {
        return Err(Refusal::TooLarge { limit_bytes: MAX_FILE_BYTES as u64 });
    }
    if file.first() != Some(&SEQUENCE) {
        return Err(Refusal::NotPfx { found: FoundInstead::Unknown });
    }
    match by_structure(file)? {
        Some(found) => Err(Refusal::NotPfx { found }),
        None => Ok(()),
    }
}

/// What a DER file is by its outermost elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// PKCS#7.
    Bundle,
    Pfx,
    PrivateKey,
    /// A certificate, a revocation list or a request: contents, algorithm, signature.
    Signed,
}

/// The shape of a file that is DER.
pub(crate) fn shape(file: &[u8]) -> Option<Shape> {
    match by_structure(file).ok()? {
        None | Some(FoundInstead::OldPfx) => Some(Shape::Pfx),
        Some(FoundInstead::DerKey) => Some(Shape::PrivateKey),
        Some(FoundInstead::Pkcs7) => Some(Shape::Bundle),
        Some(FoundInstead::DerCertificate) => Some(Shape::Signed),
        Some(_) => None,
    }
}

fn by_first_octets(file: &[u8]) -> Option<FoundInstead> {
    let is_any = |marks: &[&[u8]]| marks.iter().any(|mark| file.starts_with(mark));
    if file.is_empty() {
        Some(FoundInstead::Empty)
    } else if is_any(&[b"PK\x03\x04", b"PK\x05\x06"]) {
        Some(FoundInstead::Zip)
    } else if is_any(&[&[0xfe, 0xed, 0xfe, 0xed], &[0xce, 0xce, 0xce, 0xce]]) {
        Some(FoundInstead::JavaKeyStore)
    } else if is_pem(file) {
        Some(FoundInstead::Pem)
    } else if is_base64(file) {
        Some(FoundInstead::Base64)
    } else {
        None
    }
}

fn is_pem(file: &[u8]) -> bool {
    let begin = file.get(..MAX_FILE_BYTES).unwrap_or(file);
    file.first() != Some(&SEQUENCE) && begin.windows(PEM.len()).any(|window| window == PEM)
}

fn is_base64(file: &[u8]) -> bool {
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii();
    // Each element of more than 127 octets that begins like a PFX begins so in base64.
    let begins_like_der =
        [&b"MII"[..], b"MIA", b"MIG", b"MIH", b"MIM"].iter().any(|mark| text.starts_with(mark));
    let is_alphabet =
        |octet: &u8| octet.is_ascii_alphanumeric() || octet.is_ascii_whitespace() || b"+/=-_".contains(octet);
    begins_like_der && text.iter().all(is_alphabet)
}

/// Tells the well-known kinds of DER apart by their first elements. `None` for a PFX of version 3.
fn by_structure(file: &[u8]) -> Result<Option<FoundInstead>, Malformed> {
    let mut inside = Reader::new(file).sequence()?;
    match inside.peek().ok_or(Malformed)? {
        INTEGER => by_version(inside),
        OBJECT_ID if inside.object_id()?.starts_with("1.2.840.113549.1.7.") => Ok(Some(FoundInstead::Pkcs7)),
        SEQUENCE => {
            inside.element()?;
            let second = inside.element()?.tag;
            let is_certificate = second == SEQUENCE && inside.peek() == Some(BIT_STRING);
            Ok(Some(match second {
                _ if is_certificate => FoundInstead::DerCertificate,
                // An encrypted PKCS#8 key.
                OCTET_STRING => FoundInstead::DerKey,
                _ => FoundInstead::Unknown,
            }))
        }
        _ => Err(Malformed),
    }
}

fn by_version(mut inside: Reader<'_>) -> Result<Option<FoundInstead>, Malformed> {
    let version = inside.unsigned()?;
    let second = inside.element()?;
    Ok(match second.tag {
        // PKCS#8: version, algorithm, octets. SEC 1: version, octets. PKCS#1: version, modulus.
        SEQUENCE if inside.peek() == Some(OCTET_STRING) => Some(FoundInstead::DerKey),
        OCTET_STRING | INTEGER => Some(FoundInstead::DerKey),
        SEQUENCE if version == 3 => None,
        SEQUENCE => Some(FoundInstead::OldPfx),
        _ => return Err(Malformed),
    })
}

const PEM: &[u8] = b"-----BEGIN ";
