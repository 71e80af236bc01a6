//! `List`: what it can do beyond other sequences.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, size};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::members::collections::{list, made, sort};
use crate::expression::object::ListKind;
use crate::expression::sequence::items;
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[Class {
    parameters: "T",
    bases: &["IList<T>", "ICollection<T>", "IReadOnlyCollection<T>", "IEnumerable<T>", "object"],
    ..plain("List", LIST)
}];

const LIST: &[Member] = &[
    member(&["new()", "new(int capacity)", "new(IEnumerable<T> collection)"], |machine, a| {
        made(machine, a, ListKind::List)
    }),
    member(&["AddRange(IEnumerable<T> collection): void"], |machine, a| {
        let added = items(machine, at(a, 1))?;
        machine.make(added.len() * 32)?;
        list(a)?.items.borrow_mut().extend(added);
        Ok(Value::Null)
    }),
    member(&["RemoveAll(Func<T, bool> match): int"], |machine, a| {
        let all = items(machine, at(a, 0))?;
        let before = all.len();
        let mut kept = Vec::new();
        for item in all {
            if !machine.holds(at(a, 1), &item)? {
                kept.push(item);
            }
        }
        let removed = before - kept.len();
        *list(a)?.items.borrow_mut() = kept;
        count(removed)
    }),
    member(&["ForEach(Action<T> action): void"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            machine.invoke(at(a, 1), &[item])?;
        }
        Ok(Value::Null)
    }),
    member(&["Find(Func<T, bool> match): T"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            if machine.holds(at(a, 1), &item)? {
                return Ok(item);
            }
        }
        Ok(Value::Null)
    }),
    member(&["FindAll(Func<T, bool> match): List<T>"], |machine, a| {
        let mut found = Vec::new();
        for item in items(machine, at(a, 0))? {
            if machine.holds(at(a, 1), &item)? {
                found.push(item);
            }
        }
        machine.listed(ListKind::List, Type::Unknown, found)
    }),
    member(&["Exists(Func<T, bool> match): bool"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            if machine.holds(at(a, 1), &item)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    member(&["Reverse(): void"], |_, a| {
        list(a)?.items.borrow_mut().reverse();
        Ok(Value::Null)
    }),
    member(&["Sort(): void"], |_, a| sort(at(a, 0))),
    member(&["GetRange(int index, int count): List<T>"], |machine, a| {
        let all = items(machine, at(a, 0))?;
        let start = size(a, 1)?;
        let part = all.get(start..start.saturating_add(size(a, 2)?)).ok_or(EvaluationError::OutOfRange)?;
        machine.listed(ListKind::List, Type::Unknown, part.to_vec())
    }),
    member(&["RemoveRange(int index, int count): void"], |_, a| {
        let (start, length) = (size(a, 1)?, size(a, 2)?);
        let mut items = list(a)?.items.borrow_mut();
        let end = start.checked_add(length).filter(|end| *end <= items.len());
        items.drain(start..end.ok_or(EvaluationError::OutOfRange)?);
        Ok(Value::Null)
    }),
    member(&["ConvertAll<R>(Func<T, R> converter): List<R>"], |machine, a| {
        let mut converted = Vec::new();
        for item in items(machine, at(a, 0))? {
            converted.push(machine.invoke(at(a, 1), &[item])?);
        }
        machine.listed(ListKind::List, Type::Unknown, converted)
    }),
    member(&["FindIndex(Func<T, bool> match): int"], |machine, a| {
        for (place, item) in items(machine, at(a, 0))?.iter().enumerate() {
            if machine.holds(at(a, 1), item)? {
                return count(place);
            }
        }
        Ok(Value::Int(-1))
    }),
    member(&["FindLast(Func<T, bool> match): T"], |machine, a| {
        for item in items(machine, at(a, 0))?.into_iter().rev() {
            if machine.holds(at(a, 1), &item)? {
                return Ok(item);
            }
        }
        Ok(Value::Null)
    }),
    member(&["TrueForAll(Func<T, bool> match): bool"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            if !machine.holds(at(a, 1), &item)? {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }),
    // The same list: nobody has a type at hand to change it through.
    member(&["AsReadOnly(): IReadOnlyCollection<T>"], |_, a| Ok(at(a, 0).clone())),
];
