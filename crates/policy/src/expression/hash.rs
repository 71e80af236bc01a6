//! Digests and keyed digests: `SHA256.Create()`, `new HMACSHA256(key)` and their kin.

use std::cell::RefCell;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::error::EvaluationError;
use crate::expression::object::Object;
use crate::value::Value;

/// An algorithm, and the key if it is a keyed one. `Debug` shows no key.
pub(crate) struct Hash {
    algorithm: Algorithm,
    key: Option<RefCell<Vec<u8>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) fn plain(algorithm: Algorithm) -> Self {
        Self { algorithm, key: None }
    }

    pub(crate) fn keyed(algorithm: Algorithm, key: Vec<u8>) -> Self {
        Self { algorithm, key: Some(RefCell::new(key)) }
    }

    pub(crate) fn class(&self) -> &'static str {
        match (self.algorithm, self.key.is_some()) {
            (Algorithm::Md5, false) => "MD5",
            (Algorithm::Sha1, false) => "SHA1",
            (Algorithm::Sha256, false) => "SHA256",
            (Algorithm::Sha384, false) => "SHA384",
            (Algorithm::Sha512, false) => "SHA512",
            (Algorithm::Md5, true) => "HMACMD5",
            (Algorithm::Sha1, true) => "HMACSHA1",
            (Algorithm::Sha256, true) => "HMACSHA256",
            (Algorithm::Sha384, true) => "HMACSHA384",
            (Algorithm::Sha512, true) => "HMACSHA512",
        }
    }

    pub(crate) fn digest(&self, bytes: &[u8]) -> Vec<u8> {
        let Some(key) = &self.key else {
            return match self.algorithm {
                Algorithm::Md5 => Md5::digest(bytes).to_vec(),
                Algorithm::Sha1 => Sha1::digest(bytes).to_vec(),
                Algorithm::Sha256 => Sha256::digest(bytes).to_vec(),
                Algorithm::Sha384 => Sha384::digest(bytes).to_vec(),
                Algorithm::Sha512 => Sha512::digest(bytes).to_vec(),
            };
        };
        let key = key.borrow();
        match self.algorithm {
            Algorithm::Md5 => mac::<Hmac<Md5>>(&key, bytes),
            Algorithm::Sha1 => mac::<Hmac<Sha1>>(&key, bytes),
            Algorithm::Sha256 => mac::<Hmac<Sha256>>(&key, bytes),
            Algorithm::Sha384 => mac::<Hmac<Sha384>>(&key, bytes),
            Algorithm::Sha512 => mac::<Hmac<Sha512>>(&key, bytes),
        }
    }

    pub(crate) fn key(&self) -> Option<Vec<u8>> {
        self.key.as_ref().map(|key| key.borrow().clone())
    }

    /// `hmac.Key = bytes`.
    pub(crate) fn set(&self, name: &str, value: &Value) -> Result<(), EvaluationError> {
        let (Some(key), Value::Object(object), "Key") = (&self.key, value, name) else {
            return Err(EvaluationError::WrongKind);
        };
        let Object::Bytes(bytes) = &**object else { return Err(EvaluationError::WrongKind) };
        *key.borrow_mut() = bytes.borrow().clone();
        Ok(())
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    // A key of any length is fine for HMAC (RFC 2104 §3).
    let Ok(mut mac) = <M as Mac>::new_from_slice(key) else { return Vec::new() };
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.class())
    }
}
