//! AES (FIPS 197) as `Aes`, `SymmetricAlgorithm` and `byte[].Encrypt` give it.

use std::cell::{Cell, RefCell};

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{
    BlockCipher, BlockDecrypt, BlockDecryptMut, BlockEncrypt, BlockEncryptMut, KeyInit, KeyIvInit,
};
use aes::{Aes128, Aes192, Aes256};

use crate::error::EvaluationError;
use crate::expression::object::Object;
use crate::value::Value;

/// What is set on an algorithm before it is used. `Debug` shows no key.
pub(crate) struct Cipher {
    pub(crate) key: RefCell<Vec<u8>>,
    pub(crate) iv: RefCell<Vec<u8>>,
    mode: Cell<Mode>,
    padding: Cell<Padding>,
}

/// What encrypts or decrypts.
#[derive(Debug)]
pub(crate) struct Transform {
    pub(crate) cipher: Cipher,
    pub(crate) direction: Direction,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    Encrypt,
    Decrypt,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Cbc,
    Ecb,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Padding {
    None,
    Pkcs7,
    Zeros,
}

impl Cipher {
    /// As .NET makes it: CBC and PKCS #7.
    pub(crate) fn new(key: Vec<u8>, iv: Vec<u8>) -> Self {
        Self {
            key: RefCell::new(key),
            iv: RefCell::new(iv),
            mode: Cell::new(Mode::Cbc),
            padding: Cell::new(Padding::Pkcs7),
        }
    }

    /// The same with other keys.
    pub(crate) fn with(&self, key: Vec<u8>, iv: Vec<u8>) -> Result<Self, EvaluationError> {
        check(&key, &iv)?;
        Ok(Self { mode: self.mode.clone(), padding: self.padding.clone(), ..Self::new(key, iv) })
    }

    /// `aes.Key = bytes` and its kin.
    pub(crate) fn set(&self, name: &str, value: &Value) -> Result<(), EvaluationError> {
        match (name, value) {
            ("Key" | "IV", Value::Object(object)) => {
                let Object::Bytes(bytes) = &**object else { return Err(EvaluationError::WrongKind) };
                let bytes = bytes.borrow().clone();
                match name {
                    "Key" => check(&bytes, &[0; BLOCK])?,
                    _ => check(&[0; BLOCK], &bytes)?,
                }
                let slot = if name == "Key" { &self.key } else { &self.iv };
                *slot.borrow_mut() = bytes;
            }
            ("Mode", Value::Enumeration(mode)) => self.mode.set(match mode.name {
                "CBC" => Mode::Cbc,
                "ECB" => Mode::Ecb,
                _ => return Err(failed("Specified cipher mode is not valid for this algorithm.")),
            }),
            ("Padding", Value::Enumeration(padding)) => self.padding.set(match padding.name {
                "None" => Padding::None,
                "PKCS7" => Padding::Pkcs7,
                "Zeros" => Padding::Zeros,
                _ => return Err(failed("Specified padding mode is not valid for this algorithm.")),
            }),
            // The size follows from the key; whoever says it sets the key as well.
            ("KeySize", size) if matches!(size.whole(), Some(128 | 192 | 256)) => {}
            ("BlockSize", size) if size.whole() == Some(128) => {}
            ("KeySize" | "BlockSize", _) => {
                return Err(failed("Specified size is not valid for this algorithm."));
            }
            _ => return Err(EvaluationError::WrongKind),
        }
        Ok(())
    }

    /// `Mode` and `Padding`, as .NET names and numbers them.
    pub(crate) fn mode(&self) -> (&'static str, i32) {
        if self.mode.get() == Mode::Cbc { ("CBC", 1) } else { ("ECB", 2) }
    }

    pub(crate) fn padding(&self) -> (&'static str, i32) {
        match self.padding.get() {
            Padding::None => ("None", 1),
            Padding::Pkcs7 => ("PKCS7", 2),
            Padding::Zeros => ("Zeros", 3),
        }
    }

