//! The numbers, `Math` and `Random`.

use rust_decimal::prelude::ToPrimitive as _;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, int, real, text};
use crate::expression::calculate::{self, decimal, order_of};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::convert::convert;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::object::{parsed, tried};
use crate::expression::object::Object;
use crate::expression::types::Type;
use crate::value::Value;

macro_rules! number {
    ($name:literal, $alias:literal, $members:ident) => {
        Class { aliases: &[$alias], is_value: true, bases: &["object"], ..plain($name, $members) }
    };
}

pub(crate) static CLASSES: &[Class] = &[
    number!("int", "Int32", INT),
    number!("long", "Int64", LONG),
    number!("byte", "Byte", BYTE),
    number!("sbyte", "SByte", SBYTE),
    number!("short", "Int16", SHORT),
    number!("ushort", "UInt16", USHORT),
    number!("uint", "UInt32", UINT),
    number!("ulong", "UInt64", ULONG),
    number!("float", "Single", FLOAT),
    Class {
        aliases: &["Double"],
        is_value: true,
        bases: &["DoubleValues", "object"],
        ..plain("double", DOUBLE)
    },
    Class {
        aliases: &["Decimal"],
        is_value: true,
        bases: &["Rounding", "object"],
        ..plain("decimal", DECIMAL)
    },
    plain("DoubleValues", SPECIAL),
    plain("Rounding", ROUNDING),
    Class { bases: &["Rounding"], ..plain("Math", MATH) },
    enumeration("MidpointRounding", &[("ToEven", 0), ("AwayFromZero", 1)]),
    enumeration(
        "NumberStyles",
        &[("None", 0), ("Integer", 7), ("Number", 111), ("Float", 167), ("HexNumber", 515), ("Any", 511)],
    ),
    Class { bases: &["object"], ..plain("Random", RANDOM) },
];

/// The members that all numbers have.
macro_rules! members_of_number {
    ($table:ident, $name:literal, $most:expr, $least:expr) => {
        const $table: &[Member] = &[
            member(
                &[
                    concat!("static Parse(string text): ", $name),
                    concat!("static Parse(string text, NumberStyles style): ", $name),
                    concat!("static Parse(string text, IFormatProvider provider): ", $name),
                    concat!(
                        "static Parse(string text, NumberStyles style, IFormatProvider provider): ",
                        $name
                    ),
                ],
                |_, a| number_parsed($name, a),
            ),
            member(&[concat!("static TryParse(string text, out ", $name, " result): bool")], |_, a| {
                tried($name, a)
            }),
            member(&[concat!("static MaxValue: ", $name)], |_, _| Ok($most)),
            member(&[concat!("static MinValue: ", $name)], |_, _| Ok($least)),
            member(&[concat!("CompareTo(", $name, " other): int")], compare_to),
        ];
    };
}

members_of_number!(INT, "int", Value::Int(i32::MAX), Value::Int(i32::MIN));
members_of_number!(LONG, "long", Value::Long(i64::MAX), Value::Long(i64::MIN));
members_of_number!(
    BYTE,
    "byte",
    Value::Whole(crate::value::Width::Byte, 255),
    Value::Whole(crate::value::Width::Byte, 0)
);
members_of_number!(
    SBYTE,
    "sbyte",
    Value::Whole(crate::value::Width::SByte, 127),
    Value::Whole(crate::value::Width::SByte, -128)
);
members_of_number!(
    SHORT,
    "short",
    Value::Whole(crate::value::Width::Short, 32767),
    Value::Whole(crate::value::Width::Short, -32768)
);
members_of_number!(
    USHORT,
    "ushort",
    Value::Whole(crate::value::Width::UShort, 65535),
    Value::Whole(crate::value::Width::UShort, 0)
);
members_of_number!(
    UINT,
    "uint",
    Value::Whole(crate::value::Width::UInt, 4_294_967_295),
    Value::Whole(crate::value::Width::UInt, 0)
);
members_of_number!(
    ULONG,
    "ulong",
    Value::Whole(crate::value::Width::ULong, -1),
    Value::Whole(crate::value::Width::ULong, 0)
);
members_of_number!(FLOAT, "float", Value::Single(f32::MAX), Value::Single(f32::MIN));
members_of_number!(DOUBLE, "double", Value::Double(f64::MAX), Value::Double(f64::MIN));
members_of_number!(
    DECIMAL,
    "decimal",
    Value::Decimal(rust_decimal::Decimal::MAX),
    Value::Decimal(rust_decimal::Decimal::MIN)
);

