//! The outer parts of a PFX: its integrity check and its safes, in clear or encrypted (RFC 7292, 4).

use domain::pfx::Refusal;
use zeroize::Zeroizing;

use super::budget::Budget;
use super::mac::Mac;
use super::recipe::{Recipe, Sealed};
use super::unsupported;
use crate::ber::{OCTET_STRING, Reader};

/// What the outer PFX says.
pub(super) struct Outer {
    /// The authenticated safes, still encoded: this is what the MAC covers.
    pub(super) safes: Zeroizing<Vec<u8>>,
    pub(super) mac: Option<Mac>,
}

/// One safe: a list of bags, still encoded.
pub(super) enum Safe {
    Clear(Zeroizing<Vec<u8>>),
    Sealed(Sealed),
}

impl Outer {
    /// Reads a PFX of version 3; bytes after it are left unread.
    pub(super) fn read(file: &[u8], budget: &mut Budget) -> Result<Self, Refusal> {
        let mut pfx = Reader::new(file).sequence()?;
        pfx.unsigned()?;
        let Safe::Clear(safes) = Safe::read(&mut pfx, budget)? else {
            return Err(unsupported("encryption around everything", ENCRYPTED_DATA));
        };
        let mac = if pfx.is_at_end() { None } else { Some(Mac::read(&mut pfx, budget)?) };
        Ok(Self { safes, mac })
    }
}

impl Safe {
    /// All safes of a PFX, with their key derivations taken into the plan.
    pub(super) fn read_all(safes: &[u8], budget: &mut Budget) -> Result<Vec<Self>, Refusal> {
        let mut encoded = Reader::new(safes).sequence()?;
        let mut safes = Vec::new();
        while !encoded.is_at_end() {
            budget.count_piece()?;
            safes.push(Self::read(&mut encoded, budget)?);
        }
        Ok(safes)
    }

    /// Reads a ContentInfo.
    fn read(outer: &mut Reader<'_>, budget: &mut Budget) -> Result<Self, Refusal> {
        let mut content_info = outer.sequence()?;
        let object_id = content_info.object_id()?;
        match object_id.as_str() {
            DATA => Ok(Self::Clear(content_info.within(EXPLICIT_0)?.octets(OCTET_STRING)?)),
            ENCRYPTED_DATA => {
                let mut encrypted_data = content_info.within(EXPLICIT_0)?.sequence()?;
                encrypted_data.unsigned()?;
                let mut encrypted = encrypted_data.sequence()?;
                encrypted.object_id()?;
                let recipe = Recipe::read(&mut encrypted, budget)?;
                let ciphertext = encrypted.octets(IMPLICIT_0)?;
                Ok(Self::Sealed(Sealed { recipe, ciphertext }))
            }
            _ => Err(unsupported("protection by a key instead of a password", &object_id)),
        }
    }
}

pub(super) const EXPLICIT_0: u8 = 0xa0;
const IMPLICIT_0: u8 = 0x80;
const DATA: &str = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";
