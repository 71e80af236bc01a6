//! `Convert`, `BitConverter`, `Encoding`, `WebUtility`.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, bytes, count, int, made_bytes, text, text_or_none};
use crate::expression::class::{Class, Member, member, plain};
use crate::expression::convert::{convert, default_of};
use crate::expression::encoding::{self, Encoding};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::number::rounded;
use crate::expression::object::Object;
use crate::expression::parse_value;
use crate::expression::types::Type;
use crate::value::{Value, Width};

pub(crate) static CLASSES: &[Class] = &[
    plain("Convert", CONVERT),
    plain("BitConverter", BITS),
    Class {
        aliases: &["UTF8Encoding", "ASCIIEncoding", "UnicodeEncoding"],
        bases: &["object"],
        ..plain("Encoding", ENCODING)
    },
    Class { aliases: &["HttpUtility"], ..plain("WebUtility", WEB) },
];

const CONVERT: &[Member] = &[
    member(
        &[
            "static ToBase64String(byte[] inArray): string",
            "static ToBase64String(byte[] inArray, int offset, int length): string",
        ],
        |machine, a| {
            let bytes = bytes(a, 0)?;
            let part = match a.len() {
                1 => Some(&bytes[..]),
                _ => part_of(&bytes, a, 1),
            };
            machine.made(encoding::to_base64(part.ok_or(EvaluationError::OutOfRange)?))
        },
    ),
    member(&["static FromBase64String(string s): byte[]"], |machine, a| {
        let bytes = encoding::from_base64(&text(a, 0)?).ok_or_else(|| {
            EvaluationError::thrown("FormatException", "The input is not a valid Base-64 string.")
        })?;
        machine.make(bytes.len())?;
        Ok(made_bytes(bytes))
    }),
    member(&["static ToHexString(byte[] inArray): string"], |machine, a| {
        let text = bytes(a, 0)?.iter().map(|byte| format!("{byte:02X}")).collect();
        machine.made(text)
    }),
    member(&["static ToInt32(string value, int fromBase): int"], |_, a| radix("int", a)),
    member(&["static ToInt64(string value, int fromBase): long"], |_, a| radix("long", a)),
    member(&["static ToByte(string value, int fromBase): byte"], |_, a| radix("byte", a)),
    member(&["static ToInt32(object value): int"], |_, a| to("int", a)),
    member(&["static ToInt64(object value): long"], |_, a| to("long", a)),
    member(&["static ToInt16(object value): short"], |_, a| to("short", a)),
    member(&["static ToUInt16(object value): ushort"], |_, a| to("ushort", a)),
    member(&["static ToUInt32(object value): uint"], |_, a| to("uint", a)),
    member(&["static ToUInt64(object value): ulong"], |_, a| to("ulong", a)),
    member(&["static ToByte(object value): byte"], |_, a| to("byte", a)),
    member(&["static ToSByte(object value): sbyte"], |_, a| to("sbyte", a)),
    member(&["static ToDouble(object value): double"], |_, a| to("double", a)),
    member(&["static ToSingle(object value): float"], |_, a| to("float", a)),
    member(&["static ToDecimal(object value): decimal"], |_, a| to("decimal", a)),
    member(&["static ToChar(object value): char"], |_, a| to("char", a)),
    member(&["static ToBoolean(object value): bool"], |_, a| to("bool", a)),
    member(&["static ToDateTime(object value): DateTime"], |_, a| to("DateTime", a)),
    member(&["static ToString(long value, int toBase): string"], |machine, a| {
        let number = crate::expression::arguments::long(a, 0)?;
        machine.made(match int(a, 1)? {
            2 => format!("{number:b}"),
            8 => format!("{number:o}"),
            16 => format!("{number:x}"),
            _ => number.to_string(),
        })
    }),
    member(
        &[
            "static ToString(object value): string",
            "static ToString(object value, IFormatProvider provider): string",
        ],
        |_, a| Ok(Value::Text(at(a, 0).print()?)),
    ),
];

