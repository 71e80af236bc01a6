//! What operators make of two values: comparisons and sums, as C# does.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use crate::datetime::TimeSpan;
use crate::error::EvaluationError;
use crate::expression::evaluate::Step;
use crate::expression::node::{Calculation, Order};
use crate::expression::object::Object;
use crate::expression::xml::XmlName;
use crate::facts::is_decoration;
use crate::value::{Enumeration, Value, Width};

/// Both null, or the same digits when case and decoration don't count.
pub(crate) fn same_thumbprint(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            let digits = |text: &str| text.chars().any(|part| !is_decoration(part));
            let plain = |part: &char| !is_decoration(*part);
            left == right
                || (digits(left)
                    && left
                        .chars()
                        .filter(plain)
                        .map(|part| part.to_ascii_uppercase())
                        .eq(right.chars().filter(plain).map(|part| part.to_ascii_uppercase())))
        }
        (left, right) => left.equals(right),
    }
}

/// The value of any number as the nearest `double`.
#[expect(clippy::cast_precision_loss, reason = "as C# does")]
pub(crate) fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        Value::Single(number) => Some(f64::from(*number)),
        Value::Decimal(number) => number.to_f64(),
        other => other.whole().map(|number| number as f64),
    }
}

/// How two values compare, numbers as the wider of their types; none if they can't be compared.
pub(crate) fn order_of(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        (Value::DateTimeOffset(left), Value::DateTimeOffset(right)) => Some(left.utc().cmp(&right.utc())),
        (Value::TimeSpan(left), Value::TimeSpan(right)) => Some(left.cmp(right)),
        (Value::Decimal(_), _) | (_, Value::Decimal(_)) => Some(decimal(left)?.cmp(&decimal(right)?)),
        _ => match (left.whole(), right.whole()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => real(left)?.partial_cmp(&real(right)?),
        },
    }
}

/// Whether an order holds; false if one is null.
pub(crate) fn compare(order: Order, left: &Value, right: &Value) -> bool {
    order_of(left, right).is_some_and(|ordering| match order {
        Order::Less => ordering.is_lt(),
        Order::LessOrEqual => ordering.is_le(),
        Order::Greater => ordering.is_gt(),
        Order::GreaterOrEqual => ordering.is_ge(),
    })
}

pub(crate) fn negate(value: &Value) -> Step<Value> {
    Ok(match value {
        Value::Double(number) => Value::Double(-number),
        Value::Single(number) => Value::Single(-number),
        Value::Decimal(number) => Value::Decimal(-number),
        Value::Long(number) => Value::Long(number.wrapping_neg()),
        Value::Whole(Width::UInt, number) => Value::Long(number.wrapping_neg()),
        Value::TimeSpan(span) => {
            Value::TimeSpan(TimeSpan(span.0.checked_neg().ok_or(EvaluationError::Overflow)?))
        }
        Value::Null => Value::Null,
        other => Value::Int(int(other)?.wrapping_neg()),
    })
}

pub(crate) fn complement(value: &Value) -> Step<Value> {
    Ok(match value {
        Value::Long(number) => Value::Long(!number),
        Value::Whole(Width::UInt, number) => Value::Whole(Width::UInt, !number & 0xffff_ffff),
        Value::Whole(Width::ULong, bits) => Value::Whole(Width::ULong, !bits),
        other => Value::Int(!int(other)?),
    })
}

/// The value of a number that is an `int` or is widened to one.
pub(crate) fn int(value: &Value) -> Step<i32> {
    match value {
        Value::Int(number) => Ok(*number),
        Value::Null => Err(EvaluationError::NullReference.into()),
        other => {
            let number = other.whole().and_then(|number| i32::try_from(number).ok());
            number.ok_or_else(|| {
                EvaluationError::Cast { from: other.type_name(), to: "System.Int32".into() }.into()
            })
        }
    }
}

