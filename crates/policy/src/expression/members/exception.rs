//! The exceptions that expressions can make, throw and catch.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{object, text_or_none};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::evaluate::Step;
use crate::expression::object::Object;
use crate::value::Value;

macro_rules! exception {
    ($name:literal, $base:literal) => {
        Class {
            bases: &[$base],
            ..plain(
                $name,
                &[member(&["new()", "new(string message)", "new(string message, object inner)"], |_, a| {
                    made($name, a)
                })],
            )
        }
    };
}

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["object"], ..plain("Exception", EXCEPTION) },
    exception!("SystemException", "Exception"),
    exception!("ApplicationException", "Exception"),
    exception!("NullReferenceException", "SystemException"),
    exception!("InvalidCastException", "SystemException"),
    exception!("InvalidOperationException", "SystemException"),
    exception!("NotSupportedException", "SystemException"),
    exception!("NotImplementedException", "SystemException"),
    exception!("UnauthorizedAccessException", "SystemException"),
    exception!("TimeoutException", "SystemException"),
    exception!("FormatException", "SystemException"),
    exception!("UriFormatException", "FormatException"),
    exception!("IndexOutOfRangeException", "SystemException"),
    exception!("KeyNotFoundException", "SystemException"),
    exception!("ArithmeticException", "SystemException"),
    exception!("DivideByZeroException", "ArithmeticException"),
    exception!("OverflowException", "ArithmeticException"),
    exception!("ArgumentException", "SystemException"),
    exception!("ArgumentNullException", "ArgumentException"),
    exception!("ArgumentOutOfRangeException", "ArgumentException"),
    exception!("CryptographicException", "SystemException"),
    exception!("RegexMatchTimeoutException", "TimeoutException"),
    exception!("MissingMemberException", "SystemException"),
    exception!("TimeZoneNotFoundException", "Exception"),
    exception!("JsonException", "Exception"),
    exception!("JsonReaderException", "JsonException"),
    exception!("JsonSerializationException", "JsonException"),
    exception!("XmlException", "SystemException"),
];

const EXCEPTION: &[Member] = &[
    member(&["new()", "new(string message)", "new(string message, object inner)"], |_, a| {
        made("Exception", a)
    }),
    member(&["Message: string"], |_, a| match object(a, 0)? {
        Object::Exception { message, .. } => Ok(Value::Text(Arc::clone(message))),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["StackTrace: string", "Source: string", "HelpLink: string"], |_, _| Ok(Value::text(""))),
    member(&["InnerException: Exception"], |_, _| Ok(Value::Null)),
];

fn made(class: &'static str, a: &[Value]) -> Step<Value> {
    let message = text_or_none(a, 0)?;
    let message = message.unwrap_or_else(|| format!("Exception of type 'System.{class}' was thrown.").into());
    Ok(Value::object(Object::Exception { class, message }))
}