const SPECIAL: &[Member] = &[
    member(&["static NaN: double"], |_, _| Ok(Value::Double(f64::NAN))),
    member(&["static PositiveInfinity: double"], |_, _| Ok(Value::Double(f64::INFINITY))),
    member(&["static NegativeInfinity: double"], |_, _| Ok(Value::Double(f64::NEG_INFINITY))),
    member(&["static IsNaN(double d): bool"], |_, a| Ok(Value::Bool(real(a, 0)?.is_nan()))),
    member(&["static IsInfinity(double d): bool"], |_, a| Ok(Value::Bool(real(a, 0)?.is_infinite()))),
];

/// What `Math` and `decimal` have in common.
const ROUNDING: &[Member] = &[
    member(&["static Floor(decimal value): decimal", "static Floor(double value): double"], |_, a| {
        rounded(a, f64::floor, |d| d.floor())
    }),
    member(&["static Ceiling(decimal value): decimal", "static Ceiling(double value): double"], |_, a| {
        rounded(a, f64::ceil, |d| d.ceil())
    }),
    member(&["static Truncate(decimal value): decimal", "static Truncate(double value): double"], |_, a| {
        rounded(a, f64::trunc, |d| d.trunc())
    }),
    member(
        &[
            "static Round(decimal value): decimal",
            "static Round(double value): double",
            "static Round(decimal value, int digits): decimal",
            "static Round(double value, int digits): double",
            "static Round(double value, MidpointRounding mode): double",
            "static Round(decimal value, int digits, MidpointRounding mode): decimal",
            "static Round(double value, int digits, MidpointRounding mode): double",
        ],
        round,
    ),
];

const MATH: &[Member] = &[
    member(
        &[
            "static Max(int a, int b): int",
            "static Max(long a, long b): long",
            "static Max(double a, double b): double",
            "static Max(decimal a, decimal b): decimal",
        ],
        |_, a| {
            Ok(if order_of(at(a, 0), at(a, 1)).is_some_and(std::cmp::Ordering::is_ge) {
                at(a, 0)
            } else {
                at(a, 1)
            }
            .clone())
        },
    ),
    member(
        &[
            "static Min(int a, int b): int",
            "static Min(long a, long b): long",
            "static Min(double a, double b): double",
            "static Min(decimal a, decimal b): decimal",
        ],
        |_, a| {
            Ok(if order_of(at(a, 0), at(a, 1)).is_some_and(std::cmp::Ordering::is_le) {
                at(a, 0)
            } else {
                at(a, 1)
            }
            .clone())
        },
    ),
    member(
        &[
            "static Abs(int value): int",
            "static Abs(long value): long",
            "static Abs(double value): double",
            "static Abs(decimal value): decimal",
        ],
        |_, a| {
            let negative = order_of(at(a, 0), &Value::Int(0)).is_some_and(std::cmp::Ordering::is_lt);
            if negative { calculate::negate(at(a, 0)) } else { Ok(at(a, 0).clone()) }
        },
    ),
    member(&["static Sign(double value): int"], |_, a| {
        Ok(Value::Int(order_of(at(a, 0), &Value::Int(0)).map_or(0, |order| order as i32)))
    }),
    member(&["static Pow(double x, double y): double"], |_, a| {
        Ok(Value::Double(real(a, 0)?.powf(real(a, 1)?)))
    }),
    member(&["static Sqrt(double value): double"], |_, a| Ok(Value::Double(real(a, 0)?.sqrt()))),
    member(&["static Log(double value): double"], |_, a| Ok(Value::Double(real(a, 0)?.ln()))),
    member(&["static Log10(double value): double"], |_, a| Ok(Value::Double(real(a, 0)?.log10()))),
    member(&["static Exp(double value): double"], |_, a| Ok(Value::Double(real(a, 0)?.exp()))),
    member(&["static PI: double"], |_, _| Ok(Value::Double(std::f64::consts::PI))),
    member(&["static E: double"], |_, _| Ok(Value::Double(std::f64::consts::E))),
];

