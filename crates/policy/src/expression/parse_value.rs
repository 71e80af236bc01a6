//! Text to plain values: `int.Parse`, `bool.Parse`, `Guid.Parse` and the conversions that do the same.

use rust_decimal::Decimal;

use crate::datetime::TimeSpan;
use crate::expression::convert::convert;
use crate::expression::types::Type;
use crate::offset::{self, Offset};
use crate::value::{Value, Width};

/// The value of a type (as C# names it) that a text is; none if it is none.
pub(crate) fn parse(of: &'static str, text: &str) -> Option<Value> {
    let text = text.trim();
    Some(match of {
        "string" => Value::text(text),
        "bool" if text.eq_ignore_ascii_case("true") => Value::Bool(true),
        "bool" if text.eq_ignore_ascii_case("false") => Value::Bool(false),
        "int" => Value::Int(whole(text)?.try_into().ok()?),
        "long" => Value::Long(whole(text)?.try_into().ok()?),
        "byte" => Value::Whole(Width::Byte, u8::try_from(whole(text)?).ok()?.into()),
        "sbyte" => Value::Whole(Width::SByte, i8::try_from(whole(text)?).ok()?.into()),
        "short" => Value::Whole(Width::Short, i16::try_from(whole(text)?).ok()?.into()),
        "ushort" => Value::Whole(Width::UShort, u16::try_from(whole(text)?).ok()?.into()),
        "uint" => Value::Whole(Width::UInt, u32::try_from(whole(text)?).ok()?.into()),
        "ulong" => Value::Whole(Width::ULong, u64::try_from(whole(text)?).ok()?.cast_signed()),
        "double" | "float" => convert(&Value::Double(real(text)?), &Type::named(of))?,
        "decimal" => Value::Decimal(decimal(text)?),
        "char" => {
            let mut units = text.encode_utf16();
            let unit = units.next()?;
            units.next().is_none().then_some(Value::Character(unit))?
        }
        "DateTime" => {
            let (local, ahead) = offset::parse(text)?;
            Value::DateTime(Offset { local, ahead: ahead.unwrap_or(TimeSpan(0)) }.utc())
        }
        "DateTimeOffset" => {
            let (local, ahead) = offset::parse(text)?;
            Value::DateTimeOffset(Offset { local, ahead: ahead.unwrap_or(TimeSpan(0)) })
        }
        "TimeSpan" => Value::TimeSpan(offset::parse_span(text)?),
        "Guid" => Value::Guid(guid(text)?),
        _ => return None,
    })
}

fn whole(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn real(text: &str) -> Option<f64> {
    let text = text.replace(',', "");
    let known =
        text.bytes().all(|part| part.is_ascii_digit() || matches!(part, b'+' | b'-' | b'.' | b'e' | b'E'));
    match text.as_str() {
        "NaN" => Some(f64::NAN),
        "Infinity" | "∞" => Some(f64::INFINITY),
        "-Infinity" | "-∞" => Some(f64::NEG_INFINITY),
        _ if known => text.parse().ok(),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let text = text.replace(',', "");
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

/// 32 hexadecimal digits, with or without dashes and brackets.
pub(crate) fn guid(text: &str) -> Option<u128> {
    let inner = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .or_else(|| text.strip_prefix('(').and_then(|text| text.strip_suffix(')')))
        .unwrap_or(text);
    let dashes: Vec<usize> = inner.match_indices('-').map(|(at, _)| at).collect();
    if !dashes.is_empty() && dashes != [8, 13, 18, 23] {
        return None;
    }
    let digits = inner.replace('-', "");
    let plain = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}
