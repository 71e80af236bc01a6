//! The characters of an expression as its view shows them: references replaced, `CDATA` marks left out.

use crate::blank::is_blank;
use crate::entity::reference_at;
use crate::syntax::View;

/// How far the reading of an expression has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cursor {
    /// The byte.
    pub(crate) at: usize,
    /// Whether a `CDATA` section holds it; only kept for `View::Joined`.
    pub(crate) in_cdata: bool,
}

impl Cursor {
    /// A cursor at the start of an expression, or at the bracket behind its `@`.
    pub(crate) fn of_expression(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or_default();
        let in_cdata = before.trim_end_matches(|part| is_blank(part) || part == '@').ends_with(OPENING);
        Self { at, in_cdata }
    }

    /// The character here, and the cursor behind it; `None` at the end of the text.
    pub(crate) fn character(self, text: &str, view: View) -> Option<(char, Self)> {
        let here = if view == View::Joined { self.behind_marks(text) } else { self };
        let byte = *text.as_bytes().get(here.at)?;
        let reads_references = match view {
            View::Decoded => true,
            View::Raw => false,
            View::Joined => !here.in_cdata,
        };
        let (character, length) = if byte == b'&' && reads_references {
            reference_at(text, here.at).unwrap_or(('&', 1))
        } else if byte.is_ascii() {
            (char::from(byte), 1)
        } else {
            let character = text.get(here.at..)?.chars().next()?;
            (character, character.len_utf8())
        };
        Some((character, Self { at: here.at + length, ..here }))
    }

    /// The cursor behind all blanks and `CDATA` marks that follow.
    pub(crate) fn behind_blanks(mut self, text: &str) -> Self {
        while let Some((_, next)) = self.character(text, View::Joined).filter(|(part, _)| is_blank(*part)) {
            self = next;
        }
        self.behind_marks(text)
    }

    fn behind_marks(mut self, text: &str) -> Self {
        loop {
            let (mark, in_cdata) = if self.in_cdata { (CLOSING, false) } else { (OPENING, true) };
            if !text.get(self.at..).is_some_and(|rest| rest.starts_with(mark)) {
                return self;
            }
            self = Self { at: self.at + mark.len(), in_cdata };
        }
    }
}

/// What begins a `CDATA` section.
pub(crate) const OPENING: &str = "<![CDATA[";
/// What ends one.
pub(crate) const CLOSING: &str = "]]>";
