//! The request fields by which proxies and servers hand on who calls. From anybody else they are claims.

use std::cmp::Ordering;
use std::str::FromStr;

use thiserror::Error;

mod known;

/// Why a text names no fields.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PatternError {
    #[error("`{0}` is not the name of a header field; write one such as `x-corp-user`")]
    Name(String),
    #[error("`{0}` has a `*` before its end; write a family as `x-corp-*`")]
    Star(String),
    #[error("`{pattern}` would also remove `{needed}`, which requests need")]
    Needed { pattern: String, needed: &'static str },
}

/// One field, or with a `*` at the end the family of all whose names begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPattern {
    /// Folded, without the star.
    text: String,
    reach: Reach,
    writing: Writing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Name,
    Family,
}

/// Whether a name holds nothing but letters, digits and hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Writing {
    Plain,
    Odd,
}

/// What a request's field says of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing.
    Nothing,
    /// Who they are, as proxies say it; from one that is trusted it may pass.
    Identity,
    /// What the gateway says itself, or one of these fields in disguise; it passes from nobody.
    Forged,
}

/// All fields that hand on identity: those that are known, and those that an operator has added.
///
/// Names are compared as servers read them that make variables of fields (CGI, WSGI, PHP): without case, and with `-`
/// for every character that is neither a letter nor a digit.
#[derive(Clone, Debug)]
pub struct IdentityFields {
    /// In order. No pattern is covered by a family, so that what covers a name is the last that isn't behind it.
    patterns: Box<[FieldPattern]>,
}

impl IdentityFields {
    /// The known ones and these.
    #[must_use]
    pub fn with(added: impl IntoIterator<Item = FieldPattern>) -> Self {
        let known = known::KNOWN.iter().flat_map(|names| names.split_whitespace());
        let mut all: Vec<FieldPattern> = known.map(FieldPattern::of).chain(added).collect();
        // A family comes before the name that is spelt like it.
        all.sort_by(|one, other| {
            one.text
                .cmp(&other.text)
                .then_with(|| (one.reach == Reach::Name).cmp(&(other.reach == Reach::Name)))
        });
        let mut patterns: Vec<FieldPattern> = Vec::with_capacity(all.len());
        for pattern in all {
            match patterns.last_mut() {
                Some(last) if last.covers(&pattern.text) => last.writing = last.writing.max(pattern.writing),
                _ => patterns.push(pattern),
            }
        }
        Self { patterns: patterns.into() }
    }

    /// What the field of this name says.
    #[must_use]
    pub fn judge(&self, name: &str) -> Claim {
        let bare = without_prefixes(name);
        let is_disguised = bare.len() < name.len() || !is_plain(name);
        let Some(writing) = self.writing(bare) else {
            let is_hidden = is_disguised && known::FRAMING.iter().any(|framing| is_same(bare, framing));
            return if is_hidden { Claim::Forged } else { Claim::Nothing };
        };
        let is_own = known::OWN.iter().any(|own| is_same(own, bare)) || begins(bare, "postern-");
        // A proxy overwrites the field that it writes, and passes other writings of it on as callers send them.
        let is_forged = bare.len() < name.len() || (is_disguised && writing == Writing::Plain);
        if is_own || is_forged { Claim::Forged } else { Claim::Identity }
    }

    /// How proxies write a field in which they hand on identity; `None` if it isn't such a field.
    fn writing(&self, name: &str) -> Option<Writing> {
        let behind =
            self.patterns.partition_point(|pattern| compare(&pattern.text, name) != Ordering::Greater);
        let nearest = behind.checked_sub(1).and_then(|at| self.patterns.get(at));
        if let Some(pattern) = nearest.filter(|pattern| pattern.covers(name)) {
            return Some(pattern.writing);
        }
        let is_known = known::ENDINGS.iter().any(|ending| ends(name, ending))
            || known::ANYWHERE.iter().any(|part| holds(name, part));
        is_known.then_some(Writing::Plain)
    }
}

impl Default for IdentityFields {
    fn default() -> Self {
        Self::with([])
    }
}

impl FieldPattern {
    fn of(text: &str) -> Self {
        let (text, reach) =
            text.strip_suffix('*').map_or((text, Reach::Name), |start| (start, Reach::Family));
        let writing = if is_plain(text) { Writing::Plain } else { Writing::Odd };
        Self { text: text.bytes().map(|byte| char::from(fold(byte))).collect(), reach, writing }
    }

    fn covers(&self, name: &str) -> bool {
        begins(name, &self.text) && (self.reach == Reach::Family || name.len() == self.text.len())
    }
}

impl FromStr for FieldPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let start = text.strip_suffix('*').unwrap_or(text);
        if start.contains('*') {
            return Err(PatternError::Star(text.to_owned()));
        }
        // A token (RFC 9110, 5.6.2).
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&byte);
        if !start.bytes().all(is_token) || text.is_empty() {
            return Err(PatternError::Name(text.to_owned()));
        }
        let pattern = Self::of(text);
        match known::NEEDED.iter().find(|needed| pattern.covers(needed)) {
            Some(needed) => Err(PatternError::Needed { pattern: text.to_owned(), needed }),
            None => Ok(pattern),
        }
    }
}

/// Whether two fields are one to a server that makes variables of them.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && begins(one, other)
}

/// Whether a name holds nothing but letters, digits and hyphens.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn fold(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' }
}

fn compare(one: &str, other: &str) -> Ordering {
    one.bytes().map(fold).cmp(other.bytes().map(fold))
}

fn begins(name: &str, start: &str) -> bool {
    name.len() >= start.len() && name.bytes().zip(start.bytes()).all(|(one, other)| fold(one) == fold(other))
}

fn ends(name: &str, ending: &str) -> bool {
    let pairs = name.bytes().rev().zip(ending.bytes().rev());
    name.len() >= ending.len() && pairs.into_iter().all(|(one, other)| fold(one) == other)
}

fn holds(name: &str, part: &str) -> bool {
    let is_here = |window: &[u8]| window.iter().zip(part.bytes()).all(|(one, other)| fold(*one) == other);
    name.as_bytes().windows(part.len()).any(is_here)
}

fn without_prefixes(mut name: &str) -> &str {
    let shorter = |name| known::PREFIXES.iter().find(|prefix| begins(name, prefix));
    while let Some(rest) = shorter(name).and_then(|prefix| name.get(prefix.len()..)) {
        name = rest;
    }
    name
}

#[cfg(test)]
mod tests;
