//! Character references of XML: `&quot;`, `&#10;`, `&#x2713;` and back.

use std::borrow::Cow;

use crate::blank::trimmed;

/// The character that a reference at byte `at` stands for, and the reference's length in bytes.
///
/// An unknown or malformed reference is none: it stays text, since a bare `&` is allowed.
pub(crate) fn reference_at(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.get(at..)?.strip_prefix('&')?;
    let semicolon = rest.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b';')?;
    let character = match rest.get(..semicolon)? {
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        name => number(name)?,
    };
    Some((character, semicolon + 2))
}

/// The text with every reference replaced by its character.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let (character, length) = reference_at(text, at).unwrap_or((character, character.len_utf8()));
        decoded.push(character);
        at += length;
    }
    Cow::Owned(decoded)
}

/// The text written so that, between double quotes, it reads back as exactly itself: never as an
/// expression, never as a named value.
pub(crate) fn encode_attribute(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut before = None;
    for character in text.chars() {
        match character {
            '&' => encoded.push_str("&amp;"),
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '"' => encoded.push_str("&quot;"),
            '@' if trimmed(&encoded).is_empty() => encoded.push_str("&#64;"),
            '{' if before == Some('{') => encoded.push_str("&#123;"),
            '\n' => encoded.push_str("&#10;"),
            '\r' => encoded.push_str("&#13;"),
            '\t' => encoded.push_str("&#9;"),
            plain => encoded.push(plain),
        }
        before = Some(character);
    }
    encoded
}

fn number(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix('x') {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
        None if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    // A zero byte is no character of XML, however it is written.
    char::from_u32(code).filter(|character| *character != '\0')
}

/// `#x10FFFF` with a leading zero or two.
const LONGEST_NAME: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters() {
        assert_eq!(decode("a &lt; b &amp;&amp; c &quot;d&quot; &#10;&#x2713;"), "a < b && c \"d\" \n✓");
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in ["a & b", "&nosuch;", "&#xZZ;", "&#0;", "&#x110000;", "&", "&;", "&#;", "&amp", "&#+5;"] {
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn encoded_text_reads_back_as_itself() {
        for text in [
            "",
            "a\"b'c<d>&e",
            "@(x)",
            " @{x}",
            "\u{feff}\u{a0}@{x}",
            "me@example.com",
            "{{name}}",
            "{{{{",
            "line\r\n\tnext",
            "&amp;",
            "비밀",
        ] {
            let encoded = encode_attribute(text);
            assert_eq!(decode(&encoded), text);
            assert!(
                !encoded.contains("{{")
                    && !trimmed(&encoded).starts_with('@')
                    && !encoded.contains(['"', '<', '\n'])
            );
        }
    }
}
