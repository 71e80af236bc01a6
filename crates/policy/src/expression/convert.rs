//! Casts and tests of types: `(T)x`, `x is T`, `x as T`, and what is converted without being asked.

use std::rc::Rc;
use std::sync::Arc;

use crate::datetime::{DateTime, TimeSpan};
use crate::error::EvaluationError;
use crate::expression::calculate::{decimal, real, single};
use crate::expression::class::class;
use crate::expression::evaluate::Step;
use crate::expression::json::Json;
use crate::expression::object::Object;
use crate::expression::types::Type;
use crate::expression::xml::XmlName;
use crate::offset::Offset;
use crate::value::{Enumeration, Part, Side, Value, Width};

/// `(T)x`: numbers are converted, JSON gives its value, anything else must be of the type already.
pub(crate) fn cast(value: Value, to: &Type) -> Step<Value> {
    match (&value, to) {
        (_, Type::Unknown | Type::Variable(_)) | (_, Type::Named("object", _)) => return Ok(value),
        (Value::Null, to) if to.is_reference() => return Ok(Value::Null),
        (Value::Null, _) => return Err(EvaluationError::NullReference.into()),
        _ => {}
    }
    if has_type(&value, to) {
        return Ok(value);
    }
    if let Some(converted) = convert(&value, to.plain()) {
        return Ok(converted);
    }
    if let Value::Object(object) = &value {
        match &**object {
            Object::Json(json) => return json.cast(to),
            // An element and an attribute are what their text is read as.
            Object::Xml(xml) => return Json::scalar_of(Value::text(&xml.value())).cast(to),
            Object::XmlAttribute { value, .. } => return Json::scalar_of(Value::text(value)).cast(to),
            _ => {}
        }
    }
    Err(EvaluationError::Cast { from: value.type_name(), to: net_name(to).into() }.into())
}

/// `(T)x` of an `object`: a number comes out as the number it is, or not at all.
pub(crate) fn unbox(value: Value, to: &Type) -> Step<Value> {
    if real(&value).is_some() && !matches!(value, Value::Enumeration(_)) && !has_type(&value, to) {
        return Err(EvaluationError::Cast { from: value.type_name(), to: net_name(to).into() }.into());
    }
    cast(value, to)
}

/// Whether a value is of a type; false for null.
pub(crate) fn has_type(value: &Value, tested: &Type) -> bool {
    match (value, tested) {
        (Value::Null, _) => false,
        (_, Type::Unknown | Type::Named("object", _)) => true,
        (value, Type::Nullable(inner)) => has_type(value, inner),
        (Value::Object(object), Type::Array(element)) => object.is_array_of(element),
        (value, Type::Named(tested, _)) => class_of(value).is_some_and(|own| is_or_derives(own, tested)),
        _ => false,
    }
}

/// The class of the table that a value belongs to; none for null.
pub(crate) fn class_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Long(_) => "long",
        Value::Whole(width, _) => width_name(*width),
        Value::Single(_) => "float",
        Value::Double(_) => "double",
        Value::Decimal(_) => "decimal",
        Value::Character(_) => "char",
        Value::Text(_) => "string",
        Value::DateTime(_) => "DateTime",
        Value::DateTimeOffset(_) => "DateTimeOffset",
        Value::TimeSpan(_) => "TimeSpan",
        Value::Guid(_) => "Guid",
        Value::Enumeration(value) => value.of,
        Value::Certificate(_) => "X509Certificate2",
        Value::DistinguishedName(_) => "X500DistinguishedName",
        Value::Part(part) => class_of_part(*part),
        Value::Object(object) => object.class(),
        Value::Lambda(_) => "Func",
        Value::Type(_) => "Type",
    })
}

fn class_of_part(part: Part) -> &'static str {
    match part {
        Part::Context => "context",
        Part::Message(Side::Request) => "IRequest",
        Part::Message(Side::Response) => "IResponse",
        Part::Deployment => "IDeployment",
        Part::Gateway => "IGateway",
        Part::Api => "IApi",
        Part::SubscriptionKeys => "ISubscriptionKeyParameterNames",
        Part::Operation => "IOperation",
        Part::LastError => "ILastError",
        Part::Headers(_) | Part::Query(_) => "Headers",
        Part::Body(_) => "IMessageBody",
        Part::MatchedParameters => "MatchedParameters",
        Part::Certificates => "Certificates",
        Part::Variables => "Variables",
        Part::Url(_) => "IUrl",
    }
}

/// Whether a class of the table is another one or stands under it.
pub(crate) fn is_or_derives(own: &str, wanted: &str) -> bool {
    own == wanted
        || class(own).is_some_and(|class| {
            class
                .base_types()
                .iter()
                .any(|base| matches!(base, Type::Named(base, _) if is_or_derives(base, wanted)))
        })
}

