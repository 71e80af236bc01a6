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
/// Where named values were put in, the text isn't the one that was written: spans are about the text,
/// positions about what was written. `Debug` shows only the size, since a document may hold a password.
#[derive(Clone)]
pub struct Source {
    text: String,
    written: Lines,
    /// The stretches that aren't as they were written, in their order.
    pieces: Vec<Piece>,
    /// The named values that nobody knows.
    unknown: Vec<Unknown>,
    /// The values that nobody may see.
    secrets: Vec<String>,
}

/// A stretch of the text and the stretch that was written in its place.
#[derive(Clone, Copy)]
struct Piece {
    here: Span,
    there: Span,
    is_secret: bool,
}

/// A text to put in place of a stretch.
pub(crate) struct Replacement {
    pub(crate) span: Span,
    pub(crate) text: String,
    /// The value it was made of, if nobody may see it.
    pub(crate) secret: Option<String>,
}

/// A named value that nobody knows, where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Unknown {
    pub(crate) span: Span,
    /// Whether it stands for a part of an expression's code.
    pub(crate) is_code: bool,
}

impl Source {
    /// Takes the text in and indexes it.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            written: Lines::new(text),
            pieces: Vec::new(),
            unknown: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty when the span doesn't lie in this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Line and column of a byte in what was written; the end for an offset beyond it.
    pub fn position(&self, offset: usize) -> Position {
        self.written.position(self.written(Span::empty(offset)).start)
    }

    /// The stretch of what was written that a stretch of the text came from.
    pub fn written(&self, span: Span) -> Span {
        let start = match self.last_piece(|piece| piece.here.start <= span.start) {
            Some(piece) if span.start < piece.here.end => piece.there.start,
            Some(piece) => piece.there.end + (span.start - piece.here.end),
            None => span.start,
        };
        let end = match self.last_piece(|piece| piece.here.start < span.end) {
            Some(piece) if span.end <= piece.here.end => piece.there.end,
            Some(piece) => piece.there.end + (span.end - piece.here.end),
            None => span.end,
        };
        Span::new(start, end.max(start))
    }

    /// The text with other stretches in it, and the way back to what was written.
    pub(crate) fn replaced(&self, replacements: &[Replacement], unknown: &[Unknown]) -> Self {
        let mut edits: Vec<(Span, &str, bool)> =
            self.pieces.iter().map(|piece| (piece.here, self.slice(piece.here), piece.is_secret)).collect();
        edits.extend(replacements.iter().map(|new| (new.span, new.text.as_str(), new.secret.is_some())));
        edits.sort_by_key(|(span, ..)| span.start);
        let mut text = String::with_capacity(self.text.len());
        let mut pieces = Vec::with_capacity(edits.len());
        let mut at = 0;
        for (span, new, is_secret) in edits {
            text.push_str(self.text.get(at..span.start).unwrap_or_default());
            let here = Span::new(text.len(), text.len() + new.len());
            text.push_str(new);
            pieces.push(Piece { here, there: self.written(span), is_secret });
            at = span.end;
        }
        text.push_str(self.text.get(at..).unwrap_or_default());
        let mut secrets = self.secrets.clone();
        secrets.extend(replacements.iter().filter_map(|new| new.secret.clone()));
        secrets.sort();
        secrets.dedup();
        let unknown = moved(unknown, replacements);
        Self { text, written: self.written.clone(), pieces, unknown, secrets }
    }

    /// Whether an unknown named value stands in a stretch.
    pub(crate) fn has_unknown(&self, span: Span) -> bool {
        self.unknown_in(span).next().is_some()
    }

    /// Whether one stands for a part of the code in a stretch.
    pub(crate) fn has_unknown_code(&self, span: Span) -> bool {
        self.unknown_in(span).any(|unknown| unknown.is_code)
    }

    fn unknown_in(&self, span: Span) -> impl Iterator<Item = &Unknown> {
        let first = self.unknown.partition_point(|unknown| unknown.span.start < span.start);
        let rest = self.unknown.get(first..).unwrap_or_default();
        rest.iter().take_while(move |unknown| unknown.span.end <= span.end)
    }

    /// Whether a sentence about a stretch might tell a secret.
    pub(crate) fn tells_secret(&self, span: Span, sentence: &str) -> bool {
        let overlaps = |piece: &Piece| {
            piece.is_secret && piece.here.start < span.end.max(span.start + 1) && span.start < piece.here.end
        };
        let is_told = |secret: &String| {
            let start: String = secret.trim().chars().take(MOST_TOLD).collect();
            start.len() >= LEAST_TOLD && sentence.contains(&start)
        };
        self.secrets.iter().any(is_told) || self.pieces.iter().any(overlaps)
    }

    fn last_piece(&self, is_before: impl Fn(&Piece) -> bool) -> Option<&Piece> {
        let count = self.pieces.partition_point(is_before);
        count.checked_sub(1).and_then(|last| self.pieces.get(last))
    }
}

/// Unknown named values in a text where others were put in; both in the order of the text.
fn moved(unknown: &[Unknown], replacements: &[Replacement]) -> Vec<Unknown> {
    let mut earlier = replacements.iter().peekable();
    let (mut more, mut less) = (0, 0);
    let move_one = |one: &Unknown| {
        while let Some(new) = earlier.next_if(|new| new.span.end <= one.span.start) {
            more += new.text.len();
            less += new.span.end - new.span.start;
        }
        let place = |at: usize| (at + more).saturating_sub(less);
        Unknown { span: Span::new(place(one.span.start), place(one.span.end)), is_code: one.is_code }
    };
    unknown.iter().map(move_one).collect()
}

/// A text with an index of its lines.
#[derive(Clone)]
struct Lines {
    text: String,
    line_starts: Vec<usize>,
    /// How many characters begin before byte 0, `STRIDE`, 2·`STRIDE`, …
    characters_before: Vec<usize>,
}

impl Lines {
    fn new(text: &str) -> Self {
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

    fn position(&self, offset: usize) -> Position {
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
/// So many characters of a secret are too many in a message.
const MOST_TOLD: usize = 8;
/// So few bytes are no secret wherever they stand.
const LEAST_TOLD: usize = 4;

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
