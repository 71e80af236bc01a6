//! Finds `@(…)` and `@{…}` in a document: where one begins, where it ends, why it has no end.

mod arguments;
mod assigned;
pub(crate) mod calculate;
mod cipher;
pub(crate) mod class;
pub(crate) mod code;
pub(crate) mod compiled;
mod constant;
mod context;
pub(crate) mod convert;
pub(crate) mod dictionary;
mod encoding;
pub(crate) mod evaluate;
mod evaluate_make;
mod evaluate_statement;
mod hash;
pub(crate) mod json;
mod json_convert;
mod json_path;
pub(crate) mod json_read;
pub(crate) mod json_write;
mod late;
mod lex;
pub(crate) mod members;
pub(crate) mod node;
pub(crate) mod number;
pub(crate) mod object;
mod parse;
mod parse_primary;
mod parse_statement;
mod parse_value;
mod parse_words;
mod regex;
mod resolve;
mod resolve_call;
mod resolve_certificates;
mod resolve_compound;
mod resolve_group;
mod resolve_literal;
mod resolve_member;
mod resolve_new;
mod resolve_operator;
mod resolve_statement;
mod resolve_type;
pub(crate) mod room;
mod sequence;
pub(crate) mod signature;
mod sort;
mod text;
pub(crate) mod tokens;
mod tree;
pub(crate) mod types;
mod types_later;
mod uri;
mod xml;
mod xml_read;
mod xml_scope;
pub(crate) mod xml_write;

use crate::blank::skip_blanks;
use crate::diagnostic::Findings;
use crate::scan_csharp::{Reason, Unbalanced, scan_csharp, string_parts};
use crate::source::Span;
use crate::syntax::{Expression, ExpressionForm, View};
use crate::view::OPENING;

/// What must follow an expression, blanks apart.
#[derive(Clone, Copy)]
pub(crate) enum Ends {
    Quote(char),
    /// `<`, or the end of the text.
    Markup,
    /// The end of the text.
    TextEnd,
}

/// Why something that begins like an expression isn't one.
pub(crate) enum Failure {
    Unbalanced(Unbalanced),
    /// There is more text after it, at this byte.
    Trailing(usize),
}

/// Where an expression begins if the first thing from byte `at` on, blanks apart, is one.
pub(crate) fn starts_at(text: &str, at: usize) -> Option<usize> {
    let start = skip_blanks(text, at);
    let rest = text.get(start..)?;
    (rest.starts_with("@(") || rest.starts_with("@{")).then_some(start)
}

/// Reads the expression whose `@` stands at byte `at`; gives it and the byte of what ends it.
///
/// Publishers write code in attributes both as it is and with XML references. It is tried with
/// references replaced first: raw code is the same either way unless a string in it holds one.
pub(crate) fn read(text: &str, at: usize, ends: Ends) -> Result<(Expression, usize), Failure> {
    read_in(text, at, ends, View::Decoded)
        .or_else(|failure| read_in(text, at, ends, View::Raw).map_err(|_| failure))
}

/// As `read`, in a place where references aren't replaced.
pub(crate) fn read_in(text: &str, at: usize, ends: Ends, view: View) -> Result<(Expression, usize), Failure> {
    let end = scan_csharp(text, at + 1, view).map_err(Failure::Unbalanced)?.at;
    let next = skip_blanks(text, end);
    let rest = text.get(next..).unwrap_or_default();
    let ended = match ends {
        Ends::Quote(quote) => rest.starts_with(quote),
        Ends::Markup => rest.is_empty() || rest.starts_with('<'),
        Ends::TextEnd => rest.is_empty(),
    };
    if !ended {
        return Err(Failure::Trailing(next));
    }
    Ok((found(text, Span::new(at, end), view), next))
}

/// As `read`, in text between tags, of which `CDATA` sections may hold a part. Their marks are no code, so that they
/// are left out wherever they don't stand in a string.
pub(crate) fn read_text(text: &str, at: usize) -> Result<(Expression, usize), Failure> {
    let whole = read(text, at, Ends::Markup);
    let end = match &whole {
        // It ends where it did: looking further would take time with the square of the text.
        Ok((expression, next)) => Some(*next).filter(|_| has_cdata_in_code(text, expression)),
        Err(_) => text.get(at..).filter(|rest| rest.contains(OPENING)).map(|_| text.len()),
    };
    match end.and_then(|end| text.get(..end)) {
        Some(text) => read_joined(text, at).or(whole),
        None => whole,
    }
}

/// As `read`, in text of which `CDATA` sections hold a part or all.
pub(crate) fn read_joined(text: &str, at: usize) -> Result<(Expression, usize), Failure> {
    let end = scan_csharp(text, at + 1, View::Joined).map_err(Failure::Unbalanced)?;
    let next = end.behind_blanks(text);
    let rest = text.get(next.at..).unwrap_or_default();
    if next.in_cdata || !(rest.is_empty() || rest.starts_with('<')) {
        return Err(Failure::Trailing(next.at));
    }
    Ok((found(text, Span::new(at, end.at), View::Joined), next.at))
}

fn found(text: &str, span: Span, view: View) -> Expression {
    let block = text.get(span.start..).is_some_and(|text| text.starts_with("@{"));
    let form = if block { ExpressionForm::Block } else { ExpressionForm::Inline };
    Expression { span, form, view }
}

fn has_cdata_in_code(text: &str, expression: &Expression) -> bool {
    let Span { start, end } = expression.span;
    let code = text.get(start..end).unwrap_or_default();
    let mut marks = code.match_indices(OPENING).map(|(at, _)| start + at).peekable();
    if marks.peek().is_none() {
        return false;
    }
    let strings = string_parts(text, start + 1, expression.view);
    marks.any(|mark| {
        let before = strings.partition_point(|part| part.span.end <= mark);
        strings.get(before).is_none_or(|part| mark < part.span.start)
    })
}

impl Failure {
    pub(crate) fn report(&self, element: Option<&str>, findings: &mut Findings<'_>) {
        let unbalanced = match self {
            Failure::Trailing(at) => {
                let message = "there is text after the end of the expression";
                findings
                    .error("text-after-expression", element, Span::empty(*at), message)
                    .set_help("an expression must be the whole value");
                return;
            }
            Failure::Unbalanced(unbalanced) => unbalanced,
        };
        let (message, help) = explain(unbalanced.reason);
        let span = Span::new(unbalanced.at, unbalanced.at + 1);
        let diagnostic = findings.error("unclosed-expression", element, span, message);
        if let Some(help) = help {
            diagnostic.set_help(help);
        }
    }
}

fn explain(reason: Reason) -> (String, Option<&'static str>) {
    match reason {
        Reason::NotClosed { bracket } => {
            (format!("the expression has no end: this `{bracket}` is never closed"), None)
        }
        Reason::WrongCloser { found, expected } => {
            (format!("`{found}` in the expression stands where `{expected}` is expected"), None)
        }
        Reason::String => (
            "the string that begins here is not terminated".to_owned(),
            Some("a string over several lines is written `@\"…\"`"),
        ),
        Reason::Character => (
            "the character literal that begins here is not terminated".to_owned(),
            Some("text is written in double quotes"),
        ),
        Reason::Comment => ("the comment that begins here is not closed".to_owned(), None),
    }
}
