//! The writings of one password that PFX writers feed to their key derivations.

use domain::pfx::Refusal;
use domain::secret::Secret;
use zeroize::Zeroizing;

use super::budget::too_expensive;
use crate::limits::MAX_PASSWORD_CHARS;

type Bytes = Zeroizing<Vec<u8>>;

/// Every writing worth trying, the one of the standard first.
pub(super) struct Passwords {
    /// For the PKCS#12 key derivation: UTF-16BE with two zero bytes at its end (RFC 7292, B.1).
    wide: Vec<Bytes>,
    /// For PBKDF2: UTF-8 (RFC 8018, 3).
    narrow: Vec<Bytes>,
}

impl Passwords {
    pub(super) fn of(password: &Secret) -> Result<Self, Refusal> {
        let text = password.expose_text().ok_or(Refusal::WrongPassword)?;
        if text.chars().count() > MAX_PASSWORD_CHARS {
            return Err(too_expensive(format!("a password of more than {MAX_PASSWORD_CHARS} characters")));
        }
        // A NUL ends the password in every writer, so none can have meant it.
        if text.contains('\0') {
            return Err(Refusal::WrongPassword);
        }
        let standard = utf16(text.encode_utf16());
        // NSS before 3.31 fed the wide writing to PBKDF2, too.
        let mut narrow = vec![Zeroizing::new(text.as_bytes().to_vec()), standard.clone()];
        let mut wide = vec![standard];
        if text.is_empty() {
            // No password at all is written as no bytes, an empty one as two zero bytes.
            wide.push(Bytes::default());
        }
        if !text.is_ascii() {
            // OpenSSL before 1.1 widened each byte of the UTF-8.
            wide.push(utf16(text.bytes().map(u16::from)));
            narrow.extend(latin1(text));
        }
        Ok(Self { wide, narrow })
    }

    pub(super) fn wide(&self) -> impl Iterator<Item = &[u8]> {
        self.wide.iter().map(|bytes| bytes.as_slice())
    }

    pub(super) fn narrow(&self) -> impl Iterator<Item = &[u8]> {
        self.narrow.iter().map(|bytes| bytes.as_slice())
    }

    /// Keeps only the wide writing at this place: the integrity check has shown that it is the one.
    pub(super) fn settle_wide(&mut self, at: usize) {
        keep(&mut self.wide, at);
    }

    /// Keeps only the narrow writing at this place.
    pub(super) fn settle_narrow(&mut self, at: usize) {
        keep(&mut self.narrow, at);
    }
}

fn utf16(units: impl Iterator<Item = u16>) -> Bytes {
    let mut bytes = Zeroizing::new(Vec::with_capacity(WIDEST_BYTES));
    for unit in units.chain([0]) {
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    bytes
}

fn latin1(text: &str) -> Option<Bytes> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    for c in text.chars() {
        bytes.push(u8::try_from(u32::from(c)).ok()?);
    }
    Some(bytes)
}

fn keep(writings: &mut Vec<Bytes>, at: usize) {
    writings.truncate(at + 1);
    writings.drain(..at.min(writings.len()));
}

/// Room for the longest password with each of its UTF-8 bytes widened, so that the vector never moves.
const WIDEST_BYTES: usize = (MAX_PASSWORD_CHARS * 4 + 1) * 2;
