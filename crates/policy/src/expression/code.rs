//! The code of one expression as C# sees it, and the way back to its place in the document.

use std::borrow::Cow;

use crate::entity::reference_at;
use crate::source::Span;
use crate::syntax::{Expression, View};

/// What stands between the brackets of `@(…)` or `@{…}`, references such as `&lt;` replaced where
/// the expression is read that way.
pub(crate) struct Code<'d> {
    pub(crate) text: Cow<'d, str>,
    /// Where the text begins in the document.
    base: usize,
    /// After each replaced reference: the byte in `text`, and the byte in the document.
    breaks: Vec<(usize, usize)>,
}

impl<'d> Code<'d> {
    pub(crate) fn new(document: &'d str, expression: &Expression) -> Self {
        let base = expression.span.start + OPENING.len();
        let inner = document.get(base..expression.span.end.saturating_sub(1)).unwrap_or_default();
        if expression.view == View::Raw || !inner.contains('&') {
            return Self { text: Cow::Borrowed(inner), base, breaks: Vec::new() };
        }
        let mut text = String::with_capacity(inner.len());
        let mut breaks = Vec::new();
        let mut at = 0;
        while let Some(character) = inner.get(at..).and_then(|rest| rest.chars().next()) {
            if let Some((decoded, length)) = reference_at(inner, at) {
                text.push(decoded);
                at += length;
                breaks.push((text.len(), base + at));
            } else {
                text.push(character);
                at += character.len_utf8();
            }
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
