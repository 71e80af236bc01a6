//! The integrity check of a PFX: the classic MAC (RFC 7292, 4) or PBMAC1 (RFC 9579).

use domain::pfx::Refusal;
use zeroize::Zeroizing;

use super::budget::Budget;
use super::derive::{Hash, Purpose};
use super::password::Passwords;
use super::recipe::Pbkdf2;
use super::unsupported;
use crate::ber::{OCTET_STRING, Reader};

/// A MAC over the safes.
pub(super) struct Mac {
    tag: Vec<u8>,
    scheme: Scheme,
}

enum Scheme {
    Classic { hash: Hash, salt: Vec<u8>, rounds: u32 },
    Pbmac1 { derivation: Pbkdf2, key_bytes: usize, hash: Hash },
}

impl Mac {
    /// Reads a MacData and takes its key derivation into the plan.
    pub(super) fn read(outer: &mut Reader<'_>, budget: &mut Budget) -> Result<Self, Refusal> {
        let mut mac_data = outer.sequence()?;
        let mut digest_info = mac_data.sequence()?;
        let mut algorithm = digest_info.sequence()?;
        let object_id = algorithm.object_id()?;
        let tag = digest_info.octets(OCTET_STRING)?.to_vec();
        if object_id == PBMAC1 {
            return Ok(Self { tag, scheme: Scheme::pbmac1(algorithm.sequence()?, budget)? });
        }
        let hash =
            Hash::of_digest(&object_id).ok_or_else(|| unsupported("the integrity check with", &object_id))?;
        let salt = mac_data.octets(OCTET_STRING)?.to_vec();
        budget.check_salt(&salt)?;
        let rounds = budget.plan(if mac_data.is_at_end() { 1 } else { mac_data.unsigned()? })?;
        Ok(Self { tag, scheme: Scheme::Classic { hash, salt, rounds } })
    }

    /// Refuses unless the MAC is right with one writing of the password; then only that writing is kept.
    pub(super) fn check(
        &self,
        safes: &[u8],
        passwords: &mut Passwords,
        budget: &mut Budget,
    ) -> Result<(), Refusal> {
        let fitting = self.fitting(safes, passwords, budget)?.ok_or(Refusal::WrongPassword)?;
        match &self.scheme {
            Scheme::Classic { .. } => passwords.settle_wide(fitting),
            Scheme::Pbmac1 { .. } => passwords.settle_narrow(fitting),
        }
        Ok(())
    }

    /// The place of the writing of the password that gives this MAC.
    fn fitting(
        &self,
        safes: &[u8],
        passwords: &Passwords,
        budget: &mut Budget,
    ) -> Result<Option<usize>, Refusal> {
        match &self.scheme {
            Scheme::Classic { hash, salt, rounds } => {
                let mut key = Zeroizing::new(vec![0; hash.output_bytes()]);
                for (at, password) in passwords.wide().enumerate() {
                    budget.spend(*rounds)?;
                    hash.pkcs12(password, salt, Purpose::Mac, *rounds, &mut key);
                    if hash.hmac_matches(&key, safes, &self.tag) {
                        return Ok(Some(at));
                    }
                }
            }
            Scheme::Pbmac1 { derivation, key_bytes, hash } => {
                for (at, password) in passwords.narrow().enumerate() {
                    budget.spend(derivation.rounds)?;
                    let key = derivation.key(password, *key_bytes);
                    if hash.hmac_matches(&key, safes, &self.tag) {
                        return Ok(Some(at));
                    }
                }
            }
        }
        Ok(None)
    }
}

impl Scheme {
    fn pbmac1(mut settings: Reader<'_>, budget: &mut Budget) -> Result<Self, Refusal> {
        let derivation = Pbkdf2::read(&mut settings, budget)?;
        let object_id = settings.sequence()?.object_id()?;
        let hash =
            Hash::of_hmac(&object_id).ok_or_else(|| unsupported("the integrity check with", &object_id))?;
        // The length must be given (RFC 9579, 5); a short one would make the MAC guessable.
        let key_bytes = derivation.key_bytes.filter(|bytes| (16..=128).contains(bytes));
        let key_bytes = key_bytes.and_then(|bytes| usize::try_from(bytes).ok()).ok_or(Refusal::Corrupt)?;
        Ok(Self::Pbmac1 { derivation, key_bytes, hash })
    }
}

const PBMAC1: &str = "1.2.840.113549.1.5.14";
