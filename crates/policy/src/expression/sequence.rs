//! What `foreach` and the methods of sequences run over.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::context;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::object::Object;
use crate::value::{Part, Value, Width};

/// The elements of a sequence, at this moment.
pub(crate) fn items(machine: &mut Machine<'_>, sequence: &Value) -> Step<Vec<Value>> {
    let items = match sequence {
        Value::Null => return Err(EvaluationError::NullArgument.into()),
        Value::Text(text) => text.encode_utf16().map(Value::Character).collect(),
        Value::Part(Part::Certificates) => context::certificates(machine),
        Value::Part(part) => context::pairs(machine, *part)?,
        Value::Object(object) => match &**object {
            Object::Bytes(bytes) => {
                bytes.borrow().iter().map(|byte| Value::Whole(Width::Byte, i64::from(*byte))).collect()
            }
            Object::List(list) => list.items.borrow().clone(),
            Object::Dictionary(dictionary) => dictionary.pairs().into_iter().map(pair).collect(),
            Object::Found(found) => {
                found.groups().iter().map(|group| Value::object(Object::Captured(group.clone()))).collect()
            }
            // A group: its key, and what it holds.
            Object::Pair(_, group @ Value::Object(_)) => return items(machine, group),
            Object::Json(json) => json.children(),
            Object::JsonProperty(property) => vec![property.value()],
            _ => return Err(EvaluationError::WrongKind.into()),
        },
        _ => return Err(EvaluationError::WrongKind.into()),
    };
    machine.spend(items.len())?;
    Ok(items)
}

/// A `KeyValuePair`.
pub(crate) fn pair((key, value): (Value, Value)) -> Value {
    Value::object(Object::Pair(key, value))
}

/// The texts of a sequence, for headers and claims.
pub(crate) fn texts(values: &[Value]) -> Step<Vec<Arc<str>>> {
    values.iter().map(|value| Ok(value.print()?)).collect()
}
