//! What the longer members of `string` do: replacing, splitting, trimming, padding.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{size, text, text_or_none};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::text::case;
use crate::expression::object::ListKind;
use crate::expression::regex::Pattern;
use crate::expression::sequence;
use crate::expression::text::{Case, length};
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) fn replace(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let (whole, old) = (text(a, 0)?, text(a, 1)?);
    let new = text_or_none(a, 2)?.unwrap_or_else(|| Arc::from(""));
    if old.is_empty() {
        return Err(EvaluationError::thrown("ArgumentException", "String cannot be of zero length.").into());
    }
    if case(a, 3) == Case::Ignored {
        let pattern = format!("(?i){}", fancy_regex::escape(&old));
        let pattern = Pattern::new(&pattern.into(), 0)?;
        let replaced = pattern.replace(&whole, &mut |_| Ok(new.to_string()), usize::MAX)?;
        return machine.made(replaced);
    }
    machine.make(whole.matches(&*old).count().saturating_mul(new.len()))?;
    machine.made(whole.replace(&*old, &new))
}

pub(crate) fn split(machine: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let whole = text(a, 0)?;
    let (mut separators, mut most, mut options) = (Vec::new(), usize::MAX, 0);
    for argument in a.get(1..).unwrap_or_default() {
        match argument {
            Value::Enumeration(option) => options = option.number,
            Value::Int(count) => most = usize::try_from(*count).map_err(|_| EvaluationError::OutOfRange)?,
            Value::Null => {}
            Value::Object(_) => separators.extend(sequence::texts(&sequence::items(machine, argument)?)?),
            other => separators.push(other.print()?),
        }
    }
    separators.retain(|separator| !separator.is_empty());
    let mut parts = parts(&whole, &separators, most);
    if options & 2 != 0 {
        parts = parts.into_iter().map(str::trim).collect();
    }
    if options & 1 != 0 {
        parts.retain(|part| !part.is_empty());
    }
    machine.make(whole.len())?;
    machine.spend(whole.len() / 16 + parts.len())?;
    let items = parts.into_iter().map(Value::text).collect();
    machine.listed(ListKind::Array, Type::STRING, items)
}

/// The pieces between separators, at most so many; without separators, between blanks.
fn parts<'w>(whole: &'w str, separators: &[Arc<str>], most: usize) -> Vec<&'w str> {
    let mut parts = Vec::new();
    let mut rest = whole;
    while parts.len() + 1 < most {
        let next = if separators.is_empty() {
            rest.char_indices().find(|(_, part)| part.is_whitespace()).map(|(at, part)| (at, part.len_utf8()))
        } else {
            let hits = separators
                .iter()
                .filter_map(|separator| rest.find(&**separator).map(|at| (at, separator.len())));
            hits.min_by_key(|(at, _)| *at)
        };
        let Some((at, length)) = next else { break };
        parts.extend(rest.get(..at));
        rest = rest.get(at + length..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// The characters that a trim takes away.
pub(crate) enum Trimmed {
    Blanks,
    Letters(String),
}

impl Trimmed {
    pub(crate) fn fits(&self, part: char) -> bool {
        match self {
            Trimmed::Blanks => part.is_whitespace(),
            Trimmed::Letters(letters) => letters.contains(part),
        }
    }
}

pub(crate) fn trimmed(machine: &mut Machine<'_>, a: &[Value]) -> Step<Trimmed> {
    let letters = letters(machine, a.get(1..).unwrap_or_default())?;
    Ok(if letters.is_empty() { Trimmed::Blanks } else { Trimmed::Letters(letters) })
}

/// Characters that are given one by one or as an array.
pub(crate) fn letters(machine: &mut Machine<'_>, a: &[Value]) -> Step<String> {
    a.iter().map(|value| letters_of(machine, value)).collect()
}

pub(crate) fn letters_of(machine: &mut Machine<'_>, value: &Value) -> Step<String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Object(_) => {
            let units = sequence::items(machine, value)?;
            let units: Vec<u16> = units
                .iter()
                .filter_map(|unit| match unit {
                    Value::Character(unit) => Some(*unit),
                    _ => None,
                })
                .collect();
            Ok(String::from_utf16_lossy(&units))
        }
        other => Ok(other.print()?.to_string()),
    }
}

pub(crate) fn padding(machine: &mut Machine<'_>, a: &[Value]) -> Step<(Arc<str>, String)> {
    let whole = text(a, 0)?;
    let width = size(a, 1)?;
    let filler = text_or_none(a, 2)?.unwrap_or_else(|| Arc::from(" "));
    let missing = width.saturating_sub(length(&whole));
    machine.make(missing.saturating_mul(filler.len()))?;
    Ok((whole, filler.repeat(missing)))
}
