//! One value of a list: quoted, escaped, or in hexadecimal (RFC 4514, 2.4 and 3).

use crate::NameProblem;

/// What a backslash is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backslash {
    /// An escape, where what follows can be one.
    Escape,
    /// A character like any other, as .NET prints it.
    Itself,
}

/// The value at the start of a text, and what follows it.
pub(crate) fn value(text: &str, backslash: Backslash) -> Result<(String, &str), NameProblem> {
    let text = text.trim_start();
    if let Some(quoted) = text.strip_prefix('"') {
        return self::quoted(quoted, backslash);
    }
    let (plain, rest) = plain(text, backslash);
    // Values that are no text stay in hexadecimal, as .NET prints them.
    let decoded = plain.strip_prefix('#').filter(|_| text.starts_with('#')).and_then(encoded_text);
    Ok((decoded.unwrap_or(plain), rest))
}

/// Up to a mark that isn't escaped. Blanks at the end don't count, unless they are escaped.
fn plain(text: &str, backslash: Backslash) -> (String, &str) {
    let mut value = Vec::new();
    let mut kept = 0;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if MARKS.contains(&character) {
            break;
        }
        let (length, is_escape) = next(rest, backslash, &mut value);
        rest = rest.get(length..).unwrap_or_default();
        if is_escape || !character.is_whitespace() {
            kept = value.len();
        }
    }
    value.truncate(kept);
    (text_of(value), rest)
}

/// Up to the closing quote. A doubled quote is one of the value, as .NET writes it.
fn quoted(text: &str, backslash: Backslash) -> Result<(String, &str), NameProblem> {
    let mut value = Vec::new();
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix("\"\"") {
            value.push(b'"');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('"') {
            return Ok((text_of(value), after));
        } else if rest.is_empty() {
            return Err(NameProblem::OpenQuote);
        } else {
            let (length, _) = next(rest, backslash, &mut value);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
}

/// Takes the next character or escape: how long it is in the text, and whether it is an escape.
fn next(text: &str, backslash: Backslash, value: &mut Vec<u8>) -> (usize, bool) {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return (0, false) };
    if first == '\\' && backslash == Backslash::Escape {
        let pair = text.get(1..3).filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(byte) = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            value.push(byte);
            return (3, true);
        }
        if let Some(special) = characters.next().filter(|special| SPECIAL.contains(special)) {
            value.extend_from_slice(special.encode_utf8(&mut [0; 4]).as_bytes());
            return (1 + special.len_utf8(), true);
        }
    }
    value.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
    (first.len_utf8(), false)
}

/// Escaped bytes are UTF-8.
pub(crate) fn text_of(value: Vec<u8>) -> String {
    String::from_utf8(value).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned())
}

/// The text of a DER value: `0C0161` is `a`. Short and long lengths; the kinds of text that names are made of.
fn encoded_text(digits: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?, 16).ok()
        })
        .collect();
    let bytes = bytes?;
    let (tag, rest) = bytes.split_first()?;
    let body = match rest.split_first()? {
        (length @ ..=0x7f, body) => {
            body.get(..usize::from(*length)).filter(|taken| taken.len() == body.len())
        }
        (0x81, rest) => {
            let (length, body) = rest.split_first()?;
            body.get(..usize::from(*length)).filter(|taken| taken.len() == body.len())
        }
        _ => None,
    }?;
    match tag {
        // UTF8String, NumericString, PrintableString, IA5String.
        0x0c | 0x12 | 0x13 | 0x16 => String::from_utf8(body.to_vec()).ok(),
        // TeletexString, read as Latin 1.
        0x14 => Some(body.iter().map(|byte| char::from(*byte)).collect()),
        // BMPString.
        0x1e => {
            let (pairs, []) = body.as_chunks::<2>() else { return None };
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

pub(crate) const MARKS: [char; 3] = [',', ';', '+'];
/// What may follow a backslash as itself (RFC 4514, 3, and the `;`, `<`, `>` of RFC 2253).
const SPECIAL: [char; 11] = ['\\', '"', '+', ',', ';', '<', '>', ' ', '#', '=', '/'];
