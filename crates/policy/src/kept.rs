//! Values that outlive their call, in a form that any thread may hold.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::dictionary::{Dictionary, DictionaryKind};
use crate::expression::json::Json;
use crate::expression::object::{ListKind, Object};
use crate::expression::types::Type;
use crate::expression::{json_read, json_write};
use crate::failure::Failure;
use crate::jwt::Jwt;
use crate::message::Message;
use crate::value::{Enumeration, Value, Width};

/// A value that outlives its call. Only expressions know what it is; its `Debug` doesn't show it.
#[derive(Clone)]
pub struct Kept(Stored);

#[derive(Clone)]
enum Stored {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Whole(Width, i64),
    Single(f32),
    Double(f64),
    Decimal(rust_decimal::Decimal),
    Character(u16),
    Text(Arc<str>),
    DateTime(i64),
    DateTimeOffset(i64, i64),
    TimeSpan(i64),
    Guid(u128),
    Enumeration(Enumeration),
    Bytes(Arc<[u8]>),
    /// JSON as its text.
    Json(Arc<str>),
    List(ListKind, Vec<Stored>),
    Dictionary(Vec<(Stored, Stored)>),
    Message(Arc<Message>),
    Jwt(Arc<Jwt>),
}

impl Kept {
    pub(crate) fn new(value: &Value) -> Result<Self, Failure> {
        Ok(Self(Stored::nested(value, 0, &Cell::new(MOST_VALUES))?))
    }

    pub(crate) fn value(&self) -> Value {
        self.0.value()
    }

    /// About how much memory it takes.
    pub fn size_bytes(&self) -> usize {
        self.0.size_bytes()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Kept({} bytes)", self.size_bytes())
    }
}

impl Stored {
    /// `WrongKind` for what belongs to its call, `TooDeep` for what is nested too deeply, `TooLarge` for more than
    /// `left` values: one list that lies in another many times is kept as often.
    fn nested(value: &Value, depth: usize, left: &Cell<usize>) -> Result<Self, EvaluationError> {
        if depth > DEEPEST {
            return Err(EvaluationError::TooDeep { most: DEEPEST });
        }
        left.set(left.get().checked_sub(1).ok_or(EvaluationError::TooLarge)?);
        Ok(match value {
            Value::Null => Stored::Null,
            Value::Bool(value) => Stored::Bool(*value),
            Value::Int(value) => Stored::Int(*value),
            Value::Long(value) => Stored::Long(*value),
            Value::Whole(width, value) => Stored::Whole(*width, *value),
            Value::Single(value) => Stored::Single(*value),
            Value::Double(value) => Stored::Double(*value),
            Value::Decimal(value) => Stored::Decimal(*value),
            Value::Character(value) => Stored::Character(*value),
            Value::Text(text) => Stored::Text(Arc::clone(text)),
            Value::DateTime(time) => Stored::DateTime(time.0),
            Value::DateTimeOffset(time) => Stored::DateTimeOffset(time.local.0, time.ahead.0),
            Value::TimeSpan(span) => Stored::TimeSpan(span.0),
            Value::Guid(guid) => Stored::Guid(*guid),
            Value::Enumeration(entry) => Stored::Enumeration(*entry),
            Value::Object(object) => Self::object(object, depth, left)?,
            Value::Certificate(_)
            | Value::DistinguishedName(_)
            | Value::Part(_)
            | Value::Lambda(_)
            | Value::Type(_) => return Err(EvaluationError::WrongKind),
        })
    }

    fn object(object: &Object, depth: usize, left: &Cell<usize>) -> Result<Self, EvaluationError> {
        let inner = |value: &Value| Self::nested(value, depth + 1, left);
        Ok(match object {
            Object::Bytes(bytes) => Stored::Bytes(bytes.borrow().as_slice().into()),
            Object::Json(json) => Stored::Json(json_write::compact(json)?.into()),
            Object::List(list) => {
                Stored::List(list.kind, list.items.borrow().iter().map(inner).collect::<Result<_, _>>()?)
            }
            Object::Dictionary(dictionary) => {
                let pairs = dictionary.pairs();
                let pairs = pairs.iter().map(|(key, value)| Ok((inner(key)?, inner(value)?)));
                Stored::Dictionary(pairs.collect::<Result<_, EvaluationError>>()?)
            }
            Object::Message(message) => Stored::Message(Arc::clone(message)),
            Object::Jwt(jwt) => Stored::Jwt(Arc::clone(jwt)),
            Object::Builder(text) => Stored::Text(text.borrow().as_str().into()),
            Object::Uri(uri) => Stored::Text(uri.text().into()),
            _ => return Err(EvaluationError::WrongKind),
        })
    }

