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

use crate::diagnostic::Findings;
use crate::scan_csharp::{Reason, Unbalanced, scan_csharp};
use crate::source::Span;
use crate::syntax::{Expression, ExpressionForm, View};

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
    let end = scan_csharp(text, at + 1, view).map_err(Failure::Unbalanced)?;
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
    let block = text.get(at..).is_some_and(|text| text.starts_with("@{"));
    let form = if block { ExpressionForm::Block } else { ExpressionForm::Inline };
    Ok((Expression { span: Span::new(at, end), form, view }, next))
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

/// The first byte from `at` on that is no blank of XML.
pub(crate) fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start_matches(is_blank).len())
}

/// The four blanks of XML.
pub(crate) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}
