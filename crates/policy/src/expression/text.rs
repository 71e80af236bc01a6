//! Texts as .NET counts and compares them: by UTF-16 units, with and without case.

use crate::error::EvaluationError;
use crate::expression::evaluate::Step;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    Matters,
    Ignored,
}

/// Letters that have one capital letter become it: `ß`, whose capitals are two, stays, as in .NET.
pub(crate) fn upper(text: &str) -> String {
    text.chars().map(|letter| only(letter.to_uppercase()).unwrap_or(letter)).collect()
}

pub(crate) fn lower(text: &str) -> String {
    text.chars().map(|letter| only(letter.to_lowercase()).unwrap_or(letter)).collect()
}

fn only(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

/// .NET compares without case by the upper-case letter of each character.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_uppercase)
}

pub(crate) fn same(one: &str, two: &str, case: Case) -> bool {
    match case {
        Case::Matters => one == two,
        Case::Ignored => folded(one).eq(folded(two)),
    }
}

/// Both texts as a search compares them.
pub(crate) fn comparable(whole: &str, wanted: &str, case: Case) -> (String, String) {
    match case {
        Case::Matters => (whole.to_owned(), wanted.to_owned()),
        Case::Ignored => (folded(whole).collect(), folded(wanted).collect()),
    }
}

/// The number of UTF-16 units.
pub(crate) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The bytes from unit `start` on, `length` units or all the rest.
pub(crate) fn cut(whole: &str, start: i32, length: Option<i32>) -> Step<(usize, usize)> {
    let out_of_range = || EvaluationError::OutOfRange;
    let start = usize::try_from(start).map_err(|_| out_of_range())?;
    let first = byte_of(whole, start).ok_or_else(out_of_range)?;
    let end = match length {
        None => whole.len(),
        Some(length) => {
            let length = usize::try_from(length).map_err(|_| out_of_range())?;
            byte_of(whole, start.saturating_add(length)).ok_or_else(out_of_range)?
        }
    };
    Ok((first, end))
}

/// The byte at which a UTF-16 unit begins; within a pair, the byte of the pair.
pub(crate) fn byte_of(whole: &str, unit: usize) -> Option<usize> {
    if whole.is_ascii() {
        return (unit <= whole.len()).then_some(unit);
    }
    let mut units = 0;
    for (byte, character) in whole.char_indices() {
        if units + character.len_utf16() > unit {
            return Some(byte);
        }
        units += character.len_utf16();
    }
    (units == unit).then_some(whole.len())
}

/// The unit that begins at a byte.
pub(crate) fn unit_of(whole: &str, byte: usize) -> usize {
    whole.get(..byte).map_or(0, length)
}

/// The unit of a number.
pub(crate) fn unit_at(whole: &str, number: i32) -> Option<u16> {
    let number = usize::try_from(number).ok()?;
    if whole.is_ascii() {
        return whole.as_bytes().get(number).map(|byte| u16::from(*byte));
    }
    whole.encode_utf16().nth(number)
}
