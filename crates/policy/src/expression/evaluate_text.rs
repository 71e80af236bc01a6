//! What the members of texts do. Positions and lengths count UTF-16 units, as in .NET.

use std::sync::Arc;

use crate::expression::calculate::int;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::node::{Function, Method, Node};
use crate::value::{EvaluationError, Text, Value};

/// How two texts are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Matters,
    Ignored,
}

impl<'v> Machine<'v, '_> {
    pub(crate) fn method_of_text(
        &mut self,
        text: &Text<'v>,
        method: Method,
        arguments: &'v [Node],
    ) -> Step<Value<'v>> {
        let whole = text.as_str();
        match method {
            Method::Equals => {
                let other = self.argument(arguments, 0)?;
                let case = self.case(arguments.get(1))?;
                let same = matches!(&other, Value::Text(other) if same(whole, other.as_str(), case));
                Ok(Value::Bool(same))
            }
            Method::Contains | Method::StartsWith | Method::EndsWith => {
                let wanted = self.required_text(arguments.first())?;
                let case = self.case(arguments.get(1))?;
                Ok(Value::Bool(holds(whole, wanted.as_str(), method, case)))
            }
            Method::IndexOf | Method::LastIndexOf => {
                let wanted = self.required_text(arguments.first())?;
                let case = self.case(arguments.get(1))?;
                position(whole, wanted.as_str(), method, case)
            }
            Method::Index => {
                let index = int(&self.argument(arguments, 0)?)?;
                let unit = usize::try_from(index).ok().and_then(|index| whole.encode_utf16().nth(index));
                unit.map(Value::Character).ok_or_else(|| EvaluationError::OutOfRange.into())
            }
            Method::Substring | Method::Remove => self.part_of(whole, method, arguments),
            Method::Insert => {
                let index = int(&self.argument(arguments, 0)?)?;
                let inserted = self.required_text(arguments.get(1))?;
                let (start, end) = cut(whole, index, Some(0))?;
                self.make(whole.len())?;
                let (before, after) =
                    (whole.get(..start).unwrap_or_default(), whole.get(end..).unwrap_or_default());
                self.made([before, inserted.as_str(), after].concat())
            }
            Method::Replace => {
                let old = self.required_text(arguments.first())?;
                let new = self.text_or_empty_argument(arguments, 1)?;
                if old.as_str().is_empty() {
                    return Err(EvaluationError::Format.into());
                }
                let count = whole.matches(old.as_str()).count();
                self.make(count.saturating_mul(new.as_str().len()))?;
                self.made(whole.replace(old.as_str(), new.as_str()))
            }
            Method::Split => self.split(whole, arguments),
            Method::Trim | Method::TrimStart | Method::TrimEnd => self.trim(whole, method, arguments),
            Method::ToLower => self.made(whole.to_lowercase()),
            Method::ToUpper => self.made(whole.to_uppercase()),
            Method::PadLeft | Method::PadRight => self.pad(whole, method, arguments),
            _ => Err(EvaluationError::WrongKind.into()),
        }
    }

    pub(crate) fn function_of_text(&mut self, function: Function, arguments: &'v [Node]) -> Step<Value<'v>> {
        match function {
            Function::IsNullOrEmpty | Function::IsNullOrWhiteSpace => {
                let value = self.argument(arguments, 0)?;
                Ok(Value::Bool(match &value {
                    Value::Text(text) if function == Function::IsNullOrEmpty => text.as_str().is_empty(),
                    Value::Text(text) => text.as_str().trim().is_empty(),
                    _ => true,
                }))
            }
            Function::Equals => {
                let (one, two) = (self.argument(arguments, 0)?, self.argument(arguments, 1)?);
                let case = self.case(arguments.get(2))?;
                Ok(Value::Bool(match (&one, &two) {
                    (Value::Text(one), Value::Text(two)) => same(one.as_str(), two.as_str(), case),
                    (one, two) => one.equals(two),
                }))
            }
            Function::Concat => {
                let mut whole = String::new();
                for argument in arguments {
                    let text = self.text_or_empty(argument)?;
                    self.make(text.as_str().len())?;
                    whole.push_str(text.as_str());
                }
                Ok(Value::Text(Text::Shared(whole.into())))
            }
            Function::Join => {
                let separator = self.text_or_empty_argument(arguments, 0)?;
                let Value::Texts(texts) = self.argument(arguments, 1)? else {
                    return Err(EvaluationError::NullArgument.into());
                };
                self.make(separator.as_str().len().saturating_mul(texts.len()))?;
                let texts: Vec<&str> = texts.iter().map(Text::as_str).collect();
                self.made(texts.join(separator.as_str()))
            }
            Function::ParseInt => {
                let text = self.required_text(arguments.first())?;
                parse(text.as_str()).and_then(|number| {
                    i32::try_from(number).map(Value::Int).map_err(|_| EvaluationError::Overflow.into())
                })
            }
            Function::ParseLong => {
                let text = self.required_text(arguments.first())?;
                parse(text.as_str()).map(Value::Long)
            }
            Function::IsDigit | Function::IsLetter => {
                let unit = self.argument(arguments, 0)?.whole().and_then(|unit| u32::try_from(unit).ok());
                let character = unit.and_then(char::from_u32);
                Ok(Value::Bool(character.is_some_and(|character| match function {
                    Function::IsDigit => character.is_numeric(),
                    _ => character.is_alphabetic(),
                })))
            }
            _ => Err(EvaluationError::WrongKind.into()),
        }
    }

    /// The `StringComparison` of a call; without one, case matters.
    fn case(&mut self, argument: Option<&'v Node>) -> Step<Case> {
        let Some(argument) = argument else { return Ok(Case::Matters) };
        // The odd numbers of the enumeration are those that ignore case.
        let number = int(&self.value(argument)?)?;
        Ok(if number % 2 == 1 { Case::Ignored } else { Case::Matters })
    }

    fn part_of(&mut self, whole: &str, method: Method, arguments: &'v [Node]) -> Step<Value<'v>> {
        let start = int(&self.argument(arguments, 0)?)?;
        let length = match arguments.get(1) {
            Some(length) => Some(int(&self.value(length)?)?),
            None => None,
        };
        let (start, end) = cut(whole, start, length)?;
        if method == Method::Substring {
            return self.made(whole.get(start..end).unwrap_or_default().to_owned());
        }
        let (before, after) = (whole.get(..start).unwrap_or_default(), whole.get(end..).unwrap_or_default());
        self.made([before, after].concat())
    }

    fn split(&mut self, whole: &str, arguments: &'v [Node]) -> Step<Value<'v>> {
        let mut separators = Vec::with_capacity(arguments.len());
        for argument in arguments {
            separators.push(self.text_or_empty(argument)?);
        }
        let mut parts = vec![whole];
        for separator in separators.iter().map(Text::as_str).filter(|separator| !separator.is_empty()) {
            parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
        }
        // Each part costs more than its characters.
        self.make(whole.len().saturating_add(parts.len().saturating_mul(32)))?;
        Ok(Value::Texts(Arc::new(parts.into_iter().map(|part| Text::Shared(part.into())).collect())))
    }

    fn trim(&mut self, whole: &str, method: Method, arguments: &'v [Node]) -> Step<Value<'v>> {
        let wanted = match arguments.first() {
            Some(argument) => self.text_or_empty(argument)?.as_str().chars().next(),
            None => None,
        };
        let goes = |character: char| match wanted {
            Some(wanted) => character == wanted,
            None => character.is_whitespace(),
        };
        let trimmed = match method {
            Method::Trim => whole.trim_matches(goes),
            Method::TrimStart => whole.trim_start_matches(goes),
            _ => whole.trim_end_matches(goes),
        };
        self.made(trimmed.to_owned())
    }

    fn pad(&mut self, whole: &str, method: Method, arguments: &'v [Node]) -> Step<Value<'v>> {
        let width = int(&self.argument(arguments, 0)?)?;
        let width = usize::try_from(width).map_err(|_| EvaluationError::OutOfRange)?;
        let filler = match arguments.get(1) {
            Some(filler) => self.text_or_empty(filler)?,
            None => Text::Borrowed(" "),
        };
        let missing = width.saturating_sub(whole.encode_utf16().count());
        self.make(missing.saturating_mul(filler.as_str().len()))?;
        let padding = filler.as_str().repeat(missing);
        self.made(match method {
            Method::PadLeft => padding + whole,
            _ => whole.to_owned() + &padding,
        })
    }
}

fn same(one: &str, two: &str, case: Case) -> bool {
    match case {
        Case::Matters => one == two,
        Case::Ignored => folded(one).eq(folded(two)),
    }
}

/// .NET compares without case by the upper-case letter of each character.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_uppercase)
}

fn holds(whole: &str, wanted: &str, method: Method, case: Case) -> bool {
    if case == Case::Ignored {
        let (whole, wanted): (String, String) = (folded(whole).collect(), folded(wanted).collect());
        return holds(&whole, &wanted, method, Case::Matters);
    }
    match method {
        Method::StartsWith => whole.starts_with(wanted),
        Method::EndsWith => whole.ends_with(wanted),
        _ => whole.contains(wanted),
    }
}

fn position<'v>(whole: &str, wanted: &str, method: Method, case: Case) -> Step<Value<'v>> {
    if case == Case::Ignored {
        let (whole, wanted): (String, String) = (folded(whole).collect(), folded(wanted).collect());
        return position(&whole, &wanted, method, Case::Matters);
    }
    let found = if method == Method::LastIndexOf { whole.rfind(wanted) } else { whole.find(wanted) };
    let Some(found) = found else { return Ok(Value::Int(-1)) };
    let units = whole.get(..found).unwrap_or_default().encode_utf16().count();
    i32::try_from(units).map(Value::Int).map_err(|_| EvaluationError::Overflow.into())
}

/// The bytes from unit `start` on, `length` units or all the rest.
fn cut(whole: &str, start: i32, length: Option<i32>) -> Step<(usize, usize)> {
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
fn byte_of(whole: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    for (byte, character) in whole.char_indices() {
        if units + character.len_utf16() > unit {
            return Some(byte);
        }
        units += character.len_utf16();
    }
    (units == unit).then_some(whole.len())
}

fn parse(text: &str) -> Step<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(EvaluationError::Format.into());
    }
    text.parse().map_err(|_| EvaluationError::Overflow.into())
}
