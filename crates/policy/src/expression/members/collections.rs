//! What sequences with a count share, sets, queues and stacks.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, int, object, size};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::object::{List, ListKind, Object};
use crate::expression::sequence::items;
use crate::expression::sort::sorted;
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class {
        parameters: "T",
        aliases: &["IReadOnlyList"],
        bases: &["ICollection<T>", "IEnumerable<T>", "object"],
        ..plain("IList", ILIST)
    },
    Class { parameters: "T", bases: &["IEnumerable<T>", "object"], ..plain("ICollection", COLLECTION) },
    Class {
        parameters: "T",
        bases: &["IEnumerable<T>", "object"],
        ..plain("IReadOnlyCollection", COLLECTION)
    },
    Class {
        parameters: "T",
        aliases: &["ISet"],
        bases: &["ICollection<T>", "IEnumerable<T>", "object"],
        ..plain("HashSet", SET)
    },
    Class { parameters: "T", bases: &["IEnumerable<T>", "object"], ..plain("Queue", QUEUE) },
    Class { parameters: "T", bases: &["IEnumerable<T>", "object"], ..plain("Stack", STACK) },
];

pub(crate) const COUNT: Member =
    member(&["Count: int", "Length: int"], |machine, a| count(items(machine, at(a, 0))?.len()));

const COLLECTION: &[Member] = &[COUNT];

const ILIST: &[Member] = &[
    COUNT,
    member(&["this[int index]: T"], element),
    member(&["Add(T item): void"], add),
    member(&["Insert(int index, T item): void"], |_, a| {
        let place = size(a, 1)?;
        let mut items = list(a)?.items.borrow_mut();
        if place > items.len() {
            return Err(EvaluationError::OutOfRange.into());
        }
        items.insert(place, at(a, 2).clone());
        Ok(Value::Null)
    }),
    member(&["Remove(T item): bool"], |machine, a| {
        let place = index_of(machine, at(a, 0), at(a, 1))?.whole().and_then(|at| usize::try_from(at).ok());
        if let Some(place) = place {
            list(a)?.items.borrow_mut().remove(place);
        }
        Ok(Value::Bool(place.is_some()))
    }),
    member(&["RemoveAt(int index): void"], |_, a| {
        let place = size(a, 1)?;
        let mut items = list(a)?.items.borrow_mut();
        if place >= items.len() {
            return Err(EvaluationError::OutOfRange.into());
        }
        items.remove(place);
        Ok(Value::Null)
    }),
    member(&["Clear(): void"], |_, a| {
        list(a)?.items.borrow_mut().clear();
        Ok(Value::Null)
    }),
    member(&["Contains(T item): bool"], |machine, a| {
        Ok(Value::Bool(index_of(machine, at(a, 0), at(a, 1))?.whole() != Some(-1)))
    }),
    member(&["IndexOf(T item): int"], |machine, a| index_of(machine, at(a, 0), at(a, 1))),
];

const SET: &[Member] = &[
    member(
        &[
            "new()",
            "new(IEnumerable<T> collection)",
            "new(StringComparer comparer)",
            "new(IEnumerable<T> collection, StringComparer comparer)",
        ],
        |machine, a| {
            let set = made(machine, &[], ListKind::Set)?;
            if matches!(at(a, 0), Value::Object(object) if !matches!(**object, Object::Thing(_))) {
                for item in items(machine, at(a, 0))? {
                    add_once(machine, &set, &item)?;
                }
            }
            Ok(set)
        },
    ),
    COUNT,
    member(&["Add(T item): bool"], |machine, a| Ok(Value::Bool(add_once(machine, at(a, 0), at(a, 1))?))),
    member(&["Contains(T item): bool"], |machine, a| {
        Ok(Value::Bool(index_of(machine, at(a, 0), at(a, 1))?.whole() != Some(-1)))
    }),
    member(&["Remove(T item): bool"], |machine, a| {
        let place = index_of(machine, at(a, 0), at(a, 1))?.whole().and_then(|at| usize::try_from(at).ok());
        if let Some(place) = place {
            list(a)?.items.borrow_mut().remove(place);
        }
        Ok(Value::Bool(place.is_some()))
    }),
];

