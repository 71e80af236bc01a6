//! What every value has, bools, GUIDs and a few types that are known for little more than their name.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::error::EvaluationError;
use crate::expression::arguments::{at, text, text_or_none};
use crate::expression::class::class;
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::convert::{enumeration_of, net_name, type_of};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::number::format_value;
use crate::expression::parse_value;
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["Object"], ..plain("object", OBJECT) },
    Class { aliases: &["Boolean"], is_value: true, bases: &["object"], ..plain("bool", BOOL) },
    Class { is_value: true, bases: &["object"], ..plain("Guid", GUID) },
    Class { bases: &["object"], ..plain("Type", TYPE) },
    Class { parameters: "T", is_value: true, ..plain("Nullable", NULLABLE) },
    Class { bases: &["object"], ..plain("Enum", ENUM) },
    plain("Func", &[]),
    plain("Action", &[]),
    Class { aliases: &["IProductGroup"], bases: &["object"], ..plain("IGroup", GROUP) },
    Class { parameters: "ABCD", bases: &["object"], ..plain("Tuple", TUPLE) },
    enumeration("UriPartial", &[("Scheme", 0), ("Authority", 1), ("Path", 2), ("Query", 3)]),
];

/// There are no groups here, as there are no users; what is said about them can be written all the same.
const GROUP: &[Member] =
    &[member(&["Id: string", "Name: string"], |_, _| Err(EvaluationError::NullReference.into()))];

const OBJECT: &[Member] = &[
    member(
        &[
            "ToString(): string",
            "ToString(string format): string",
            "ToString(string format, IFormatProvider provider): string",
            "ToString(IFormatProvider provider): string",
        ],
        to_string,
    ),
    member(&["Equals(object other): bool"], |_, a| Ok(Value::Bool(at(a, 0).equals(at(a, 1))))),
    member(&["GetHashCode(): int"], hash_code),
    member(&["GetType(): Type"], |_, a| Ok(Value::Type(type_of(at(a, 0))))),
    member(&["static Equals(object one, object two): bool"], |_, a| {
        Ok(Value::Bool(at(a, 0).equals(at(a, 1))))
    }),
    member(&["static ReferenceEquals(object one, object two): bool"], |_, a| {
        Ok(Value::Bool(at(a, 0).equals(at(a, 1))))
    }),
];

const BOOL: &[Member] = &[
    member(&["static Parse(string value): bool"], |_, a| parsed("bool", a)),
    member(&["static TryParse(string value, out bool result): bool"], |_, a| tried("bool", a)),
    member(&["static TrueString: string"], |_, _| Ok(Value::text("True"))),
    member(&["static FalseString: string"], |_, _| Ok(Value::text("False"))),
];

const GUID: &[Member] = &[
    member(&["new(string text)"], |_, a| parsed("Guid", a)),
    member(&["static NewGuid(): Guid"], |machine, _| {
        let mut bytes = [0; 16];
        machine.situation.facts.random(&mut bytes);
        // Version 4 (RFC 9562 §5.4).
        let random = u128::from_be_bytes(bytes);
        let fixed = !(0xf << 76 | 0x3 << 62);
        Ok(Value::Guid(random & fixed | 0x4 << 76 | 0x2 << 62))
    }),
    member(&["static Empty: Guid"], |_, _| Ok(Value::Guid(0))),
    member(&["new(byte[] b)"], |_, a| {
        let bytes = crate::expression::arguments::bytes(a, 0)?;
        let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| {
            let message = "Byte array for GUID must be exactly 16 bytes long.";
            EvaluationError::thrown("ArgumentException", message)
        })?;
        Ok(Value::Guid(u128::from_be_bytes(mixed(bytes))))
    }),
    member(&["static Parse(string text): Guid"], |_, a| parsed("Guid", a)),
    member(&["static TryParse(string text, out Guid result): bool"], |_, a| tried("Guid", a)),
    member(&["ToByteArray(): byte[]"], |_, a| match at(a, 0) {
        Value::Guid(guid) => {
            let bytes = mixed(guid.to_be_bytes());
            Ok(crate::expression::arguments::made_bytes(bytes.to_vec()))
        }
        _ => Err(EvaluationError::WrongKind.into()),
    }),
];

