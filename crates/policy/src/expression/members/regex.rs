//! `Regex`, `Match`, `Group`.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, count, object, text};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq::sequence;
use crate::expression::object::{ListKind, Object};
use crate::expression::regex::{Captured, Found, Pattern};
use crate::expression::types::Type;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["object"], ..plain("Regex", REGEX) },
    Class { aliases: &["Capture"], bases: &["object"], ..plain("Group", GROUP) },
    Class { bases: &["Group"], ..plain("Match", MATCH) },
    Class {
        aliases: &["MatchCollection"],
        bases: &["IEnumerable<Match>", "object"],
        ..plain("Matches", MATCHES)
    },
    Class {
        aliases: &["GroupCollection", "CaptureCollection"],
        bases: &["IEnumerable<Group>", "object"],
        ..plain("Groups", GROUPS)
    },
    enumeration(
        "RegexOptions",
        &[
            ("None", 0),
            ("IgnoreCase", 1),
            ("Multiline", 2),
            ("ExplicitCapture", 4),
            ("Compiled", 8),
            ("Singleline", 16),
            ("IgnorePatternWhitespace", 32),
            ("RightToLeft", 64),
            ("ECMAScript", 256),
            ("CultureInvariant", 512),
        ],
    ),
];

const REGEX: &[Member] = &[
    member(
        &[
            "new(string pattern)",
            "new(string pattern, RegexOptions options)",
            "new(string pattern, RegexOptions options, TimeSpan matchTimeout)",
        ],
        |machine, a| Ok(Value::object(Object::Pattern(made(machine, a, 0, 1)?))),
    ),
    member(&["IsMatch(string input): bool"], |machine, a| tests(machine, own(a)?, a, 1)),
    member(&["IsMatch(string input, int startat): bool"], |machine, a| {
        let whole = text(a, 1)?;
        machine.spend(whole.len() / 16)?;
        let (start, _) =
            crate::expression::text::cut(&whole, crate::expression::arguments::int(a, 2)?, None)?;
        Ok(Value::Bool(own(a)?.is_match_from(&whole, start)?))
    }),
    member(&["Match(string input): Match"], |machine, a| finds(machine, own(a)?, a, 1)),
    member(&["Matches(string input): Matches"], |machine, a| finds_all(machine, own(a)?, a, 1)),
    member(
        &[
            "Replace(string input, string replacement): string",
            "Replace(string input, Func<Match, string> evaluator): string",
            "Replace(string input, string replacement, int count): string",
        ],
        |machine, a| replaces(machine, own(a)?, a, 1),
    ),
    member(&["Split(string input): string[]"], |machine, a| splits(machine, own(a)?, a, 1)),
    member(
        &[
            "static IsMatch(string input, string pattern): bool",
            "static IsMatch(string input, string pattern, RegexOptions options): bool",
            "static IsMatch(string input, string pattern, RegexOptions options, TimeSpan matchTimeout): bool",
        ],
        |machine, a| {
            let pattern = made(machine, a, 1, 2)?;
            tests(machine, &pattern, a, 0)
        },
    ),
    member(
        &[
            "static Match(string input, string pattern): Match",
            "static Match(string input, string pattern, RegexOptions options): Match",
        ],
        |machine, a| {
            let pattern = made(machine, a, 1, 2)?;
            finds(machine, &pattern, a, 0)
        },
    ),
    member(
        &[
            "static Matches(string input, string pattern): Matches",
            "static Matches(string input, string pattern, RegexOptions options): Matches",
        ],
        |machine, a| {
            let pattern = made(machine, a, 1, 2)?;
            finds_all(machine, &pattern, a, 0)
        },
    ),
    member(
        &[
            "static Replace(string input, string pattern, string replacement): string",
            "static Replace(string input, string pattern, string replacement, RegexOptions options): string",
            "static Replace(string input, string pattern, Func<Match, string> evaluator): string",
            "static Replace(string input, string pattern, Func<Match, string> evaluator, RegexOptions options): string",
        ],
        |machine, a| {
            let pattern = made(machine, a, 1, 3)?;
            replaces(machine, &pattern, &[at(a, 0).clone(), at(a, 2).clone()], 0)
        },
    ),
    member(
        &[
            "static Split(string input, string pattern): string[]",
            "static Split(string input, string pattern, RegexOptions options): string[]",
        ],
        |machine, a| {
            let pattern = made(machine, a, 1, 2)?;
            splits(machine, &pattern, a, 0)
        },
    ),
    member(&["static Escape(string str): string"], |machine, a| {
        machine.made(fancy_regex::escape(&text(a, 0)?).into_owned())
    }),
    member(&["static Unescape(string str): string"], |machine, a| {
        machine.made(text(a, 0)?.replace('\\', ""))
    }),
];

const GROUP: &[Member] = &[
    member(&["Value: string", "ToString(): string"], |machine, a| machine.made(whole(a)?.text().to_owned())),
    member(&["Success: bool"], |_, a| Ok(Value::Bool(whole(a)?.is_success()))),
    member(&["Index: int"], |_, a| count(whole(a)?.index())),
    member(&["Length: int"], |_, a| count(crate::expression::text::length(whole(a)?.text()))),
    member(&["Name: string"], |_, a| Ok(whole(a)?.name.map_or(Value::text("0"), Value::Text))),
];