pub(crate) fn calculate(operator: Calculation, left: &Value, right: &Value) -> Step<Value> {
    if let Some(done) = of_times(operator, left, right) {
        return Ok(done?);
    }
    if let (Value::Object(object), Value::Text(local)) = (left, right)
        && let Object::XmlNamespace(namespace) = &**object
    {
        let name = XmlName { namespace: namespace.clone(), local: local.to_string() };
        return Ok(Value::object(Object::XmlName(name)));
    }
    Ok(match (left, right) {
        // Where one of two nullable numbers is null, so is the result.
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Bool(one), Value::Bool(two)) => Value::Bool(match operator {
            Calculation::And => one & two,
            Calculation::Or => one | two,
            _ => one ^ two,
        }),
        (Value::Enumeration(one), Value::Enumeration(two)) => {
            let number = int_result(operator, one.number, two.number)?;
            Value::Enumeration(Enumeration { of: one.of, name: "", number })
        }
        (Value::Decimal(_), _) | (_, Value::Decimal(_)) => {
            let (one, two) = (needed(decimal(left))?, needed(decimal(right))?);
            Value::Decimal(decimal_result(operator, one, two)?)
        }
        (Value::Double(_), _) | (_, Value::Double(_)) => {
            Value::Double(real_result(operator, needed(real(left))?, needed(real(right))?)?)
        }
        (Value::Single(_), _) | (_, Value::Single(_)) => {
            Value::Single(single(real_result(operator, needed(real(left))?, needed(real(right))?)?))
        }
        _ => whole_result(operator, left, right)?,
    })
}

/// Points in time and spans; none if neither side is one.
fn of_times(operator: Calculation, left: &Value, right: &Value) -> Option<Result<Value, EvaluationError>> {
    let signed =
        |span: &TimeSpan| if operator == Calculation::Add { Some(span.0) } else { span.0.checked_neg() };
    let done = match (left, right) {
        (Value::DateTime(one), Value::DateTime(two)) => Some(Value::TimeSpan(TimeSpan(one.0 - two.0))),
        (Value::DateTimeOffset(one), Value::DateTimeOffset(two)) => {
            Some(Value::TimeSpan(TimeSpan(one.utc().0 - two.utc().0)))
        }
        (Value::DateTime(time), Value::TimeSpan(span)) => {
            signed(span).and_then(|ticks| time.plus(ticks)).map(Value::DateTime)
        }
        (Value::DateTimeOffset(time), Value::TimeSpan(span)) => {
            signed(span).and_then(|ticks| time.plus(ticks)).map(Value::DateTimeOffset)
        }
        (Value::TimeSpan(one), Value::TimeSpan(two)) => signed(two)
            .and_then(|ticks| one.0.checked_add(ticks))
            .map(|ticks| Value::TimeSpan(TimeSpan(ticks))),
        _ => return None,
    };
    Some(done.ok_or(EvaluationError::Overflow))
}

/// In the type that C# works out whole numbers in: the wider of the two, at least `int`.
fn whole_result(operator: Calculation, left: &Value, right: &Value) -> Step<Value> {
    let shifts = matches!(operator, Calculation::Left | Calculation::Right);
    let is = |width: Width| {
        matches!(left, Value::Whole(own, _) if *own == width)
            || (!shifts && matches!(right, Value::Whole(own, _) if *own == width))
    };
    let long = matches!(left, Value::Long(_)) || (!shifts && matches!(right, Value::Long(_)));
    let (one, two) = (needed(left.whole())?, needed(right.whole())?);
    if is(Width::ULong) {
        let both = (needed(u64::try_from(one).ok())?, needed(u64::try_from(two).ok())?);
        return Ok(Value::Whole(Width::ULong, ulong_result(operator, both.0, both.1)?.cast_signed()));
    }
    if long || (is(Width::UInt) && !(one >= 0 && two >= 0)) {
        let both = (needed(i64::try_from(one).ok())?, needed(i64::try_from(two).ok())?);
        return Ok(Value::Long(long_result(operator, both.0, both.1)?));
    }
    if is(Width::UInt) {
        let both = (needed(i64::try_from(one).ok())?, needed(i64::try_from(two).ok())?);
        return Ok(Value::Whole(Width::UInt, long_result(operator, both.0, both.1)? & 0xffff_ffff));
    }
    Ok(Value::Int(int_result(operator, int(left)?, int(right)?)?))
}

fn needed<T>(value: Option<T>) -> Result<T, EvaluationError> {
    value.ok_or(EvaluationError::WrongKind)
}

#[expect(clippy::cast_possible_truncation, reason = "as C# does")]
pub(crate) fn single(number: f64) -> f32 {
    number as f32
}

