//! What an expression can be worth while it runs, and how .NET compares and prints it.

use std::sync::Arc;

use crate::datetime::{self, DateTime, TimeSpan};
use crate::facts::{Address, Certificate};
use crate::jwt::Jwt;
use crate::message::Message;

/// A value; texts and certificates are borrowed from the program or the host where possible.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "what statements keep for expressions")]
pub(crate) enum Value<'v> {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Double(f64),
    /// One UTF-16 unit.
    Character(u16),
    Text(Text<'v>),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    Texts(Arc<Vec<Text<'v>>>),
    Certificate(&'v Certificate),
    /// The subject or issuer of a certificate as an object, not as its text.
    DistinguishedName(&'v str),
    Part(Part),
    Bytes(Arc<[u8]>),
    /// What came back of a call.
    Answer(Arc<Message>),
    Jwt(Arc<Jwt>),
}

/// The parts of the call that aren't worked out before a member of them is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Context,
    Request,
    Deployment,
    Headers,
    Variables,
    Url(Address),
    Query(Address),
}

#[derive(Clone, Debug)]
pub(crate) enum Text<'v> {
    Borrowed(&'v str),
    Shared(Arc<str>),
}

/// Why an expression has no value, in the words of .NET.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A member of null was asked for.
    #[error("Object reference not set to an instance of an object.")]
    NullReference,
    /// A value was cast to a type that it doesn't have.
    #[error("Unable to cast object of type '{from}' to type '{to}'.")]
    Cast {
        /// The type it has.
        from: &'static str,
        /// The type that was asked for.
        to: &'static str,
    },
    /// A whole number was divided by 0.
    #[error("Attempted to divide by zero.")]
    DivideByZero,
    /// An index lies outside of its array or text.
    #[error("Index was outside the bounds of the array.")]
    OutOfRange,
    /// A number or time is larger than its type can hold.
    #[error("Value was either too large or too small.")]
    Overflow,
    /// A text isn't what it is read as.
    #[error("Input string was not in a correct format.")]
    Format,
    /// An argument is null where that isn't allowed.
    #[error("Value cannot be null.")]
    NullArgument,
    /// A sequence that must have an element has none.
    #[error("Sequence contains no elements")]
    Empty,
    /// The expression took more steps than any may.
    #[error("The expression takes too many steps.")]
    TooManySteps,
    /// The expression made more text than any may.
    #[error("The expression makes too much text.")]
    TooLarge,
    /// A text for the head of a message holds a line break or another control character.
    #[error("The text holds a line break or another control character.")]
    ControlCharacter,
    /// The expression's value is of a kind that can't be used in its place.
    #[error("The value of the expression is of a kind that can't be used here.")]
    WrongKind,
}

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Text::Borrowed(text) => text,
            Text::Shared(text) => text,
        }
    }

    fn into_owned(self) -> Text<'static> {
        match self {
            Text::Borrowed(text) => Text::Shared(text.into()),
            Text::Shared(text) => Text::Shared(text),
        }
    }
}

impl<'v> Value<'v> {
    pub(crate) fn text(text: &'v str) -> Self {
        Value::Text(Text::Borrowed(text))
    }

    pub(crate) fn made(text: &str) -> Self {
        Value::Text(Text::Shared(text.into()))
    }