const MATCH: &[Member] = &[
    // The collection is the match itself, so that groups are found by name as well.
    member(&["Groups: Groups", "Captures: Groups"], |_, a| Ok(at(a, 0).clone())),
    member(&["NextMatch(): Match"], |_, a| Ok(Value::object(Object::Found(found(a)?.following()?)))),
    member(&["Result(string replacement): string"], |machine, a| {
        machine.made(found(a)?.expand(&text(a, 1)?)?)
    }),
    member(&["static Empty: Match"], |machine, _| {
        let pattern = Pattern::new(&"(?!)".into(), 0)?;
        machine.step()?;
        Ok(Value::object(Object::Found(pattern.find(&"".into())?)))
    }),
];

const MATCHES: &[Member] = &[
    member(&["Count: int"], |machine, a| count(crate::expression::sequence::items(machine, at(a, 0))?.len())),
    member(&["this[int index]: Match"], |machine, a| {
        let place = crate::expression::arguments::size(a, 1)?;
        let all = crate::expression::sequence::items(machine, at(a, 0))?;
        Ok(all.get(place).cloned().ok_or(EvaluationError::OutOfRange)?)
    }),
];

const GROUPS: &[Member] = &[
    member(&["Count: int"], |_, a| count(found(a)?.groups().len())),
    member(&["this[int number]: Group", "this[string name]: Group"], |_, a| {
        let group = match at(a, 1) {
            Value::Text(name) => found(a)?.group(name.parse().ok(), name),
            _ => found(a)?.group(Some(crate::expression::arguments::size(a, 1)?), ""),
        };
        Ok(Value::object(Object::Captured(group)))
    }),
];

fn own(a: &[Value]) -> Step<&Pattern> {
    match object(a, 0)? {
        Object::Pattern(pattern) => Ok(pattern),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn found(a: &[Value]) -> Step<&Found> {
    match object(a, 0)? {
        Object::Found(found) => Ok(found),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// The capture that a group is, or the whole of a match.
fn whole(a: &[Value]) -> Step<Captured> {
    match object(a, 0)? {
        Object::Captured(captured) => Ok(captured.clone()),
        Object::Found(found) => Ok(found.group(Some(0), "")),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// The pattern in one argument with the options in another. Costs steps, since it is made anew each time.
fn made(machine: &mut Machine<'_>, a: &[Value], pattern: usize, options: usize) -> Step<Pattern> {
    let options = match at(a, options) {
        Value::Enumeration(options) => options.number,
        _ => 0,
    };
    machine.spend(1000)?;
    Ok(Pattern::new(&text(a, pattern)?, options)?)
}

fn tests(machine: &mut Machine<'_>, pattern: &Pattern, a: &[Value], input: usize) -> Step<Value> {
    let input = text(a, input)?;
    machine.spend(input.len() / 16)?;
    Ok(Value::Bool(pattern.is_match(&input)?))
}

fn finds(machine: &mut Machine<'_>, pattern: &Pattern, a: &[Value], input: usize) -> Step<Value> {
    let input = text(a, input)?;
    machine.spend(input.len() / 16)?;
    Ok(Value::object(Object::Found(pattern.find(&input)?)))
}

fn finds_all(machine: &mut Machine<'_>, pattern: &Pattern, a: &[Value], input: usize) -> Step<Value> {
    let input = text(a, input)?;
    machine.spend(input.len() / 16)?;
    let all =
        pattern.find_all(&input)?.into_iter().map(|found| Value::object(Object::Found(found))).collect();
    sequence(machine, all)
}

fn replaces(machine: &mut Machine<'_>, pattern: &Pattern, a: &[Value], input: usize) -> Step<Value> {
    let input_text = text(a, input)?;
    machine.spend(input_text.len() / 16)?;
    let most = match at(a, input + 2) {
        Value::Int(count) => usize::try_from(*count).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let replaced = match at(a, input + 1) {
        evaluator @ Value::Lambda(_) => {
            let mut failed = None;
            let replaced = pattern.replace(
                &input_text,
                &mut |found| match machine.invoke(evaluator, &[Value::object(Object::Found(found.clone()))]) {
                    Ok(text) => Ok(text.print()?.to_string()),
                    Err(stop) => {
                        failed = Some(stop);
                        Err(EvaluationError::WrongKind)
                    }
                },
                most,
            );
            if let Some(stop) = failed {
                return Err(stop);
            }
            replaced?
        }
        replacement => {
            let replacement = replacement.print()?;
            pattern.replace(&input_text, &mut |found| found.expand(&replacement), most)?
        }
    };
    machine.made(replaced)
}

fn splits(machine: &mut Machine<'_>, pattern: &Pattern, a: &[Value], input: usize) -> Step<Value> {
    let parts = pattern.split(&text(a, input)?)?.into_iter().map(|part| Value::text(&part)).collect();
    machine.listed(ListKind::Array, Type::STRING, parts)
}
