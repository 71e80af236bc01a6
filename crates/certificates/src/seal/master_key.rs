//! The key that all others are sealed under.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::SealError;
use crate::names::hex;

/// 32 random bytes, wiped when dropped. `Debug` prints `[secret]`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

/// A text or bytes that are no master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a master key has 64 hexadecimal digits (32 bytes)")]
pub struct NotAMasterKey;

impl MasterKey {
    /// A fresh one from the machine's random numbers.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn generate() -> Result<Self, SealError> {
        let mut key = Self([0; 32]);
        getrandom::fill(&mut key.0).map_err(|_| SealError::NoRandomness)?;
        Ok(key)
    }

    /// Reads 64 hex digits, blanks around them left out.
    ///
    /// # Errors
    /// [`NotAMasterKey`] when the text is anything else.
    pub fn from_hex(digits: &str) -> Result<Self, NotAMasterKey> {
        let digits = digits.trim().as_bytes();
        let (pairs, []) = digits.as_chunks::<2>() else { return Err(NotAMasterKey) };
        let mut octets = Zeroizing::new(Vec::with_capacity(32));
        for [high, low] in pairs.iter().take(33) {
            octets.push(nibble(*high)? << 4 | nibble(*low)?);
        }
        Self::from_bytes(&octets)
    }

    /// Takes 32 bytes.
    ///
    /// # Errors
    /// [`NotAMasterKey`] when there are more or fewer.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAMasterKey> {
        bytes.try_into().map(Self).map_err(|_| NotAMasterKey)
    }

    /// 16 hex digits that tell keys apart and say nothing about them: the begin of a hash.
    #[must_use]
    pub fn id(&self) -> String {
        hex(&self.id_octets()).to_ascii_lowercase()
    }

    pub(super) fn id_octets(&self) -> [u8; ID_BYTES] {
        let hash = Sha256::new().chain_update(ID_PURPOSE).chain_update(self.0).finalize();
        let mut id = [0; ID_BYTES];
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        id
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hex digits, for the key file alone.
    pub(super) fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(&self.0).to_ascii_lowercase())
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

fn nibble(digit: u8) -> Result<u8, NotAMasterKey> {
    let value = char::from(digit).to_digit(16).ok_or(NotAMasterKey)?;
    u8::try_from(value).map_err(|_| NotAMasterKey)
}

pub(super) const ID_BYTES: usize = 8;
const ID_PURPOSE: &[u8] = b"postern master key id\0";
