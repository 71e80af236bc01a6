//! Blanks: the characters that separate things in documents and code, and show nothing.

/// Whether a character is a blank as people type and paste it: a blank of Unicode (`White_Space`), or a mark without
/// width, as it comes along when text is copied from a web page or a mail.
pub(crate) fn is_blank(character: char) -> bool {
    character.is_whitespace() || is_invisible(character)
}

/// Whether a character has no width at all: zero-width spaces and joiners, direction marks, a byte order mark.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether a character is one of the four blanks of XML (XML 1.0 §2.3).
pub(crate) fn is_xml_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// The first byte from `at` on that is not a blank.
pub(crate) fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start_matches(is_blank).len())
}

/// The text without blanks at either end.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}
