//! `string`.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, int, text, text_or_none};
use crate::expression::class::{Class, Member, enumeration, extension, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::text_more::{as_basic, as_jwt, format_all};
use crate::expression::members::text_parts::{letters, letters_of, padding, replace, split, trimmed};
use crate::expression::object::ListKind;
use crate::expression::sequence;
use crate::expression::text::{Case, byte_of, comparable, cut, length, lower, same, unit_at, unit_of, upper};
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["String"], bases: &["IEnumerable<char>", "object"], ..plain("string", STRING) },
    enumeration(
        "StringComparison",
        &[
            ("CurrentCulture", 0),
            ("CurrentCultureIgnoreCase", 1),
            ("InvariantCulture", 2),
            ("InvariantCultureIgnoreCase", 3),
            ("Ordinal", 4),
            ("OrdinalIgnoreCase", 5),
        ],
    ),
    enumeration("StringSplitOptions", &[("None", 0), ("RemoveEmptyEntries", 1), ("TrimEntries", 2)]),
];

const STRING: &[Member] = &[
    member(&["Length: int"], |_, a| count(length(&text(a, 0)?))),
    member(&["this[int index]: char"], |_, a| {
        let unit = unit_at(&text(a, 0)?, int(a, 1)?);
        Ok(Value::Character(unit.ok_or(EvaluationError::IndexOutOfRange)?))
    }),
    member(
        &["ToString(): string", "ToString(IFormatProvider provider): string"],
        |_, a| Ok(at(a, 0).clone()),
    ),
    member(
        &[
            "Equals(string value): bool",
            "Equals(string value, StringComparison comparisonType): bool",
            "Equals(object value): bool",
        ],
        equals,
    ),
    member(
        &[
            "Contains(string value): bool",
            "Contains(char value): bool",
            "Contains(string value, StringComparison comparisonType): bool",
        ],
        |_, a| {
            let (whole, wanted) = compared(a)?;
            Ok(Value::Bool(whole.contains(&wanted)))
        },
    ),
    member(
        &[
            "StartsWith(string value): bool",
            "StartsWith(char value): bool",
            "StartsWith(string value, StringComparison comparisonType): bool",
        ],
        |_, a| {
            let (whole, wanted) = compared(a)?;
            Ok(Value::Bool(whole.starts_with(&wanted)))
        },
    ),
    member(
        &[
            "EndsWith(string value): bool",
            "EndsWith(char value): bool",
            "EndsWith(string value, StringComparison comparisonType): bool",
        ],
        |_, a| {
            let (whole, wanted) = compared(a)?;
            Ok(Value::Bool(whole.ends_with(&wanted)))
        },
    ),
    member(
        &[
            "IndexOf(string value): int",
            "IndexOf(char value): int",
            "IndexOf(string value, int startIndex): int",
            "IndexOf(char value, int startIndex): int",
            "IndexOf(string value, StringComparison comparisonType): int",
        ],
        index_of,
    ),
    member(
        &[
            "LastIndexOf(string value): int",
            "LastIndexOf(char value): int",
            "LastIndexOf(string value, StringComparison comparisonType): int",
        ],
        |_, a| {
            let (whole, wanted) = compared(a)?;
            found(&whole, whole.rfind(&wanted))
        },
    ),
    member(&["IndexOfAny(char[] anyOf): int"], |machine, a| {
        let whole = text(a, 0)?;
        let wanted = letters(machine, a.get(1..).unwrap_or_default())?;
        found(&whole, whole.find(|part| wanted.contains(part)))
    }),
    member(&["LastIndexOfAny(char[] anyOf): int"], |machine, a| {
        let whole = text(a, 0)?;
        let wanted = letters(machine, a.get(1..).unwrap_or_default())?;
        found(&whole, whole.rfind(|part| wanted.contains(part)))
    }),
    member(
        &["Substring(int startIndex): string", "Substring(int startIndex, int length): string"],
        |machine, a| {
            let whole = text(a, 0)?;
            let length = a.get(2).map(|_| int(a, 2)).transpose()?;
            let (start, end) = cut(&whole, int(a, 1)?, length)?;
            machine.made(whole.get(start..end).unwrap_or_default().to_owned())
        },
    ),
    member(&["Remove(int startIndex): string", "Remove(int startIndex, int count): string"], |machine, a| {
        let whole = text(a, 0)?;
        let length = a.get(2).map(|_| int(a, 2)).transpose()?;
        let (start, end) = cut(&whole, int(a, 1)?, length)?;
        machine.made([whole.get(..start).unwrap_or_default(), whole.get(end..).unwrap_or_default()].concat())
    }),
    member(&["Insert(int startIndex, string value): string"], |machine, a| {
        let (whole, added) = (text(a, 0)?, text(a, 2)?);
        let (at, _) = cut(&whole, int(a, 1)?, None)?;
        machine.made(
            [whole.get(..at).unwrap_or_default(), &*added, whole.get(at..).unwrap_or_default()].concat(),
        )
    }),
    member(
        &[
            "Replace(string oldValue, string newValue): string",
            "Replace(char oldChar, char newChar): string",
            "Replace(string oldValue, string newValue, StringComparison comparisonType): string",
        ],
        replace,
    ),
    member(
        &[
            "Split(params char[] separator): string[]",
            "Split(string separator): string[]",
            "Split(string separator, StringSplitOptions options): string[]",
            "Split(char separator, StringSplitOptions options): string[]",
            "Split(char[] separator, StringSplitOptions options): string[]",
            "Split(string[] separator, StringSplitOptions options): string[]",
            "Split(char[] separator): string[]",
            "Split(char separator, int count): string[]",
            "Split(char[] separator, int count): string[]",
            "Split(char[] separator, int count, StringSplitOptions options): string[]",
            "Split(string[] separator, int count, StringSplitOptions options): string[]",
        ],
        split,
    ),
    member(
        &["Trim(): string", "Trim(params char[] trimChars): string", "Trim(char[] trimChars): string"],
        |machine, a| {
            let (whole, goes) = (text(a, 0)?, trimmed(machine, a)?);
            machine.made(whole.trim_matches(|part| goes.fits(part)).to_owned())
        },
    ),
    member(
        &[
            "TrimStart(): string",
            "TrimStart(params char[] trimChars): string",
            "TrimStart(char[] trimChars): string",
        ],
        |machine, a| {
            let (whole, goes) = (text(a, 0)?, trimmed(machine, a)?);
            machine.made(whole.trim_start_matches(|part| goes.fits(part)).to_owned())
        },
    ),
    member(
        &[
            "TrimEnd(): string",
            "TrimEnd(params char[] trimChars): string",
            "TrimEnd(char[] trimChars): string",
        ],
        |machine, a| {
            let (whole, goes) = (text(a, 0)?, trimmed(machine, a)?);
            machine.made(whole.trim_end_matches(|part| goes.fits(part)).to_owned())
        },
    ),
    member(&["ToLower(): string", "ToLowerInvariant(): string"], |machine, a| {
        machine.made(lower(&text(a, 0)?))
    }),
    member(&["ToUpper(): string", "ToUpperInvariant(): string"], |machine, a| {
        machine.made(upper(&text(a, 0)?))
    }),
    member(
        &["PadLeft(int totalWidth): string", "PadLeft(int totalWidth, char paddingChar): string"],
        |machine, a| {
            let (whole, padding) = padding(machine, a)?;
            machine.made(padding + &whole)
        },
    ),
    member(
        &["PadRight(int totalWidth): string", "PadRight(int totalWidth, char paddingChar): string"],
        |machine, a| {
            let (whole, padding) = padding(machine, a)?;
            machine.made(whole.to_string() + &padding)
        },
    ),
    member(&["ToCharArray(): char[]"], |machine, a| {
        let units = text(a, 0)?.encode_utf16().map(Value::Character).collect();
        machine.listed(ListKind::Array, Type::CHAR, units)
    }),
    member(&["CompareTo(string value): int"], |_, a| Ok(compare(&text(a, 0)?, &text(a, 1)?, Case::Matters))),
    extension(&["AsBasic(): BasicAuthCredentials"], as_basic),
    extension(&["TryParseBasic(out BasicAuthCredentials result): bool"], |machine, a| {
        let read = as_basic(machine, a)?;
        Ok(super::object::outcome(Some(read).filter(|read| !matches!(read, Value::Null)), Value::Null))
    }),
    extension(&["AsJwt(): Jwt"], as_jwt),
    extension(&["TryParseJwt(out Jwt result): bool"], |machine, a| {
        let read = as_jwt(machine, a)?;
        Ok(super::object::outcome(Some(read).filter(|read| !matches!(read, Value::Null)), Value::Null))
    }),
    member(&["static Empty: string"], |_, _| Ok(Value::text(""))),
    member(&["static IsNullOrEmpty(string value): bool"], |_, a| {
        Ok(Value::Bool(text_or_none(a, 0)?.is_none_or(|text| text.is_empty())))
    }),
    member(&["static IsNullOrWhiteSpace(string value): bool"], |_, a| {
        Ok(Value::Bool(text_or_none(a, 0)?.is_none_or(|text| text.trim().is_empty())))
    }),
    member(
        &[
            "static Equals(string a, string b): bool",
            "static Equals(string a, string b, StringComparison comparisonType): bool",
        ],
        equals,
    ),
    member(
        &[
            "static Compare(string a, string b): int",
            "static Compare(string a, string b, bool ignoreCase): int",
            "static Compare(string a, string b, StringComparison comparisonType): int",
        ],
        |_, a| {
            let (one, two) = (text_or_none(a, 0)?, text_or_none(a, 1)?);
            let ignored = matches!(at(a, 2), Value::Bool(true)) || case(a, 2) == Case::Ignored;
            let case = if ignored { Case::Ignored } else { Case::Matters };
            Ok(compare(one.as_deref().unwrap_or_default(), two.as_deref().unwrap_or_default(), case))
        },
    ),
    member(
        &[
            "static Concat(IEnumerable<string> values): string",
            "static Concat(params object[] values): string",
        ],
        |machine, a| {
            let parts = spread(machine, a)?;
            let texts = sequence::texts(&parts)?;
            machine.room(texts.iter().map(|text| text.len()).sum())?;
            machine.made(texts.concat())
        },
    ),
    member(
        &[
            "static Join(string separator, IEnumerable<string> values): string",
            "static Join<T>(string separator, IEnumerable<T> values): string",
            "static Join(string separator, params object[] values): string",
        ],
        |machine, a| {
            let separator = text_or_none(a, 0)?.unwrap_or_else(|| Arc::from(""));
            let parts = spread(machine, a.get(1..).unwrap_or_default())?;
            let texts = sequence::texts(&parts)?;
            let between = separator.len().saturating_mul(texts.len());
            machine.room(texts.iter().map(|text| text.len()).fold(between, usize::saturating_add))?;
            machine.made(texts.join(&*separator))
        },
    ),
    member(
        &[
            "static Format(string format, params object[] args): string",
            "static Format(IFormatProvider provider, string format, params object[] args): string",
        ],
        format_all,
    ),
    member(&["static Copy(string value): string", "static Intern(string value): string"], |_, a| {
        Ok(at(a, 0).clone())
    }),
    member(&["new(char c, int count)", "new(char[] value)"], |machine, a| match at(a, 0) {
        Value::Character(unit) => {
            let count = crate::expression::arguments::size(a, 1)?;
            machine.make(count)?;
            machine.made(String::from_utf16_lossy(&vec![*unit; count]))
        }
        _ => {
            let units = letters_of(machine, at(a, 0))?;
            machine.made(units)
        }
    }),
];

