//! More methods of sequences: order, sums, groups, joining and cutting.

use std::cmp::Ordering;

use crate::error::EvaluationError;
use crate::expression::arguments::at;
use crate::expression::calculate::{calculate, real};
use crate::expression::class::{Class, Member, extension};
use crate::expression::dictionary::{Dictionary, DictionaryKind};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq::{ordered, sequence};
use crate::expression::members::linq_join::{group, grouped};
use crate::expression::node::Calculation;
use crate::expression::object::{ListKind, Object};
use crate::expression::sequence::items;
use crate::expression::sort::sorted;
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[];

pub(crate) const MORE: &[Member] = &[
    extension(
        &[
            "OrderBy<R>(Func<T, R> keySelector): IEnumerable<T>",
            "ThenBy<R>(Func<T, R> keySelector): IEnumerable<T>",
        ],
        |machine, a| in_order(machine, a, |order| order),
    ),
    extension(
        &[
            "OrderByDescending<R>(Func<T, R> keySelector): IEnumerable<T>",
            "ThenByDescending<R>(Func<T, R> keySelector): IEnumerable<T>",
        ],
        |machine, a| in_order(machine, a, Ordering::reverse),
    ),
    extension(&["Reverse(): IEnumerable<T>"], |machine, a| {
        let mut all = items(machine, at(a, 0))?;
        all.reverse();
        sequence(machine, all)
    }),
    extension(
        &["Distinct(): IEnumerable<T>", "Distinct(StringComparer comparer): IEnumerable<T>"],
        |machine, a| {
            let all = items(machine, at(a, 0))?;
            let once = distinct(machine, all)?;
            sequence(machine, once)
        },
    ),
    extension(&["Skip(int count): IEnumerable<T>"], |machine, a| {
        let count = usize::try_from(crate::expression::arguments::int(a, 1)?).unwrap_or_default();
        let all = items(machine, at(a, 0))?.into_iter().skip(count).collect();
        sequence(machine, all)
    }),
    extension(&["Take(int count): IEnumerable<T>"], |machine, a| {
        let count = usize::try_from(crate::expression::arguments::int(a, 1)?).unwrap_or_default();
        let all = items(machine, at(a, 0))?.into_iter().take(count).collect();
        sequence(machine, all)
    }),
    extension(&["SkipWhile(Func<T, bool> predicate): IEnumerable<T>"], |machine, a| {
        let place = first_without(machine, a)?;
        let all = items(machine, at(a, 0))?.into_iter().skip(place).collect();
        sequence(machine, all)
    }),
    extension(&["TakeWhile(Func<T, bool> predicate): IEnumerable<T>"], |machine, a| {
        let place = first_without(machine, a)?;
        let all = items(machine, at(a, 0))?.into_iter().take(place).collect();
        sequence(machine, all)
    }),
    extension(&["Concat(IEnumerable<T> second): IEnumerable<T>"], |machine, a| {
        let mut all = items(machine, at(a, 0))?;
        all.extend(items(machine, at(a, 1))?);
        sequence(machine, all)
    }),
    extension(&["Union(IEnumerable<T> second): IEnumerable<T>"], |machine, a| {
        let mut all = items(machine, at(a, 0))?;
        all.extend(items(machine, at(a, 1))?);
        let once = distinct(machine, all)?;
        sequence(machine, once)
    }),
    extension(&["Intersect(IEnumerable<T> second): IEnumerable<T>"], |machine, a| {
        let other = items(machine, at(a, 1))?;
        let all = items(machine, at(a, 0))?;
        machine.spend(all.len().saturating_mul(other.len()))?;
        let both = all.into_iter().filter(|item| other.iter().any(|other| other.equals(item))).collect();
        sequence(machine, both)
    }),
    extension(&["Except(IEnumerable<T> second): IEnumerable<T>"], |machine, a| {
        let other = items(machine, at(a, 1))?;
        let all = items(machine, at(a, 0))?;
        machine.spend(all.len().saturating_mul(other.len()))?;
        let rest = all.into_iter().filter(|item| !other.iter().any(|other| other.equals(item))).collect();
        sequence(machine, rest)
    }),
    extension(&["SequenceEqual(IEnumerable<T> second): bool"], |machine, a| {
        let (one, two) = (items(machine, at(a, 0))?, items(machine, at(a, 1))?);
        Ok(Value::Bool(one.len() == two.len() && one.iter().zip(&two).all(|(one, two)| one.equals(two))))
    }),
    extension(&["Append(T element): IEnumerable<T>"], |machine, a| {
        let mut all = items(machine, at(a, 0))?;
        all.push(at(a, 1).clone());
        sequence(machine, all)
    }),
    extension(&["Prepend(T element): IEnumerable<T>"], |machine, a| {
        let mut all = items(machine, at(a, 0))?;
        all.insert(0, at(a, 1).clone());
        sequence(machine, all)
    }),
    extension(&["DefaultIfEmpty(T defaultValue): IEnumerable<T>"], |machine, a| {
        let mut all = items(machine, at(a, 0))?;
        if all.is_empty() {
            all.push(at(a, 1).clone());
        }
        sequence(machine, all)
    }),
    extension(
        &["Zip<S, R>(IEnumerable<S> second, Func<T, S, R> resultSelector): IEnumerable<R>"],
        |machine, a| {
            let (one, two) = (items(machine, at(a, 0))?, items(machine, at(a, 1))?);
            let mut zipped = Vec::new();
            for (one, two) in one.into_iter().zip(two) {
                zipped.push(machine.invoke(at(a, 2), &[one, two])?);
            }
            sequence(machine, zipped)
        },
    ),
    extension(
        &[
            "Aggregate(Func<T, T, T> func): T",
            "Aggregate<R>(R seed, Func<R, T, R> func): R",
            "Aggregate<R, Q>(R seed, Func<R, T, R> func, Func<R, Q> resultSelector): Q",
        ],
        aggregate,
    ),
    extension(&["Sum(): T", "Sum<R>(Func<T, R> selector): R"], |machine, a| {
        let mut sum = Value::Int(0);
        for item in selected(machine, a)? {
            sum = calculate(Calculation::Add, &sum, &item)?;
        }
        Ok(sum)
    }),
    extension(&["Average(): double", "Average<R>(Func<T, R> selector): double"], |machine, a| {
        let all = selected(machine, a)?;
        let sum: f64 = all.iter().filter_map(real).sum();
        let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
        if count == 0 {
            Err(EvaluationError::Empty.into())
        } else {
            Ok(Value::Double(sum / f64::from(count)))
        }
    }),
    extension(&["Max(): T", "Max<R>(Func<T, R> selector): R"], |machine, a| {
        Ok(selected(machine, a)?.into_iter().max_by(ordered).ok_or(EvaluationError::Empty)?)
    }),
    extension(&["Min(): T", "Min<R>(Func<T, R> selector): R"], |machine, a| {
        Ok(selected(machine, a)?.into_iter().min_by(ordered).ok_or(EvaluationError::Empty)?)
    }),
    extension(
        &[
            "ToDictionary<K>(Func<T, K> keySelector): Dictionary<K, T>",
            "ToDictionary<K, V>(Func<T, K> keySelector, Func<T, V> elementSelector): Dictionary<K, V>",
        ],
        |machine, a| {
            let dictionary = Dictionary::new(DictionaryKind::Made);
            for item in items(machine, at(a, 0))? {
                let key = machine.invoke(at(a, 1), std::slice::from_ref(&item))?;
                let value = if a.len() > 2 { machine.invoke(at(a, 2), &[item])? } else { item };
                if dictionary.set(&key, value)? {
                    let message = "An item with the same key has already been added.";
                    return Err(EvaluationError::thrown("ArgumentException", message).into());
                }
            }
            Ok(Value::object(Object::Dictionary(dictionary)))
        },
    ),
    extension(&["GroupBy<K>(Func<T, K> keySelector): IEnumerable<IGrouping<K, T>>"], |machine, a| {
        let mut groups = Vec::new();
        for item in items(machine, at(a, 0))? {
            let key = machine.invoke(at(a, 1), std::slice::from_ref(&item))?;
            group(machine, &mut groups, key, item)?;
        }
        grouped(machine, groups)
    }),
    extension(&["ToHashSet(): HashSet<T>"], |machine, a| {
        let all = items(machine, at(a, 0))?;
        let once = distinct(machine, all)?;
        machine.listed(ListKind::Set, Type::Unknown, once)
    }),
];

