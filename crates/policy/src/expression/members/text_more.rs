//! `char`, `StringBuilder`, `string.Format` and what the language adds to texts: credentials and tokens in them.

use std::cell::RefCell;
use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, int, object, text, text_or_none};
use crate::expression::class::{Class, Member, extension, member, plain};
use crate::expression::encoding::{from_base64, from_base64_url};
use crate::expression::evaluate::{Machine, Step, pad};
use crate::expression::json::{Json, JsonKind};
use crate::expression::json_read;
use crate::expression::json_write;
use crate::expression::number::format_value;
use crate::expression::object::Object;
use crate::expression::text::{Case, same};
use crate::jwt::Jwt;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["Char"], is_value: true, bases: &["object"], ..plain("char", CHAR) },
    Class { bases: &["object"], ..plain("StringBuilder", BUILDER) },
    Class { aliases: &["IFormatProvider"], bases: &["object"], ..plain("CultureInfo", CULTURE) },
    Class { bases: &["object"], ..plain("BasicAuthCredentials", CREDENTIALS) },
    Class { bases: &["object"], ..plain("StringComparer", COMPARER) },
];

const CHAR: &[Member] = &[
    member(
        &[
            "static IsDigit(char c): bool",
            "static IsDigit(string s, int index): bool",
            "static IsNumber(char c): bool",
            "static IsNumber(string s, int index): bool",
        ],
        |_, a| is(a, char::is_numeric),
    ),
    member(&["static IsLetter(char c): bool", "static IsLetter(string s, int index): bool"], |_, a| {
        is(a, char::is_alphabetic)
    }),
    member(
        &["static IsLetterOrDigit(char c): bool", "static IsLetterOrDigit(string s, int index): bool"],
        |_, a| is(a, char::is_alphanumeric),
    ),
    member(
        &["static IsWhiteSpace(char c): bool", "static IsWhiteSpace(string s, int index): bool"],
        |_, a| is(a, char::is_whitespace),
    ),
    member(&["static IsUpper(char c): bool", "static IsUpper(string s, int index): bool"], |_, a| {
        is(a, char::is_uppercase)
    }),
    member(&["static IsLower(char c): bool", "static IsLower(string s, int index): bool"], |_, a| {
        is(a, char::is_lowercase)
    }),
    member(&["static IsControl(char c): bool", "static IsControl(string s, int index): bool"], |_, a| {
        is(a, char::is_control)
    }),
    member(
        &["static IsPunctuation(char c): bool", "static IsPunctuation(string s, int index): bool"],
        |_, a| is(a, |part| part.is_ascii_punctuation()),
    ),
    member(&["static ToUpper(char c): char", "static ToUpperInvariant(char c): char"], |_, a| {
        Ok(changed(a, |part| part.to_uppercase().next()))
    }),
    member(&["static ToLower(char c): char", "static ToLowerInvariant(char c): char"], |_, a| {
        Ok(changed(a, |part| part.to_lowercase().next()))
    }),
    member(&["static GetNumericValue(char c): double"], |_, a| {
        let digit = character(a).and_then(|part| part.to_digit(10));
        Ok(Value::Double(digit.map_or(-1.0, f64::from)))
    }),
    member(&["static Parse(string text): char"], |_, a| super::object::parsed("char", a)),
];

const BUILDER: &[Member] = &[
    member(&["new()", "new(string value)", "new(int capacity)"], |_, a| {
        let text = match at(a, 0) {
            Value::Text(text) => text.to_string(),
            _ => String::new(),
        };
        Ok(Value::object(Object::Builder(RefCell::new(text))))
    }),
    member(
        &["Append(char value, int repeatCount): StringBuilder", "Append(object value): StringBuilder"],
        |machine, a| {
            let mut text = at(a, 1).print()?.to_string();
            if a.len() > 2 {
                let count = crate::expression::arguments::size(a, 2)?;
                machine.make(count.saturating_mul(text.len()))?;
                text = text.repeat(count);
            }
            append(machine, a, &text)
        },
    ),
    member(&["AppendLine(): StringBuilder", "AppendLine(string value): StringBuilder"], |machine, a| {
        let text = text_or_none(a, 1)?.unwrap_or_else(|| Arc::from(""));
        append(machine, a, &format!("{text}\n"))
    }),
    member(&["AppendFormat(string format, params object[] args): StringBuilder"], |machine, a| {
        let text = formatted(&text(a, 1)?, a.get(2..).unwrap_or_default())?;
        append(machine, a, &text)
    }),
    member(&["Insert(int index, object value): StringBuilder"], |machine, a| {
        let added = at(a, 2).print()?;
        machine.make(added.len())?;
        if let Object::Builder(text) = object(a, 0)? {
            let (place, _) = crate::expression::text::cut(&text.borrow(), int(a, 1)?, None)?;
            text.borrow_mut().insert_str(place, &added);
        }
        Ok(at(a, 0).clone())
    }),
    member(
        &[
            "Replace(string oldValue, string newValue): StringBuilder",
            "Replace(char oldChar, char newChar): StringBuilder",
        ],
        |machine, a| {
            let (old, new) = (text(a, 1)?, text_or_none(a, 2)?.unwrap_or_else(|| Arc::from("")));
            if let (Object::Builder(text), false) = (object(a, 0)?, old.is_empty()) {
                let replaced = text.borrow().replace(&*old, &new);
                machine.make(replaced.len())?;
                *text.borrow_mut() = replaced;
            }
            Ok(at(a, 0).clone())
        },
    ),
    member(&["Remove(int startIndex, int length): StringBuilder"], |_, a| {
        if let Object::Builder(text) = object(a, 0)? {
            let (start, end) = crate::expression::text::cut(&text.borrow(), int(a, 1)?, Some(int(a, 2)?))?;
            text.borrow_mut().replace_range(start..end, "");
        }
        Ok(at(a, 0).clone())
    }),
    member(&["Clear(): StringBuilder"], |_, a| {
        if let Object::Builder(text) = object(a, 0)? {
            text.borrow_mut().clear();
        }
        Ok(at(a, 0).clone())
    }),
    member(&["Length: int"], |_, a| count(crate::expression::text::length(&at(a, 0).print()?))),
    member(&["this[int index]: char"], |_, a| {
        let unit = crate::expression::text::unit_at(&at(a, 0).print()?, int(a, 1)?);
        Ok(Value::Character(unit.ok_or(EvaluationError::IndexOutOfRange)?))
    }),
];

