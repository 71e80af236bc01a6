//! RSA keys of certificates, and certificates that expressions read. The host holds the keys and does the work.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, bytes, made_bytes, object, text_or_none};
use crate::expression::cipher::failed;
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::object::Object;
use crate::facts::Certificate;
use crate::rsa::{FileProblem, KeyHalf, RsaDigest, RsaPadding, RsaScheme};
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["object"], ..plain("AsymmetricAlgorithm", ALGORITHM) },
    Class { bases: &["AsymmetricAlgorithm"], ..plain("RSA", RSA) },
    plain("RSACertificateExtensions", EXTENSIONS),
    enumeration("HashAlgorithmName", &[("SHA1", 1), ("SHA256", 2), ("SHA384", 3), ("SHA512", 4)]),
    enumeration("RSASignaturePadding", &[("Pkcs1", 0), ("Pss", 1)]),
    enumeration(
        "X509KeyStorageFlags",
        &[
            ("DefaultKeySet", 0),
            ("UserKeySet", 1),
            ("MachineKeySet", 2),
            ("Exportable", 4),
            ("UserProtected", 8),
            ("PersistKeySet", 16),
            ("EphemeralKeySet", 32),
        ],
    ),
];

const ALGORITHM: &[Member] = &[
    member(&["KeySize: int"], |machine, a| {
        let (certificate, half) = key(a)?;
        let bits = machine.situation.facts.rsa_bits(certificate, half).unwrap_or_default();
        Ok(Value::Int(i32::try_from(bits).unwrap_or(i32::MAX)))
    }),
    member(&["Dispose(): void", "Clear(): void"], |_, _| Ok(Value::Null)),
];

const RSA: &[Member] = &[
    member(
        &["SignData(byte[] data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding): byte[]"],
        |machine, a| {
            let ((certificate, half), data) = (key(a)?, bytes(a, 1)?);
            let scheme = scheme(at(a, 2), at(a, 3))?;
            machine.spend(STEPS_TO_SIGN + data.len() / 64)?;
            if half == KeyHalf::Public {
                return Err(failed("The key is a public one: it doesn't sign.").into());
            }
            if scheme.digest == RsaDigest::Sha1 {
                return Err(failed("Nothing is signed with SHA1 any more: use SHA256.").into());
            }
            let signature = machine.situation.facts.sign(certificate, scheme, &data);
            Ok(made_bytes(signature.ok_or_else(unusable)?))
        },
    ),
    member(
        &[
            "VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding): bool",
        ],
        |machine, a| {
            let ((certificate, _), data, signature) = (key(a)?, bytes(a, 1)?, bytes(a, 2)?);
            let scheme = scheme(at(a, 3), at(a, 4))?;
            machine.spend(STEPS_TO_VERIFY + data.len() / 64)?;
            let verdict = machine.situation.facts.has_signed(certificate, scheme, &data, &signature);
            Ok(Value::Bool(verdict.ok_or_else(unusable)?))
        },
    ),
];

const EXTENSIONS: &[Member] = &[
    member(&["static GetRSAPrivateKey(X509Certificate2 certificate): RSA"], private_key),
    member(&["static GetRSAPublicKey(X509Certificate2 certificate): RSA"], public_key),
];

/// Null if the certificate has no private key here, or one that isn't RSA.
pub(crate) fn private_key(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    key_of(machine, a, KeyHalf::Private)
}

/// Null if the certificate's key isn't RSA.
pub(crate) fn public_key(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    key_of(machine, a, KeyHalf::Public)
}

/// `new X509Certificate2(bytes, password)`: DER, PEM or PFX.
pub(crate) fn read(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let (file, password) = (bytes(a, 0)?, text_or_none(a, 1)?);
    machine.spend(if password.is_some() { STEPS_TO_OPEN } else { STEPS_TO_READ })?;
    match machine.situation.facts.read_certificate(&file, password.as_deref()) {
        Ok(certificate) => Ok(Value::Certificate(certificate)),
        Err(FileProblem::Unreadable) => Err(failed("Cannot find the requested object.").into()),
        Err(FileProblem::Password) => Err(failed("The specified network password is not correct.").into()),
    }
}

fn key_of(machine: &Machine<'_>, a: &[Value], half: KeyHalf) -> Step<Value> {
    let Value::Certificate(certificate) = at(a, 0) else {
        let wrong = match at(a, 0) {
            Value::Null => EvaluationError::NullReference,
            _ => EvaluationError::WrongKind,
        };
        return Err(wrong.into());
    };
    if machine.situation.facts.rsa_bits(certificate, half).is_none() {
        return Ok(Value::Null);
    }
    Ok(Value::object(Object::Rsa { certificate: Arc::clone(certificate), half }))
}

fn key(a: &[Value]) -> Step<(&Certificate, KeyHalf)> {
    match object(a, 0)? {
        Object::Rsa { certificate, half } => Ok((certificate, *half)),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn scheme(digest: &Value, padding: &Value) -> Step<RsaScheme> {
    let (Value::Enumeration(digest), Value::Enumeration(padding)) = (digest, padding) else {
        return Err(EvaluationError::NullArgument.into());
    };
    let digest = match digest.name {
        "SHA1" => RsaDigest::Sha1,
        "SHA384" => RsaDigest::Sha384,
        "SHA512" => RsaDigest::Sha512,
        _ => RsaDigest::Sha256,
    };
    let padding = if padding.name == "Pss" { RsaPadding::Pss } else { RsaPadding::Pkcs1 };
    Ok(RsaScheme { digest, padding })
}

fn unusable() -> EvaluationError {
    failed("The key can't be used here.")
}

/// A signature takes milliseconds, so that few may be made in one expression; opening a PFX longer still.
const STEPS_TO_SIGN: usize = 50_000;
const STEPS_TO_VERIFY: usize = 5_000;
const STEPS_TO_READ: usize = 1_000;
const STEPS_TO_OPEN: usize = 400_000;