fn in_order(machine: &mut Machine<'_>, a: &[Value], direction: fn(Ordering) -> Ordering) -> Step<Value> {
    let mut keyed = Vec::new();
    for item in items(machine, at(a, 0))? {
        keyed.push((machine.invoke(at(a, 1), std::slice::from_ref(&item))?, item));
    }
    let keyed = sorted(keyed, |(one, _), (two, _)| direction(ordered(one, two)));
    sequence(machine, keyed.into_iter().map(|(_, item)| item).collect())
}

fn distinct(machine: &mut Machine<'_>, all: Vec<Value>) -> Step<Vec<Value>> {
    let mut once: Vec<Value> = Vec::new();
    for item in all {
        machine.spend(once.len() / 8)?;
        if !once.iter().any(|known| known.equals(&item)) {
            once.push(item);
        }
    }
    Ok(once)
}

fn first_without(machine: &mut Machine<'_>, a: &[Value]) -> Step<usize> {
    let all = items(machine, at(a, 0))?;
    for (place, item) in all.iter().enumerate() {
        if !machine.holds(at(a, 1), item)? {
            return Ok(place);
        }
    }
    Ok(all.len())
}

/// The elements, or what the lambda in argument 1 makes of each.
fn selected(machine: &mut Machine<'_>, a: &[Value]) -> Step<Vec<Value>> {
    let all = items(machine, at(a, 0))?;
    match a.get(1) {
        None => Ok(all),
        Some(selector) => all.into_iter().map(|item| machine.invoke(selector, &[item])).collect(),
    }
}

fn aggregate(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let mut all = items(machine, at(a, 0))?.into_iter();
    let (mut result, function) = match a.len() {
        2 => (all.next().ok_or(EvaluationError::Empty)?, at(a, 1)),
        _ => (at(a, 1).clone(), at(a, 2)),
    };
    for item in all {
        result = machine.invoke(function, &[result, item])?;
    }
    match a.get(3) {
        Some(selector) => machine.invoke(selector, &[result]),
        None => Ok(result),
    }
}
