//! Values that outlive their call: in a form that all calls can share.

use std::fmt;
use std::sync::Arc;

use crate::failure::Failure;
use crate::message::Message;
use crate::value::{EvaluationError, Value};

/// A value that outlives its call. Only expressions know what it is; its `Debug` doesn't show it.
#[derive(Clone)]
pub struct Kept(Content);

#[derive(Clone)]
enum Content {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Double(f64),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    Answer(Arc<Message>),
}

impl Kept {
    pub(crate) fn new(value: &Value<'_>) -> Result<Self, Failure> {
        Ok(Self(match value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(*value),
            Value::Int(number) => Content::Int(*number),
            Value::Long(number) => Content::Long(*number),
            Value::Double(number) => Content::Double(*number),
            Value::Text(text) => Content::Text(text.as_str().into()),
            Value::Bytes(bytes) => Content::Bytes(Arc::clone(bytes)),
            Value::Answer(answer) => Content::Answer(Arc::clone(answer)),
            Value::Character(_) | Value::DateTime(_) | Value::TimeSpan(_) => {
                Content::Text(value.print()?.as_str().into())
            }
            _ => return Err(EvaluationError::WrongKind.into()),
        }))
    }

    pub(crate) fn value(&self) -> Value<'static> {
        match &self.0 {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Int(number) => Value::Int(*number),
            Content::Long(number) => Value::Long(*number),
            Content::Double(number) => Value::Double(*number),
            Content::Text(text) => Value::made(text),
            Content::Bytes(bytes) => Value::Bytes(Arc::clone(bytes)),
            Content::Answer(answer) => Value::Answer(Arc::clone(answer)),
        }
    }

    /// About how much memory it takes.
    pub fn size_bytes(&self) -> usize {
        match &self.0 {
            Content::Text(text) => text.len(),
            Content::Bytes(bytes) => bytes.len(),
            Content::Answer(answer) => answer.body.len(),
            _ => 0,
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Content::Null => "null",
            Content::Bool(_) => "bool",
            Content::Int(_) | Content::Long(_) | Content::Double(_) => "number",
            Content::Text(_) => "text",
            Content::Bytes(_) => "bytes",
            Content::Answer(_) => "answer",
        };
        write!(formatter, "Kept({kind})")
    }
}
