//! The code of one expression as C# sees it, and the way back to its place in the document.

use std::borrow::Cow;

use crate::source::Span;
use crate::syntax::{Expression, View};
use crate::view::Cursor;

/// What stands between the brackets of `@(…)` or `@{…}`: references such as `&lt;` replaced and `CDATA` marks left out
/// where the expression is read that way.
pub(crate) struct Code<'d> {
    pub(crate) text: Cow<'d, str>,
    /// Where the text begins in the document.
    base: usize,
    /// After each replaced reference and each mark: the byte in `text`, and the byte in the document.
    breaks: Vec<(usize, usize)>,
}

impl<'d> Code<'d> {
    pub(crate) fn new(document: &'d str, expression: &Expression) -> Self {
        let base = expression.span.start + OPENING.len();
        let end = expression.span.end.saturating_sub(1);
        let inner = document.get(base..end).unwrap_or_default();
        let is_plain = match expression.view {
            View::Raw => true,
            View::Decoded => !inner.contains('&'),
            View::Joined => false,
        };
        if is_plain {
            return Self { text: Cow::Borrowed(inner), base, breaks: Vec::new() };
        }
        let document = document.get(..end).unwrap_or_default();
        let mut text = String::with_capacity(inner.len());
        let mut breaks = Vec::new();
        let start = Cursor::of_expression(document, expression.span.start);
        let mut here = Cursor { at: base, ..start };
        while let Some((character, next)) = here.character(document, expression.view) {
            text.push(character);
            if next.at - here.at != character.len_utf8() {
                breaks.push((text.len(), next.at));
            }
            here = next;
        }
        Self { text: Cow::Owned(text), base, breaks }
    }

    /// The stretch of the document that a stretch of the code came from.
    pub(crate) fn place(&self, span: Span) -> Span {
        let start = self.source_of(span.start);
        Span::new(start, self.source_of(span.end).max(start))
    }

    fn source_of(&self, at: usize) -> usize {
        let passed = self.breaks.partition_point(|(decoded, _)| *decoded <= at);
        match passed.checked_sub(1).and_then(|last| self.breaks.get(last)) {
            Some((decoded, source)) => source + (at - decoded),
            None => self.base + at,
        }
    }
}

const OPENING: &str = "@(";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ExpressionForm;

    #[test]
    fn a_place_in_decoded_code_is_found_in_the_document() {
        let document = "x @(a &lt; &quot;é&quot; b) y";
        let span = Span::new(2, document.len() - 2);
        let expression = Expression { span, form: ExpressionForm::Inline, view: View::Decoded };
        let code = Code::new(document, &expression);
        assert_eq!(code.text, "a < \"é\" b");
        for word in ["a ", "é", " b"] {
            let at = code.text.find(word).unwrap();
            let place = code.place(Span::new(at, at + word.len()));
            assert_eq!(&document[place.start..place.end], word);
        }
        let less = code.text.find('<').unwrap();
        let place = code.place(Span::new(less, less + 1));
        assert_eq!(&document[place.start..place.end], "&lt;");
    }
}