const BITS: &[Member] = &[
    member(
        &[
            "static ToString(byte[] value): string",
            "static ToString(byte[] value, int startIndex, int length): string",
        ],
        |machine, a| {
            let bytes = bytes(a, 0)?;
            let part = if a.len() == 1 { Some(&bytes[..]) } else { part_of(&bytes, a, 1) };
            let digits: Vec<String> =
                part.ok_or(EvaluationError::OutOfRange)?.iter().map(|byte| format!("{byte:02X}")).collect();
            machine.made(digits.join("-"))
        },
    ),
    member(
        &[
            "static GetBytes(int value): byte[]",
            "static GetBytes(long value): byte[]",
            "static GetBytes(double value): byte[]",
            "static GetBytes(bool value): byte[]",
        ],
        |_, a| {
            Ok(made_bytes(match at(a, 0) {
                Value::Int(number) => number.to_le_bytes().to_vec(),
                Value::Long(number) => number.to_le_bytes().to_vec(),
                Value::Double(number) => number.to_le_bytes().to_vec(),
                Value::Bool(value) => vec![u8::from(*value)],
                _ => return Err(EvaluationError::WrongKind.into()),
            }))
        },
    ),
    member(&["static ToInt32(byte[] value, int startIndex): int"], |_, a| {
        Ok(Value::Int(i32::from_le_bytes(fixed(a)?)))
    }),
    member(&["static ToUInt32(byte[] value, int startIndex): uint"], |_, a| {
        Ok(Value::Whole(Width::UInt, i64::from(u32::from_le_bytes(fixed(a)?))))
    }),
    member(&["static ToInt16(byte[] value, int startIndex): short"], |_, a| {
        Ok(Value::Whole(Width::Short, i64::from(i16::from_le_bytes(fixed(a)?))))
    }),
    member(&["static ToUInt16(byte[] value, int startIndex): ushort"], |_, a| {
        Ok(Value::Whole(Width::UShort, i64::from(u16::from_le_bytes(fixed(a)?))))
    }),
    member(&["static ToInt64(byte[] value, int startIndex): long"], |_, a| {
        Ok(Value::Long(i64::from_le_bytes(fixed(a)?)))
    }),
    member(&["static IsLittleEndian: bool"], |_, _| Ok(Value::Bool(true))),
];

const ENCODING: &[Member] = &[
    member(&["static UTF8: Encoding", "static Default: Encoding"], |_, _| Ok(of(Encoding::Utf8))),
    member(&["static ASCII: Encoding"], |_, _| Ok(of(Encoding::Ascii))),
    member(&["static Latin1: Encoding"], |_, _| Ok(of(Encoding::Latin1))),
    member(&["static Unicode: Encoding"], |_, _| Ok(of(Encoding::Utf16))),
    member(&["static BigEndianUnicode: Encoding"], |_, _| Ok(of(Encoding::Utf16BigEndian))),
    member(&["static GetEncoding(string name): Encoding"], |_, a| {
        let name = text(a, 0)?;
        Ok(of(Encoding::named(&name).ok_or_else(|| {
            EvaluationError::thrown(
                "ArgumentException",
                format!("'{name}' is not a supported encoding name."),
            )
        })?))
    }),
    member(&["new()", "new(bool encoderShouldEmitUTF8Identifier)"], |_, _| Ok(of(Encoding::Utf8))),
    member(&["GetBytes(string s): byte[]", "GetBytes(char[] chars): byte[]"], |machine, a| {
        let text = match at(a, 1) {
            units @ Value::Object(_) => {
                let units = crate::expression::sequence::items(machine, units)?;
                crate::expression::sequence::texts(&units)?.concat().into()
            }
            _ => text(a, 1)?,
        };
        let bytes = encoding_of(a)?.bytes(&text);
        machine.make(bytes.len())?;
        Ok(made_bytes(bytes))
    }),
    member(
        &["GetString(byte[] bytes): string", "GetString(byte[] bytes, int index, int count): string"],
        |machine, a| {
            let bytes = bytes(a, 1)?;
            let part = if a.len() == 2 { Some(&bytes[..]) } else { part_of(&bytes, a, 2) };
            let text = encoding_of(a)?.text(part.ok_or(EvaluationError::OutOfRange)?);
            machine.made(text)
        },
    ),
    member(&["GetByteCount(string s): int"], |_, a| count(encoding_of(a)?.bytes(&text(a, 1)?).len())),
    member(&["WebName: string"], |_, a| {
        Ok(Value::text(match encoding_of(a)? {
            Encoding::Utf8 => "utf-8",
            Encoding::Ascii => "us-ascii",
            Encoding::Latin1 => "iso-8859-1",
            Encoding::Utf16 => "utf-16",
            Encoding::Utf16BigEndian => "utf-16BE",
        }))
    }),
];

