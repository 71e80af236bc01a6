//! `JToken`, `JValue`, `JProperty`, `JsonConvert`.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, flag, int, json, object, text, type_at};
use crate::expression::class::{Class, Member, enumeration, extension, member, plain};
use crate::expression::context;
use crate::expression::convert::{default_of, enumeration_of};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::json::{Json, JsonKind, JsonProperty};
use crate::expression::members::linq::sequence;
use crate::expression::object::Object;
use crate::expression::{json_path, json_read, json_write};
use crate::value::{Part, Value};

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["IEnumerable<JToken>", "object"], ..plain("JToken", TOKEN) },
    Class { bases: &["JToken"], ..plain("JValue", VALUE) },
    Class { bases: &["JToken"], ..plain("JProperty", PROPERTY) },
    plain("JsonConvert", CONVERT),
    enumeration("Formatting", &[("None", 0), ("Indented", 1)]),
    enumeration("NullValueHandling", &[("Include", 0), ("Ignore", 1)]),
    Class { bases: &["object"], ..plain("JsonSerializerSettings", SETTINGS) },
    enumeration(
        "JTokenType",
        &[
            ("None", 0),
            ("Object", 1),
            ("Array", 2),
            ("Constructor", 3),
            ("Property", 4),
            ("Comment", 5),
            ("Integer", 6),
            ("Float", 7),
            ("String", 8),
            ("Boolean", 9),
            ("Null", 10),
            ("Undefined", 11),
            ("Date", 12),
            ("Raw", 13),
            ("Bytes", 14),
            ("Guid", 15),
            ("Uri", 16),
            ("TimeSpan", 17),
        ],
    ),
];

