//! Finds where a C# expression ends: brackets, strings, characters and comments, nothing more.

use crate::source::Span;
use crate::syntax::View;
use crate::view::Cursor;

/// Why an expression has no end, and where the trouble begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Unbalanced {
    /// The byte of the bracket, quote or comment in question.
    pub(crate) at: usize,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    /// The bracket at `at` is never closed.
    NotClosed { bracket: char },
    /// The closing bracket at `at` doesn't fit the innermost open one.
    WrongCloser { found: char, expected: char },
    /// The string that begins at `at` has no end on its line (or, verbatim, at all).
    String,
    /// The character literal that begins at `at` has no end on its line.
    Character,
    /// The `/* … */` comment that begins at `at` has no end.
    Comment,
}

/// Reads from the opening bracket at byte `start` to the place after the bracket that closes it.
///
/// Takes time in proportion to the text read, whatever the nesting.
pub(crate) fn scan_csharp(text: &str, start: usize, view: View) -> Result<Cursor, Unbalanced> {
    let mut scanner = Scanner::new(text, start, view);
    scanner.run()
}

/// The strings of the code that begins at byte `start`, in pieces where holes divide them; those up to
/// the trouble, if the code has no end.
pub(crate) fn string_parts(text: &str, start: usize, view: View) -> Vec<StringPart> {
    let mut scanner = Scanner { parts: Some(Vec::new()), ..Scanner::new(text, start, view) };
    // Whether the code has an end was found out before.
    let _ = scanner.run();
    scanner.parts.unwrap_or_default()
}

/// A stretch of text in a string, quotes and braces at its ends included.
pub(crate) struct StringPart {
    pub(crate) span: Span,
    pub(crate) quoting: StringQuoting,
}

/// How a string is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct StringQuoting {
    /// `@"…"`.
    pub(crate) is_verbatim: bool,
    /// `$"…{hole}…"`.
    pub(crate) has_holes: bool,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    in_cdata: bool,
    view: View,
    open: Vec<Open>,
    /// The strings so far, if they are wanted.
    parts: Option<Vec<StringPart>>,
}

#[derive(Clone, Copy)]
struct Open {
    at: usize,
    kind: OpenKind,
}

#[derive(Clone, Copy)]
enum OpenKind {
    Bracket(char),
    /// A `{` in an interpolated string; its `}` leads back into that string.
    Hole(Quoting),
}

#[derive(Clone, Copy)]
struct Quoting {
    /// Where the string began.
    at: usize,
    escapes: Escapes,
    holes: Holes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// `\"`, and no line break inside.
    Backslash,
    /// `""`, line breaks allowed.
    Doubled,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holes {
    None,
    Braces,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, start: usize, view: View) -> Self {
        let Cursor { at, in_cdata } = Cursor::of_expression(text, start);
        Self { text, at, in_cdata, view, open: Vec::new(), parts: None }
    }

    fn run(&mut self) -> Result<Cursor, Unbalanced> {
        loop {
            let at = self.at;
            let Some(character) = self.bump() else { return Err(self.never_closed(at)) };
            match character {
                '(' | '[' | '{' => self.open.push(Open { at, kind: OpenKind::Bracket(character) }),
                ')' | ']' | '}' => self.close(at, character)?,
                '"' => self.string(Quoting { at, escapes: Escapes::Backslash, holes: Holes::None })?,
                '@' | '$' => self.prefixed_string(at, character)?,
                '\'' => self.character(at)?,
                '/' => self.comment(at)?,
                ':' => self.format_in_hole()?,
                _ => {}
            }
            if self.open.is_empty() {
                return Ok(self.cursor());
            }
        }
    }

