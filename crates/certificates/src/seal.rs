//! Keeps secrets sealed at rest: XChaCha20-Poly1305 under a master key, bound to the row they belong to.

use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::secret::Secret;
use zeroize::Zeroizing;

pub use self::master_key::{MasterKey, NotAMasterKey};

pub mod key_file;
mod master_key;

/// Seals and unseals with the current master key; older ones only unseal, so that rows can be sealed anew one by
/// one after a rotation.
#[derive(Clone)]
pub struct Vault {
    current: MasterKey,
    older: Vec<MasterKey>,
}

/// Why a secret can't be sealed or unsealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the machine gives no random numbers")]
    NoRandomness,
    #[error("the sealed bytes have a form that this version doesn't know")]
    UnknownForm,
    #[error("the secret was sealed under the master key `{id}`, which isn't there")]
    UnknownMasterKey { id: String },
    #[error("the sealed bytes are damaged or belong to something else")]
    Damaged,
}

impl Vault {
    /// A vault that seals with `current`.
    #[must_use]
    pub fn new(current: MasterKey, older: Vec<MasterKey>) -> Self {
        Self { current, older }
    }

    /// Seals with a fresh nonce. `bound_to` names what the secret belongs to, such as a certificate's id and
    /// version; unsealing needs the same text.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, secret: &Secret, bound_to: &str) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let head = head(&self.current);
        let mut octets = Zeroizing::new(Vec::with_capacity(secret.expose().len() + TAG_BYTES));
        octets.extend_from_slice(secret.expose());
        let associated = associated_data(&head, bound_to);
        cipher(&self.current)
            .encrypt_in_place(XNonce::from_slice(&nonce), &associated, &mut *octets)
            .map_err(|_| SealError::UnknownForm)?;
        Ok([head.as_slice(), &nonce, &octets].concat())
    }

    /// The secret, when it was sealed for the same `bound_to` under a master key of this vault.
    ///
    /// # Errors
    /// All of [`SealError`] but the first.
    pub fn unseal(&self, sealed: &[u8], bound_to: &str) -> Result<Secret, SealError> {
        let parts = Parts::read(sealed)?;
        let mut keys = std::iter::once(&self.current).chain(&self.older);
        let Some(key) = keys.find(|key| head(key) == parts.head) else {
            return Err(SealError::UnknownMasterKey { id: parts.key_id() });
        };
        let mut octets = Zeroizing::new(parts.ciphertext.to_vec());
        let associated = associated_data(parts.head, bound_to);
        cipher(key)
            .decrypt_in_place(XNonce::from_slice(parts.nonce), &associated, &mut *octets)
            .map_err(|_| SealError::Damaged)?;
        Ok(Secret::new(std::mem::take(&mut *octets)))
    }

    /// What tells the current master key from others; says nothing about it.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.current.id()
    }

    /// Whether one of its master keys has this id.
    #[must_use]
    pub fn has_key(&self, id: &str) -> bool {
        std::iter::once(&self.current).chain(&self.older).any(|key| key.id() == id)
    }

    /// Whether the bytes are sealed under the current master key, so that a rotation can pass them over.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        Parts::read(sealed).is_ok_and(|parts| parts.head == head(&self.current))
    }
}

/// Sealed bytes taken apart: form and master key's id, nonce, ciphertext with its tag.
struct Parts<'a> {
    head: &'a [u8],
    nonce: &'a [u8],
    ciphertext: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(sealed: &'a [u8]) -> Result<Self, SealError> {
        if sealed.first() != Some(&FORM) {
            return Err(SealError::UnknownForm);
        }
        let (head, rest) = sealed.split_at_checked(HEAD_BYTES).ok_or(SealError::Damaged)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_BYTES).ok_or(SealError::Damaged)?;
        Ok(Self { head, nonce, ciphertext })
    }

    fn key_id(&self) -> String {
        crate::names::hex(self.head.get(1..).unwrap_or_default()).to_ascii_lowercase()
    }
}

fn cipher(key: &MasterKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose().into())
}

fn head(key: &MasterKey) -> [u8; HEAD_BYTES] {
    let mut head = [FORM; HEAD_BYTES];
    for (to, from) in head.iter_mut().skip(1).zip(key.id_octets()) {
        *to = from;
    }
    head
}

/// The head is covered, too: neither form nor key id can be exchanged without notice.
fn associated_data(head: &[u8], bound_to: &str) -> Vec<u8> {
    [PURPOSE, head, bound_to.as_bytes()].concat()
}

/// The first octet: XChaCha20-Poly1305, then the master key's id, the nonce, the ciphertext and its tag.
const FORM: u8 = 1;
const HEAD_BYTES: usize = 1 + master_key::ID_BYTES;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const PURPOSE: &[u8] = b"postern sealed secret\0";