const TOKEN: &[Member] = &[
    member(&["this[object key]: JToken"], |_, a| match object(a, 0)? {
        Object::Json(json) => json.find(at(a, 1)),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(
        &[
            "ToString(): string",
            "ToString(Formatting formatting): string",
            "ToString(Formatting formatting, params object[] converters): string",
        ],
        |machine, a| {
            let compact = matches!(at(a, 1), Value::Enumeration(formatting) if formatting.number == 0);
            let printed = match object(a, 0)? {
                Object::Json(json) if compact => json_write::compact(json)?,
                Object::Json(json) if a.len() > 1 => json_write::indented(json)?,
                other => other.print(0)?,
            };
            machine.made(printed)
        },
    ),
    extension(&["Value<R>(type R, object key): R"], |_, a| {
        let found = json(a, 0)?.find(at(a, 2))?;
        valued(&found, a)
    }),
    extension(&["Value<R>(type R): R"], |_, a| valued(at(a, 0), a)),
    extension(&["Values<R>(type R): IEnumerable<R>"], |machine, a| {
        let ty = type_at(a, 1);
        let all = crate::expression::sequence::items(machine, at(a, 0))?;
        let all = all
            .iter()
            .map(|item| match item {
                Value::Object(object) => match &**object {
                    Object::Json(json) => Json::to_object(json, &ty),
                    Object::JsonProperty(property) => Json::to_object(&property.content(), &ty),
                    _ => Ok(item.clone()),
                },
                plain => Ok(plain.clone()),
            })
            .collect::<Step<Vec<_>>>()?;
        sequence(machine, all)
    }),
    member(&["ToObject<R>(type R): R"], |_, a| Json::to_object(&json(a, 0)?, &type_at(a, 1))),
    member(
        &["SelectToken(string path): JToken", "SelectToken(string path, bool errorWhenNoMatch): JToken"],
        |machine, a| {
            let found = json_path::select(machine, &json(a, 0)?, &text(a, 1)?)?;
            match found.into_iter().next() {
                Some(json) => Ok(json.into_value()),
                None if flag(a, 2) => {
                    Err(EvaluationError::thrown("JsonException", "Path returned no token.").into())
                }
                None => Ok(Value::Null),
            }
        },
    ),
    member(&["SelectTokens(string path): IEnumerable<JToken>"], |machine, a| {
        let found = json_path::select(machine, &json(a, 0)?, &text(a, 1)?)?;
        sequence(machine, found.into_iter().map(Json::into_value).collect())
    }),
    member(&["Type: JTokenType"], |_, a| {
        let word = match object(a, 0)? {
            Object::JsonProperty(_) => "Property",
            _ => json(a, 0)?.type_word(),
        };
        let class = crate::expression::class::class("JTokenType");
        let number = class
            .and_then(|class| class.names.iter().find(|(name, _)| *name == word))
            .map_or(0, |(_, number)| *number);
        Ok(enumeration_of("JTokenType", number))
    }),
    member(&["HasValues: bool"], |_, a| {
        let json = json(a, 0)?;
        let kind = json.kind.borrow();
        Ok(Value::Bool(match &*kind {
            JsonKind::Object(members) => !members.is_empty(),
            JsonKind::Array(items) => !items.is_empty(),
            JsonKind::Scalar(_) => false,
        }))
    }),
    member(&["Path: string"], |_, a| Ok(Value::Text(json_path::path_of(&json(a, 0)?).into()))),
    member(&["Parent: JToken", "Root: JToken"], |_, a| match object(a, 0)? {
        Object::JsonProperty(property) => {
            Ok(property.owner().map_or(Value::Null, |owner| std::rc::Rc::clone(owner).into_value()))
        }
        _ => {
            let json = json(a, 0)?;
            Ok(match Json::property_of(&json) {
                Some(property) => Value::object(Object::JsonProperty(property)),
                None => json.parent().map_or(Value::Null, Json::into_value),
            })
        }
    }),
    member(&["First: JToken"], |_, a| Ok(json(a, 0)?.children().into_iter().next().unwrap_or(Value::Null))),
    member(&["Last: JToken"], |_, a| Ok(json(a, 0)?.children().pop().unwrap_or(Value::Null))),
    member(&["Children(): IEnumerable<JToken>"], |machine, a| {
        let all = crate::expression::sequence::items(machine, at(a, 0))?;
        sequence(machine, all)
    }),
    member(&["Children<R>(type R): IEnumerable<R>"], |machine, a| {
        let ty = type_at(a, 1);
        let all = crate::expression::sequence::items(machine, at(a, 0))?;
        let all = all.into_iter().filter(|item| crate::expression::convert::has_type(item, &ty)).collect();
        sequence(machine, all)
    }),
    member(&["Remove(): void"], |_, a| {
        match object(a, 0)? {
            Object::JsonProperty(property) => property.remove(),
            _ => Json::remove(&json(a, 0)?),
        }
        Ok(Value::Null)
    }),
    member(&["Replace(JToken value): void"], |machine, a| {
        let old = json(a, 0)?;
        machine.room_for(at(a, 1))?;
        let new = Json::from_value(at(a, 1)).ok_or(EvaluationError::WrongKind)?;
        if let Some(property) = Json::property_of(&old) {
            property.set(new);
        } else if let Some(owner) = old.parent() {
            let place = owner.children().iter().position(|item| {
                matches!(item, Value::Object(object) if matches!(&**object, Object::Json(json) if std::rc::Rc::ptr_eq(json, &old)))
            });
            if let Some(place) = place {
                Json::set(&owner, &crate::expression::arguments::count(place)?, new)?;
            }
        }
        Ok(Value::Null)
    }),
    member(&["DeepClone(): JToken"], |machine, a| {
        machine.room_for_copy(&*json(a, 0)?)?;
        Ok(json(a, 0)?.copy().into_value())
    }),
    member(&["static DeepEquals(JToken t1, JToken t2): bool"], |_, a| {
        Ok(Value::Bool(match (at(a, 0), at(a, 1)) {
            (Value::Null, Value::Null) => true,
            (Value::Null, _) | (_, Value::Null) => false,
            _ => json(a, 0)?.deep_equals(&*json(a, 1)?),
        }))
    }),
    member(&["static Parse(string json): JToken"], |machine, a| parsed(machine, a, "")),
    member(&["static FromObject(object o): JToken"], |machine, a| from_object(machine, a, "")),
];

const VALUE: &[Member] = &[
    member(&["new(object value)"], |machine, a| {
        machine.room_for(at(a, 0))?;
        // A token in it would lie there uncounted and as deep as one likes.
        let plain = Json::from_value(at(a, 0)).filter(|json| json.class() == "JValue");
        Ok(plain.ok_or_else(no_json)?.into_value())
    }),
    member(&["Value: object"], |_, a| Ok(json(a, 0)?.scalar().unwrap_or(Value::Null))),
    member(&["static CreateNull(): JValue"], |_, _| Ok(Json::scalar_of(Value::Null).into_value())),
    member(&["static CreateString(string value): JValue"], |_, a| {
        Ok(Json::scalar_of(at(a, 0).clone()).into_value())
    }),
];

const PROPERTY: &[Member] = &[
    member(
        &["new(string name, object content)", "new(string name, params object[] content)"],
        |machine, a| {
            a.iter().try_for_each(|content| machine.room_for(content))?;
            let content = match a.get(1..).unwrap_or_default() {
                [one] => Json::from_value(one),
                many => many
                    .iter()
                    .map(Json::from_value)
                    .collect::<Option<Vec<_>>>()
                    .and_then(|items| Json::new(JsonKind::Array(items))),
            };
            let content = content.ok_or_else(no_json)?;
            Ok(Value::object(Object::JsonProperty(JsonProperty::new(text(a, 0)?, &content))))
        },
    ),
    member(&["Name: string"], |_, a| match object(a, 0)? {
        Object::JsonProperty(property) => Ok(Value::Text(Arc::clone(&property.name))),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["Value: JToken"], |_, a| Ok(json(a, 0)?.into_value())),
];

const CONVERT: &[Member] = &[
    member(
        &[
            "static SerializeObject(object value): string",
            "static SerializeObject(object value, Formatting formatting): string",
            "static SerializeObject(object value, Formatting formatting, object settings): string",
            "static SerializeObject(object value, object settings): string",
        ],
        |machine, a| {
            let json = serialised(machine, at(a, 0))?;
            let indented = a.iter().any(
                |value| matches!(value, Value::Enumeration(formatting) if formatting.name == "Indented"),
            );
            let text = if indented { json_write::indented(&json)? } else { json_write::compact(&json)? };
            machine.made(text)
        },
    ),
    member(&["static DeserializeObject<R>(type R, string value): R"], |machine, a| {
        let json = read(machine, &text(a, 1)?)?;
        Json::to_object(&json, &type_at(a, 0))
    }),
    member(&["static DeserializeObject(string value): JToken"], |machine, a| parsed(machine, a, "")),
    member(&["static ToString(object value): string"], |machine, a| {
        let json = serialised(machine, at(a, 0))?;
        machine.made(json_write::compact(&json)?)
    }),
];

const SETTINGS: &[Member] =
    &[member(&["new()"], |_, _| Ok(Value::object(Object::Thing("JsonSerializerSettings"))))];

/// `token.Value<T>()`: null gives the type's default.
fn valued(token: &Value, a: &[Value]) -> Step<Value> {
    let ty = type_at(a, 1);
    match token {
        Value::Null => Ok(default_of(&ty)),
        Value::Object(object) => match &**object {
            Object::Json(json) if json.is_null() => Ok(default_of(&ty)),
            Object::Json(json) => Json::to_object(json, &ty),
            Object::JsonProperty(property) => Json::to_object(&property.content(), &ty),
            _ => Err(EvaluationError::WrongKind.into()),
        },
        plain => Ok(plain.clone()),
    }
}

/// Text to JSON; costs steps in proportion.
pub(crate) fn read(machine: &mut Machine<'_>, text: &str) -> Step<std::rc::Rc<Json>> {
    machine.make(text.len().saturating_mul(4))?;
    machine.spend(text.len() / 32)?;
    let json = json_read::read(text)?;
    machine.hold(std::rc::Rc::clone(&json).into_value());
    Ok(json)
}

/// Text to JSON of a class, or of any for `""`.
pub(crate) fn parsed(machine: &mut Machine<'_>, a: &[Value], class: &str) -> Step<Value> {
    let json = read(machine, &text(a, 0)?)?;
    if !class.is_empty() && json.class() != class {
        let message =
            format!("Error reading {class} from JsonReader. Current JsonReader item is not an {class}.");
        return Err(EvaluationError::thrown("JsonReaderException", message).into());
    }
    Ok(json.into_value())
}

pub(crate) fn from_object(machine: &mut Machine<'_>, a: &[Value], class: &str) -> Step<Value> {
    let json = serialised(machine, at(a, 0))?;
    if !class.is_empty() && json.class() != class {
        let message = format!("Object serialized to {}. {class} instance expected.", json.type_word());
        return Err(EvaluationError::thrown("ArgumentException", message).into());
    }
    Ok(json.into_value())
}

/// What a value is as JSON, parts of the call included.
fn serialised(machine: &mut Machine<'_>, value: &Value) -> Step<std::rc::Rc<Json>> {
    let members: Vec<(&str, Value)> = match value {
        Value::Part(Part::LastError) => {
            let Some(error) = machine.situation.last_error else { return Ok(Json::scalar_of(Value::Null)) };
            vec![
                ("Source", Value::text(&error.source)),
                ("Reason", Value::text(&error.reason)),
                ("Message", Value::text(&error.message)),
                ("Scope", Value::text(&error.scope)),
                ("Section", Value::text(&error.section)),
                ("Path", Value::text(&error.path)),
                ("PolicyId", Value::text(&error.policy_id)),
            ]
        }
        Value::Part(
            part @ (Part::Headers(_) | Part::Query(_) | Part::MatchedParameters | Part::Variables),
        ) => {
            let mut members = indexmap::IndexMap::new();
            for item in context::pairs(machine, *part)? {
                if let Value::Object(object) = &item
                    && let Object::Pair(key, value) = &**object
                {
                    members.insert(key.print()?, Json::from_value(value).ok_or(EvaluationError::WrongKind)?);
                }
            }
            return Ok(Json::new(JsonKind::Object(members))
                .ok_or(EvaluationError::TooDeep { most: crate::expression::json::DEEPEST })?);
        }
        other => {
            machine.room_for(other)?;
            let json = Json::from_value(other);
            return Ok(json.ok_or_else(|| {
                EvaluationError::thrown("JsonSerializationException", "The value can't be serialized.")
            })?);
        }
    };
    let members = members
        .into_iter()
        .map(|(name, value)| Some((Arc::from(name), Json::from_value(&value)?)))
        .collect::<Option<_>>();
    let json = members.and_then(|members| Json::new(JsonKind::Object(members)));
    Ok(json.ok_or(EvaluationError::WrongKind)?)
}

fn no_json() -> EvaluationError {
    EvaluationError::thrown("ArgumentException", "Could not determine JSON object type for the content.")
}

/// The place in an array of an argument.
pub(crate) fn place(a: &[Value]) -> Step<usize> {
    Ok(usize::try_from(int(a, 1)?).map_err(|_| EvaluationError::OutOfRange)?)
}
