//! The methods that bring two sequences together, and lookups.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count};
use crate::expression::class::{Class, Member, extension, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq::sequence;
use crate::expression::object::{ListKind, Object};
use crate::expression::sequence::{items, pair};
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    // What a class can hold; the last part of the methods of sequences.
    Class { parameters: "T", bases: &["object"], ..plain("JoinedSequence", JOINED) },
    Class {
        parameters: "KT",
        aliases: &["Lookup"],
        bases: &["IEnumerable<IGrouping<K, T>>", "object"],
        ..plain("ILookup", LOOKUP)
    },
];

const JOINED: &[Member] = &[
    extension(&["AsEnumerable(): IEnumerable<T>"], |_, a| Ok(at(a, 0).clone())),
    extension(
        &[
            "Join<S, K, R>(IEnumerable<S> inner, Func<T, K> outerKeySelector, Func<S, K> innerKeySelector, Func<T, S, R> resultSelector): IEnumerable<R>",
        ],
        |machine, a| {
            let mut joined = Vec::new();
            for (outer, matching) in matched(machine, a)? {
                for inner in matching {
                    joined.push(machine.invoke(at(a, 4), &[outer.clone(), inner])?);
                }
            }
            sequence(machine, joined)
        },
    ),
    extension(
        &[
            "GroupJoin<S, K, R>(IEnumerable<S> inner, Func<T, K> outerKeySelector, Func<S, K> innerKeySelector, Func<T, IEnumerable<S>, R> resultSelector): IEnumerable<R>",
        ],
        |machine, a| {
            let mut joined = Vec::new();
            for (outer, matching) in matched(machine, a)? {
                let matching = machine.listed(ListKind::Sequence, Type::Unknown, matching)?;
                joined.push(machine.invoke(at(a, 4), &[outer, matching])?);
            }
            sequence(machine, joined)
        },
    ),
    extension(
        &[
            "ToLookup<K>(Func<T, K> keySelector): ILookup<K, T>",
            "ToLookup<K, V>(Func<T, K> keySelector, Func<T, V> elementSelector): ILookup<K, V>",
        ],
        |machine, a| {
            let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
            for item in items(machine, at(a, 0))? {
                let key = machine.invoke(at(a, 1), std::slice::from_ref(&item))?;
                let item = if a.len() > 2 { machine.invoke(at(a, 2), &[item])? } else { item };
                group(machine, &mut groups, key, item)?;
            }
            grouped(machine, groups)
        },
    ),
];

const LOOKUP: &[Member] = &[
    member(&["Count: int"], |machine, a| count(items(machine, at(a, 0))?.len())),
    member(&["this[K key]: IEnumerable<T>"], |machine, a| match entry(machine, a)? {
        Some(group) => Ok(group),
        None => sequence(machine, Vec::new()),
    }),
    member(&["Contains(K key): bool"], |machine, a| Ok(Value::Bool(entry(machine, a)?.is_some()))),
];

/// Puts an item to those of its key, which stay in the order in which they came.
pub(crate) fn group(
    machine: &mut Machine<'_>,
    groups: &mut Vec<(Value, Vec<Value>)>,
    key: Value,
    item: Value,
) -> Step<()> {
    machine.spend(groups.len())?;
    match groups.iter_mut().find(|(known, _)| known.equals(&key)) {
        Some((_, group)) => group.push(item),
        None => groups.push((key, vec![item])),
    }
    Ok(())
}

/// A sequence of groups.
pub(crate) fn grouped(machine: &mut Machine<'_>, groups: Vec<(Value, Vec<Value>)>) -> Step<Value> {
    let mut all = Vec::new();
    for (key, group) in groups {
        let group = machine.listed(ListKind::Sequence, Type::Unknown, group)?;
        all.push(pair((key, group)));
    }
    sequence(machine, all)
}

/// Each element of the first sequence with those of the second that have the same key; null is no key.
fn matched(machine: &mut Machine<'_>, a: &[Value]) -> Step<Vec<(Value, Vec<Value>)>> {
    let mut inner = Vec::new();
    for item in items(machine, at(a, 1))? {
        inner.push((machine.invoke(at(a, 3), std::slice::from_ref(&item))?, item));
    }
    let mut all = Vec::new();
    for outer in items(machine, at(a, 0))? {
        let key = machine.invoke(at(a, 2), std::slice::from_ref(&outer))?;
        machine.spend(inner.len())?;
        let fits = |(other, _): &&(Value, Value)| !matches!(key, Value::Null) && other.equals(&key);
        all.push((outer, inner.iter().filter(fits).map(|(_, item)| item.clone()).collect()));
    }
    Ok(all)
}

/// The group of a key in a lookup.
fn entry(machine: &mut Machine<'_>, a: &[Value]) -> Step<Option<Value>> {
    for entry in items(machine, at(a, 0))? {
        let Value::Object(object) = &entry else { return Err(EvaluationError::WrongKind.into()) };
        if let Object::Pair(key, group) = &**object
            && key.equals(at(a, 1))
        {
            return Ok(Some(group.clone()));
        }
    }
    Ok(None)
}