    /// # Errors
    /// The keys have no size of AES, the text is no whole number of blocks, or its padding is wrong.
    pub(crate) fn run(&self, direction: Direction, text: &[u8]) -> Result<Vec<u8>, EvaluationError> {
        let (key, iv) = (self.key.borrow(), self.iv.borrow());
        check(&key, if self.mode.get() == Mode::Ecb { &[0; BLOCK] } else { &iv })?;
        let mut blocks = text.to_vec();
        if direction == Direction::Encrypt {
            self.pad(&mut blocks);
        }
        if !blocks.len().is_multiple_of(BLOCK) {
            return Err(failed("The input data is not a complete block."));
        }
        match key.len() {
            16 => run::<Aes128>(self.mode.get(), direction, (&key, &iv), &mut blocks),
            24 => run::<Aes192>(self.mode.get(), direction, (&key, &iv), &mut blocks),
            _ => run::<Aes256>(self.mode.get(), direction, (&key, &iv), &mut blocks),
        };
        if direction == Direction::Decrypt && self.padding.get() == Padding::Pkcs7 {
            unpad(&mut blocks)?;
        }
        Ok(blocks)
    }

    fn pad(&self, text: &mut Vec<u8>) {
        let short = BLOCK - text.len() % BLOCK;
        match self.padding.get() {
            Padding::Pkcs7 => text.resize(text.len() + short, u8::try_from(short).unwrap_or_default()),
            Padding::Zeros if short < BLOCK => text.resize(text.len() + short, 0),
            Padding::Zeros | Padding::None => {}
        }
    }
}

/// RFC 5652 §6.3.
fn unpad(text: &mut Vec<u8>) -> Result<(), EvaluationError> {
    let wrong = || failed("Padding is invalid and cannot be removed.");
    let Some(last) = text.last().copied() else { return Ok(()) };
    let length = usize::from(last);
    let kept = text.len().checked_sub(length).filter(|_| (1..=BLOCK).contains(&length)).ok_or_else(wrong)?;
    if text.iter().skip(kept).any(|byte| *byte != last) {
        return Err(wrong());
    }
    text.truncate(kept);
    Ok(())
}

/// Runs over whole blocks; the keys have been checked, so that none is refused.
fn run<C>(mode: Mode, direction: Direction, (key, iv): (&[u8], &[u8]), blocks: &mut [u8])
where
    C: BlockCipher + BlockEncrypt + BlockDecrypt + KeyInit,
{
    let length = blocks.len();
    match (mode, direction) {
        (Mode::Cbc, Direction::Encrypt) => {
            if let Ok(cipher) = cbc::Encryptor::<C>::new_from_slices(key, iv) {
                let _ = cipher.encrypt_padded_mut::<NoPadding>(blocks, length);
            }
        }
        (Mode::Cbc, Direction::Decrypt) => {
            if let Ok(cipher) = cbc::Decryptor::<C>::new_from_slices(key, iv) {
                let _ = cipher.decrypt_padded_mut::<NoPadding>(blocks);
            }
        }
        (Mode::Ecb, _) => {
            let Ok(cipher) = C::new_from_slice(key) else { return };
            for block in blocks.chunks_exact_mut(BLOCK) {
                let block = aes::cipher::Block::<C>::from_mut_slice(block);
                match direction {
                    Direction::Encrypt => cipher.encrypt_block(block),
                    Direction::Decrypt => cipher.decrypt_block(block),
                }
            }
        }
    }
}

fn check(key: &[u8], iv: &[u8]) -> Result<(), EvaluationError> {
    if !matches!(key.len(), 16 | 24 | 32) {
        return Err(failed("Specified key is not a valid size for this algorithm."));
    }
    if iv.len() != BLOCK {
        let message =
            "Specified initialization vector (IV) does not match the block size for this algorithm.";
        return Err(failed(message));
    }
    Ok(())
}

pub(crate) fn failed(message: &'static str) -> EvaluationError {
    EvaluationError::thrown("CryptographicException", message)
}

/// Bytes of a block.
const BLOCK: usize = 16;

impl std::fmt::Debug for Cipher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Cipher").field("mode", &self.mode).finish_non_exhaustive()
    }
}
