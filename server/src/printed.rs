//! Text from files and callers on its way to a terminal or a log: what would move the cursor, colour, hide or reorder
//! what a person reads is written out as `\u001b`, which is the same text in JSON.

use std::borrow::Cow;
use std::io::{self, Write};

/// A value on one line.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |character| !acts(character))
}

/// A text of several lines.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |character| matches!(character, '\n' | '\t') || !acts(character))
}

fn escaped(text: &str, passes: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&passes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            passing if passes(passing) => out.push(passing),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    Cow::Owned(out)
}

/// Whether a character does something to a terminal or to the text around it instead of being seen: controls, marks
/// of direction, separators of lines, and what takes no room at all.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Where log lines go. Each write of the log is one whole line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogWriter<W> {
    to: W,
    colours: Colours,
}

/// Whether the log colours its lines. What stands in a field can't: the log writes out escapes in fields itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    On,
    Off,
}

impl<W: Write> LogWriter<W> {
    /// Writes lines to `to`.
    pub(crate) fn new(to: W, colours: Colours) -> Self {
        Self { to, colours }
    }
}

impl<W: Write> Write for LogWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let (text, end) = text.strip_suffix('\n').map_or((&*text, ""), |text| (text, "\n"));
        let written = match self.colours {
            Colours::Off => line(text),
            Colours::On => Cow::Owned(coloured(text)),
        };
        // One write, so that the lines of several threads don't mingle.
        self.to.write_all(format!("{written}{end}").as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// The line with its colours (ECMA-48, SGR) as they are, and everything else as [`line()`] has it.
fn coloured(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut out = line(pieces.next().unwrap_or_default()).into_owned();
    for piece in pieces {
        let digits = piece.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(piece.len());
        match piece.split_at(digits) {
            (numbers, rest) if rest.starts_with('m') => {
                out.push_str(&format!("\u{1b}[{numbers}{}", line(rest)));
            }
            _ => out.push_str(&format!("\\u001b[{}", line(piece))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{Colours, LogWriter, line, lines};

    #[test]
    fn what_acts_on_a_terminal_is_written_out() {
        assert_eq!(line("CN=plain, 발급자 é"), "CN=plain, 발급자 é");
        assert_eq!(line("a\u{1b}[2Jb\r\nc"), "a\\u001b[2Jb\\r\\nc");
        assert_eq!(line("a\u{9b}2J\u{7f}"), "a\\u009b2J\\u007f");
        assert_eq!(line("\u{202e}gpj.exe\u{2066}\u{200b}\u{2028}"), "\\u202egpj.exe\\u2066\\u200b\\u2028");
        assert_eq!(line("\u{e0041}"), "\\udb40\\udc41");
        assert_eq!(lines("a\n\tb\u{1b}"), "a\n\tb\\u001b");
    }

    #[test]
    fn a_log_line_is_one_line_and_keeps_only_its_own_colours() {
        let written = |text: &str, colours| {
            let mut out = Vec::new();
            LogWriter::new(&mut out, colours).write_all(text.as_bytes()).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written("a\nINFO forged\u{1b}[31m\n", Colours::Off), "a\\nINFO forged\\u001b[31m\n");
        assert_eq!(
            written("\u{1b}[2mnow\u{1b}[0m \u{1b}[2Jx\u{202e}\n", Colours::On),
            "\u{1b}[2mnow\u{1b}[0m \\u001b[2Jx\\u202e\n"
        );
    }
}
