//! The ciphers of PFX files: AES, Triple DES and RC2 in CBC mode, and RC4.

use aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, InnerIvInit, KeyInit, KeyIvInit};
use des::{TdesEde2, TdesEde3};
use rc2::Rc2;
use zeroize::Zeroizing;

/// A cipher with its key length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TwoKeyTripleDes,
    TripleDes,
    Rc2Of40,
    Rc2Of128,
    Rc4Of40,
    Rc4Of128,
}

impl Cipher {
    /// The ciphers with the PKCS#12 key derivation (RFC 7292, appendix C).
    pub(super) fn of_pkcs12(object_id: &str) -> Option<Self> {
        Some(match object_id {
            "1.2.840.113549.1.12.1.1" => Self::Rc4Of128,
            "1.2.840.113549.1.12.1.2" => Self::Rc4Of40,
            "1.2.840.113549.1.12.1.3" => Self::TripleDes,
            "1.2.840.113549.1.12.1.4" => Self::TwoKeyTripleDes,
            "1.2.840.113549.1.12.1.5" => Self::Rc2Of128,
            "1.2.840.113549.1.12.1.6" => Self::Rc2Of40,
            _ => return None,
        })
    }

    /// The ciphers of PBES2 (RFC 8018, appendix B.2).
    pub(super) fn of_pbes2(object_id: &str) -> Option<Self> {
        Some(match object_id {
            "2.16.840.1.101.3.4.1.2" => Self::Aes128,
            "2.16.840.1.101.3.4.1.22" => Self::Aes192,
            "2.16.840.1.101.3.4.1.42" => Self::Aes256,
            "1.2.840.113549.3.7" => Self::TripleDes,
            _ => return None,
        })
    }

    pub(super) fn key_bytes(self) -> usize {
        match self {
            Self::Rc2Of40 | Self::Rc4Of40 => 5,
            Self::Aes128 | Self::TwoKeyTripleDes | Self::Rc2Of128 | Self::Rc4Of128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    pub(super) fn iv_bytes(self) -> usize {
        match self {
            Self::Rc4Of40 | Self::Rc4Of128 => 0,
            Self::TwoKeyTripleDes | Self::TripleDes | Self::Rc2Of40 | Self::Rc2Of128 => 8,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
        }
    }

    /// The plain octets, in the place of the encrypted ones; `None` when the padding shows a wrong key.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        octets: Zeroizing<Vec<u8>>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Aes128 => cbc(Decryptor::<Aes128>::new_from_slices(key, iv).ok()?, octets),
            Self::Aes192 => cbc(Decryptor::<Aes192>::new_from_slices(key, iv).ok()?, octets),
            Self::Aes256 => cbc(Decryptor::<Aes256>::new_from_slices(key, iv).ok()?, octets),
            Self::TwoKeyTripleDes => cbc(Decryptor::<TdesEde2>::new_from_slices(key, iv).ok()?, octets),
            Self::TripleDes => cbc(Decryptor::<TdesEde3>::new_from_slices(key, iv).ok()?, octets),
            Self::Rc2Of40 | Self::Rc2Of128 => {
                let rc2 = Rc2::new_from_slice(key).ok()?;
                cbc(Decryptor::inner_iv_slice_init(rc2, iv).ok()?, octets)
            }
            Self::Rc4Of40 | Self::Rc4Of128 => rc4(key, octets),
        }
    }
}

fn cbc<C: BlockDecryptMut + BlockCipher>(
    decryptor: Decryptor<C>,
    mut octets: Zeroizing<Vec<u8>>,
) -> Option<Zeroizing<Vec<u8>>> {
    let plain_bytes = decryptor.decrypt_padded_mut::<Pkcs7>(&mut octets).ok()?.len();
    octets.truncate(plain_bytes);
    Some(octets)
}

/// RC4 as its leaked source has it; some writers of the nineties used it for certificates.
fn rc4(key: &[u8], mut octets: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    let mut state = Zeroizing::new([0u8; 256]);
    for (entry, value) in state.iter_mut().zip(0u8..=255) {
        *entry = value;
    }
    let mut j = 0u8;
    for (i, key_octet) in (0..256).zip(key.iter().cycle()) {
        j = j.wrapping_add(*state.get(i)?).wrapping_add(*key_octet);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0u8, 0u8);
    for octet in octets.iter_mut() {
        i = i.wrapping_add(1);
        j = j.wrapping_add(*state.get(usize::from(i))?);
        state.swap(usize::from(i), usize::from(j));
        let sum = state.get(usize::from(i))?.wrapping_add(*state.get(usize::from(j))?);
        *octet ^= state.get(usize::from(sum))?;
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::Cipher;

    #[test]
    fn rc4_gives_the_known_stream() {
        // RFC 6229, key length 40 bits, offset 0.
        let stream = Cipher::Rc4Of40.decrypt(&[1, 2, 3, 4, 5], &[], Zeroizing::new(vec![0; 16])).unwrap();
        assert_eq!(crate::names::hex(&stream), "B2396305F03DC027CCC3524A0A1118A8");
    }

    #[test]
    fn octets_that_are_no_whole_blocks_are_refused() {
        assert!(Cipher::Aes128.decrypt(&[0; 16], &[0; 16], Zeroizing::new(vec![0; 17])).is_none());
        assert!(Cipher::TripleDes.decrypt(&[0; 24], &[0; 8], Zeroizing::default()).is_none());
    }
}
