//! Derives keys from passwords: the PKCS#12 way (RFC 7292, appendix B.2) and PBKDF2 (RFC 8018, 5.2).

use hmac::digest::core_api::BlockSizeUser;
use hmac::digest::{Digest, FixedOutputReset, KeyInit};
use hmac::{Mac, SimpleHmac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_256};
use zeroize::{Zeroize, Zeroizing};

/// A hash function that PFX files name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512T256,
}

/// What a key of the PKCS#12 derivation is for (RFC 7292, B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

impl Hash {
    pub(super) fn of_digest(object_id: &str) -> Option<Self> {
        Some(match object_id {
            "1.2.840.113549.2.5" => Self::Md5,
            "1.3.14.3.2.26" => Self::Sha1,
            "2.16.840.1.101.3.4.2.4" => Self::Sha224,
            "2.16.840.1.101.3.4.2.1" => Self::Sha256,
            "2.16.840.1.101.3.4.2.2" => Self::Sha384,
            "2.16.840.1.101.3.4.2.3" => Self::Sha512,
            "2.16.840.1.101.3.4.2.6" => Self::Sha512T256,
            _ => return None,
        })
    }

    pub(super) fn of_hmac(object_id: &str) -> Option<Self> {
        Some(match object_id {
            "1.2.840.113549.2.6" => Self::Md5,
            "1.2.840.113549.2.7" => Self::Sha1,
            "1.2.840.113549.2.8" => Self::Sha224,
            "1.2.840.113549.2.9" => Self::Sha256,
            "1.2.840.113549.2.10" => Self::Sha384,
            "1.2.840.113549.2.11" => Self::Sha512,
            "1.2.840.113549.2.13" => Self::Sha512T256,
            _ => return None,
        })
    }

    pub(super) fn output_bytes(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha512T256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Fills `key` the PKCS#12 way.
    pub(super) fn pkcs12(self, password: &[u8], salt: &[u8], purpose: Purpose, rounds: u32, key: &mut [u8]) {
        let derive = match self {
            Self::Md5 => pkcs12::<Md5>,
            Self::Sha1 => pkcs12::<Sha1>,
            Self::Sha224 => pkcs12::<Sha224>,
            Self::Sha256 => pkcs12::<Sha256>,
            Self::Sha384 => pkcs12::<Sha384>,
            Self::Sha512 => pkcs12::<Sha512>,
            Self::Sha512T256 => pkcs12::<Sha512_256>,
        };
        derive(password, salt, purpose, rounds, key);
    }

    /// Fills `key` with PBKDF2 over HMAC of this hash.
    pub(super) fn pbkdf2(self, password: &[u8], salt: &[u8], rounds: u32, key: &mut [u8]) {
        let derive = match self {
            Self::Md5 => pbkdf2::pbkdf2_hmac::<Md5>,
            Self::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>,
            Self::Sha224 => pbkdf2::pbkdf2_hmac::<Sha224>,
            Self::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
            Self::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>,
            Self::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
            Self::Sha512T256 => pbkdf2::pbkdf2_hmac::<Sha512_256>,
        };
        derive(password, salt, rounds, key);
    }

    /// Whether `tag` is the HMAC of `data`, compared in constant time.
    pub(super) fn hmac_matches(self, key: &[u8], data: &[u8], tag: &[u8]) -> bool {
        let matches = match self {
            Self::Md5 => hmac_matches::<Md5>,
            Self::Sha1 => hmac_matches::<Sha1>,
            Self::Sha224 => hmac_matches::<Sha224>,
            Self::Sha256 => hmac_matches::<Sha256>,
            Self::Sha384 => hmac_matches::<Sha384>,
            Self::Sha512 => hmac_matches::<Sha512>,
            Self::Sha512T256 => hmac_matches::<Sha512_256>,
        };
        matches(key, data, tag)
    }
}

fn pkcs12<D: Digest + BlockSizeUser + FixedOutputReset>(
    password: &[u8],
    salt: &[u8],
    purpose: Purpose,
    rounds: u32,
    key: &mut [u8],
) {
    let block = D::block_size();
    let diversifier = vec![purpose as u8; block];
    let mut input = Zeroizing::new(Vec::with_capacity(
        salt.len().next_multiple_of(block) + password.len().next_multiple_of(block),
    ));
    input.extend(salt.iter().cycle().take(salt.len().next_multiple_of(block)));
    input.extend(password.iter().cycle().take(password.len().next_multiple_of(block)));
    for part in key.chunks_mut(<D as Digest>::output_size()) {
        let mut hash = D::new_with_prefix(&diversifier);
        Digest::update(&mut hash, input.as_slice());
        let mut output = hash.finalize_fixed_reset();
        for _ in 1..rounds {
            Digest::update(&mut hash, &output);
            FixedOutputReset::finalize_into_reset(&mut hash, &mut output);
        }
        for (to, from) in part.iter_mut().zip(output.iter()) {
            *to = *from;
        }
        for words in input.chunks_mut(block) {
            add_repeated(words, &output);
        }
        output.as_mut_slice().zeroize();
    }
}

/// `words = words + output repeated + 1`, as one long big-endian number (RFC 7292, B.2, step 6C).
fn add_repeated(words: &mut [u8], output: &[u8]) {
    let repeated: Vec<u8> = output.iter().copied().cycle().take(words.len()).collect();
    let repeated = Zeroizing::new(repeated);
    let mut carry = 1u16;
    for (word, addend) in words.iter_mut().zip(repeated.iter()).rev() {
        carry += u16::from(*word) + u16::from(*addend);
        *word = carry.to_be_bytes()[1];
        carry >>= 8;
    }
}

fn hmac_matches<D: Digest + BlockSizeUser>(key: &[u8], data: &[u8], tag: &[u8]) -> bool {
    let Ok(mut mac) = <SimpleHmac<D> as KeyInit>::new_from_slice(key) else { return false };
    Mac::update(&mut mac, data);
    mac.verify_slice(tag).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Hash, Purpose};

    const SALT: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
    const SMEG: [u8; 10] = [0, b's', 0, b'm', 0, b'e', 0, b'g', 0, 0];

    #[test]
    fn the_pkcs12_derivation_gives_known_keys() {
        // The vector that most implementations are tried on: password `smeg`, one round.
        let mut key = [0; 24];
        Hash::Sha1.pkcs12(
            &SMEG,
            &[0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f],
            Purpose::Key,
            1,
            &mut key,
        );
        let known = "8AAAE6297B6CB04642AB5B077851284EB7128F1A2A7FBCA3";
        assert_eq!(crate::names::hex(&key), known);
    }

    #[test]
    fn each_purpose_and_hash_gives_another_key() {
        let mut keys = Vec::new();
        for hash in [Hash::Md5, Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            for purpose in [Purpose::Key, Purpose::Iv, Purpose::Mac] {
                let mut key = vec![0; 16];
                hash.pkcs12(&SMEG, &SALT, purpose, 3, &mut key);
                keys.push(key);
            }
        }
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