const RANDOM: &[Member] = &[
    member(&["new()", "new(int seed)"], |machine, a| {
        let mut seed = [0; 8];
        machine.situation.facts.random(&mut seed);
        let seed = match at(a, 0) {
            Value::Int(seed) => u64::from(seed.cast_unsigned()),
            _ => u64::from_le_bytes(seed),
        };
        Ok(Value::object(Object::Random(std::cell::RefCell::new(seed))))
    }),
    member(&["Next(): int", "Next(int maxValue): int", "Next(int minValue, int maxValue): int"], |_, a| {
        let (least, most) = match a.len() {
            1 => (0, i32::MAX),
            2 => (0, int(a, 1)?),
            _ => (int(a, 1)?, int(a, 2)?),
        };
        if most < least {
            return Err(EvaluationError::OutOfRange.into());
        }
        let width = i64::from(most) - i64::from(least);
        let picked = if width == 0 {
            0
        } else {
            (fraction(a)? * real_of(width)).to_i64().unwrap_or_default().min(width - 1)
        };
        Ok(Value::Int(i32::try_from(i64::from(least) + picked).map_err(|_| EvaluationError::Overflow)?))
    }),
    member(&["NextDouble(): double"], |_, a| Ok(Value::Double(fraction(a)?))),
    member(&["NextBytes(byte[] buffer): void"], |_, a| {
        if let Object::Bytes(bytes) = crate::expression::arguments::object(a, 1)? {
            for byte in bytes.borrow_mut().iter_mut() {
                *byte = (fraction(a)? * 256.0).to_u8().unwrap_or_default();
            }
        }
        Ok(Value::Null)
    }),
];

#[expect(clippy::cast_precision_loss, reason = "the width of a range of ints")]
fn real_of(width: i64) -> f64 {
    width as f64
}

/// The next number from 0 to below 1, by the generator SplitMix64.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
fn fraction(a: &[Value]) -> Step<f64> {
    let Object::Random(state) = crate::expression::arguments::object(a, 0)? else {
        return Err(EvaluationError::WrongKind.into());
    };
    let next = state.borrow().wrapping_add(0x9e37_79b9_7f4a_7c15);
    *state.borrow_mut() = next;
    let mixed = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let bits = (mixed ^ (mixed >> 31)) >> 11;
    Ok(bits as f64 / (1_u64 << 53) as f64)
}

fn number_parsed(of: &'static str, a: &[Value]) -> Step<Value> {
    let is_hex = matches!(at(a, 1), Value::Enumeration(style) if style.name == "HexNumber");
    if is_hex {
        let number = i64::from_str_radix(text(a, 0)?.trim(), 16).map_err(|_| EvaluationError::Format)?;
        return Ok(convert(&Value::Long(number), &Type::named(of)).ok_or(EvaluationError::Format)?);
    }
    parsed(of, a)
}

fn compare_to(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    Ok(Value::Int(order_of(at(a, 0), at(a, 1)).map_or(0, |order| order as i32)))
}

fn rounded(
    a: &[Value],
    of_real: fn(f64) -> f64,
    of_decimal: fn(rust_decimal::Decimal) -> rust_decimal::Decimal,
) -> Step<Value> {
    match at(a, 0) {
        Value::Decimal(number) => Ok(Value::Decimal(of_decimal(*number))),
        _ => Ok(Value::Double(of_real(real(a, 0)?))),
    }
}

fn round(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let away = a.iter().any(|value| matches!(value, Value::Enumeration(mode) if mode.number == 1));
    let digits = match at(a, 1) {
        Value::Int(digits) => {
            u32::try_from(*digits).ok().filter(|digits| *digits <= 28).ok_or(EvaluationError::OutOfRange)?
        }
        _ => 0,
    };
    let strategy = if away {
        rust_decimal::RoundingStrategy::MidpointAwayFromZero
    } else {
        rust_decimal::RoundingStrategy::MidpointNearestEven
    };
    let round = |number: rust_decimal::Decimal| number.round_dp_with_strategy(digits, strategy);
    match at(a, 0) {
        Value::Decimal(number) => Ok(Value::Decimal(round(*number))),
        value => {
            let exact = decimal(value).map(round).and_then(|number| number.to_f64());
            Ok(Value::Double(exact.unwrap_or(real(a, 0)?)))
        }
    }
}