const WEB: &[Member] = &[
    member(&["static UrlEncode(string value): string"], |machine, a| {
        on_text(machine, a, encoding::url_encode)
    }),
    member(&["static UrlDecode(string value): string"], |machine, a| {
        on_text(machine, a, |text| encoding::unescape(text, true))
    }),
    member(&["static HtmlEncode(string value): string"], |machine, a| {
        on_text(machine, a, encoding::html_encode)
    }),
    member(&["static HtmlDecode(string value): string"], |machine, a| {
        on_text(machine, a, encoding::html_decode)
    }),
];

/// The function of a text; null of null.
pub(crate) fn on_text(machine: &mut Machine<'_>, a: &[Value], change: fn(&str) -> String) -> Step<Value> {
    match text_or_none(a, 0)? {
        Some(text) => machine.made(change(&text)),
        None => Ok(Value::Null),
    }
}

fn of(encoding: Encoding) -> Value {
    Value::object(Object::Encoding(encoding))
}

fn encoding_of(a: &[Value]) -> Step<Encoding> {
    match crate::expression::arguments::object(a, 0)? {
        Object::Encoding(encoding) => Ok(*encoding),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// The bytes from the position in argument `first`, as many as the next one says.
fn part_of<'b>(bytes: &'b [u8], a: &[Value], first: usize) -> Option<&'b [u8]> {
    let start = usize::try_from(int(a, first).ok()?).ok()?;
    let length = usize::try_from(int(a, first + 1).ok()?).ok()?;
    bytes.get(start..start.checked_add(length)?)
}

fn fixed<const N: usize>(a: &[Value]) -> Step<[u8; N]> {
    let bytes = bytes(a, 0)?;
    let start = crate::expression::arguments::size(a, 1)?;
    let part = bytes.get(start..start.saturating_add(N)).and_then(|part| part.try_into().ok());
    Ok(part.ok_or(EvaluationError::OutOfRange)?)
}

fn radix(of: &'static str, a: &[Value]) -> Step<Value> {
    let base = u32::try_from(int(a, 1)?).ok().filter(|base| matches!(base, 2 | 8 | 10 | 16));
    let base = base.ok_or_else(|| EvaluationError::thrown("ArgumentException", "Invalid Base."))?;
    let digits = text(a, 0)?;
    let digits = digits.trim();
    let digits = if base == 16 { digits.trim_start_matches("0x").trim_start_matches("0X") } else { digits };
    let number = i128::from_str_radix(digits, base).map_err(|_| EvaluationError::Format)?;
    let number = i64::try_from(number).map_err(|_| EvaluationError::Overflow)?;
    Ok(convert(&Value::Long(number), &Type::named(of)).ok_or(EvaluationError::Overflow)?)
}

/// `Convert.ToX(value)`: texts are read, reals rounded, null is the type's zero.
fn to(of: &'static str, a: &[Value]) -> Step<Value> {
    let ty = Type::named(of);
    let value = match at(a, 0) {
        Value::Object(object) => match &**object {
            Object::Json(json) => json.scalar().ok_or(EvaluationError::WrongKind)?,
            _ => return Err(EvaluationError::WrongKind.into()),
        },
        other => other.clone(),
    };
    let converted = match (&value, of) {
        (Value::Null, _) => Some(default_of(&ty)),
        (Value::Text(text), _) => return Ok(read(of, text)?),
        (Value::Bool(flag), "bool") => Some(Value::Bool(*flag)),
        (Value::Bool(flag), _) => convert(&Value::Int(i32::from(*flag)), &ty),
        (number, "bool") => {
            Some(Value::Bool(crate::expression::calculate::real(number).is_some_and(|real| real != 0.0)))
        }
        (Value::DateTime(_), "DateTime") => Some(value.clone()),
        (number, "double" | "float" | "decimal") => convert(number, &ty),
        (number, _) => {
            let whole = rounded(number)
                .and_then(|whole| i64::try_from(whole).ok())
                .ok_or(EvaluationError::Overflow)?;
            let converted = convert(&Value::Long(whole), &ty);
            if converted.as_ref().and_then(Value::whole) != Some(i128::from(whole)) && of != "ulong" {
                return Err(EvaluationError::Overflow.into());
            }
            converted
        }
    };
    Ok(converted.ok_or(EvaluationError::WrongKind)?)
}

fn read(of: &'static str, text: &Arc<str>) -> Result<Value, EvaluationError> {
    parse_value::parse(of, text).ok_or_else(|| super::object::unread(of, text))
}
