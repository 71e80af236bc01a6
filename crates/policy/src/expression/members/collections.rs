//! Arrays, lists, dictionaries, sets, queues and stacks.

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
        bases: &["IList<T>", "IReadOnlyCollection<T>", "IEnumerable<T>", "object"],
        ..plain("Array", ARRAY)
    },
    Class {
        parameters: "T",
        bases: &["IList<T>", "ICollection<T>", "IReadOnlyCollection<T>", "IEnumerable<T>", "object"],
        ..plain("List", LIST)
    },
    Class {
        parameters: "T",
        aliases: &["IReadOnlyList"],
        bases: &["ICollection<T>", "IEnumerable<T>", "object"],
        ..plain("IList", LIST)
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

const COUNT: Member =
    member(&["Count: int", "Length: int"], |machine, a| count(items(machine, at(a, 0))?.len()));

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
    member(&["static Reverse(Array array): void"], |_, a| {
        if let Value::Object(object) = at(a, 0) {
            match &**object {
                Object::Bytes(bytes) => bytes.borrow_mut().reverse(),
                Object::List(list) => list.items.borrow_mut().reverse(),
                _ => {}
            }
        }
        Ok(Value::Null)
    }),
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
    member(&["static Empty<T>(type T): T[]"], |machine, a| {
        machine.listed(ListKind::Array, crate::expression::arguments::type_at(a, 0), Vec::new())
    }),
];

const COLLECTION: &[Member] = &[COUNT];

const LIST: &[Member] = &[
    member(&["new()", "new(int capacity)", "new(IEnumerable<T> collection)"], |machine, a| {
        made(machine, a, ListKind::List)
    }),
    COUNT,
    member(&["this[int index]: T"], element),
    member(&["Add(T item): void"], add),
    member(&["AddRange(IEnumerable<T> collection): void"], |machine, a| {
        let added = items(machine, at(a, 1))?;
        machine.make(added.len() * 32)?;
        list(a)?.items.borrow_mut().extend(added);
        Ok(Value::Null)
    }),
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
    member(&["Clear(): void"], |_, a| {
        list(a)?.items.borrow_mut().clear();
        Ok(Value::Null)
    }),
    member(&["Contains(T item): bool"], |machine, a| {
        Ok(Value::Bool(index_of(machine, at(a, 0), at(a, 1))?.whole() != Some(-1)))
    }),
    member(&["IndexOf(T item): int"], |machine, a| index_of(machine, at(a, 0), at(a, 1))),
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

fn list(a: &[Value]) -> Step<&List> {
    match object(a, 0)? {
        Object::List(list) => Ok(list),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn made(machine: &mut Machine<'_>, a: &[Value], kind: ListKind) -> Step<Value> {
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

fn element(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
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

fn index_of(machine: &mut Machine<'_>, sequence: &Value, wanted: &Value) -> Step<Value> {
    let found = items(machine, sequence)?.iter().position(|item| item.equals(wanted));
    found.map_or(Ok(Value::Int(-1)), count)
}

fn copy(from: &[Value], to: &Value, at: usize) -> Step<Value> {
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

fn sort(sequence: &Value) -> Step<Value> {
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
