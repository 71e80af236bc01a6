//! `Dictionary<K, V>` and its kin, pairs and groups.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, object};
use crate::expression::class::{Class, Member, extension, member, plain};
use crate::expression::dictionary::{Dictionary, DictionaryKind};
use crate::expression::encoding::url_encode;
use crate::expression::evaluate::Step;
use crate::expression::object::{ListKind, Object};
use crate::expression::sequence::{items, pair, texts};
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { parameters: "KV", is_value: true, bases: &["object"], ..plain("KeyValuePair", PAIR) },
    Class { parameters: "KT", bases: &["IEnumerable<T>", "object"], ..plain("IGrouping", GROUP) },
    Class {
        parameters: "KV",
        bases: &[
            "IDictionary<K, V>",
            "IReadOnlyDictionary<K, V>",
            "IEnumerable<KeyValuePair<K, V>>",
            "object",
        ],
        ..plain("Dictionary", DICTIONARY)
    },
    Class {
        parameters: "KV",
        bases: &["IEnumerable<KeyValuePair<K, V>>", "object"],
        ..plain("IDictionary", DICTIONARY)
    },
    Class {
        parameters: "KV",
        bases: &["IEnumerable<KeyValuePair<K, V>>", "object"],
        ..plain("IReadOnlyDictionary", DICTIONARY)
    },
];

const COUNT: Member = member(&["Count: int"], |machine, a| count(items(machine, at(a, 0))?.len()));

const PAIR: &[Member] = &[
    member(&["Key: K"], |_, a| match object(a, 0)? {
        Object::Pair(key, _) => Ok(key.clone()),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["Value: V"], |_, a| match object(a, 0)? {
        Object::Pair(_, value) => Ok(value.clone()),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["new(K key, V value)"], |_, a| Ok(pair((at(a, 0).clone(), at(a, 1).clone())))),
];

const GROUP: &[Member] = &[member(&["Key: K"], |_, a| match object(a, 0)? {
    Object::Pair(key, _) => Ok(key.clone()),
    _ => Err(EvaluationError::WrongKind.into()),
})];

const DICTIONARY: &[Member] = &[
    member(
        &["new()", "new(int capacity)", "new(IDictionary<K, V> dictionary)", "new(StringComparer comparer)"],
        |machine, a| {
            let without_case =
                matches!(at(a, 0), Value::Object(object) if matches!(**object, Object::Thing(_)));
            let kind = if without_case { DictionaryKind::MadeWithoutCase } else { DictionaryKind::Made };
            let dictionary = Dictionary::new(kind);
            if let (Value::Object(_) | Value::Part(_), false) = (at(a, 0), without_case) {
                for item in items(machine, at(a, 0))? {
                    if let Value::Object(object) = &item
                        && let Object::Pair(key, value) = &**object
                    {
                        dictionary.set(key, value.clone())?;
                    }
                }
            }
            Ok(Value::object(Object::Dictionary(dictionary)))
        },
    ),
    COUNT,
    member(&["this[K key]: V"], |_, a| {
        let dictionary = dictionary(a)?;
        match (dictionary.find(at(a, 1))?, dictionary.kind()) {
            (Some(value), _) => Ok(value),
            (None, DictionaryKind::Headers) => Ok(Value::Null),
            (None, _) => Err(EvaluationError::KeyNotFound.into()),
        }
    }),
    member(&["Add(K key, V value): void"], |machine, a| {
        machine.make(64)?;
        if dictionary(a)?.find(at(a, 1))?.is_some() {
            let message = "An item with the same key has already been added.";
            return Err(EvaluationError::thrown("ArgumentException", message).into());
        }
        dictionary(a)?.set(at(a, 1), at(a, 2).clone())?;
        Ok(Value::Null)
    }),
    member(&["ContainsKey(K key): bool"], |_, a| Ok(Value::Bool(dictionary(a)?.find(at(a, 1))?.is_some()))),
    member(&["ContainsValue(V value): bool"], |_, a| {
        Ok(Value::Bool(dictionary(a)?.pairs().iter().any(|(_, value)| value.equals(at(a, 1)))))
    }),
    member(&["TryGetValue(K key, out V value): bool"], |_, a| {
        Ok(super::object::outcome(dictionary(a)?.find(at(a, 1))?, Value::Null))
    }),
    member(&["Remove(K key): bool"], |_, a| Ok(Value::Bool(dictionary(a)?.remove(at(a, 1))?))),
    member(&["Clear(): void"], |_, a| {
        dictionary(a)?.clear();
        Ok(Value::Null)
    }),
    member(&["Keys: ICollection<K>"], |machine, a| {
        let keys = dictionary(a)?.pairs().into_iter().map(|(key, _)| key).collect();
        machine.listed(ListKind::Sequence, Type::Unknown, keys)
    }),
    member(&["Values: ICollection<V>"], |machine, a| {
        let values = dictionary(a)?.pairs().into_iter().map(|(_, value)| value).collect();
        machine.listed(ListKind::Sequence, Type::Unknown, values)
    }),
    extension(&["GetValueOrDefault(K key): V", "GetValueOrDefault(K key, V defaultValue): V"], |_, a| {
        let found = dictionary(a)?.find(at(a, 1))?;
        Ok(match found {
            Some(Value::Object(list))
                if matches!(&*list, Object::List(_)) && dictionary(a)?.kind() == DictionaryKind::Headers =>
            {
                let Object::List(list) = &*list else { return Ok(Value::Null) };
                let texts = texts(&list.items.borrow())?;
                Value::Text(texts.join(",").into())
            }
            Some(value) => value,
            None => at(a, 2).clone(),
        })
    }),
    extension(&["ToQueryString(): string", "ToFormUrlEncodedContent(): string"], |machine, a| {
        let mut parts = Vec::new();
        for (name, value) in dictionary(a)?.pairs() {
            let values = items(machine, &value).unwrap_or_else(|_| vec![value.clone()]);
            for value in values {
                let (name, value) = (name.print()?, value.print()?);
                parts.push(format!("{}={}", url_encode(&name), url_encode(&value)));
            }
        }
        machine.made(parts.join("&"))
    }),
];

fn dictionary(a: &[Value]) -> Step<&Dictionary> {
    match object(a, 0)? {
        Object::Dictionary(dictionary) => Ok(dictionary),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}