const CULTURE: &[Member] =
    &[member(&["static InvariantCulture: CultureInfo", "static CurrentCulture: CultureInfo"], |_, _| {
        Ok(Value::object(Object::Thing("CultureInfo")))
    })];

const CREDENTIALS: &[Member] = &[
    member(&["UserId: string", "Username: string"], |_, a| match object(a, 0)? {
        Object::Credentials { user, .. } => Ok(Value::Text(Arc::clone(user))),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["Password: string"], |_, a| match object(a, 0)? {
        Object::Credentials { password, .. } => Ok(Value::Text(Arc::clone(password))),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
];

const COMPARER: &[Member] = &[
    member(
        &[
            "static OrdinalIgnoreCase: StringComparer",
            "static InvariantCultureIgnoreCase: StringComparer",
            "static CurrentCultureIgnoreCase: StringComparer",
        ],
        |_, _| Ok(Value::object(Object::Thing("StringComparer"))),
    ),
    // Null stands for the comparison in which case matters.
    member(
        &[
            "static Ordinal: StringComparer",
            "static InvariantCulture: StringComparer",
            "static CurrentCulture: StringComparer",
        ],
        |_, _| Ok(Value::Null),
    ),
    extension(&["Equals(string x, string y): bool"], |_, a| {
        Ok(Value::Bool(match (text_or_none(a, 1)?, text_or_none(a, 2)?) {
            (Some(one), Some(two)) => same(&one, &two, compared_case(a)),
            (one, two) => one.is_none() && two.is_none(),
        }))
    }),
    extension(&["Compare(string x, string y): int"], |_, a| {
        let (one, two) = (text_or_none(a, 1)?, text_or_none(a, 2)?);
        let folded = |text: Option<Arc<str>>| match compared_case(a) {
            Case::Ignored => text.map(|text| text.to_uppercase()),
            Case::Matters => text.map(|text| text.to_string()),
        };
        let order = folded(one).map(|one| one.encode_utf16().collect::<Vec<_>>());
        Ok(Value::Int(order.cmp(&folded(two).map(|two| two.encode_utf16().collect())) as i32))
    }),
];

/// How a comparer, which is null where case matters, compares.
fn compared_case(a: &[Value]) -> Case {
    if matches!(at(a, 0), Value::Null) { Case::Matters } else { Case::Ignored }
}

fn character(a: &[Value]) -> Option<char> {
    match at(a, 0) {
        Value::Character(unit) => char::from_u32(u32::from(*unit)),
        _ => None,
    }
}

/// Whether a character, or the one at a place of a text, is of a kind.
fn is(a: &[Value], test: fn(char) -> bool) -> Step<Value> {
    if matches!(at(a, 0), Value::Character(_)) {
        return Ok(Value::Bool(character(a).is_some_and(test)));
    }
    let unit = crate::expression::text::unit_at(&text(a, 0)?, int(a, 1)?);
    let unit = Value::Character(unit.ok_or(EvaluationError::OutOfRange)?);
    Ok(Value::Bool(character(&[unit]).is_some_and(test)))
}

fn changed(a: &[Value], change: fn(char) -> Option<char>) -> Value {
    let unit = character(a).and_then(change).and_then(|part| u16::try_from(u32::from(part)).ok());
    unit.map_or_else(|| at(a, 0).clone(), Value::Character)
}

fn append(machine: &mut Machine<'_>, a: &[Value], added: &str) -> Step<Value> {
    machine.make(added.len())?;
    if let Object::Builder(text) = object(a, 0)? {
        text.borrow_mut().push_str(added);
    }
    Ok(at(a, 0).clone())
}

/// `string.Format("{0,5:F2}", …)`; a first argument that is a culture says nothing.
pub(crate) fn format_all(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let from = usize::from(!matches!(at(a, 0), Value::Text(_)));
    let values = super::text::spread(machine, a.get(from + 1..).unwrap_or_default())?;
    let text = formatted(&text(a, from)?, &values)?;
    machine.made(text)
}

fn formatted(format: &str, values: &[Value]) -> Result<String, EvaluationError> {
    let mut text = String::with_capacity(format.len());
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let brace = rest.get(at..=at).unwrap_or_default();
        if after.starts_with(brace) {
            text.push_str(brace);
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let end = after.find('}').filter(|_| brace == "{").ok_or(EvaluationError::Format)?;
        text.push_str(&hole(after.get(..end).unwrap_or_default(), values)?);
        if text.len() > LONGEST {
            return Err(EvaluationError::TooLarge);
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    Ok(text)
}

/// `0`, `0:format`, `0,width:format`.
fn hole(hole: &str, values: &[Value]) -> Result<String, EvaluationError> {
    let (head, format) = hole.split_once(':').unwrap_or((hole, ""));
    let (number, width) = head.split_once(',').unwrap_or((head, "0"));
    let number: usize = number.trim().parse().map_err(|_| EvaluationError::Format)?;
    let width: i32 = width.trim().parse().map_err(|_| EvaluationError::Format)?;
    let value = values.get(number).ok_or(EvaluationError::Format)?;
    Ok(pad(&format_value(value, format)?, width))
}

/// The credentials in the value of an `Authorization` header (RFC 7617), or null.
pub(crate) fn as_basic(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let Some(header) = text_or_none(a, 0)? else { return Ok(Value::Null) };
    let read = || {
        let (scheme, encoded) = header.trim().split_once(' ')?;
        let decoded = from_base64(encoded.trim()).filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let decoded = String::from_utf8(decoded).ok()?;
        let (user, password) = decoded.split_once(':')?;
        Some(Object::Credentials { user: user.into(), password: password.into() })
    };
    Ok(read().map_or(Value::Null, Value::object))
}

/// A token (RFC 7519) that is read but not judged, with or without a scheme in front of it; or null.
pub(crate) fn as_jwt(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let Some(header) = text_or_none(a, 0)? else { return Ok(Value::Null) };
    let token = header.trim();
    let token = token.split_once(' ').map_or(token, |(_, token)| token.trim());
    Ok(read_jwt(token).map_or(Value::Null, |jwt| Value::object(Object::Jwt(Arc::new(jwt)))))
}

pub(crate) fn read_jwt(token: &str) -> Option<Jwt> {
    let mut parts = token.split('.');
    let (header, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let part = |text: &str| json_read::read(&String::from_utf8(from_base64_url(text)?).ok()?).ok();
    let (header, claims) = (part(header)?, part(claims)?);
    let JsonKind::Object(members) = &*claims.kind.borrow() else { return None };
    let all: Vec<(String, Vec<String>)> =
        members.iter().map(|(name, claim)| (name.to_string(), claim_texts(claim))).collect();
    let claim = |name: &str| members.get(name).map(|claim| claim_texts(claim).join(",")).unwrap_or_default();
    let seconds = |name: &str| members.get(name).and_then(|claim| claim.scalar()?.whole()?.try_into().ok());
    let head = |name: &str| match header.find(&Value::text(name)) {
        Ok(value) if !matches!(value, Value::Null) => {
            value.print().map(|text| text.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    };
    Some(Jwt {
        id: claim("jti"),
        algorithm: head("alg"),
        issuer: claim("iss"),
        subject: claim("sub"),
        kind: head("typ"),
        audiences: members.get("aud").map(|claim| claim_texts(claim)).unwrap_or_default(),
        expires_unix_s: seconds("exp"),
        not_before_unix_s: seconds("nbf"),
        issued_unix_s: seconds("iat"),
        claims: all,
    })
}

/// A text for each item of a list, one for anything else.
fn claim_texts(claim: &Json) -> Vec<String> {
    match &*claim.kind.borrow() {
        JsonKind::Array(items) => items.iter().flat_map(|item| claim_texts(item)).collect(),
        JsonKind::Object(_) => json_write::compact(claim).into_iter().collect(),
        JsonKind::Scalar(Value::Bool(value)) => vec![value.to_string()],
        JsonKind::Scalar(value) => value.print().map(|text| text.to_string()).into_iter().collect(),
    }
}

const LONGEST: usize = 32 * 1024 * 1024;
