//! `Aes`, `SymmetricAlgorithm` and what they make, and the vendor's `byte[].Encrypt` and `Decrypt`.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, bytes, made_bytes, object, size, text};
use crate::expression::cipher::{Cipher, Direction, Transform, failed};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::object::Object;
use crate::value::{Enumeration, Value};

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["object"], ..plain("SymmetricAlgorithm", ALGORITHM) },
    Class {
        aliases: &["AesManaged", "AesCryptoServiceProvider", "RijndaelManaged", "Rijndael"],
        bases: &["SymmetricAlgorithm"],
        ..plain("Aes", AES)
    },
    Class { bases: &["object"], ..plain("ICryptoTransform", TRANSFORM) },
];

const AES: &[Member] = &[member(&["new()", "static Create(): Aes"], |machine, _| Ok(made(machine)))];

const ALGORITHM: &[Member] = &[
    member(&["static Create(string algName): SymmetricAlgorithm"], |machine, a| {
        known(&text(a, 0)?)?;
        Ok(made(machine))
    }),
    member(&["Key: byte[]"], |_, a| Ok(made_bytes(cipher(at(a, 0))?.key.borrow().clone()))),
    member(&["IV: byte[]"], |_, a| Ok(made_bytes(cipher(at(a, 0))?.iv.borrow().clone()))),
    member(&["Mode: CipherMode"], |_, a| Ok(named("CipherMode", cipher(at(a, 0))?.mode()))),
    member(&["Padding: PaddingMode"], |_, a| Ok(named("PaddingMode", cipher(at(a, 0))?.padding()))),
    member(&["KeySize: int"], |_, a| {
        let bits = cipher(at(a, 0))?.key.borrow().len().saturating_mul(8);
        Ok(Value::Int(i32::try_from(bits).unwrap_or(i32::MAX)))
    }),
    member(&["BlockSize: int"], |_, _| Ok(Value::Int(128))),
    member(&["GenerateKey(): void"], |machine, a| {
        machine.situation.facts.random(&mut cipher(at(a, 0))?.key.borrow_mut());
        Ok(Value::Null)
    }),
    member(&["GenerateIV(): void"], |machine, a| {
        machine.situation.facts.random(&mut cipher(at(a, 0))?.iv.borrow_mut());
        Ok(Value::Null)
    }),
    member(
        &["CreateEncryptor(): ICryptoTransform", "CreateEncryptor(byte[] key, byte[] iv): ICryptoTransform"],
        |_, a| transform(a, Direction::Encrypt),
    ),
    member(
        &["CreateDecryptor(): ICryptoTransform", "CreateDecryptor(byte[] key, byte[] iv): ICryptoTransform"],
        |_, a| transform(a, Direction::Decrypt),
    ),
    member(&["Dispose(): void", "Clear(): void"], |_, _| Ok(Value::Null)),
];

const TRANSFORM: &[Member] = &[
    member(&["TransformFinalBlock(byte[] buffer, int offset, int count): byte[]"], |machine, a| {
        let Object::Transform(transform) = object(a, 0)? else {
            return Err(EvaluationError::WrongKind.into());
        };
        let (buffer, offset) = (bytes(a, 1)?, size(a, 2)?);
        let part = buffer.get(offset..offset.saturating_add(size(a, 3)?));
        run(machine, &transform.cipher, transform.direction, part.ok_or(EvaluationError::OutOfRange)?)
    }),
    member(&["Dispose(): void"], |_, _| Ok(Value::Null)),
];

/// `bytes.Encrypt(alg, key, iv)`, where `alg` is a name or an object, which may have its keys already.
pub(crate) fn encrypt(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    at_once(machine, a, Direction::Encrypt)
}

/// `bytes.Decrypt(alg, key, iv)`, likewise.
pub(crate) fn decrypt(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    at_once(machine, a, Direction::Decrypt)
}

fn at_once(machine: &mut Machine<'_>, a: &[Value], direction: Direction) -> Step<Value> {
    let input = bytes(a, 0)?;
    if a.len() < 3 {
        return run(machine, cipher(at(a, 1))?, direction, &input);
    }
    let (key, iv) = (bytes(a, 2)?, bytes(a, 3)?);
    let cipher = match at(a, 1) {
        Value::Object(_) => cipher(at(a, 1))?.with(key, iv)?,
        _ => {
            known(&text(a, 1)?)?;
            Cipher::new(key, iv)
        }
    };
    run(machine, &cipher, direction, &input)
}

fn run(machine: &mut Machine<'_>, cipher: &Cipher, direction: Direction, input: &[u8]) -> Step<Value> {
    machine.spend(input.len() / 16)?;
    machine.make(input.len())?;
    Ok(made_bytes(cipher.run(direction, input)?))
}

fn transform(a: &[Value], direction: Direction) -> Step<Value> {
    let own = cipher(at(a, 0))?;
    let (key, iv) = match a.len() {
        0..3 => (own.key.borrow().clone(), own.iv.borrow().clone()),
        _ => (bytes(a, 1)?, bytes(a, 2)?),
    };
    Ok(Value::object(Object::Transform(Transform { cipher: own.with(key, iv)?, direction })))
}

/// A new one has keys that nobody knows, as in .NET.
fn made(machine: &Machine<'_>) -> Value {
    let (mut key, mut iv) = (vec![0; 32], vec![0; 16]);
    machine.situation.facts.random(&mut key);
    machine.situation.facts.random(&mut iv);
    Value::object(Object::Cipher(Cipher::new(key, iv)))
}

fn known(algorithm: &str) -> Step<()> {
    let short = algorithm.rsplit('.').next().unwrap_or_default();
    let known = ["Aes", "AesManaged", "AesCryptoServiceProvider", "Rijndael", "RijndaelManaged"];
    if known.iter().any(|name| name.eq_ignore_ascii_case(short)) {
        return Ok(());
    }
    Err(failed("The only known symmetric algorithm is `Aes`.").into())
}

fn cipher(value: &Value) -> Step<&Cipher> {
    match value {
        Value::Object(object) => match &**object {
            Object::Cipher(cipher) => Ok(cipher),
            _ => Err(EvaluationError::WrongKind.into()),
        },
        Value::Null => Err(EvaluationError::NullReference.into()),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn named(of: &'static str, (name, number): (&'static str, i32)) -> Value {
    Value::Enumeration(Enumeration { of, name, number })
}
