//! What operators make of two values: comparisons, sums, casts, as C# does.

use crate::datetime;
use crate::expression::evaluate::{Step, Stop};
use crate::expression::node::{Calculation, Order};
use crate::expression::types::Type;
use crate::facts::is_decoration;
use crate::value::{EvaluationError, Value};

/// Both null, or the same digits when case and decoration don't count.
pub(crate) fn same_thumbprint(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            let (left, right) = (left.as_str(), right.as_str());
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

#[expect(clippy::cast_precision_loss, reason = "as C# does")]
fn real(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        other => other.whole().map(|number| number as f64),
    }
}

/// Numbers as the wider of their types; false if one is null.
pub(crate) fn compare(order: Order, left: &Value<'_>, right: &Value<'_>) -> bool {
    let ordering = match (left, right) {
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        (Value::TimeSpan(left), Value::TimeSpan(right)) => Some(left.cmp(right)),
        _ => match (left.whole(), right.whole()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => real(left).zip(real(right)).and_then(|(left, right)| left.partial_cmp(&right)),
        },
    };
    ordering.is_some_and(|ordering| match order {
        Order::Less => ordering.is_lt(),
        Order::LessOrEqual => ordering.is_le(),
        Order::Greater => ordering.is_gt(),
        Order::GreaterOrEqual => ordering.is_ge(),
    })
}

pub(crate) fn negate<'v>(value: &Value<'v>) -> Step<Value<'v>> {
    match value {
        Value::Double(number) => Ok(Value::Double(-number)),
        Value::Long(number) => Ok(Value::Long(number.wrapping_neg())),
        other => int(other).map(|number| Value::Int(number.wrapping_neg())),
    }
}

pub(crate) fn int(value: &Value<'_>) -> Step<i32> {
    match value {
        Value::Int(number) => Ok(*number),
        Value::Character(unit) => Ok(i32::from(*unit)),
        Value::Null => Err(EvaluationError::NullReference.into()),
        other => Err(EvaluationError::Cast { from: other.type_name(), to: "System.Int32" }.into()),
    }
}

pub(crate) fn calculate<'v>(operator: Calculation, left: &Value<'v>, right: &Value<'v>) -> Step<Value<'v>> {
    let failed = |error: EvaluationError| Stop::Failed(error);
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Err(failed(EvaluationError::NullReference)),
        (Value::DateTime(one), Value::DateTime(two)) => {
            Ok(Value::TimeSpan(datetime::TimeSpan(one.0 - two.0)))
        }
        (Value::DateTime(time), Value::TimeSpan(span)) => {
            let ticks = if operator == Calculation::Add { Some(span.0) } else { span.0.checked_neg() };
            let sum = ticks.and_then(|ticks| time.plus(ticks));
            sum.map(Value::DateTime).ok_or(failed(EvaluationError::Overflow))
        }
        (Value::TimeSpan(one), Value::TimeSpan(two)) => {
            let ticks = match operator {
                Calculation::Add => one.0.checked_add(two.0),
                _ => one.0.checked_sub(two.0),
            };
            let ticks = ticks.ok_or(failed(EvaluationError::Overflow))?;
            Ok(Value::TimeSpan(datetime::TimeSpan(ticks)))
        }
        (Value::Bool(one), Value::Bool(two)) => Ok(Value::Bool(match operator {
            Calculation::And => one & two,
            Calculation::Or => one | two,
            _ => one ^ two,
        })),
        (Value::Double(_), _) | (_, Value::Double(_)) => {
            let (Some(one), Some(two)) = (real(left), real(right)) else {
                return Err(failed(EvaluationError::WrongKind));
            };
            real_result(operator, one, two).map_err(failed)
        }
        (Value::Long(_), _) | (_, Value::Long(_)) => {
            let (Some(one), Some(two)) = (left.whole(), right.whole()) else {
                return Err(failed(EvaluationError::WrongKind));
            };
            long_result(operator, one, two).map(Value::Long).map_err(failed)
        }
        _ => int_result(operator, int(left)?, int(right)?).map(Value::Int).map_err(failed),
    }
}

fn real_result<'v>(operator: Calculation, one: f64, two: f64) -> Result<Value<'v>, EvaluationError> {
    Ok(Value::Double(match operator {
        Calculation::Add => one + two,
        Calculation::Subtract => one - two,
        Calculation::Multiply => one * two,
        Calculation::Divide => one / two,
        Calculation::Remainder => one % two,
        _ => return Err(EvaluationError::WrongKind),
    }))
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
    // Only the six lowest bits of a shift count.
    let shift = u32::try_from(two & 63).unwrap_or_default();
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
        Calculation::Left => one.wrapping_shl(shift),
        Calculation::Right => one.wrapping_shr(shift),
    })
}

pub(crate) fn has_type(value: &Value<'_>, tested: Type) -> bool {
    match (value, tested) {
        (Value::Null, _) => false,
        (_, Type::Object) => true,
        (value, tested) => type_of(value) == Some(tested),
    }
}

pub(crate) fn type_of(value: &Value<'_>) -> Option<Type> {
    Some(match value {
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Long(_) => Type::Long,
        Value::Double(_) => Type::Double,
        Value::Character(_) => Type::Char,
        Value::Text(_) => Type::String,
        Value::DateTime(_) => Type::DateTime,
        Value::TimeSpan(_) => Type::TimeSpan,
        Value::Texts(_) => Type::Texts,
        Value::Certificate(_) => Type::Certificate,
        Value::DistinguishedName(_) => Type::DistinguishedName,
        Value::Null | Value::Part(_) | Value::Bytes(_) | Value::Answer(_) | Value::Jwt(_) => return None,
    })
}

/// `(T)x`: numbers are converted, anything else must be of the type already.
#[expect(clippy::cast_possible_truncation, reason = "as C# does where nothing else is said")]
pub(crate) fn cast(value: Value<'_>, to: Type) -> Step<Value<'_>> {
    let converted = match (&value, to) {
        (Value::Null, to) if to.is_reference() => Some(Value::Null),
        (Value::Null, _) => return Err(EvaluationError::NullReference.into()),
        (_, Type::Object | Type::Unknown) => return Ok(value),
        (Value::Double(number), Type::Int) => Some(Value::Int(*number as i32)),
        (Value::Double(number), Type::Long) => Some(Value::Long(*number as i64)),
        (number, Type::Int) => number.whole().map(|number| Value::Int(number as i32)),
        (number, Type::Long) => number.whole().map(Value::Long),
        (number, Type::Double) => real(number).map(Value::Double),
        (number, Type::Char) => number.whole().map(|number| Value::Character((number & 0xffff) as u16)),
        _ => None,
    };
    match converted {
        Some(converted) => Ok(converted),
        None if has_type(&value, to) => Ok(value),
        None => Err(EvaluationError::Cast { from: value.type_name(), to: net_name(to) }.into()),
    }
}

fn net_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "System.Boolean",
        Type::Int => "System.Int32",
        Type::Long => "System.Int64",
        Type::Double => "System.Double",
        Type::Char => "System.Char",
        Type::String => "System.String",
        Type::DateTime => "System.DateTime",
        Type::TimeSpan => "System.TimeSpan",
        other => other.name(),
    }
}