/// The arguments, or the elements of the only one that is a sequence.
pub(crate) fn spread(machine: &mut Machine<'_>, a: &[Value]) -> Step<Vec<Value>> {
    match a {
        [only @ Value::Object(_)] => sequence::items(machine, only).or_else(|_| Ok(a.to_vec())),
        _ => Ok(a.to_vec()),
    }
}

/// The `StringComparison` of a call; without one, case matters.
pub(crate) fn case(a: &[Value], number: usize) -> Case {
    match at(a, number) {
        // The odd numbers of the enumeration are those that ignore case.
        Value::Enumeration(comparison) if comparison.number % 2 == 1 => Case::Ignored,
        _ => Case::Matters,
    }
}

fn equals(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    Ok(Value::Bool(match (at(a, 0), at(a, 1)) {
        (Value::Text(one), Value::Text(two)) => same(one, two, case(a, 2)),
        (one, two) => one.equals(two),
    }))
}

/// Both texts of a search, as they are compared.
fn compared(a: &[Value]) -> Step<(String, String)> {
    Ok(comparable(&text(a, 0)?, &text(a, 1)?, case(a, 2)))
}

fn index_of(_: &mut Machine<'_>, a: &[Value]) -> Step<Value> {
    let (whole, wanted) = compared(a)?;
    let from = match at(a, 2) {
        Value::Int(from) => {
            let from = usize::try_from(*from).map_err(|_| EvaluationError::OutOfRange)?;
            byte_of(&whole, from).ok_or(EvaluationError::OutOfRange)?
        }
        _ => 0,
    };
    let rest = whole.get(from..).unwrap_or_default();
    found(&whole, rest.find(&wanted).map(|at| from + at))
}

fn found(whole: &str, at: Option<usize>) -> Step<Value> {
    at.map_or(Ok(Value::Int(-1)), |at| count(unit_of(whole, at)))
}

fn compare(one: &str, two: &str, case: Case) -> Value {
    let (one, two) = comparable(one, two, case);
    Value::Int(match one.cmp(&two) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    })
}