const TYPE: &[Member] = &[
    member(&["Name: string"], |_, a| match at(a, 0) {
        Value::Type(ty) => Ok(Value::text(net_name(ty).rsplit('.').next().unwrap_or_default())),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["FullName: string"], |_, a| match at(a, 0) {
        Value::Type(ty) => Ok(Value::text(&net_name(ty))),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
];

const NULLABLE: &[Member] = &[
    crate::expression::class::extension(&["HasValue: bool"], |_, a| {
        Ok(Value::Bool(!matches!(at(a, 0), Value::Null)))
    }),
    crate::expression::class::extension(&["Value: T"], |_, a| match at(a, 0) {
        Value::Null => {
            Err(EvaluationError::thrown("InvalidOperationException", "Nullable object must have a value.")
                .into())
        }
        value => Ok(value.clone()),
    }),
    crate::expression::class::extension(
        &["GetValueOrDefault(type T): T", "GetValueOrDefault(type T, T other): T"],
        |_, a| {
            Ok(match (at(a, 0), a.get(2)) {
                (Value::Null, Some(other)) => other.clone(),
                (Value::Null, None) => {
                    crate::expression::convert::default_of(&crate::expression::arguments::type_at(a, 1))
                }
                (value, _) => value.clone(),
            })
        },
    ),
];

const ENUM: &[Member] = &[member(
    &[
        "static Parse(Type of, string name): object",
        "static Parse(Type of, string name, bool ignoreCase): object",
    ],
    |_, a| {
        let Value::Type(ty) = at(a, 0) else { return Err(EvaluationError::NullArgument.into()) };
        named_entry(ty, &text(a, 1)?, crate::expression::arguments::flag(a, 2)).ok_or_else(|| {
            EvaluationError::thrown("ArgumentException", "Requested value was not found.").into()
        })
    },
)];

/// The bytes of a GUID as .NET orders them: the first three parts as little-endian machines do. The same way back.
fn mixed(bytes: [u8; 16]) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let [i, j, k, l, m, n, o, p] = rest;
    [d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p]
}

const TUPLE: &[Member] = &[
    member(
        &[
            "static Create<A>(A one): Tuple<A>",
            "static Create<A, B>(A one, B two): Tuple<A, B>",
            "static Create<A, B, C>(A one, B two, C three): Tuple<A, B, C>",
            "static Create<A, B, C, D>(A one, B two, C three, D four): Tuple<A, B, C, D>",
        ],
        |_, a| Ok(Value::object(crate::expression::object::Object::Tuple(a.to_vec()))),
    ),
    member(
        &[
            "new(A one)",
            "new(A one, B two)",
            "new(A one, B two, C three)",
            "new(A one, B two, C three, D four)",
        ],
        |_, a| Ok(Value::object(crate::expression::object::Object::Tuple(a.to_vec()))),
    ),
    member(&["Item1: A"], |_, a| item(a, 0)),
    member(&["Item2: B"], |_, a| item(a, 1)),
    member(&["Item3: C"], |_, a| item(a, 2)),
    member(&["Item4: D"], |_, a| item(a, 3)),
];

fn item(a: &[Value], number: usize) -> Step<Value> {
    match crate::expression::arguments::object(a, 0)? {
        crate::expression::object::Object::Tuple(items) => Ok(at(items, number).clone()),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn to_string(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let format = match at(a, 1) {
        Value::Text(format) => std::sync::Arc::clone(format),
        _ => std::sync::Arc::from(""),
    };
    let printed = format_value(at(a, 0), &format)?;
    machine.made(printed)
}

fn hash_code(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let mut hasher = DefaultHasher::new();
    at(a, 0).print()?.hash(&mut hasher);
    let [low, high, ..] = hasher.finish().to_le_bytes();
    let [.., last] = hasher.finish().to_le_bytes();
    Ok(Value::Int(i32::from_le_bytes([low, high, last, 0])))
}

/// `T.Parse(text)`.
pub(crate) fn parsed(of: &'static str, a: &[Value]) -> Step<Value> {
    let text = text(a, 0)?;
    Ok(parse_value::parse(of, &text).ok_or_else(|| unread(of, &text))?)
}

/// Why a text isn't the value that it is read as.
pub(crate) fn unread(of: &str, text: &str) -> EvaluationError {
    let number = text.trim().trim_start_matches(['-', '+']);
    let digits = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    match of {
        "bool" => EvaluationError::thrown("FormatException", "String was not recognized as a valid Boolean."),
        "DateTime" | "DateTimeOffset" => {
            EvaluationError::thrown("FormatException", "String was not recognized as a valid DateTime.")
        }
        "int" | "long" | "byte" | "short" | "uint" if digits => EvaluationError::Overflow,
        _ => EvaluationError::Format,
    }
}

/// `T.TryParse(text, out result)`: the result goes where the resolver put it, as a pair of both.
pub(crate) fn tried(of: &'static str, a: &[Value]) -> Step<Value> {
    let text = text_or_none(a, 0)?;
    let value = text.and_then(|text| parse_value::parse(of, &text));
    let missing = crate::expression::convert::default_of(&Type::named(of));
    Ok(outcome(value, missing))
}

/// What a method with an `out` argument gives: whether it succeeded, and what goes out.
pub(crate) fn outcome(value: Option<Value>, missing: Value) -> Value {
    let succeeded = Value::Bool(value.is_some());
    Value::object(crate::expression::object::Object::Tuple(vec![succeeded, value.unwrap_or(missing)]))
}

fn named_entry(ty: &Type, name: &str, ignore_case: bool) -> Option<Value> {
    let Type::Named(of, _) = ty else { return None };
    let class = class(of)?;
    let entry = class
        .names
        .iter()
        .find(|(known, _)| *known == name || (ignore_case && known.eq_ignore_ascii_case(name)))?;
    Some(enumeration_of(class.name, entry.1))
}
