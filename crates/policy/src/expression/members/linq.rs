//! The methods of sequences: `Any`, `Where`, `Select`, `First` and their kin.

use std::cmp::Ordering;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, type_at};
use crate::expression::calculate::order_of;
use crate::expression::class::{Class, Member, extension, member, plain};
use crate::expression::convert::{cast, default_of, has_type};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq_more;
use crate::expression::object::ListKind;
use crate::expression::sequence::items;
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class {
        parameters: "T",
        aliases: &["IOrderedEnumerable", "IEnumerator"],
        bases: &["Sequence<T>", "object"],
        ..plain("IEnumerable", ENUMERABLE)
    },
    // What a class can hold; the second half of the methods, so that no file is too long to read.
    Class { parameters: "T", bases: &["JoinedSequence<T>", "object"], ..plain("Sequence", linq_more::MORE) },
    plain("Enumerable", RANGES),
];

const ENUMERABLE: &[Member] = &[
    extension(&["Any(): bool", "Any(Func<T, bool> predicate): bool"], |machine, a| {
        Ok(Value::Bool(first_of(machine, a)?.is_some()))
    }),
    extension(&["All(Func<T, bool> predicate): bool"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            if !machine.holds(at(a, 1), &item)? {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }),
    extension(&["Count(): int", "Count(Func<T, bool> predicate): int"], |machine, a| {
        count(chosen(machine, a)?.len())
    }),
    extension(&["LongCount(): long"], |machine, a| {
        Ok(Value::Long(i64::try_from(chosen(machine, a)?.len()).unwrap_or_default()))
    }),
    extension(&["First(): T", "First(Func<T, bool> predicate): T"], |machine, a| {
        Ok(first_of(machine, a)?.ok_or(EvaluationError::Empty)?)
    }),
    extension(
        &["FirstOrDefault(type T): T", "FirstOrDefault(type T, Func<T, bool> predicate): T"],
        |machine, a| {
            let found = first_of(machine, &without_type(a))?;
            Ok(found.unwrap_or_else(|| default_of(&type_at(a, 1))))
        },
    ),
    extension(&["Last(): T", "Last(Func<T, bool> predicate): T"], |machine, a| {
        Ok(chosen(machine, a)?.pop().ok_or(EvaluationError::Empty)?)
    }),
    extension(
        &["LastOrDefault(type T): T", "LastOrDefault(type T, Func<T, bool> predicate): T"],
        |machine, a| {
            let found = chosen(machine, &without_type(a))?.pop();
            Ok(found.unwrap_or_else(|| default_of(&type_at(a, 1))))
        },
    ),
    extension(&["Single(): T", "Single(Func<T, bool> predicate): T"], |machine, a| {
        Ok(single(chosen(machine, a)?)?.ok_or(EvaluationError::Empty)?)
    }),
    extension(
        &["SingleOrDefault(type T): T", "SingleOrDefault(type T, Func<T, bool> predicate): T"],
        |machine, a| {
            let found = single(chosen(machine, &without_type(a))?)?;
            Ok(found.unwrap_or_else(|| default_of(&type_at(a, 1))))
        },
    ),
    extension(&["ElementAt(int index): T"], |machine, a| {
        let place = crate::expression::arguments::size(a, 1)?;
        Ok(items(machine, at(a, 0))?.get(place).cloned().ok_or(EvaluationError::OutOfRange)?)
    }),
    extension(&["ElementAtOrDefault(type T, int index): T"], |machine, a| {
        let place = usize::try_from(crate::expression::arguments::int(a, 2)?).ok();
        let all = items(machine, at(a, 0))?;
        Ok(place.and_then(|place| all.get(place)).cloned().unwrap_or_else(|| default_of(&type_at(a, 1))))
    }),
    extension(
        &[
            "Where(Func<T, bool> predicate): IEnumerable<T>",
            "Where(Func<T, int, bool> predicate): IEnumerable<T>",
        ],
        |machine, a| {
            let mut kept = Vec::new();
            for (number, item) in items(machine, at(a, 0))?.into_iter().enumerate() {
                let answer = machine.invoke(at(a, 1), &[item.clone(), count(number)?])?;
                if matches!(answer, Value::Bool(true)) {
                    kept.push(item);
                }
            }
            sequence(machine, kept)
        },
    ),
    extension(
        &[
            "Select<R>(Func<T, R> selector): IEnumerable<R>",
            "Select<R>(Func<T, int, R> selector): IEnumerable<R>",
        ],
        |machine, a| {
            let mut selected = Vec::new();
            for (number, item) in items(machine, at(a, 0))?.into_iter().enumerate() {
                selected.push(machine.invoke(at(a, 1), &[item, count(number)?])?);
            }
            sequence(machine, selected)
        },
    ),
    extension(&["SelectMany<R>(Func<T, IEnumerable<R>> selector): IEnumerable<R>"], |machine, a| {
        let mut selected = Vec::new();
        for item in items(machine, at(a, 0))? {
            let inner = machine.invoke(at(a, 1), &[item])?;
            selected.extend(items(machine, &inner)?);
        }
        sequence(machine, selected)
    }),
    extension(&["ToArray(type T): T[]"], |machine, a| {
        let all = items(machine, at(a, 0))?;
        let element = type_at(a, 1);
        if element.is("byte") {
            let bytes: Option<Vec<u8>> = all.iter().map(|item| u8::try_from(item.whole()?).ok()).collect();
            return Ok(crate::expression::arguments::made_bytes(bytes.ok_or(EvaluationError::WrongKind)?));
        }
        machine.listed(ListKind::Array, element, all)
    }),
    extension(&["ToList(type T): List<T>"], |machine, a| {
        let all = items(machine, at(a, 0))?;
        machine.listed(ListKind::List, type_at(a, 1), all)
    }),
    extension(&["Cast<R>(type R): IEnumerable<R>"], |machine, a| {
        let ty = type_at(a, 1);
        let all =
            items(machine, at(a, 0))?.into_iter().map(|item| cast(item, &ty)).collect::<Step<Vec<_>>>()?;
        sequence(machine, all)
    }),
    extension(&["OfType<R>(type R): IEnumerable<R>"], |machine, a| {
        let ty = type_at(a, 1);
        let all = items(machine, at(a, 0))?.into_iter().filter(|item| has_type(item, &ty)).collect();
        sequence(machine, all)
    }),
    extension(
        &["Contains(T value): bool", "Contains(T value, StringComparer comparer): bool"],
        |machine, a| {
            let case = if matches!(at(a, 2), Value::Object(_)) {
                crate::expression::text::Case::Ignored
            } else {
                crate::expression::text::Case::Matters
            };
            Ok(Value::Bool(items(machine, at(a, 0))?.iter().any(|item| match (item, at(a, 1)) {
                (Value::Text(one), Value::Text(two)) => crate::expression::text::same(one, two, case),
                (one, two) => one.equals(two),
            })))
        },
    ),
];

const RANGES: &[Member] = &[
    member(&["static Range(int start, int count): IEnumerable<int>"], |machine, a| {
        let (start, count) =
            (crate::expression::arguments::int(a, 0)?, crate::expression::arguments::size(a, 1)?);
        machine.make(count.saturating_mul(32))?;
        machine.spend(count)?;
        let end =
            start.checked_add(i32::try_from(count).unwrap_or(i32::MAX)).ok_or(EvaluationError::OutOfRange)?;
        machine.listed(ListKind::Sequence, Type::INT, (start..end).map(Value::Int).collect())
    }),
    member(&["static Repeat<T>(T element, int count): IEnumerable<T>"], |machine, a| {
        let count = crate::expression::arguments::size(a, 1)?;
        machine.make(count.saturating_mul(32))?;
        machine.spend(count)?;
        machine.listed(ListKind::Sequence, Type::Unknown, vec![at(a, 0).clone(); count])
    }),
    member(&["static Empty<T>(type T): IEnumerable<T>"], |machine, a| {
        machine.listed(ListKind::Sequence, type_at(a, 0), Vec::new())
    }),
];

/// A sequence that was made.
pub(crate) fn sequence(machine: &mut Machine<'_>, all: Vec<Value>) -> Step<Value> {
    machine.listed(ListKind::Sequence, Type::Unknown, all)
}

/// The elements, or those for which the test in argument 1 holds.
pub(crate) fn chosen(machine: &mut Machine<'_>, a: &[Value]) -> Step<Vec<Value>> {
    let all = items(machine, at(a, 0))?;
    let Some(test) = a.get(1) else { return Ok(all) };
    let mut kept = Vec::new();
    for item in all {
        if machine.holds(test, &item)? {
            kept.push(item);
        }
    }
    Ok(kept)
}

fn first_of(machine: &mut Machine<'_>, a: &[Value]) -> Step<Option<Value>> {
    let all = items(machine, at(a, 0))?;
    let Some(test) = a.get(1) else { return Ok(all.into_iter().next()) };
    for item in all {
        if machine.holds(test, &item)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// The arguments without the type that stands for `T`.
fn without_type(a: &[Value]) -> Vec<Value> {
    a.iter().filter(|value| !matches!(value, Value::Type(_))).cloned().collect()
}

fn single(mut all: Vec<Value>) -> Result<Option<Value>, EvaluationError> {
    if all.len() > 1 {
        return Err(EvaluationError::thrown(
            "InvalidOperationException",
            "Sequence contains more than one element",
        ));
    }
    Ok(all.pop())
}

/// The order of two values of a kind; texts by their characters, null first.
pub(crate) fn ordered(one: &Value, two: &Value) -> Ordering {
    match (one, two) {
        (Value::Text(one), Value::Text(two)) => {
            // As dictionaries order: letters without case first, the small ones before the large.
            let folded = one.to_lowercase().cmp(&two.to_lowercase());
            folded.then_with(|| two.cmp(one))
        }
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(one), Value::Bool(two)) => one.cmp(two),
        (Value::Object(_), _) | (_, Value::Object(_)) => match (plain_of(one), plain_of(two)) {
            (Some(one), Some(two)) => ordered(&one, &two),
            _ => Ordering::Equal,
        },
        (one, two) => order_of(one, two).unwrap_or(Ordering::Equal),
    }
}

/// The plain value of JSON that is one.
fn plain_of(value: &Value) -> Option<Value> {
    match value {
        Value::Object(object) => match &**object {
            crate::expression::object::Object::Json(json) => {
                json.scalar().filter(|scalar| !matches!(scalar, Value::Object(_)))
            }
            _ => None,
        },
        plain => Some(plain.clone()),
    }
}