const QUEUE: &[Member] = &[
    member(&["new()", "new(IEnumerable<T> collection)"], |machine, a| made(machine, a, ListKind::Queue)),
    COUNT,
    member(&["Enqueue(T item): void"], add),
    member(&["Dequeue(): T"], |_, a| {
        let mut items = list(a)?.items.borrow_mut();
        if items.is_empty() { Err(EvaluationError::Empty.into()) } else { Ok(items.remove(0)) }
    }),
    member(&["Peek(): T"], |_, a| {
        Ok(list(a)?.items.borrow().first().cloned().ok_or(EvaluationError::Empty)?)
    }),
];

const STACK: &[Member] = &[
    member(&["new()"], |machine, a| made(machine, a, ListKind::Stack)),
    COUNT,
    member(&["Push(T item): void"], |machine, a| {
        machine.make(32)?;
        list(a)?.items.borrow_mut().insert(0, at(a, 1).clone());
        Ok(Value::Null)
    }),
    member(&["Pop(): T"], |_, a| {
        let mut items = list(a)?.items.borrow_mut();
        if items.is_empty() { Err(EvaluationError::Empty.into()) } else { Ok(items.remove(0)) }
    }),
    member(&["Peek(): T"], |_, a| {
        Ok(list(a)?.items.borrow().first().cloned().ok_or(EvaluationError::Empty)?)
    }),
];

pub(crate) fn list(a: &[Value]) -> Step<&List> {
    match object(a, 0)? {
        Object::List(list) => Ok(list),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

pub(crate) fn made(machine: &mut Machine<'_>, a: &[Value], kind: ListKind) -> Step<Value> {
    let first = match at(a, 0) {
        sequence @ (Value::Object(_) | Value::Part(_)) => items(machine, sequence)?,
        _ => Vec::new(),
    };
    machine.listed(kind, Type::Unknown, first)
}

fn add(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    machine.make(32)?;
    list(a)?.items.borrow_mut().push(at(a, 1).clone());
    Ok(Value::Null)
}

/// Adds what isn't there yet; gives whether it was added.
fn add_once(machine: &mut Machine<'_>, set: &Value, item: &Value) -> Step<bool> {
    if index_of(machine, set, item)?.whole() != Some(-1) {
        return Ok(false);
    }
    add(machine, &[set.clone(), item.clone()])?;
    Ok(true)
}

pub(crate) fn element(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let place = usize::try_from(int(a, 1)?).map_err(|_| EvaluationError::IndexOutOfRange)?;
    let found = match object(a, 0)? {
        Object::Bytes(bytes) => {
            bytes.borrow().get(place).map(|byte| Value::Whole(crate::value::Width::Byte, i64::from(*byte)))
        }
        Object::List(list) => list.items.borrow().get(place).cloned(),
        Object::Json(json) => return json.find(at(a, 1)),
        _ => return Err(EvaluationError::WrongKind.into()),
    };
    Ok(found.ok_or(EvaluationError::IndexOutOfRange)?)
}

pub(crate) fn index_of(machine: &mut Machine<'_>, sequence: &Value, wanted: &Value) -> Step<Value> {
    let found = items(machine, sequence)?.iter().position(|item| item.equals(wanted));
    found.map_or(Ok(Value::Int(-1)), count)
}

pub(crate) fn copy(from: &[Value], to: &Value, at: usize) -> Step<Value> {
    let Value::Object(to) = to else { return Err(EvaluationError::NullArgument.into()) };
    let end = at.saturating_add(from.len());
    match &**to {
        Object::Bytes(bytes) => {
            let mut bytes = bytes.borrow_mut();
            let places = bytes.get_mut(at..end).ok_or(EvaluationError::OutOfRange)?;
            for (place, value) in places.iter_mut().zip(from) {
                *place = value
                    .whole()
                    .and_then(|byte| u8::try_from(byte).ok())
                    .ok_or(EvaluationError::WrongKind)?;
            }
        }
        Object::List(list) => {
            let mut items = list.items.borrow_mut();
            items.get_mut(at..end).ok_or(EvaluationError::OutOfRange)?.clone_from_slice(from);
        }
        _ => return Err(EvaluationError::WrongKind.into()),
    }
    Ok(Value::Null)
}

pub(crate) fn sort(sequence: &Value) -> Step<Value> {
    if let Value::Object(object) = sequence {
        match &**object {
            Object::Bytes(bytes) => bytes.borrow_mut().sort_unstable(),
            Object::List(list) => {
                let mut items = list.items.borrow_mut();
                *items = sorted(std::mem::take(&mut *items), super::linq::ordered);
            }
            _ => {}
        }
    }
    Ok(Value::Null)
}