/// The value of any number as a `decimal`.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Double(number) => Decimal::from_f64(*number),
        Value::Single(number) => Decimal::from_f32(*number),
        other => other.whole().and_then(Decimal::from_i128),
    }
}

fn decimal_result(operator: Calculation, one: Decimal, two: Decimal) -> Result<Decimal, EvaluationError> {
    if two.is_zero() && matches!(operator, Calculation::Divide | Calculation::Remainder) {
        return Err(EvaluationError::DivideByZero);
    }
    let result = match operator {
        Calculation::Add => one.checked_add(two),
        Calculation::Subtract => one.checked_sub(two),
        Calculation::Multiply => one.checked_mul(two),
        // As many digits behind the point as are needed.
        Calculation::Divide => one.checked_div(two).map(|quotient| quotient.normalize()),
        Calculation::Remainder => one.checked_rem(two),
        _ => return Err(EvaluationError::WrongKind),
    };
    result.ok_or(EvaluationError::Overflow)
}

fn real_result(operator: Calculation, one: f64, two: f64) -> Result<f64, EvaluationError> {
    Ok(match operator {
        Calculation::Add => one + two,
        Calculation::Subtract => one - two,
        Calculation::Multiply => one * two,
        Calculation::Divide => one / two,
        Calculation::Remainder => one % two,
        _ => return Err(EvaluationError::WrongKind),
    })
}

/// Wraps around as C# does where nothing else is said; only a division can fail.
fn int_result(operator: Calculation, one: i32, two: i32) -> Result<i32, EvaluationError> {
    Ok(match operator {
        Calculation::Add => one.wrapping_add(two),
        Calculation::Subtract => one.wrapping_sub(two),
        Calculation::Multiply => one.wrapping_mul(two),
        Calculation::Divide | Calculation::Remainder if two == 0 => {
            return Err(EvaluationError::DivideByZero);
        }
        Calculation::Divide => one.checked_div(two).ok_or(EvaluationError::Overflow)?,
        Calculation::Remainder => one.checked_rem(two).ok_or(EvaluationError::Overflow)?,
        Calculation::And => one & two,
        Calculation::Or => one | two,
        Calculation::Xor => one ^ two,
        Calculation::Left => one.wrapping_shl(two.cast_unsigned()),
        Calculation::Right => one.wrapping_shr(two.cast_unsigned()),
    })
}

fn long_result(operator: Calculation, one: i64, two: i64) -> Result<i64, EvaluationError> {
    Ok(match operator {
        Calculation::Add => one.wrapping_add(two),
        Calculation::Subtract => one.wrapping_sub(two),
        Calculation::Multiply => one.wrapping_mul(two),
        Calculation::Divide | Calculation::Remainder if two == 0 => {
            return Err(EvaluationError::DivideByZero);
        }
        Calculation::Divide => one.checked_div(two).ok_or(EvaluationError::Overflow)?,
        Calculation::Remainder => one.checked_rem(two).ok_or(EvaluationError::Overflow)?,
        Calculation::And => one & two,
        Calculation::Or => one | two,
        Calculation::Xor => one ^ two,
        Calculation::Left => one.wrapping_shl(shift(two.cast_unsigned())),
        Calculation::Right => one.wrapping_shr(shift(two.cast_unsigned())),
    })
}

fn ulong_result(operator: Calculation, one: u64, two: u64) -> Result<u64, EvaluationError> {
    Ok(match operator {
        Calculation::Add => one.wrapping_add(two),
        Calculation::Subtract => one.wrapping_sub(two),
        Calculation::Multiply => one.wrapping_mul(two),
        Calculation::Divide => one.checked_div(two).ok_or(EvaluationError::DivideByZero)?,
        Calculation::Remainder => one.checked_rem(two).ok_or(EvaluationError::DivideByZero)?,
        Calculation::And => one & two,
        Calculation::Or => one | two,
        Calculation::Xor => one ^ two,
        Calculation::Left => one.wrapping_shl(shift(two)),
        Calculation::Right => one.wrapping_shr(shift(two)),
    })
}

/// Only the six lowest bits of a shift count.
fn shift(by: u64) -> u32 {
    u32::try_from(by & 63).unwrap_or_default()
}