    /// The value again, as one of its own.
    fn value(&self) -> Value {
        match self {
            Stored::Null => Value::Null,
            Stored::Bool(value) => Value::Bool(*value),
            Stored::Int(value) => Value::Int(*value),
            Stored::Long(value) => Value::Long(*value),
            Stored::Whole(width, value) => Value::Whole(*width, *value),
            Stored::Single(value) => Value::Single(*value),
            Stored::Double(value) => Value::Double(*value),
            Stored::Decimal(value) => Value::Decimal(*value),
            Stored::Character(value) => Value::Character(*value),
            Stored::Text(text) => Value::Text(Arc::clone(text)),
            Stored::DateTime(ticks) => Value::DateTime(crate::datetime::DateTime(*ticks)),
            Stored::DateTimeOffset(local, ahead) => Value::DateTimeOffset(crate::offset::Offset {
                local: crate::datetime::DateTime(*local),
                ahead: crate::datetime::TimeSpan(*ahead),
            }),
            Stored::TimeSpan(ticks) => Value::TimeSpan(crate::datetime::TimeSpan(*ticks)),
            Stored::Guid(guid) => Value::Guid(*guid),
            Stored::Enumeration(entry) => Value::Enumeration(*entry),
            Stored::Bytes(bytes) => Value::bytes(bytes),
            // What was written is read again.
            Stored::Json(text) => json_read::read(text).map_or(Value::Null, Json::into_value),
            Stored::List(kind, items) => {
                let items = items.iter().map(Stored::value).collect();
                Value::object(Object::list_of(*kind, Arc::new(Type::Unknown), items))
            }
            Stored::Dictionary(pairs) => {
                let dictionary = Dictionary::new(DictionaryKind::Made);
                for (key, value) in pairs {
                    // A key that was one before is one again.
                    let _ = dictionary.set(&key.value(), value.value());
                }
                Value::object(Object::Dictionary(dictionary))
            }
            Stored::Message(message) => Value::answer(message),
            Stored::Jwt(jwt) => Value::jwt(jwt),
        }
    }

    fn size_bytes(&self) -> usize {
        match self {
            Stored::Text(text) | Stored::Json(text) => text.len(),
            Stored::Bytes(bytes) => bytes.len(),
            Stored::Message(answer) => answer.body.len(),
            Stored::List(_, items) => items.iter().map(Stored::size_bytes).sum(),
            Stored::Dictionary(pairs) => {
                pairs.iter().map(|(key, value)| key.size_bytes() + value.size_bytes()).sum()
            }
            _ => size_of::<Stored>(),
        }
    }
}

impl Value {
    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        Value::object(Object::bytes(bytes.to_vec()))
    }

    /// What came back of a call.
    pub(crate) fn answer(message: &Arc<Message>) -> Self {
        Value::object(Object::Message(Arc::clone(message)))
    }

    pub(crate) fn jwt(jwt: &Arc<Jwt>) -> Self {
        Value::object(Object::Jwt(Arc::clone(jwt)))
    }

    /// The bytes of a `byte[]` or of a text.
    pub(crate) fn as_bytes(&self) -> Option<Vec<u8>> {
        match self {
            Value::Text(text) => Some(text.as_bytes().to_vec()),
            Value::Object(object) => match &**object {
                Object::Bytes(bytes) => Some(bytes.borrow().clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// JSON as a text, if it is some.
    pub(crate) fn as_json_text(&self) -> Option<String> {
        match self {
            Value::Object(object) => match &**object {
                Object::Json(json) => json_write::compact(json).ok(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The answer of a call, if it is one.
    pub(crate) fn as_answer(&self) -> Option<Arc<Message>> {
        match self {
            Value::Object(object) => match &**object {
                Object::Message(message) => Some(Arc::clone(message)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// How many values one may hold, those in it included.
const MOST_VALUES: usize = 1_000_000;
const DEEPEST: usize = 32;
