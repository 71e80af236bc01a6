//! Numbers and other plain values as .NET prints them, with and without a format.

use rust_decimal::prelude::ToPrimitive as _;

use crate::datetime_format;
use crate::error::EvaluationError;
use crate::expression::calculate::{decimal, real};
use crate::value::Value;

/// As .NET does since Core 3.0: the shortest digits that read back the same, with an exponent from 15 digits on.
pub(crate) fn print_double(number: f64) -> String {
    print_real(number, format!("{number}"), format!("{number:E}"), 1e15)
}

pub(crate) fn print_single(number: f32) -> String {
    print_real(f64::from(number), format!("{number}"), format!("{number:E}"), 1e7)
}

fn print_real(number: f64, plain: String, scientific: String, largest: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = number.abs();
    if size == 0.0 || (1e-5..largest).contains(&size) {
        return plain;
    }
    let (digits, exponent) = scientific.split_once('E').unwrap_or((&scientific, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}E{sign}{exponent:0>2}")
}

/// A GUID in one of .NET's formats: `D`, `N`, `B`, `P`.
pub(crate) fn print_guid(guid: u128, format: char) -> String {
    let digits = format!("{guid:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let dashed = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-");
    match format {
        'N' | 'n' => digits,
        'B' | 'b' => format!("{{{dashed}}}"),
        'P' | 'p' => format!("({dashed})"),
        _ => dashed,
    }
}

/// `value.ToString(format)` and `{value:format}`.
///
/// # Errors
/// `Format` when the format is none of the value's type.
pub(crate) fn format_value(value: &Value, format: &str) -> Result<String, EvaluationError> {
    if format.is_empty() {
        return Ok(value.print()?.to_string());
    }
    match value {
        Value::DateTime(time) => datetime_format::format(*time, format).ok_or(EvaluationError::Format),
        Value::DateTimeOffset(time) => time.format(format).ok_or(EvaluationError::Format),
        Value::TimeSpan(span) => span.format(format).ok_or(EvaluationError::Format),
        Value::Guid(guid) => Ok(print_guid(*guid, format.chars().next().unwrap_or('D'))),
        Value::Enumeration(entry) if matches!(format, "d" | "D") => Ok(entry.number.to_string()),
        value if real(value).is_some() && !matches!(value, Value::Character(_) | Value::Enumeration(_)) => {
            format_number(value, format)
        }
        // Texts, objects and bools have no formats: .NET ignores them.
        value => Ok(value.print()?.to_string()),
    }
}

fn format_number(value: &Value, format: &str) -> Result<String, EvaluationError> {
    let letter = format.chars().next().unwrap_or('G');
    let precision = format.get(letter.len_utf8()..).unwrap_or_default();
    let standard = letter.is_ascii_alphabetic() && precision.bytes().all(|digit| digit.is_ascii_digit());
    if !standard {
        return custom(value, format);
    }
    let precision: Option<usize> = match precision {
        "" => None,
        digits => {
            Some(digits.parse().ok().filter(|digits| *digits <= MOST_DIGITS).ok_or(EvaluationError::Format)?)
        }
    };
    let number = real(value).unwrap_or_default();
    let whole = value.whole();
    Ok(match letter.to_ascii_uppercase() {
        'D' => {
            let whole = whole.ok_or(EvaluationError::Format)?;
            let sign = if whole < 0 { "-" } else { "" };
            format!("{sign}{:0>1$}", whole.unsigned_abs(), precision.unwrap_or(1))
        }
        'X' => {
            let bits = hexadecimal(value).ok_or(EvaluationError::Format)?;
            let digits = if letter == 'x' { format!("{bits:x}") } else { format!("{bits:X}") };
            format!("{digits:0>width$}", width = precision.unwrap_or(1))
        }
        'F' => fixed(value, precision.unwrap_or(2)),
        'N' => grouped(&fixed(value, precision.unwrap_or(2))),
        'P' => format!("{} %", grouped(&fixed(&Value::Double(number * 100.0), precision.unwrap_or(2)))),
        'C' => format!("¤{}", grouped(&fixed(value, precision.unwrap_or(2)))),
        'E' => exponential(number, precision.unwrap_or(6), letter),
        'G' | 'R' => value.print()?.to_string(),
        _ => return Err(EvaluationError::Format),
    })
}

/// The bits of a whole number in its own width.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the bits are wanted")]
fn hexadecimal(value: &Value) -> Option<u64> {
    Some(match value {
        Value::Int(number) => u64::from(*number as u32),
        other => other.whole()? as u64,
    })
}

fn fixed(value: &Value, digits: usize) -> String {
    match decimal(value) {
        Some(number) => {
            let places = u32::try_from(digits).unwrap_or_default();
            let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
            let rounded = number.round_dp_with_strategy(places, strategy);
            // Printing to so many places is none of the library's: what has more digits than it holds would end it.
            let text = rounded.to_string();
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let point = if digits == 0 { "" } else { "." };
            format!("{whole}{point}{fraction:0<digits$}")
        }
        None => format!("{:.digits$}", real(value).unwrap_or_default()),
    }
}

/// Commas between each three digits of the whole part.
fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (whole, fraction) =
        number.split_once('.').map_or((number, ""), |(whole, fraction)| (whole, fraction));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

fn exponential(number: f64, digits: usize, letter: char) -> String {
    let text = format!("{number:.digits$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}{letter}{sign}{exponent:0>3}")
}

/// `0`, `#`, `.`, `,` and literal text, as in `000.0#`.
fn custom(value: &Value, format: &str) -> Result<String, EvaluationError> {
    let section = format.split(';').next().unwrap_or_default();
    let is_place = |letter: char| matches!(letter, '0' | '#' | '.' | ',');
    let (Some(first), Some(last)) = (section.find(is_place), section.rfind(is_place)) else {
        return Ok(section.to_owned());
    };
    let places = section.get(first..=last).unwrap_or_default();
    let (whole, fraction) = places.split_once('.').unwrap_or((places, ""));
    let most = fraction.chars().filter(|place| matches!(place, '0' | '#')).count();
    let least = fraction.rfind('0').map_or(0, |at| at + 1);
    let width = whole.chars().filter(|place| *place == '0').count();
    if most > MOST_DIGITS || width > MOST_DIGITS {
        return Err(EvaluationError::Format);
    }
    let percent = section.contains('%');
    let number = match (percent, real(value)) {
        (true, Some(number)) => Value::Double(number * 100.0),
        _ => value.clone(),
    };
    let text = fixed(&number, most);
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
    let (digits, decimals) = text.split_once('.').unwrap_or((text, ""));
    // A place that is no `0` shows nothing for a number without whole part.
    let digits = if digits == "0" && width == 0 { "" } else { digits };
    let digits = format!("{digits:0>width$}");
    let digits = if whole.contains(',') { grouped(&digits) } else { digits };
    let mut decimals = decimals.to_owned();
    while decimals.len() > least && decimals.ends_with('0') {
        decimals.pop();
    }
    let point = if decimals.is_empty() { "" } else { "." };
    let before = section.get(..first).unwrap_or_default();
    let after = section.get(last + 1..).unwrap_or_default();
    Ok(format!("{sign}{before}{digits}{point}{decimals}{after}"))
}

/// The nearest whole number of a real, as `Convert.ToInt32` rounds: halves to the even neighbour.
pub(crate) fn rounded(value: &Value) -> Option<i128> {
    match value {
        Value::Double(number) => number.round_ties_even().to_i128(),
        Value::Single(number) => number.round_ties_even().to_i128(),
        Value::Decimal(number) => number.round().to_i128(),
        other => other.whole(),
    }
}

const MOST_DIGITS: usize = 99;