    fn close(&mut self, at: usize, found: char) -> Result<(), Unbalanced> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let bracket = match open.kind {
            OpenKind::Bracket(bracket) => bracket,
            OpenKind::Hole(_) => '{',
        };
        let expected = closer(bracket);
        if found != expected {
            return Err(Unbalanced { at, reason: Reason::WrongCloser { found, expected } });
        }
        match open.kind {
            OpenKind::Bracket(_) => Ok(()),
            OpenKind::Hole(quoting) => self.string(quoting),
        }
    }

    fn string(&mut self, quoting: Quoting) -> Result<(), Unbalanced> {
        let start = self.at;
        self.string_part(quoting)?;
        if let Some(parts) = &mut self.parts {
            let is_verbatim = quoting.escapes == Escapes::Doubled;
            let has_holes = quoting.holes == Holes::Braces;
            let quoting = StringQuoting { is_verbatim, has_holes };
            parts.push(StringPart { span: Span::new(start, self.at), quoting });
        }
        Ok(())
    }

    /// Reads on inside a string up to its end or to the next hole.
    fn string_part(&mut self, quoting: Quoting) -> Result<(), Unbalanced> {
        let unclosed = Unbalanced { at: quoting.at, reason: Reason::String };
        loop {
            let at = self.at;
            let character = self.bump().ok_or(unclosed)?;
            match character {
                '"' if quoting.escapes == Escapes::Doubled && self.take('"') => {}
                '"' => return Ok(()),
                '\\' if quoting.escapes == Escapes::Backslash => {
                    self.bump().filter(|escaped| !is_line_break(*escaped)).ok_or(unclosed)?;
                }
                '{' if quoting.holes == Holes::Braces && !self.take('{') => {
                    self.open.push(Open { at, kind: OpenKind::Hole(quoting) });
                    return Ok(());
                }
                '\n' | '\r' if quoting.escapes == Escapes::Backslash => return Err(unclosed),
                _ => {}
            }
        }
    }

    /// After `@` or `$`: a verbatim, an interpolated or a verbatim interpolated string, or none.
    fn prefixed_string(&mut self, at: usize, prefix: char) -> Result<(), Unbalanced> {
        let after_prefix = (self.at, self.in_cdata);
        let other = if prefix == '@' { '$' } else { '@' };
        let both = self.take(other);
        if !self.take('"') {
            (self.at, self.in_cdata) = after_prefix;
            return Ok(());
        }
        let escapes = if both || prefix == '@' { Escapes::Doubled } else { Escapes::Backslash };
        let holes = if both || prefix == '$' { Holes::Braces } else { Holes::None };
        self.string(Quoting { at, escapes, holes })
    }

    fn character(&mut self, at: usize) -> Result<(), Unbalanced> {
        let unclosed = Unbalanced { at, reason: Reason::Character };
        loop {
            match self.bump().ok_or(unclosed)? {
                '\'' => return Ok(()),
                '\\' => {
                    self.bump().filter(|escaped| !is_line_break(*escaped)).ok_or(unclosed)?;
                }
                '\n' | '\r' => return Err(unclosed),
                _ => {}
            }
        }
    }

    fn comment(&mut self, at: usize) -> Result<(), Unbalanced> {
        if self.take('/') {
            while self.peek().is_some_and(|(character, _)| !is_line_break(character)) {
                self.bump();
            }
        } else if self.take('*') {
            let unclosed = Unbalanced { at, reason: Reason::Comment };
            while self.bump().ok_or(unclosed)? != '*' || !self.take('/') {}
        }
        Ok(())
    }

    /// A `:` directly in a hole begins a format, which is text up to the hole's `}`.
    fn format_in_hole(&mut self) -> Result<(), Unbalanced> {
        let Some(Open { kind: OpenKind::Hole(quoting), .. }) = self.open.last().copied() else {
            return Ok(());
        };
        let unclosed = Unbalanced { at: quoting.at, reason: Reason::String };
        loop {
            match self.peek().ok_or(unclosed)?.0 {
                '}' => return Ok(()),
                '"' => return Err(unclosed),
                '\n' | '\r' if quoting.escapes == Escapes::Backslash => return Err(unclosed),
                _ => self.bump(),
            };
        }
    }

    fn never_closed(&self, end: usize) -> Unbalanced {
        match self.open.last() {
            Some(Open { at, kind: OpenKind::Bracket(bracket) }) => {
                Unbalanced { at: *at, reason: Reason::NotClosed { bracket: *bracket } }
            }
            Some(Open { kind: OpenKind::Hole(quoting), .. }) => {
                Unbalanced { at: quoting.at, reason: Reason::String }
            }
            None => Unbalanced { at: end, reason: Reason::NotClosed { bracket: '(' } },
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        match self.peek() {
            Some((character, next)) if character == wanted => {
                self.go_to(next);
                true
            }
            _ => false,
        }
    }

    fn bump(&mut self) -> Option<char> {
        let (character, next) = self.peek()?;
        self.go_to(next);
        Some(character)
    }

    fn peek(&self) -> Option<(char, Cursor)> {
        self.cursor().character(self.text, self.view)
    }

    fn cursor(&self) -> Cursor {
        Cursor { at: self.at, in_cdata: self.in_cdata }
    }

    fn go_to(&mut self, next: Cursor) {
        (self.at, self.in_cdata) = (next.at, next.in_cdata);
    }
}

/// The bracket that closes `bracket`.
pub(crate) fn closer(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

#[cfg(test)]
mod tests;
