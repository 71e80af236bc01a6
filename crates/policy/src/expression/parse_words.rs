//! The next words, as the parser looks at them and takes them.

use crate::expression::parse::{Parsed, Parser, is_keyword};
use crate::expression::tokens::{Token, TokenKind, Wrong};
use crate::expression::tree::{Access, Name};
use crate::source::Span;

impl<'t> Parser<'t> {
    pub(crate) fn access(&mut self) -> Option<Access> {
        if self.take(".") {
            Some(Access::Plain)
        } else if self.take("?.") {
            Some(Access::NullSafe)
        } else if self.sees("?") && self.sees_at(1, ".") {
            // Blanks may stand between the two.
            self.at += 2;
            Some(Access::NullSafe)
        } else {
            None
        }
    }

    pub(crate) fn identifier(&mut self) -> Parsed<Name> {
        let name = self.name_at(self.at).ok_or_else(|| self.unexpected("a name"))?;
        self.at += 1;
        Ok(name)
    }

    /// The name at a word, if it is one and no keyword.
    pub(crate) fn name_at(&self, at: usize) -> Option<Name> {
        let token = self.token(at);
        let text = match &token.kind {
            TokenKind::Name(name) if !is_keyword(name) => name,
            TokenKind::EscapedName(name) => name,
            _ => return None,
        };
        Some(Name { text: text.clone(), span: token.span })
    }

    pub(crate) fn sees(&self, mark: &str) -> bool {
        self.sees_at(0, mark)
    }

    pub(crate) fn sees_at(&self, ahead: usize, mark: &str) -> bool {
        matches!(self.token(self.at + ahead).kind, TokenKind::Mark(found) if found == mark)
    }

    pub(crate) fn sees_word(&self, word: &str) -> bool {
        matches!(self.peek(), TokenKind::Name(name) if name == word)
    }

    pub(crate) fn take(&mut self, mark: &str) -> bool {
        let seen = self.sees(mark);
        self.at += usize::from(seen);
        seen
    }

    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let seen = self.sees_word(word);
        self.at += usize::from(seen);
        seen
    }

    pub(crate) fn expect(&mut self, mark: &str) -> Parsed<()> {
        if self.take(mark) { Ok(()) } else { Err(self.unexpected(&format!("`{mark}`"))) }
    }

    pub(crate) fn unexpected(&self, expected: &str) -> Wrong {
        let found = match self.peek() {
            TokenKind::End => "the end".to_owned(),
            TokenKind::Mark("..") => return Wrong::newer(self.span(), "a range"),
            TokenKind::Mark(mark) => format!("`{mark}`"),
            TokenKind::Name(name) if name == "switch" => {
                return Wrong::newer(self.span(), "a `switch` expression");
            }
            TokenKind::Name(name) | TokenKind::EscapedName(name) => {
                format!("`{}`", crate::diagnostic::shorten(name))
            }
            TokenKind::Number(_) => "a number".to_owned(),
            TokenKind::HoleEnd(_) => "the end of the hole".to_owned(),
            _ => "a string".to_owned(),
        };
        Wrong::syntax(self.span(), format!("expected {expected}, found {found}"))
    }

    pub(crate) fn is_end(&self) -> bool {
        matches!(self.peek(), TokenKind::End)
    }

    pub(crate) fn peek(&self) -> &TokenKind {
        &self.token(self.at).kind
    }

    pub(crate) fn span(&self) -> Span {
        self.token(self.at).span
    }

    /// Where the word before the present one ended.
    pub(crate) fn last_end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.token(last).span.end)
    }

    /// The word that closes the bracket at the present one.
    pub(crate) fn closer(&self) -> Option<usize> {
        self.tokens.closers.get(self.at).copied().flatten()
    }

    /// The word of a number; the end for any number beyond it.
    pub(crate) fn token(&self, at: usize) -> &'t Token {
        static END: Token = Token { kind: TokenKind::End, span: Span { start: 0, end: 0 } };
        self.tokens.list.get(at).or(self.tokens.list.last()).unwrap_or(&END)
    }

    pub(crate) fn is_adjacent(&self) -> bool {
        self.token(self.at).span.end == self.token(self.at + 1).span.start
    }
}
