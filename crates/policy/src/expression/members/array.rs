//! Arrays, and what `Array` does with them.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, size, type_at};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::convert::default_of;
use crate::expression::evaluate::Step;
use crate::expression::members::cipher::{decrypt, encrypt};
use crate::expression::members::collections::{COUNT, copy, element, index_of, sort};
use crate::expression::object::{ListKind, Object};
use crate::expression::sequence::items;
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[Class {
    parameters: "T",
    bases: &["IList<T>", "IReadOnlyCollection<T>", "IEnumerable<T>", "object"],
    ..plain("Array", ARRAY)
}];

const ARRAY: &[Member] = &[
    COUNT,
    member(&["LongLength: long"], |machine, a| {
        Ok(Value::Long(i64::try_from(items(machine, at(a, 0))?.len()).unwrap_or_default()))
    }),
    member(&["this[int index]: T"], element),
    member(&["CopyTo(Array array, int index): void"], |machine, a| {
        let from = items(machine, at(a, 0))?;
        copy(&from, at(a, 1), size(a, 2)?)
    }),
    member(&["static Copy(Array from, Array to, int length): void"], |machine, a| {
        let from = items(machine, at(a, 0))?;
        copy(from.get(..size(a, 2)?).ok_or(EvaluationError::OutOfRange)?, at(a, 1), 0)
    }),
    member(
        &["static Copy(Array from, int fromIndex, Array to, int toIndex, int length): void"],
        |machine, a| {
            let from = items(machine, at(a, 0))?;
            let start = size(a, 1)?;
            let part =
                from.get(start..start.saturating_add(size(a, 4)?)).ok_or(EvaluationError::OutOfRange)?;
            copy(part, at(a, 2), size(a, 3)?)
        },
    ),
    member(
        &["static Reverse(Array array): void", "static Reverse(Array array, int index, int length): void"],
        |machine, a| {
            let mut all = items(machine, at(a, 0))?;
            part(&mut all, a)?.reverse();
            copy(&all, at(a, 0), 0)
        },
    ),
    member(
        &["static Clear(Array array): void", "static Clear(Array array, int index, int length): void"],
        |machine, a| {
            let mut all = items(machine, at(a, 0))?;
            let empty = default_of(&element_type(at(a, 0)));
            part(&mut all, a)?.fill(empty);
            copy(&all, at(a, 0), 0)
        },
    ),
    member(&["static Sort(Array array): void"], |_, a| sort(at(a, 0))),
    member(&["static IndexOf<T>(T[] array, T value): int"], |machine, a| {
        index_of(machine, at(a, 0), at(a, 1))
    }),
    member(&["static Exists<T>(T[] array, Func<T, bool> match): bool"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            if machine.holds(at(a, 1), &item)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    member(&["static Find<T>(T[] array, Func<T, bool> match): T"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            if machine.holds(at(a, 1), &item)? {
                return Ok(item);
            }
        }
        Ok(Value::Null)
    }),
    member(&["static FindAll<T>(T[] array, Func<T, bool> match): T[]"], |machine, a| {
        let mut found = Vec::new();
        for item in items(machine, at(a, 0))? {
            if machine.holds(at(a, 1), &item)? {
                found.push(item);
            }
        }
        machine.listed(ListKind::Array, Type::Unknown, found)
    }),
    member(&["static ConvertAll<T, R>(T[] array, Func<T, R> converter): R[]"], |machine, a| {
        let mut converted = Vec::new();
        for item in items(machine, at(a, 0))? {
            converted.push(machine.invoke(at(a, 1), &[item])?);
        }
        machine.listed(ListKind::Array, Type::Unknown, converted)
    }),
    member(
        &[
            "Encrypt(string alg, byte[] key, byte[] iv): byte[]",
            "Encrypt(SymmetricAlgorithm alg): byte[]",
            "Encrypt(SymmetricAlgorithm alg, byte[] key, byte[] iv): byte[]",
        ],
        encrypt,
    ),
    member(
        &[
            "Decrypt(string alg, byte[] key, byte[] iv): byte[]",
            "Decrypt(SymmetricAlgorithm alg): byte[]",
            "Decrypt(SymmetricAlgorithm alg, byte[] key, byte[] iv): byte[]",
        ],
        decrypt,
    ),
    member(&["static Empty<T>(type T): T[]"], |machine, a| {
        machine.listed(ListKind::Array, type_at(a, 0), Vec::new())
    }),
];

/// The elements from `index` on, `length` of them; all if nothing says which.
fn part<'i>(all: &'i mut [Value], a: &[Value]) -> Step<&'i mut [Value]> {
    if a.len() < 3 {
        return Ok(all);
    }
    let (start, length) = (size(a, 1)?, size(a, 2)?);
    Ok(all.get_mut(start..start.saturating_add(length)).ok_or(EvaluationError::OutOfRange)?)
}

fn element_type(array: &Value) -> Type {
    match array {
        Value::Object(object) => match &**object {
            Object::Bytes(_) => Type::named("byte"),
            Object::List(list) => (*list.element).clone(),
            _ => Type::Unknown,
        },
        _ => Type::Unknown,
    }
}
