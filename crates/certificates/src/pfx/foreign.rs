//! Says what a file is that isn't a PFX.

use domain::pfx::{FoundInstead, Refusal};
use zeroize::Zeroizing;

use crate::ber::{BIT_STRING, INTEGER, Malformed, OBJECT_ID, OCTET_STRING, Reader, SEQUENCE};
use crate::limits::MAX_FILE_BYTES;
use crate::revocation;

use super::text::{self, Found};

/// The octets of a PFX of version 3 that isn't too large: the file itself, or what a text around it holds.
pub(super) fn unwrapped(file: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    if let Some(found) = by_first_octets(file) {
        return Err(Refusal::NotPfx { found });
    }
    let octets = if file.first() == Some(&SEQUENCE) {
        within_limit(file)?;
        Zeroizing::new(file.to_vec())
    } else {
        match text::find(file) {
            Some(Found::Pfx(octets)) => octets,
            Some(Found::Other(found)) => return Err(Refusal::NotPfx { found }),
            None => {
                within_limit(file)?;
                return Err(Refusal::NotPfx { found: FoundInstead::Unknown });
            }
        }
    };
    within_limit(&octets)?;
    match by_structure(&octets)? {
        Some(found) => Err(Refusal::NotPfx { found }),
        None => Ok(octets),
    }
}

fn within_limit(octets: &[u8]) -> Result<(), Refusal> {
    if octets.len() > MAX_FILE_BYTES {
        return Err(Refusal::TooLarge { limit_bytes: MAX_FILE_BYTES as u64 });
    }
    Ok(())
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
        Some(FoundInstead::Key | FoundInstead::EncryptedKey) => Some(Shape::PrivateKey),
        Some(FoundInstead::Pkcs7) => Some(Shape::Bundle),
        Some(FoundInstead::Certificate | FoundInstead::Request | FoundInstead::RevocationList) => {
            Some(Shape::Signed)
        }
        Some(_) => None,
    }
}

/// What is known by its first octets alone.
pub(super) fn by_first_octets(file: &[u8]) -> Option<FoundInstead> {
    let is_any = |marks: &[&[u8]]| marks.iter().any(|mark| file.starts_with(mark));
    if file.is_empty() {
        Some(FoundInstead::Empty)
    } else if is_any(&[b"PK\x03\x04", b"PK\x05\x06"]) {
        Some(FoundInstead::Zip)
    } else if is_any(&[b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\0"]) {
        Some(FoundInstead::Archive)
    } else if is_any(&[&[0xfe, 0xed, 0xfe, 0xed], &[0xce, 0xce, 0xce, 0xce]]) {
        Some(FoundInstead::JavaKeyStore)
    } else if is_any(&[&[0, 0, 0, 1, 0, 0, 0, 20], &[0, 0, 0, 2, 0, 0, 0, 20]]) {
        // Bouncy Castle's own: a version, and the length of a salt.
        Some(FoundInstead::BouncyKeyStore)
    } else if is_pgp(file) {
        Some(FoundInstead::Pgp)
    } else {
        None
    }
}

/// Packets of OpenPGP keys and encrypted messages (RFC 9580, 4.2): the tag, a length, and a version from 2 to 6.
fn is_pgp(file: &[u8]) -> bool {
    let version = match file {
        [0x84 | 0x8c | 0x94 | 0x98, _, version, ..]
        | [0x85 | 0x8d | 0x95 | 0x99, _, _, version, ..]
        | [0xc1 | 0xc3 | 0xc5 | 0xc6, 0..192, version, ..]
        | [0xc1 | 0xc3 | 0xc5 | 0xc6, 192..224, _, version, ..] => *version,
        _ => return false,
    };
    (2..=6).contains(&version)
}

/// Tells the well-known kinds of DER apart by their first elements. `None` for a PFX of version 3.
pub(super) fn by_structure(file: &[u8]) -> Result<Option<FoundInstead>, Malformed> {
    let mut inside = Reader::new(file).sequence()?;
    match inside.peek().ok_or(Malformed)? {
        INTEGER => by_version(inside),
        OBJECT_ID if inside.object_id()?.starts_with("1.2.840.113549.1.7.") => Ok(Some(FoundInstead::Pkcs7)),
        SEQUENCE => {
            let contents = inside.element()?;
            let second = inside.element()?.tag;
            let is_signed = second == SEQUENCE && inside.peek() == Some(BIT_STRING);
            Ok(Some(match second {
                _ if is_signed && revocation::is_list(file) => FoundInstead::RevocationList,
                _ if is_signed && is_request(contents.inside()?) => FoundInstead::Request,
                _ if is_signed => FoundInstead::Certificate,
                BIT_STRING => FoundInstead::PublicKey,
                // An encrypted PKCS#8 key.
                OCTET_STRING => FoundInstead::EncryptedKey,
                _ => FoundInstead::Unknown,
            }))
        }
        _ => Err(Malformed),
    }
}

/// Whether these are a request's contents (RFC 2986, 4.1): version, subject, key, attributes.
fn is_request(mut contents: Reader<'_>) -> bool {
    let mut tags = [0; 3];
    for tag in &mut tags {
        match contents.element() {
            Ok(element) => *tag = element.tag,
            Err(Malformed) => return false,
        }
    }
    tags == [INTEGER, SEQUENCE, SEQUENCE] && contents.peek().is_none_or(|tag| tag == ATTRIBUTES)
}

fn by_version(mut inside: Reader<'_>) -> Result<Option<FoundInstead>, Malformed> {
    let version = inside.unsigned()?;
    let second = inside.element()?;
    Ok(match second.tag {
        // PKCS#8: version, algorithm, octets. SEC 1: version, octets. PKCS#1: version, modulus.
        SEQUENCE if inside.peek() == Some(OCTET_STRING) => Some(FoundInstead::Key),
        // Only modulus and exponent.
        INTEGER if inside.is_at_end() => Some(FoundInstead::PublicKey),
        OCTET_STRING | INTEGER => Some(FoundInstead::Key),
        SEQUENCE if version == 3 => None,
        SEQUENCE => Some(FoundInstead::OldPfx),
        _ => return Err(Malformed),
    })
}

const ATTRIBUTES: u8 = 0xa0;
