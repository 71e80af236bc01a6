//! `JObject` and `JArray`.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, json, text};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::json::{Json, JsonKind, JsonProperty};
use crate::expression::members::json::{from_object, parsed, place};
use crate::expression::members::linq::sequence;
use crate::expression::object::Object;
use crate::expression::sequence::pair;
use crate::expression::text::{Case, same};
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["JToken"], ..plain("JContainer", CONTAINER) },
    Class { bases: &["JContainer"], ..plain("JObject", OBJECT) },
    Class { bases: &["JContainer"], ..plain("JArray", ARRAY) },
];

const CONTAINER: &[Member] = &[
    member(&["Count: int"], |machine, a| {
        let all = crate::expression::sequence::items(machine, at(a, 0))?;
        count(all.len())
    }),
    member(&["Add(object content): void"], |machine, a| {
        machine.make(64)?;
        machine.room_for(at(a, 1))?;
        Json::add(&json(a, 0)?, at(a, 1))?;
        Ok(Value::Null)
    }),
    member(
        &["Descendants(): IEnumerable<JToken>", "DescendantsAndSelf(): IEnumerable<JToken>"],
        |machine, a| {
            let mut all = Vec::new();
            descend(&json(a, 0)?, &mut all);
            sequence(machine, all)
        },
    ),
    member(&["Merge(object content): void"], |machine, a| {
        machine.spend(100)?;
        let (into, from) = (json(a, 0)?, json(a, 1)?);
        machine.room_for_copy(&from)?;
        merge(&into, &from)?;
        Ok(Value::Null)
    }),
    member(&["RemoveAll(): void"], |_, a| {
        match &mut *json(a, 0)?.kind.borrow_mut() {
            JsonKind::Object(members) => members.clear(),
            JsonKind::Array(items) => items.clear(),
            JsonKind::Scalar(_) => {}
        }
        Ok(Value::Null)
    }),
];

const OBJECT: &[Member] = &[
    member(&["new()", "new(params object[] content)"], |machine, a| {
        machine.make(64)?;
        let object = Json::new(JsonKind::Object(indexmap::IndexMap::new()))
            .ok_or(EvaluationError::TooDeep { most: crate::expression::json::DEEPEST })?;
        for content in contents(machine, a)? {
            add_content(machine, &object, &content)?;
        }
        Ok(object.into_value())
    }),
    member(&["this[string propertyName]: JToken", "this[object key]: JToken"], |_, a| {
        json(a, 0)?.find(at(a, 1))
    }),
    member(&["static Parse(string json): JObject"], |machine, a| parsed(machine, a, "JObject")),
    member(&["static FromObject(object o): JObject"], |machine, a| from_object(machine, a, "JObject")),
    member(&["Add(string propertyName, JToken value): void"], |machine, a| {
        machine.make(64)?;
        machine.room_for(at(a, 2))?;
        let token = Json::from_value(at(a, 2)).ok_or(EvaluationError::WrongKind)?;
        Json::add_named(&json(a, 0)?, &text(a, 1)?, token)?;
        Ok(Value::Null)
    }),
    member(&["Remove(string propertyName): bool"], |_, a| {
        let property = named(&json(a, 0)?, &text(a, 1)?, Case::Matters);
        if let Some(property) = &property {
            property.remove();
        }
        Ok(Value::Bool(property.is_some()))
    }),
    member(
        &[
            "Property(string name): JProperty",
            "Property(string name, StringComparison comparison): JProperty",
        ],
        |_, a| {
            let property = named(&json(a, 0)?, &text(a, 1)?, super::text::case(a, 2));
            Ok(property.map_or(Value::Null, |property| Value::object(Object::JsonProperty(property))))
        },
    ),
    member(&["Properties(): IEnumerable<JProperty>"], |machine, a| {
        let all = Json::properties(&json(a, 0)?).into_iter();
        sequence(machine, all.map(|property| Value::object(Object::JsonProperty(property))).collect())
    }),
    member(&["PropertyValues(): IEnumerable<JToken>"], |machine, a| {
        let all = Json::properties(&json(a, 0)?);
        sequence(machine, all.iter().map(JsonProperty::value).collect())
    }),
    member(
        &[
            "GetValue(string propertyName): JToken",
            "GetValue(string propertyName, StringComparison comparison): JToken",
        ],
        |_, a| {
            Ok(named(&json(a, 0)?, &text(a, 1)?, super::text::case(a, 2))
                .map_or(Value::Null, |property| property.value()))
        },
    ),
    member(
        &[
            "TryGetValue(string propertyName, out JToken value): bool",
            "TryGetValue(string propertyName, StringComparison comparison, out JToken value): bool",
        ],
        |_, a| {
            let found = named(&json(a, 0)?, &text(a, 1)?, super::text::case(a, 2));
            Ok(super::object::outcome(found.map(|property| property.value()), Value::Null))
        },
    ),
    member(&["ContainsKey(string propertyName): bool"], |_, a| {
        Ok(Value::Bool(named(&json(a, 0)?, &text(a, 1)?, Case::Matters).is_some()))
    }),
];

