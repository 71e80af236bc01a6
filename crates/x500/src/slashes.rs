//! `/C=US/O=Contoso, Inc./CN=a`: what OpenSSL printed for long, and `-nameopt compat` prints today.
//!
//! Slashes and commas of values aren't escaped: a part begins where a known type with its sign stands behind a slash.

use crate::list::shown;
use crate::scan::text_of;
use crate::{Name, NameProblem, Order, Pair, Written, object_id};

pub(crate) fn parse(text: &str) -> Result<Written, NameProblem> {
    let starts: Vec<usize> = text
        .match_indices(['/', '+'])
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || typed(text, *at).is_some())
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut parts: Vec<Vec<Pair>> = Vec::new();
    for (start, end) in starts.iter().zip(ends) {
        let part = text.get(start + 1..end).unwrap_or_default();
        let (kind, value) = part.split_once('=').ok_or_else(|| NameProblem::NoType(shown(part)))?;
        let object_id = object_id(kind.trim()).ok_or_else(|| NameProblem::UnknownType(shown(kind)))?;
        let pair = (object_id, unescaped(value));
        match parts.last_mut().filter(|_| text.get(*start..).is_some_and(|rest| rest.starts_with('+'))) {
            Some(last) => last.push(pair),
            None => parts.push(vec![pair]),
        }
    }
    Ok(Written { readings: vec![Name::new(parts)], order: Order::Encoded })
}

/// The type behind a mark, where it is one.
fn typed(text: &str, at: usize) -> Option<String> {
    let (kind, _) = text.get(at + 1..)?.split_once('=')?;
    object_id(kind.trim())
}

/// Bytes that can't be printed stand as `\xC3`.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        let byte = rest.strip_prefix("\\x").and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        match byte {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        let length = if byte.is_some() { "\\xC3".len() } else { first.len_utf8() };
        rest = rest.get(length..).unwrap_or_default();
    }
    text_of(bytes)
}
