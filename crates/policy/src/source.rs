//! Document text and the places in it: byte spans, lines and columns.

use std::fmt;

/// A stretch of a document: byte offsets, `end` not included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The stretch from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The stretch without any text at `at`.
    pub fn empty(at: usize) -> Self {
        Self { start: at, end: at }
    }
}

/// Where a byte stands for a reader: both numbers begin at 1, columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in its line, from 1; a tab is one character.
    pub column: u32,
}

/// A document's text with an index that finds line and column of any byte at once.
///
/// `Debug` shows only the size, since a document may hold a password.
#[derive(Clone)]
pub struct Source {
    text: String,
    line_starts: Vec<usize>,
    /// How many characters begin before byte 0, `STRIDE`, 2·`STRIDE`, …
    characters_before: Vec<usize>,
}

impl Source {
    /// Takes the text in and indexes it.
    pub fn new(text: &str) -> Self {
        let mut line_starts = vec![0];
        let mut characters_before = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut characters = 0;
        for (offset, byte) in text.bytes().enumerate() {
            if offset.is_multiple_of(STRIDE) {
                characters_before.push(characters);
            }
            if begins_character(byte) {
                characters += 1;
            }
            if byte == b'\n' {
                line_starts.push(offset + 1);
            }
        }
        Self { text: text.to_owned(), line_starts, characters_before }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty when the span doesn't lie in this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Line and column of a byte; the end of the text for an offset beyond it.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let line_start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let mut column = self.characters_until(offset) - self.characters_until(line_start);
        // A byte order mark is no character of the first line.
        if line == 1 && self.text.starts_with('\u{feff}') {
            column = column.saturating_sub(1);
        }
        Position { line: clamp(line), column: clamp(column + 1) }
    }

    fn characters_until(&self, offset: usize) -> usize {
        let step = offset / STRIDE;
        // An offset at the very end of the text may lie one step past the index.
        let (known, from) = match self.characters_before.get(step) {
            Some(known) => (*known, step * STRIDE),
            None => {
                let last = self.characters_before.len().saturating_sub(1);
                (self.characters_before.last().copied().unwrap_or_default(), last * STRIDE)
            }
        };
        let rest = self.text.as_bytes().get(from..offset).unwrap_or_default();
        known + rest.iter().filter(|byte| begins_character(**byte)).count()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Source({} bytes)", self.text.len())
    }
}

fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const STRIDE: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (u32, u32) {
        let position = Source::new(text).position(offset);
        (position.line, position.column)
    }

    #[test]
    fn lines_and_columns_begin_at_one() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("ab\ncd", 0), (1, 1));
        assert_eq!(at("ab\ncd", 4), (2, 2));
        assert_eq!(at("ab\r\ncd", 5), (2, 2));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "발급자 <base/>";
        assert_eq!(at(text, text.find('<').unwrap()), (1, 5));
        assert_eq!(at(&"é".repeat(400), 800), (1, 401));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(at("\u{feff}<a/>", 3), (1, 1));
        assert_eq!(at("\u{feff}<a/>", 4), (1, 2));
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(at("ab\n", 99), (2, 1));
        assert_eq!(at(&"a".repeat(128), 128), (1, 129));
    }
}
