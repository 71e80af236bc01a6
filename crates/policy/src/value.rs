//! What an expression can be worth while it runs, and how .NET compares and prints it.

use std::rc::Rc;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::datetime::{DateTime, TimeSpan};
use crate::datetime_format;
use crate::error::EvaluationError;
use crate::expression::class::class;
use crate::expression::node::Lambda;
use crate::expression::number::{print_double, print_single};
use crate::expression::object::Object;
use crate::expression::types::Type;
use crate::facts::{Address, Certificate};
use crate::offset::Offset;

/// A value. Whatever is large or can be changed is shared, as objects are in C#.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    /// One of the rarer whole numbers; `ulong` as the same 64 bits.
    Whole(Width, i64),
    Single(f32),
    Double(f64),
    Decimal(Decimal),
    /// One UTF-16 unit.
    Character(u16),
    Text(Arc<str>),
    DateTime(DateTime),
    DateTimeOffset(Offset),
    TimeSpan(TimeSpan),
    Guid(u128),
    Enumeration(Enumeration),
    Certificate(Arc<Certificate>),
    /// The subject or issuer of a certificate as an object, not as its text.
    DistinguishedName(Arc<str>),
    Part(Part),
    Object(Rc<Object>),
    Lambda(Arc<Lambda>),
    /// What stands for `T` in a call such as `As<T>()`.
    Type(Arc<Type>),
}

/// The whole numbers that aren't `int` or `long`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Width {
    Byte,
    SByte,
    Short,
    UShort,
    UInt,
    ULong,
}

/// A value of an enumeration: its type, name and number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Enumeration {
    pub(crate) of: &'static str,
    pub(crate) name: &'static str,
    pub(crate) number: i32,
}

/// The parts of the call that aren't worked out before a member of them is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Context,
    Message(Side),
    Deployment,
    Gateway,
    Api,
    SubscriptionKeys,
    Operation,
    LastError,
    Headers(Side),
    Body(Side),
    MatchedParameters,
    Certificates,
    Variables,
    Url(Address),
    Query(Address),
}

/// The message that a part belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Side {
    Request,
    Response,
}

impl Value {
    pub(crate) fn text(text: &str) -> Self {
        Value::Text(text.into())
    }

    pub(crate) fn object(object: Object) -> Self {
        Value::Object(Rc::new(object))
    }

