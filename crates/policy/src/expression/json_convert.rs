//! JSON from other values and to them: `JObject.FromObject`, casts, `ToObject<T>()`.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::EvaluationError;
use crate::expression::convert::{convert, has_type, net_name};
use crate::expression::dictionary::{Dictionary, DictionaryKind};
use crate::expression::encoding::from_base64;
use crate::expression::evaluate::Step;
use crate::expression::json::{DEEPEST, Json, JsonKind};
use crate::expression::object::{ListKind, Object};
use crate::expression::parse_value;
use crate::expression::types::Type;
use crate::value::Value;

impl Json {
    /// What a value is as JSON; what lies in another tree already is copied. None for what can't be JSON.
    pub(crate) fn from_value(value: &Value) -> Option<Rc<Self>> {
        Json::from_nested(value, DEEPEST)
    }

    fn from_nested(value: &Value, levels: usize) -> Option<Rc<Self>> {
        let levels = levels.checked_sub(1)?;
        let from = |value: &Value| Json::from_nested(value, levels);
        let kind = match value {
            Value::Object(object) => match &**object {
                Object::Json(json) if json.parent().is_none() => return Some(Rc::clone(json)),
                Object::Json(json) => return Some(json.copy()),
                Object::JsonProperty(property) => {
                    let content = Json::owned(&property.content());
                    JsonKind::Object(IndexMap::from_iter([(Arc::clone(&property.name), content)]))
                }
                Object::List(list) => {
                    let items = list.items.borrow();
                    JsonKind::Array(items.iter().map(from).collect::<Option<_>>()?)
                }
                Object::Dictionary(dictionary) => {
                    let pairs = dictionary.pairs();
                    let members = pairs.iter().map(|(key, value)| Some((key.print().ok()?, from(value)?)));
                    JsonKind::Object(members.collect::<Option<_>>()?)
                }
                Object::Pair(key, value) => named([("Key", key), ("Value", value)].into_iter(), &from)?,
                Object::Anonymous(members) => {
                    named(members.iter().map(|(name, value)| (&**name, value)), &from)?
                }
                Object::Bytes(_) | Object::Uri(_) => JsonKind::Scalar(value.clone()),
                Object::Exception { message, .. } => {
                    named([("Message", &Value::Text(Arc::clone(message)))].into_iter(), &from)?
                }
                _ => return None,
            },
            Value::Part(_) | Value::Lambda(_) | Value::Type(_) => return None,
            Value::Certificate(_) | Value::DistinguishedName(_) => return None,
            Value::Enumeration(entry) => JsonKind::Scalar(Value::Int(entry.number)),
            plain => JsonKind::Scalar(plain.clone()),
        };
        Json::new(kind)
    }

    /// `(T)token` and `token.Value<T>()`.
    pub(crate) fn cast(&self, to: &Type) -> Step<Value> {
        let fail = || {
            let message = format!("Can not convert {} to {}.", self.type_word(), net_name(to));
            EvaluationError::thrown("ArgumentException", message)
        };
        let plain = to.plain();
        let Some(value) = self.scalar() else {
            return Err(fail().into());
        };
        if matches!(value, Value::Null) {
            return if to.is_reference() { Ok(Value::Null) } else { Err(fail().into()) };
        }
        if has_type(&value, plain) {
            return Ok(value);
        }
        let read = match plain {
            Type::Named("string", _) => Some(Value::Text(value.print()?)),
            Type::Named("object", _) | Type::Unknown => Some(value),
            Type::Named(name, _) => match &value {
                // A text is read as the type; what can't be read is no failure of JSON's.
                Value::Text(text) => {
                    let read = parse_value::parse(name, text);
                    return Ok(read.ok_or(EvaluationError::Format)?);
                }
                other => match (*name, other) {
                    ("bool", number) => number.whole().map(|number| Value::Bool(number != 0)),
                    (_, Value::Bool(value)) => convert(&Value::Int(i32::from(*value)), plain),
                    _ => convert(other, plain),
                },
            },
            Type::Array(element) if element.is("byte") => match &value {
                Value::Text(text) => from_base64(text).map(|bytes| Value::object(Object::bytes(bytes))),
                _ => None,
            },
            _ => None,
        };
        Ok(read.ok_or_else(fail)?)
    }

    /// The value as another type that isn't JSON: what `ToObject<T>()` gives.
    pub(crate) fn to_object(json: &Rc<Json>, to: &Type) -> Step<Value> {
        match (to, &*json.kind.borrow()) {
            (Type::Named("JToken" | "JObject" | "JArray" | "JValue" | "object", _) | Type::Unknown, _) => {
                Ok(Rc::clone(json).into_value())
            }
            (_, JsonKind::Scalar(Value::Null)) if to.is_reference() => Ok(Value::Null),
            (
                Type::Named("Dictionary" | "IDictionary" | "IReadOnlyDictionary", arguments),
                JsonKind::Object(members),
            ) => {
                let inner = arguments.last().cloned().unwrap_or(Type::Unknown);
                let dictionary = Dictionary::new(DictionaryKind::Made);
                for (name, member) in members {
                    dictionary.set(&Value::Text(Arc::clone(name)), Json::to_object(member, &inner)?)?;
                }
                Ok(Value::object(Object::Dictionary(dictionary)))
            }
            (Type::Array(element), JsonKind::Array(items)) => {
                let items =
                    items.iter().map(|item| Json::to_object(item, element)).collect::<Step<Vec<_>>>()?;
                Ok(Value::object(Object::list_of(ListKind::Array, Arc::new((**element).clone()), items)))
            }
            (
                Type::Named("List" | "IList" | "IEnumerable" | "ICollection", arguments),
                JsonKind::Array(items),
            ) => {
                let element = arguments.first().cloned().unwrap_or(Type::Unknown);
                let items =
                    items.iter().map(|item| Json::to_object(item, &element)).collect::<Step<Vec<_>>>()?;
                Ok(Value::object(Object::list_of(ListKind::List, Arc::new(element), items)))
            }
            _ => json.cast(to),
        }
    }
}

fn named<'v>(
    members: impl Iterator<Item = (&'v str, &'v Value)>,
    from: &dyn Fn(&Value) -> Option<Rc<Json>>,
) -> Option<JsonKind> {
    let members = members.map(|(name, value)| Some((Arc::from(name), from(value)?)));
    Some(JsonKind::Object(members.collect::<Option<_>>()?))
}
