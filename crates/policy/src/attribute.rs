//! Reads the quoted value of an attribute: a whole expression, or literal text up to its quote.

use crate::blank::is_blank;
use crate::diagnostic::Findings;
use crate::entity::decode;
use crate::expression::{self, Ends};
use crate::source::Span;
use crate::syntax::Content;

/// A value that was read, and where reading goes on.
pub(crate) struct Value {
    /// Without the quotes.
    pub(crate) span: Span,
    pub(crate) content: Content,
    /// The byte after the value and its closing quote.
    pub(crate) next: usize,
    pub(crate) close: Close,
}

/// How a value ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Close {
    Quote,
    /// The quote was missing: what was read is the rest of the tag.
    Unclosed,
}

/// Reads the value whose opening `quote` stands just before byte `start`.
pub(crate) fn read_value(
    text: &str,
    start: usize,
    quote: char,
    element: &str,
    findings: &mut Findings<'_>,
) -> Value {
    match expression::starts_at(text, start) {
        Some(at) => read_expression(text, start, at, quote, element, findings),
        None => read_literal(text, start, quote, element, findings),
    }
}

fn read_expression(
    text: &str,
    start: usize,
    at: usize,
    quote: char,
    element: &str,
    findings: &mut Findings<'_>,
) -> Value {
    match expression::read(text, at, Ends::Quote(quote)) {
        Ok((expression, end)) => Value {
            span: Span::new(start, end),
            content: Content::Expression(expression),
            next: end + quote.len_utf8(),
            close: Close::Quote,
        },
        Err(failure) => {
            failure.report(Some(element), findings);
            let end = likely_end(text, at, quote);
            let next = (end + quote.len_utf8()).min(text.len());
            Value { span: Span::new(start, end), content: Content::Broken, next, close: Close::Quote }
        }
    }
}

/// A literal ends at the first quote that a blank, `/` or `>` follows. Another quote is data, as in
/// `subject="O="Contoso, Inc.", C=US"`, unless the next attribute begins right after it.
fn read_literal(text: &str, start: usize, quote: char, element: &str, findings: &mut Findings<'_>) -> Value {
    let mut stray = None;
    let mut at = start;
    loop {
        let Some(step) = text.get(at..).and_then(|rest| rest.find([quote, '<'])) else {
            return unclosed(start, text.len(), element, findings);
        };
        let mark = at + step;
        let after = mark + 1;
        let rest = text.get(after..).unwrap_or_default();
        if text.get(mark..).is_some_and(|rest| rest.starts_with('<')) {
            return unclosed(start, mark, element, findings);
        }
        let ends = rest.is_empty() || rest.starts_with(['/', '>']) || rest.starts_with(is_blank);
        let runs_on = !ends && begins_attribute(rest);
        if runs_on {
            let span = Span::empty(after);
            findings.warning(
                "missing-space",
                Some(element),
                span,
                "a space is missing between two attributes",
            );
        }
        if ends || runs_on {
            if let Some(stray) = stray {
                let message = "this quote is taken as part of the value";
                findings
                    .warning("stray-quote", Some(element), Span::new(stray, stray + 1), message)
                    .set_help(stray_help(text.get(start..stray).unwrap_or_default(), quote));
            }
            let span = Span::new(start, mark);
            let content = Content::Literal(decode(text.get(start..mark).unwrap_or_default()).into_owned());
            return Value { span, content, next: after, close: Close::Quote };
        }
        stray = stray.or(Some(mark));
        at = after;
    }
}

fn unclosed(start: usize, end: usize, element: &str, findings: &mut Findings<'_>) -> Value {
    let opening = Span::new(start.saturating_sub(1), start);
    findings
        .error(
            "unclosed-attribute",
            Some(element),
            opening,
            "the value that begins here has no closing quote",
        )
        .set_help("a `<` inside a value is written `&lt;`");
    let span = Span::new(start, end);
    Value { span, content: Content::Broken, next: end, close: Close::Unclosed }
}

fn stray_help(before: &str, quote: char) -> &'static str {
    if before.contains("@(") || before.contains("@{") {
        "an expression must be the whole value"
    } else if quote == '"' {
        "write `&quot;` for a quote inside a value"
    } else {
        "write `&apos;` for a quote inside a value"
    }
}

/// After a broken expression: the first quote that the end of the tag or an attribute follows.
fn likely_end(text: &str, from: usize, quote: char) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let follows = |at: &usize| {
        let after = rest.get(at + quote.len_utf8()..).unwrap_or_default().trim_start_matches(is_blank);
        after.starts_with('>') || after.starts_with("/>") || begins_attribute(after)
    };
    let found = rest.match_indices(quote).map(|(at, _)| at).find(follows);
    from + found.or_else(|| rest.find('>')).unwrap_or(rest.len())
}

/// Whether the text begins with `name="`, as the next attribute would.
fn begins_attribute(text: &str) -> bool {
    let name = name_length(text);
    let after = text.get(name..).unwrap_or_default().trim_start_matches(is_blank);
    let value = after.strip_prefix('=').map(|value| value.trim_start_matches(is_blank));
    name > 0 && value.is_some_and(|value| value.starts_with(['"', '\'']))
}

/// The length in bytes of the XML name at the start of `text`; 0 when there is none.
pub(crate) fn name_length(text: &str) -> usize {
    if !text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        return 0;
    }
    text.find(|part| !is_name_part(part)).unwrap_or(text.len())
}

pub(crate) fn is_name_part(part: char) -> bool {
    part.is_ascii_alphanumeric() || matches!(part, '_' | '.' | ':' | '-')
}
