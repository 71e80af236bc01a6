//! What members take out of their arguments.

use std::rc::Rc;
use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::calculate;
use crate::expression::evaluate::Step;
use crate::expression::json::Json;
use crate::expression::object::Object;
use crate::expression::types::Type;
use crate::value::Value;

/// The argument of a number, the object being 0; null if it isn't there.
pub(crate) fn at(arguments: &[Value], number: usize) -> &Value {
    arguments.get(number).unwrap_or(&Value::Null)
}

/// A text that mustn't be null.
pub(crate) fn text(arguments: &[Value], number: usize) -> Step<Arc<str>> {
    match at(arguments, number) {
        Value::Text(text) => Ok(Arc::clone(text)),
        Value::Null => Err(EvaluationError::NullArgument.into()),
        other => Ok(other.print()?),
    }
}

/// A text, none for null.
pub(crate) fn text_or_none(arguments: &[Value], number: usize) -> Step<Option<Arc<str>>> {
    match at(arguments, number) {
        Value::Null => Ok(None),
        other => Ok(Some(other.print()?)),
    }
}

pub(crate) fn int(arguments: &[Value], number: usize) -> Step<i32> {
    calculate::int(at(arguments, number))
}

pub(crate) fn long(arguments: &[Value], number: usize) -> Step<i64> {
    let number = at(arguments, number).whole().and_then(|number| i64::try_from(number).ok());
    Ok(number.ok_or(EvaluationError::Overflow)?)
}

pub(crate) fn real(arguments: &[Value], number: usize) -> Step<f64> {
    match at(arguments, number) {
        Value::Null => Err(EvaluationError::NullReference.into()),
        other => Ok(calculate::real(other).ok_or(EvaluationError::WrongKind)?),
    }
}

/// A size or position, which can't be negative.
pub(crate) fn size(arguments: &[Value], number: usize) -> Step<usize> {
    Ok(usize::try_from(int(arguments, number)?).map_err(|_| EvaluationError::OutOfRange)?)
}

pub(crate) fn flag(arguments: &[Value], number: usize) -> bool {
    matches!(at(arguments, number), Value::Bool(true))
}

pub(crate) fn bytes(arguments: &[Value], number: usize) -> Step<Vec<u8>> {
    match at(arguments, number) {
        Value::Null => Err(EvaluationError::NullArgument.into()),
        Value::Object(object) => match &**object {
            Object::Bytes(bytes) => Ok(bytes.borrow().clone()),
            _ => Err(EvaluationError::WrongKind.into()),
        },
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

pub(crate) fn json(arguments: &[Value], number: usize) -> Step<Rc<Json>> {
    match at(arguments, number) {
        Value::Object(object) => match &**object {
            Object::Json(json) => Ok(Rc::clone(json)),
            Object::JsonProperty(property) => Ok(property.content()),
            _ => Err(EvaluationError::WrongKind.into()),
        },
        Value::Null => Err(EvaluationError::NullArgument.into()),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

pub(crate) fn object(arguments: &[Value], number: usize) -> Step<&Object> {
    match at(arguments, number) {
        Value::Object(object) => Ok(object),
        Value::Null => Err(EvaluationError::NullReference.into()),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// The type that was written, or worked out, for `T`.
pub(crate) fn type_at(arguments: &[Value], number: usize) -> Type {
    match at(arguments, number) {
        Value::Type(ty) => (**ty).clone(),
        _ => Type::Unknown,
    }
}

/// A number of things, as C# counts.
pub(crate) fn count(number: usize) -> Step<Value> {
    Ok(Value::Int(i32::try_from(number).map_err(|_| EvaluationError::Overflow)?))
}

pub(crate) fn made_bytes(bytes: Vec<u8>) -> Value {
    Value::object(Object::bytes(bytes))
}
