//! `CN=a, O="Contoso, Inc." + OU=b`: what .NET, RFC 2253, RFC 4514 and OpenSSL's own form share.

use crate::scan::{Backslash, MARKS, value};
use crate::{Name, NameProblem, Order, Pair, Written, object_id};

pub(crate) fn parse(text: &str) -> Result<Written, NameProblem> {
    let escaped = name(text, Backslash::Escape);
    let mut readings = vec![];
    let mut problem = None;
    let literal = may_be_literal(text).then(|| name(text, Backslash::Itself));
    for reading in [Some(escaped), literal].into_iter().flatten() {
        match reading {
            Ok(name) if !readings.contains(&name) => readings.push(name),
            Ok(_) => {}
            Err(wrong) => problem = problem.or(Some(wrong)),
        }
    }
    match problem.filter(|_| readings.is_empty()) {
        Some(problem) => Err(problem),
        None => Ok(Written { readings, order: order(text) }),
    }
}

/// Whether there are backslashes, and none in front of what only RFC 4514 would put one there for.
fn may_be_literal(text: &str) -> bool {
    let mut behind =
        text.match_indices('\\').map(|(at, _)| text.get(at + 1..).and_then(|rest| rest.chars().next()));
    text.contains('\\') && behind.all(|next| next.is_some_and(char::is_alphanumeric))
}

/// OpenSSL puts blanks around the signs, and begins with the first part; nobody else does either.
fn order(text: &str) -> Order {
    let is_spaced =
        text.split_once('=').is_some_and(|(kind, value)| kind.ends_with(' ') && value.starts_with(' '));
    if is_spaced { Order::Encoded } else { Order::Open }
}

fn name(text: &str, backslash: Backslash) -> Result<Name, NameProblem> {
    let (first, mut rest) = pair(text, backslash)?;
    let mut parts = vec![vec![first]];
    loop {
        rest = rest.trim_start();
        let Some(mark) = rest.chars().next() else { return Ok(Name::new(parts)) };
        let behind = rest.strip_prefix(MARKS).ok_or(NameProblem::BehindQuote)?;
        let (pair, after) = pair(behind, backslash)?;
        rest = after;
        match parts.last_mut() {
            Some(part) if mark == '+' => part.push(pair),
            _ => parts.push(vec![pair]),
        }
    }
}

fn pair(text: &str, backslash: Backslash) -> Result<(Pair, &str), NameProblem> {
    let end = text.find(['=', ',', ';', '+']).unwrap_or(text.len());
    let (kind, rest) = text.split_at(end);
    let Some(rest) = rest.strip_prefix('=') else {
        return Err(NameProblem::NoType(shown(kind)));
    };
    let object_id = object_id(kind.trim()).ok_or_else(|| NameProblem::UnknownType(shown(kind)))?;
    let (value, rest) = value(rest, backslash)?;
    Ok(((object_id, value), rest))
}

/// As much of a text as fits into a message.
pub(crate) fn shown(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(40).collect()
}
