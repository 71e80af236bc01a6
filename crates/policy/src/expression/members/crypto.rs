//! Digests, keyed digests and random bytes.

use crate::error::EvaluationError;
use crate::expression::arguments::{bytes, made_bytes, object};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::evaluate::Step;
use crate::expression::hash::{Algorithm, Hash};
use crate::expression::object::Object;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["KeyedHashAlgorithm", "HMAC"], bases: &["object"], ..plain("HashAlgorithm", HASH) },
    Class { aliases: &["MD5CryptoServiceProvider"], bases: &["HashAlgorithm"], ..plain("MD5", MD5) },
    Class {
        aliases: &["SHA1Managed", "SHA1CryptoServiceProvider"],
        bases: &["HashAlgorithm"],
        ..plain("SHA1", SHA1)
    },
    Class {
        aliases: &["SHA256Managed", "SHA256CryptoServiceProvider"],
        bases: &["HashAlgorithm"],
        ..plain("SHA256", SHA256)
    },
    Class { aliases: &["SHA384Managed"], bases: &["HashAlgorithm"], ..plain("SHA384", SHA384) },
    Class { aliases: &["SHA512Managed"], bases: &["HashAlgorithm"], ..plain("SHA512", SHA512) },
    Class { bases: &["HashAlgorithm"], ..plain("HMACMD5", HMAC_MD5) },
    Class { bases: &["HashAlgorithm"], ..plain("HMACSHA1", HMAC_SHA1) },
    Class { bases: &["HashAlgorithm"], ..plain("HMACSHA256", HMAC_SHA256) },
    Class { bases: &["HashAlgorithm"], ..plain("HMACSHA384", HMAC_SHA384) },
    Class { bases: &["HashAlgorithm"], ..plain("HMACSHA512", HMAC_SHA512) },
    Class {
        aliases: &["RandomNumberGenerator"],
        bases: &["object"],
        ..plain("RNGCryptoServiceProvider", RANDOM)
    },
    enumeration("CipherMode", &[("CBC", 1), ("ECB", 2), ("OFB", 3), ("CFB", 4), ("CTS", 5)]),
    enumeration("PaddingMode", &[("None", 1), ("PKCS7", 2), ("Zeros", 3), ("ANSIX923", 4), ("ISO10126", 5)]),
];

const HASH: &[Member] = &[
    member(&["ComputeHash(byte[] buffer): byte[]"], |machine, a| {
        let bytes = bytes(a, 1)?;
        machine.spend(bytes.len() / 64)?;
        Ok(made_bytes(hash(a)?.digest(&bytes)))
    }),
    member(&["Key: byte[]"], |_, a| Ok(made_bytes(hash(a)?.key().ok_or(EvaluationError::WrongKind)?))),
    member(&["Dispose(): void", "Clear(): void", "Initialize(): void"], |_, _| Ok(Value::Null)),
];

macro_rules! digest {
    ($table:ident, $name:literal, $algorithm:expr) => {
        const $table: &[Member] = &[
            member(&["new()", concat!("static Create(): ", $name)], |_, _| {
                Ok(Value::object(Object::Hash(Hash::plain($algorithm))))
            }),
            member(&["static HashData(byte[] source): byte[]"], |_, a| {
                Ok(made_bytes(Hash::plain($algorithm).digest(&bytes(a, 0)?)))
            }),
        ];
    };
}

macro_rules! keyed {
    ($table:ident, $algorithm:expr) => {
        const $table: &[Member] = &[
            member(&["new(byte[] key)"], |_, a| {
                Ok(Value::object(Object::Hash(Hash::keyed($algorithm, bytes(a, 0)?))))
            }),
            member(&["new()"], |machine, _| {
                let mut key = [0; 64];
                machine.situation.facts.random(&mut key);
                Ok(Value::object(Object::Hash(Hash::keyed($algorithm, key.to_vec()))))
            }),
        ];
    };
}

digest!(MD5, "MD5", Algorithm::Md5);
digest!(SHA1, "SHA1", Algorithm::Sha1);
digest!(SHA256, "SHA256", Algorithm::Sha256);
digest!(SHA384, "SHA384", Algorithm::Sha384);
digest!(SHA512, "SHA512", Algorithm::Sha512);
keyed!(HMAC_MD5, Algorithm::Md5);
keyed!(HMAC_SHA1, Algorithm::Sha1);
keyed!(HMAC_SHA256, Algorithm::Sha256);
keyed!(HMAC_SHA384, Algorithm::Sha384);
keyed!(HMAC_SHA512, Algorithm::Sha512);

const RANDOM: &[Member] = &[
    member(&["new()", "static Create(): RNGCryptoServiceProvider"], |_, _| {
        Ok(Value::object(Object::Thing("RNGCryptoServiceProvider")))
    }),
    member(&["GetBytes(byte[] data): void", "GetNonZeroBytes(byte[] data): void"], |machine, a| {
        if let Object::Bytes(bytes) = object(a, 1)? {
            machine.situation.facts.random(&mut bytes.borrow_mut());
        }
        Ok(Value::Null)
    }),
    member(&["Dispose(): void"], |_, _| Ok(Value::Null)),
];

fn hash(a: &[Value]) -> Step<&Hash> {
    match object(a, 0)? {
        Object::Hash(hash) => Ok(hash),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}
