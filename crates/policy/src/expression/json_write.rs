//! JSON to text, as Newtonsoft.Json prints it: indented with two blanks, or compact.

use crate::error::EvaluationError;
use crate::expression::encoding;
use crate::expression::json::{Json, JsonKind};
use crate::expression::object::Object;
use crate::value::Value;

pub(crate) fn indented(json: &Json) -> Result<String, EvaluationError> {
    let mut text = String::new();
    write(&mut text, json, Some(0), 0)?;
    Ok(text)
}

pub(crate) fn compact(json: &Json) -> Result<String, EvaluationError> {
    let mut text = String::new();
    write(&mut text, json, None, 0)?;
    Ok(text)
}

fn write(text: &mut String, json: &Json, indent: Option<usize>, depth: usize) -> Result<(), EvaluationError> {
    if depth > DEEPEST {
        return Err(EvaluationError::TooDeep { most: DEEPEST });
    }
    if text.len() > LONGEST {
        return Err(EvaluationError::TooLarge);
    }
    let deeper = indent.map(|indent| indent + 2);
    match &*json.kind.borrow() {
        JsonKind::Scalar(value) => write_scalar(text, value)?,
        JsonKind::Array(items) if items.is_empty() => text.push_str("[]"),
        JsonKind::Object(members) if members.is_empty() => text.push_str("{}"),
        JsonKind::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(text, at, deeper);
                write(text, item, deeper, depth + 1)?;
            }
            line(text, indent);
            text.push(']');
        }
        JsonKind::Object(members) => {
            text.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                separate(text, at, deeper);
                text.push_str(&quoted(name));
                text.push_str(if indent.is_some() { ": " } else { ":" });
                write(text, member, deeper, depth + 1)?;
            }
            line(text, indent);
            text.push('}');
        }
    }
    Ok(())
}

fn separate(text: &mut String, at: usize, indent: Option<usize>) {
    if at > 0 {
        text.push(',');
    }
    line(text, indent);
}

fn line(text: &mut String, indent: Option<usize>) {
    if let Some(indent) = indent {
        // .NET on Windows, where the documents' authors come from, ends lines with both characters; we are not there.
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', indent));
    }
}

fn write_scalar(text: &mut String, value: &Value) -> Result<(), EvaluationError> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Int(_) | Value::Long(_) | Value::Whole(..) => text.push_str(&value.print()?),
        Value::Single(_) | Value::Double(_) | Value::Decimal(_) => {
            let number = value.print()?;
            match &*number {
                "NaN" | "Infinity" | "-Infinity" => text.push_str(&quoted(&number)),
                number => {
                    text.push_str(number);
                    if !number.contains(['.', 'E']) {
                        text.push_str(".0");
                    }
                }
            }
        }
        Value::DateTime(time) => {
            let printed = crate::datetime_format::format(*time, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK");
            text.push_str(&quoted(&printed.unwrap_or_default()));
        }
        Value::DateTimeOffset(time) => {
            let printed = time.format("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz");
            text.push_str(&quoted(&printed.unwrap_or_default()));
        }
        Value::Object(object) => match &**object {
            Object::Bytes(bytes) => text.push_str(&quoted(&encoding::to_base64(&bytes.borrow()))),
            other => text.push_str(&quoted(&other.print(0)?)),
        },
        other => text.push_str(&quoted(&other.print()?)),
    }
    Ok(())
}

/// A text in quotes, escaped as JSON asks (RFC 8259 §7).
pub(crate) fn quoted(plain: &str) -> String {
    let mut text = String::with_capacity(plain.len() + 2);
    text.push('"');
    for character in plain.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\u{85}' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            control if u32::from(control) < 0x20 => text.push_str(&format!("\\u{:04x}", u32::from(control))),
            plain => text.push(plain),
        }
    }
    text.push('"');
    text
}

/// No tree is that deep.
const DEEPEST: usize = 200;
const LONGEST: usize = 64 * 1024 * 1024;