const ARRAY: &[Member] = &[
    member(&["new()", "new(params object[] content)"], |machine, a| {
        machine.make(64)?;
        let array = Json::new(JsonKind::Array(Vec::new()))
            .ok_or(EvaluationError::TooDeep { most: crate::expression::json::DEEPEST })?;
        for content in contents(machine, a)? {
            machine.room_for(&content)?;
            Json::add(&array, &content)?;
        }
        Ok(array.into_value())
    }),
    member(&["this[int index]: JToken", "this[object key]: JToken"], |_, a| json(a, 0)?.find(at(a, 1))),
    member(&["static Parse(string json): JArray"], |machine, a| parsed(machine, a, "JArray")),
    member(&["static FromObject(object o): JArray"], |machine, a| from_object(machine, a, "JArray")),
    member(&["Insert(int index, JToken item): void"], |machine, a| {
        machine.make(64)?;
        let (array, place) = (json(a, 0)?, place(a)?);
        machine.room_for(at(a, 2))?;
        // Added at the end first, so that it lies there like all others.
        Json::add(&array, at(a, 2))?;
        if let JsonKind::Array(items) = &mut *array.kind.borrow_mut() {
            let last = items.len().saturating_sub(1);
            items.get_mut(place..=last).ok_or(EvaluationError::OutOfRange)?.rotate_right(1);
        }
        Ok(Value::Null)
    }),
    member(&["RemoveAt(int index): void"], |_, a| {
        let place = place(a)?;
        let array = json(a, 0)?;
        let JsonKind::Array(items) = &mut *array.kind.borrow_mut() else {
            return Err(EvaluationError::WrongKind.into());
        };
        if place >= items.len() {
            return Err(EvaluationError::OutOfRange.into());
        }
        items.remove(place);
        Ok(Value::Null)
    }),
    member(&["Remove(JToken item): bool"], |_, a| {
        let item = json(a, 1)?;
        let there = item.parent().is_some();
        Json::remove(&item);
        Ok(Value::Bool(there))
    }),
    member(&["Clear(): void"], |_, a| {
        if let JsonKind::Array(items) = &mut *json(a, 0)?.kind.borrow_mut() {
            items.clear();
        }
        Ok(Value::Null)
    }),
];

/// The members of an object as pairs.
pub(crate) fn entries(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let all = Json::properties(&json(a, 0)?).into_iter();
    let pairs = all.map(|property| pair((Value::Text(Arc::clone(&property.name)), property.value())));
    sequence(machine, pairs.collect())
}

/// What is to be put into a new container. JSON stays what it is; any other sequence gives its elements.
fn contents(machine: &mut Machine<'_>, a: &[Value]) -> Step<Vec<Value>> {
    match a {
        [Value::Object(only)] if matches!(&**only, Object::Json(_) | Object::JsonProperty(_)) => {
            Ok(a.to_vec())
        }
        _ => super::text::spread(machine, a),
    }
}

/// A property, or the members of an object that is given as content.
fn add_content(machine: &mut Machine<'_>, object: &std::rc::Rc<Json>, content: &Value) -> Step<()> {
    if let Value::Object(given) = content
        && let Object::Json(json) = &**given
    {
        machine.room_for_copy(json)?;
        for property in Json::properties(json) {
            Json::add_named(object, &property.name, property.content())?;
        }
        return Ok(());
    }
    machine.room_for(content)?;
    Json::add(object, content)
}

fn named(json: &std::rc::Rc<Json>, name: &Arc<str>, case: Case) -> Option<JsonProperty> {
    let mut all = Json::properties(json);
    let exact = all.iter().position(|property| property.name == *name);
    let place = exact.or_else(|| match case {
        Case::Matters => None,
        Case::Ignored => all.iter().position(|property| same(&property.name, name, case)),
    })?;
    Some(all.swap_remove(place))
}

/// All tokens below one, each before what lies in it; a member after its property, as the library counts.
fn descend(json: &std::rc::Rc<Json>, all: &mut Vec<Value>) {
    for child in json.children() {
        all.push(child.clone());
        if let Value::Object(object) = &child {
            match &**object {
                Object::JsonProperty(property) => {
                    all.push(property.value());
                    descend(&property.content(), all);
                }
                Object::Json(inner) => descend(inner, all),
                _ => {}
            }
        }
    }
}

fn merge(into: &std::rc::Rc<Json>, from: &std::rc::Rc<Json>) -> Step<()> {
    if matches!(&*into.kind.borrow(), JsonKind::Array(_)) {
        for item in from.children() {
            Json::add(into, &item)?;
        }
        return Ok(());
    }
    for property in Json::properties(from) {
        let content = property.content();
        match named(into, &property.name, Case::Matters) {
            Some(old) if content.scalar().is_none() && old.content().class() == content.class() => {
                merge(&old.content(), &content)?;
            }
            _ => Json::set(into, &Value::Text(Arc::clone(&property.name)), content)?,
        }
    }
    Ok(())
}
