//! The filters of templates: the library's, each asked beforehand how much it would make.
//!
//! The library makes whatever it is told to: a text put behind itself forty times fills any memory, and a width in
//! the format of a date does at once. So each filter has an upper bound of what it makes of its input and arguments.

use std::fmt;

use liquid::model::{Value, ValueCow, ValueView};
use liquid::{Error, ParserBuilder};
use liquid_core::Expression;
use liquid_core::parser::{Filter, FilterArguments, FilterReflection, ParseFilter};
use liquid_core::runtime::Runtime;
use liquid_lib::stdlib;

use crate::liquid_weight::{BYTES_OF_A_VALUE, make, room, spend, weight};

/// The builder with every filter of the library, each with its bound.
pub(crate) fn with_filters(builder: ParserBuilder) -> ParserBuilder {
    filters().into_iter().fold(builder, |builder, (filter, extra)| builder.filter(Weighed { filter, extra }))
}

/// What a filter makes beside copies of its input and of its arguments, at most.
type Extra = fn(&dyn ValueView, &[ValueCow<'_>]) -> usize;

fn filters() -> Vec<(Box<dyn ParseFilter>, Option<Extra>)> {
    let mut all = copying();
    all.extend(growing());
    all
}

/// Filters that make no more than there is in their input and arguments, or a number.
fn copying() -> Vec<(Box<dyn ParseFilter>, Option<Extra>)> {
    let filters: [Box<dyn ParseFilter>; 27] = [
        stdlib::Append.into(),
        stdlib::AtLeast.into(),
        stdlib::AtMost.into(),
        stdlib::Ceil.into(),
        stdlib::Compact.into(),
        stdlib::Concat.into(),
        stdlib::Default.into(),
        stdlib::Floor.into(),
        stdlib::Lstrip.into(),
        stdlib::Map.into(),
        stdlib::Prepend.into(),
        stdlib::Remove.into(),
        stdlib::RemoveFirst.into(),
        stdlib::ReplaceFirst.into(),
        stdlib::Reverse.into(),
        stdlib::Round.into(),
        stdlib::Rstrip.into(),
        stdlib::Sort.into(),
        stdlib::Strip.into(),
        stdlib::StripHtml.into(),
        stdlib::StripNewlines.into(),
        stdlib::Uniq.into(),
        stdlib::UrlDecode.into(),
        stdlib::Where.into(),
        stdlib::First.into(),
        stdlib::Last.into(),
        stdlib::Size.into(),
    ];
    filters.into_iter().map(|filter| (filter, None)).collect()
}

fn growing() -> Vec<(Box<dyn ParseFilter>, Option<Extra>)> {
    let filters: [(Box<dyn ParseFilter>, Extra); 14] = [
        (stdlib::Capitalize.into(), by_case),
        (stdlib::Date.into(), by_widths),
        (stdlib::Downcase.into(), by_case),
        (stdlib::Escape.into(), by_marks),
        (stdlib::EscapeOnce.into(), by_marks),
        (stdlib::Join.into(), by_separators),
        (stdlib::NewlineToBr.into(), by_marks),
        (stdlib::Replace.into(), by_matches),
        (stdlib::SortNatural.into(), by_keys),
        (stdlib::Split.into(), by_parts),
        (stdlib::Truncate.into(), by_letters),
        (stdlib::TruncateWords.into(), by_words),
        (stdlib::Upcase.into(), by_case),
        (stdlib::UrlEncode.into(), by_bytes),
    ];
    filters.into_iter().map(|(filter, extra)| (filter, Some(extra))).collect()
}

/// Some letters have a longer counterpart.
fn by_case(input: &dyn ValueView, _: &[ValueCow<'_>]) -> usize {
    let other = input.to_kstr().bytes().filter(|byte| !byte.is_ascii()).count();
    other.saturating_mul(3)
}

/// A number in the format may be how wide a part is made.
fn by_widths(_: &dyn ValueView, arguments: &[ValueCow<'_>]) -> usize {
    let Some(format) = arguments.first().map(|format| format.to_kstr()) else { return 0 };
    let numbers = format.split(|part: char| !part.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let widths = numbers.map(|digits| digits.parse().unwrap_or(usize::MAX));
    widths.fold(format.len().saturating_mul(LONGEST_PART), usize::saturating_add)
}

/// `"` becomes `&quot;`, a new line `<br />` and itself.
fn by_marks(input: &dyn ValueView, _: &[ValueCow<'_>]) -> usize {
    let marks = input.to_kstr().bytes().filter(|byte| br#"<>&'""#.contains(byte) || *byte == b'\n').count();
    marks.saturating_mul(LONGEST_MARK)
}

/// `%20` for a byte.
fn by_bytes(input: &dyn ValueView, _: &[ValueCow<'_>]) -> usize {
    let encoded = input.to_kstr().bytes().filter(|byte| !byte.is_ascii_alphanumeric()).count();
    encoded.saturating_mul(2)
}

fn by_separators(input: &dyn ValueView, arguments: &[ValueCow<'_>]) -> usize {
    let separator = arguments.first().map_or(1, |separator| separator.to_kstr().len());
    let items = input.as_array().map_or(0, |items| usize::try_from(items.size()).unwrap_or_default());
    items.saturating_mul(separator)
}

fn by_matches(input: &dyn ValueView, arguments: &[ValueCow<'_>]) -> usize {
    let replacement = arguments.get(1).map_or(0, |replacement| replacement.to_kstr().len());
    matches(input, arguments).saturating_mul(replacement)
}

fn by_parts(input: &dyn ValueView, arguments: &[ValueCow<'_>]) -> usize {
    matches(input, arguments).saturating_add(1).saturating_mul(BYTES_OF_A_VALUE)
}

/// How often the first argument is in the input; an empty one is between all letters.
fn matches(input: &dyn ValueView, arguments: &[ValueCow<'_>]) -> usize {
    let Some(pattern) = arguments.first() else { return 0 };
    input.to_kstr().matches(pattern.to_kstr().as_str()).count()
}

/// A text to compare by, for each thing.
fn by_keys(input: &dyn ValueView, _: &[ValueCow<'_>]) -> usize {
    weight(input).saturating_mul(3)
}

/// Letters are put into a list, up to the length that is wanted.
fn by_letters(input: &dyn ValueView, arguments: &[ValueCow<'_>]) -> usize {
    let wanted = arguments.first().and_then(|length| length.as_scalar()?.to_integer());
    let wanted = wanted.map_or(50, |length| usize::try_from(length).unwrap_or(usize::MAX));
    input.to_kstr().len().min(wanted).saturating_mul(size_of::<&str>())
}

/// All words are put into a list.
fn by_words(input: &dyn ValueView, _: &[ValueCow<'_>]) -> usize {
    input.to_kstr().matches(' ').count().saturating_mul(size_of::<&str>())
}

/// Each thing is compared with each: not memory, but time.
fn comparisons(input: &dyn ValueView) -> usize {
    let items = input.as_array().map_or(0, |items| usize::try_from(items.size()).unwrap_or_default());
    items.saturating_mul(items).saturating_mul(BYTES_OF_A_COMPARISON)
}

/// A filter that is asked first.
#[derive(Clone)]
struct Weighed {
    filter: Box<dyn ParseFilter>,
    extra: Option<Extra>,
}

impl ParseFilter for Weighed {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>, Error> {
        let positional: Vec<Expression> = arguments.positional.collect();
        let keyword: Vec<_> = arguments.keyword.collect();
        let values = positional.iter().chain(keyword.iter().map(|(_, value)| value)).cloned().collect();
        let filter = self.filter.parse(FilterArguments {
            positional: Box::new(positional.into_iter()),
            keyword: Box::new(keyword.into_iter()),
        })?;
        let name = self.reflection().name().to_owned();
        Ok(Box::new(Bounded { filter, arguments: values, extra: self.extra, name }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self.filter.reflection()
    }
}

#[derive(Debug)]
struct Bounded {
    filter: Box<dyn Filter>,
    arguments: Vec<Expression>,
    extra: Option<Extra>,
    name: String,
}

impl Bounded {
    fn make(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<(), Error> {
        match self.name.as_str() {
            // Their result is one thing of their input.
            "first" | "last" | "size" => return Ok(()),
            "uniq" => spend(comparisons(input), runtime)?,
            _ => {}
        }
        let arguments = self.arguments.iter().map(|argument| argument.evaluate(runtime));
        let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
        let weights = arguments.iter().map(|argument| weight(argument.as_view()));
        let copies = weights.fold(weight(input), usize::saturating_add);
        room(copies)?;
        let extra = self.extra.map_or(0, |extra| extra(input, &arguments));
        make(copies.saturating_add(extra), runtime)
    }
}

impl fmt::Display for Bounded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.filter.fmt(formatter)
    }
}

impl Filter for Bounded {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value, Error> {
        self.make(input, runtime)?;
        self.filter.evaluate(input, runtime)
    }
}

/// The longest that one letter of a date's format stands for, but for a width: the name of a month or a zone.
const LONGEST_PART: usize = 64;
const LONGEST_MARK: usize = 6;
const BYTES_OF_A_COMPARISON: usize = 8;
