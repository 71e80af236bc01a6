//! How something in a PFX is encrypted: cipher, key derivation and their settings (RFC 7292, C; RFC 8018, 6.2).

use domain::pfx::Refusal;
use zeroize::Zeroizing;

use super::budget::{Budget, too_expensive};
use super::cipher::Cipher;
use super::derive::{Hash, Purpose};
use super::password::Passwords;
use super::unsupported;
use crate::ber::{INTEGER, OCTET_STRING, Reader};
use crate::limits::MAX_ROUNDS;

/// Encrypted octets and how to open them.
pub(super) struct Sealed {
    pub(super) recipe: Recipe,
    pub(super) ciphertext: Zeroizing<Vec<u8>>,
}

/// The settings of one encryption. Its rounds are in the budget.
pub(super) enum Recipe {
    Pkcs12 { cipher: Cipher, salt: Vec<u8>, rounds: u32 },
    Pbes2 { cipher: Cipher, iv: Vec<u8>, derivation: Pbkdf2 },
}

/// The settings of a PBKDF2 (RFC 8018, appendix A.2).
pub(super) struct Pbkdf2 {
    pub(super) salt: Vec<u8>,
    pub(super) rounds: u32,
    pub(super) key_bytes: Option<u64>,
    pub(super) hash: Hash,
}

impl Sealed {
    /// The plain octets, which are one SEQUENCE, or `None` when no writing of the password gives such.
    pub(super) fn open(
        &self,
        passwords: &Passwords,
        budget: &mut Budget,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Refusal> {
        match &self.recipe {
            Recipe::Pkcs12 { cipher, salt, rounds } => {
                for password in passwords.wide() {
                    budget.spend(*rounds)?;
                    let mut key = Zeroizing::new(vec![0; cipher.key_bytes()]);
                    let mut iv = Zeroizing::new(vec![0; cipher.iv_bytes()]);
                    Hash::Sha1.pkcs12(password, salt, Purpose::Key, *rounds, &mut key);
                    Hash::Sha1.pkcs12(password, salt, Purpose::Iv, *rounds, &mut iv);
                    if let Some(plain) = self.decrypt(*cipher, &key, &iv) {
                        return Ok(Some(plain));
                    }
                }
            }
            Recipe::Pbes2 { cipher, iv, derivation } => {
                for password in passwords.narrow() {
                    budget.spend(derivation.rounds)?;
                    let key = derivation.key(password, cipher.key_bytes());
                    if let Some(plain) = self.decrypt(*cipher, &key, iv) {
                        return Ok(Some(plain));
                    }
                }
            }
        }
        Ok(None)
    }

    fn decrypt(&self, cipher: Cipher, key: &[u8], iv: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let plain = cipher.decrypt(key, iv, self.ciphertext.clone())?;
        // One wrong key in 256 leaves good padding; hardly one leaves a SEQUENCE of the right length.
        Reader::new(&plain).sequence().is_ok().then_some(plain)
    }
}

impl Recipe {
    /// Reads an AlgorithmIdentifier and takes its key derivation into the plan.
    pub(super) fn read(outer: &mut Reader<'_>, budget: &mut Budget) -> Result<Self, Refusal> {
        let mut algorithm = outer.sequence()?;
        let object_id = algorithm.object_id()?;
        if object_id == PBES2 {
            return Self::pbes2(algorithm.sequence()?, budget);
        }
        let cipher =
            Cipher::of_pkcs12(&object_id).ok_or_else(|| unsupported("the encryption", &object_id))?;
        let mut settings = algorithm.sequence()?;
        let salt = settings.octets(OCTET_STRING)?.to_vec();
        budget.check_salt(&salt)?;
        let rounds = budget.plan(settings.unsigned()?)?;
        Ok(Self::Pkcs12 { cipher, salt, rounds })
    }

    fn pbes2(mut settings: Reader<'_>, budget: &mut Budget) -> Result<Self, Refusal> {
        let derivation = Pbkdf2::read(&mut settings, budget)?;
        let mut scheme = settings.sequence()?;
        let object_id = scheme.object_id()?;
        let cipher = Cipher::of_pbes2(&object_id).ok_or_else(|| unsupported("the cipher", &object_id))?;
        let iv = scheme.octets(OCTET_STRING)?.to_vec();
        let is_key_length_right =
            derivation.key_bytes.is_none_or(|bytes| usize::try_from(bytes) == Ok(cipher.key_bytes()));
        if iv.len() != cipher.iv_bytes() || !is_key_length_right {
            return Err(Refusal::Corrupt);
        }
        Ok(Self::Pbes2 { cipher, iv, derivation })
    }
}

impl Pbkdf2 {
    /// Reads an AlgorithmIdentifier that must be PBKDF2, and takes its rounds into the plan.
    pub(super) fn read(outer: &mut Reader<'_>, budget: &mut Budget) -> Result<Self, Refusal> {
        let mut algorithm = outer.sequence()?;
        let object_id = algorithm.object_id()?;
        match object_id.as_str() {
            PBKDF2 => {}
            SCRYPT => return Err(refuse_scrypt(algorithm.sequence()?)),
            _ => return Err(unsupported("the key derivation", &object_id)),
        }
        let mut settings = algorithm.sequence()?;
        let salt = settings.octets(OCTET_STRING)?.to_vec();
        budget.check_salt(&salt)?;
        let rounds = budget.plan(settings.unsigned()?)?;
        let key_bytes = if settings.peek() == Some(INTEGER) { Some(settings.unsigned()?) } else { None };
        let hash = if settings.is_at_end() {
            Hash::Sha1
        } else {
            let object_id = settings.sequence()?.object_id()?;
            Hash::of_hmac(&object_id).ok_or_else(|| unsupported("the pseudo-random function", &object_id))?
        };
        Ok(Self { salt, rounds, key_bytes, hash })
    }

    pub(super) fn key(&self, password: &[u8], bytes: usize) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; bytes]);
        self.hash.pbkdf2(password, &self.salt, self.rounds, &mut key);
        key
    }
}

/// scrypt (RFC 7914) is left out on purpose: its cost is memory, and no writer uses it unasked.
fn refuse_scrypt(mut settings: Reader<'_>) -> Refusal {
    let cost = (|| {
        settings.octets(OCTET_STRING)?;
        let (cost, block, parallel) = (settings.unsigned()?, settings.unsigned()?, settings.unsigned()?);
        Ok(cost.saturating_mul(block).saturating_mul(parallel))
    })();
    match cost {
        Ok(cost) if cost > MAX_ROUNDS => {
            too_expensive("a key derivation with scrypt that needs a great deal of memory")
        }
        Ok(_) => unsupported("the key derivation", SCRYPT),
        Err(crate::ber::Malformed) => Refusal::Corrupt,
    }
}

const PBES2: &str = "1.2.840.113549.1.5.13";
const PBKDF2: &str = "1.2.840.113549.1.5.12";
const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