/// The conversions between numbers, and those that C# makes without being asked; none if there is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "as C# does where nothing else is said"
)]
pub(crate) fn convert(value: &Value, to: &Type) -> Option<Value> {
    let Type::Named(to, _) = to else { return None };
    let bits = || match value {
        Value::Double(number) => Some(i128::from(*number as i64)),
        Value::Single(number) => Some(i128::from(*number as i64)),
        Value::Decimal(number) => i128::try_from(number.trunc()).ok(),
        other => other.whole(),
    };
    Some(match *to {
        "bool" => match value {
            Value::Object(object) => object.as_bool().map(Value::Bool)?,
            _ => return None,
        },
        "int" => Value::Int(bits()? as i32),
        "long" => Value::Long(bits()? as i64),
        "char" => Value::Character(bits()? as u16),
        "byte" => Value::Whole(Width::Byte, i64::from(bits()? as u8)),
        "sbyte" => Value::Whole(Width::SByte, i64::from(bits()? as i8)),
        "short" => Value::Whole(Width::Short, i64::from(bits()? as i16)),
        "ushort" => Value::Whole(Width::UShort, i64::from(bits()? as u16)),
        "uint" => Value::Whole(Width::UInt, i64::from(bits()? as u32)),
        "ulong" => Value::Whole(Width::ULong, bits()? as i64),
        "float" => Value::Single(single(real(value)?)),
        "double" => Value::Double(real(value)?),
        "decimal" => Value::Decimal(decimal(value)?),
        "DateTimeOffset" => match value {
            Value::DateTime(time) => Value::DateTimeOffset(Offset::utc_of(*time)),
            _ => return None,
        },
        "XName" => match value {
            Value::Text(text) => Value::object(Object::XmlName(XmlName::parse(text))),
            _ => return None,
        },
        "XNamespace" => match value {
            Value::Text(text) => Value::object(Object::XmlNamespace(text.to_string())),
            _ => return None,
        },
        "JToken" => Value::Object(Rc::new(Object::Json(Json::from_value(value)?))),
        enumeration => {
            let class = class(enumeration).filter(|class| class.is_enumeration())?;
            enumeration_of(class.name, i32::try_from(value.whole()?).ok()?)
        }
    })
}

/// A value of an enumeration by its number.
pub(crate) fn enumeration_of(of: &'static str, number: i32) -> Value {
    let names = class(of).map_or(&[][..], |class| class.names);
    let name = names.iter().find(|(_, known)| *known == number).map_or("", |(name, _)| *name);
    Value::Enumeration(Enumeration { of, name, number })
}

/// What a local, an element of a new array or `default(T)` is before anything is put there.
pub(crate) fn default_of(ty: &Type) -> Value {
    let Type::Named(name, _) = ty else { return Value::Null };
    match *name {
        "bool" => Value::Bool(false),
        "DateTime" => Value::DateTime(DateTime::MIN),
        "DateTimeOffset" => Value::DateTimeOffset(Offset::utc_of(DateTime::MIN)),
        "TimeSpan" => Value::TimeSpan(TimeSpan(0)),
        "Guid" => Value::Guid(0),
        _ => match convert(&Value::Int(0), ty) {
            Some(zero) if !ty.is_reference() => zero,
            _ => Value::Null,
        },
    }
}

pub(crate) fn width_name(width: Width) -> &'static str {
    match width {
        Width::Byte => "byte",
        Width::SByte => "sbyte",
        Width::Short => "short",
        Width::UShort => "ushort",
        Width::UInt => "uint",
        Width::ULong => "ulong",
    }
}

/// The name that .NET's messages have for a type.
pub(crate) fn net_name(ty: &Type) -> String {
    match ty {
        Type::Array(element) => format!("{}[]", net_name(element)),
        Type::Nullable(inner) => format!("System.Nullable`1[{}]", net_name(inner)),
        Type::Named(name, _) => match *name {
            "bool" => "System.Boolean".to_owned(),
            "int" => "System.Int32".to_owned(),
            "long" => "System.Int64".to_owned(),
            "byte" => "System.Byte".to_owned(),
            "sbyte" => "System.SByte".to_owned(),
            "short" => "System.Int16".to_owned(),
            "ushort" => "System.UInt16".to_owned(),
            "uint" => "System.UInt32".to_owned(),
            "ulong" => "System.UInt64".to_owned(),
            "float" => "System.Single".to_owned(),
            "double" => "System.Double".to_owned(),
            "decimal" => "System.Decimal".to_owned(),
            "char" => "System.Char".to_owned(),
            "string" => "System.String".to_owned(),
            "object" => "System.Object".to_owned(),
            "JToken" | "JObject" | "JArray" | "JValue" | "JProperty" => {
                format!("Newtonsoft.Json.Linq.{name}")
            }
            "X509Certificate2" => format!("System.Security.Cryptography.X509Certificates.{name}"),
            name if name.starts_with('I') && name != "IPAddress" => name.to_owned(),
            name => format!("System.{name}"),
        },
        other => other.to_string(),
    }
}

/// The type of a value, shared, for `GetType()` and the like.
pub(crate) fn type_of(value: &Value) -> Arc<Type> {
    Arc::new(class_of(value).map_or(Type::Null, Type::named))
}