    /// The value to be kept beyond this expression; none for what belongs to the call.
    pub(crate) fn into_owned(self) -> Option<Value<'static>> {
        Some(match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Int(value) => Value::Int(value),
            Value::Long(value) => Value::Long(value),
            Value::Double(value) => Value::Double(value),
            Value::Character(value) => Value::Character(value),
            Value::DateTime(value) => Value::DateTime(value),
            Value::TimeSpan(value) => Value::TimeSpan(value),
            Value::Text(text) => Value::Text(text.into_owned()),
            Value::Texts(texts) => {
                Value::Texts(Arc::new(texts.iter().cloned().map(Text::into_owned).collect()))
            }
            Value::Bytes(bytes) => Value::Bytes(bytes),
            Value::Answer(answer) => Value::Answer(answer),
            Value::Jwt(jwt) => Value::Jwt(jwt),
            Value::Certificate(_) | Value::DistinguishedName(_) | Value::Part(_) => return None,
        })
    }

    /// Whether `==` holds. Numbers of different types are compared as the wider one.
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "as C# does")]
    pub(crate) fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(two)) => one == two,
            (Value::Double(one), Value::Double(two)) => one == two,
            (Value::Double(double), whole) | (whole, Value::Double(double)) => {
                whole.whole().is_some_and(|whole| whole as f64 == *double)
            }
            (Value::Text(one), Value::Text(two)) => one.as_str() == two.as_str(),
            (Value::DistinguishedName(name), Value::Text(text))
            | (Value::Text(text), Value::DistinguishedName(name)) => *name == text.as_str(),
            (Value::DistinguishedName(one), Value::DistinguishedName(two)) => one == two,
            (Value::DateTime(one), Value::DateTime(two)) => one == two,
            (Value::TimeSpan(one), Value::TimeSpan(two)) => one == two,
            (Value::Certificate(one), Value::Certificate(two)) => one.thumbprint == two.thumbprint,
            (Value::Texts(one), Value::Texts(two)) => Arc::ptr_eq(one, two),
            (Value::Part(one), Value::Part(two)) => one == two,
            _ => matches!((self.whole(), other.whole()), (Some(one), Some(two)) if one == two),
        }
    }

    /// The value of a whole number or a character.
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(i64::from(*number)),
            Value::Long(number) => Some(*number),
            Value::Character(unit) => Some(i64::from(*unit)),
            _ => None,
        }
    }

    /// `ToString()`, invariant; null is empty, as in a concatenation.
    pub(crate) fn print(&self) -> Result<Text<'v>, EvaluationError> {
        Ok(match self {
            Value::Null => Text::Borrowed(""),
            Value::Bool(true) => Text::Borrowed("True"),
            Value::Bool(false) => Text::Borrowed("False"),
            Value::Text(text) => text.clone(),
            Value::Int(number) => shared(&number.to_string()),
            Value::Long(number) => shared(&number.to_string()),
            Value::Double(number) => shared(&print_double(*number)),
            Value::Character(unit) => shared(&String::from_utf16_lossy(&[*unit])),
            Value::DateTime(time) => shared(&datetime::format(*time, "").ok_or(EvaluationError::Format)?),
            Value::TimeSpan(span) => shared(&span.text()),
            Value::Texts(_) => Text::Borrowed("System.String[]"),
            Value::Bytes(_) => Text::Borrowed("System.Byte[]"),
            Value::Answer(_) => Text::Borrowed("IResponse"),
            Value::Jwt(_) => Text::Borrowed("Jwt"),
            Value::Certificate(_) | Value::DistinguishedName(_) | Value::Part(_) => {
                return Err(EvaluationError::WrongKind);
            }
        })
    }

    /// The name .NET has for the value's type.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "System.Boolean",
            Value::Int(_) => "System.Int32",
            Value::Long(_) => "System.Int64",
            Value::Double(_) => "System.Double",
            Value::Character(_) => "System.Char",
            Value::Text(_) => "System.String",
            Value::DateTime(_) => "System.DateTime",
            Value::TimeSpan(_) => "System.TimeSpan",
            Value::Texts(_) => "System.String[]",
            Value::Bytes(_) => "System.Byte[]",
            Value::Answer(_) => "IResponse",
            Value::Jwt(_) => "Jwt",
            Value::Certificate(_) => "System.Security.Cryptography.X509Certificates.X509Certificate2",
            Value::DistinguishedName(_) => {
                "System.Security.Cryptography.X509Certificates.X500DistinguishedName"
            }
            Value::Part(_) => "System.Object",
        }
    }
}

fn shared<'v>(text: &str) -> Text<'v> {
    Text::Shared(text.into())
}

/// As .NET does since Core 3.0: the shortest digits that read back the same, with an exponent from 15
/// digits on.
fn print_double(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = number.abs();
    if size == 0.0 || (1e-5..1e15).contains(&size) {
        return format!("{number}");
    }
    let text = format!("{number:E}");
    let (digits, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}E{sign}{exponent:0>2}")
}
