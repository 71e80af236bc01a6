//! Bodies of elements that are data: JSON, Liquid, a stylesheet.

use crate::attribute::is_name_part;
use crate::blank::{is_xml_blank, skip_blanks};
use crate::expression;
use crate::lexer::{Lexer, Token};
use crate::source::Span;
use crate::syntax::{Content, Text};
use crate::view::{CLOSING, OPENING};

/// Whether the body of this element is data.
pub(crate) fn is_opaque(name: &str) -> bool {
    OPAQUE.contains(&name)
}

impl Lexer<'_> {
    /// The body of an element that holds data: everything up to its end tag.
    pub(crate) fn opaque_body(&mut self, name: &str) -> Option<Token> {
        let start = self.at;
        let end = start + self.opaque_length(name);
        if begins_expression(self.text.get(..end).unwrap_or_default(), start) {
            return None;
        }
        self.at = end;
        let span = Span::new(start, end);
        let content = Content::Literal(self.slice(span).to_owned());
        (!self.slice(span).trim_matches(is_xml_blank).is_empty())
            .then_some(Token::Text(Text { span, content }))
    }

    /// The bytes up to the end tag of `name`, over those of elements of the same name that begin on the way. Data can
    /// hold what only looks like one: when the tags don't match, the first end counts.
    fn opaque_length(&self, name: &str) -> usize {
        let rest = self.rest();
        let (mut depth, mut first, mut behind) = (0_usize, None, 0);
        for (at, _) in rest.match_indices(name) {
            let after = rest.get(at + name.len()..).unwrap_or_default();
            if after.starts_with(is_name_part) {
                continue;
            }
            if behind == MOST_BEHIND {
                break;
            }
            behind += usize::from(first.is_some());
            let before = rest.get(..at).unwrap_or_default();
            if let Some(before) = before.strip_suffix("</") {
                if depth == 0 {
                    return before.len();
                }
                depth -= 1;
                first = first.or(Some(before.len()));
            } else if before.ends_with('<') && !is_self_closed(after) {
                depth += 1;
            }
        }
        first.unwrap_or(rest.len())
    }
}

/// Whether an expression comes next, perhaps in a `CDATA` section, with or without comments and empty sections before
/// it.
fn begins_expression(text: &str, at: usize) -> bool {
    let mut at = skip_blanks(text, at);
    while let Some(next) = behind_comment(text, at).or_else(|| behind_empty_section(text, at)) {
        at = skip_blanks(text, next);
    }
    let in_section = text.get(at..).is_some_and(|rest| rest.starts_with(OPENING));
    expression::starts_at(text, if in_section { at + OPENING.len() } else { at }).is_some()
}

fn behind_comment(text: &str, at: usize) -> Option<usize> {
    let comment = text.get(at..)?.strip_prefix("<!--")?;
    Some(at + "<!--".len() + comment.find("-->")? + "-->".len())
}

/// Behind a section that holds nothing but blanks.
fn behind_empty_section(text: &str, at: usize) -> Option<usize> {
    text.get(at..)?.strip_prefix(OPENING)?;
    let end = skip_blanks(text, at + OPENING.len());
    text.get(end..)?.strip_prefix(CLOSING).map(|_| end + CLOSING.len())
}

/// Whether the tag whose name ends where `text` begins ends with `/>`.
fn is_self_closed(text: &str) -> bool {
    let tag = text.split(['<', '>']).next().unwrap_or_default();
    tag.ends_with('/')
}

const OPAQUE: [&str; 3] = ["set-body", "xsl-transform", "cross-domain"];
/// How many tags of the same name are looked at behind the first end tag, or time would grow with the square of a text
/// whose tags never match.
const MOST_BEHIND: usize = 100;