    /// Whether `==` holds. Numbers of different types are compared as the wider one.
    pub(crate) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(two)) => one == two,
            (Value::Text(one), Value::Text(two)) => one == two,
            (Value::DistinguishedName(name), Value::Text(text))
            | (Value::Text(text), Value::DistinguishedName(name)) => name == text,
            (Value::DistinguishedName(one), Value::DistinguishedName(two)) => one == two,
            (Value::DateTime(one), Value::DateTime(two)) => one == two,
            (Value::DateTimeOffset(one), Value::DateTimeOffset(two)) => one.utc() == two.utc(),
            (Value::TimeSpan(one), Value::TimeSpan(two)) => one == two,
            (Value::Guid(one), Value::Guid(two)) => one == two,
            (Value::Enumeration(one), Value::Enumeration(two)) => {
                one.of == two.of && one.number == two.number
            }
            (Value::Certificate(one), Value::Certificate(two)) => one.thumbprint == two.thumbprint,
            (Value::Part(one), Value::Part(two)) => one == two,
            (Value::Object(one), Value::Object(two)) => Rc::ptr_eq(one, two) || one.equals(two),
            (Value::Object(object), other) | (other, Value::Object(object)) => object.equals_value(other),
            (one, two) => crate::expression::calculate::order_of(one, two) == Some(std::cmp::Ordering::Equal),
        }
    }

    /// The value of a whole number or a character.
    pub(crate) fn whole(&self) -> Option<i128> {
        match self {
            Value::Int(number) => Some(i128::from(*number)),
            Value::Long(number) => Some(i128::from(*number)),
            Value::Whole(Width::ULong, bits) => Some(i128::from(bits.cast_unsigned())),
            Value::Whole(_, number) => Some(i128::from(*number)),
            Value::Character(unit) => Some(i128::from(*unit)),
            Value::Enumeration(value) => Some(i128::from(value.number)),
            _ => None,
        }
    }

    /// `ToString()`, invariant; null is empty, as in a concatenation.
    pub(crate) fn print(&self) -> Result<Arc<str>, EvaluationError> {
        Ok(match self {
            Value::Null => Arc::from(""),
            Value::Bool(true) => Arc::from("True"),
            Value::Bool(false) => Arc::from("False"),
            Value::Text(text) | Value::DistinguishedName(text) => Arc::clone(text),
            Value::Single(number) => print_single(*number).into(),
            Value::Double(number) => print_double(*number).into(),
            Value::Decimal(number) => number.to_string().into(),
            Value::Character(unit) => String::from_utf16_lossy(&[*unit]).into(),
            Value::DateTime(time) => {
                datetime_format::format(*time, "").ok_or(EvaluationError::Format)?.into()
            }
            Value::DateTimeOffset(time) => time.format("").ok_or(EvaluationError::Format)?.into(),
            Value::TimeSpan(span) => span.text().into(),
            Value::Guid(guid) => crate::expression::number::print_guid(*guid, 'D').into(),
            Value::Enumeration(value) => value.print().into(),
            Value::Certificate(certificate) => certificate.describe().into(),
            Value::Object(object) => object.print(0)?.into(),
            Value::Part(part) => part.type_name().into(),
            Value::Lambda(_) | Value::Type(_) => self.type_name().into(),
            Value::Int(_) | Value::Long(_) | Value::Whole(..) => {
                self.whole().unwrap_or_default().to_string().into()
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
            Value::Whole(width, _) => width.type_name(),
            Value::Single(_) => "System.Single",
            Value::Double(_) => "System.Double",
            Value::Decimal(_) => "System.Decimal",
            Value::Character(_) => "System.Char",
            Value::Text(_) => "System.String",
            Value::DateTime(_) => "System.DateTime",
            Value::DateTimeOffset(_) => "System.DateTimeOffset",
            Value::TimeSpan(_) => "System.TimeSpan",
            Value::Guid(_) => "System.Guid",
            Value::Enumeration(value) => value.of,
            Value::Certificate(_) => "System.Security.Cryptography.X509Certificates.X509Certificate2",
            Value::DistinguishedName(_) => {
                "System.Security.Cryptography.X509Certificates.X500DistinguishedName"
            }
            Value::Part(part) => part.type_name(),
            Value::Object(object) => object.type_name(),
            Value::Lambda(_) => "System.Func",
            Value::Type(_) => "System.Type",
        }
    }
}

impl Width {
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Width::Byte => "System.Byte",
            Width::SByte => "System.SByte",
            Width::Short => "System.Int16",
            Width::UShort => "System.UInt16",
            Width::UInt => "System.UInt32",
            Width::ULong => "System.UInt64",
        }
    }
}

impl Enumeration {
    /// Its name; of a combination of flags their names, else its number.
    fn print(self) -> String {
        if !self.name.is_empty() {
            return self.name.to_owned();
        }
        let names = class(self.of).map_or(&[][..], |class| class.names);
        let mut rest = self.number;
        let mut set = Vec::new();
        for (name, bits) in names.iter().filter(|(_, bits)| bits.count_ones() == 1) {
            if rest & bits != 0 {
                rest &= !bits;
                set.push(*name);
            }
        }
        if rest == 0 && !set.is_empty() { set.join(", ") } else { self.number.to_string() }
    }
}

impl Part {
    fn type_name(self) -> &'static str {
        match self {
            Part::Context => "IProxyRequestContext",
            Part::Message(Side::Request) => "IRequest",
            Part::Message(Side::Response) => "IResponse",
            Part::Deployment => "IDeployment",
            Part::Gateway => "IGateway",
            Part::Api => "IApi",
            Part::SubscriptionKeys => "ISubscriptionKeyParameterNames",
            Part::Operation => "IOperation",
            Part::LastError => "ILastError",
            Part::Body(_) => "IMessageBody",
            Part::Url(_) => "IUrl",
            Part::Headers(_)
            | Part::MatchedParameters
            | Part::Certificates
            | Part::Variables
            | Part::Query(_) => "System.Collections.Generic.IReadOnlyDictionary`2",
        }
    }
}
