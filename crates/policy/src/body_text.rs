//! The text of a body: its bytes read in the charset that the message says, or that the body shows.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use thiserror::Error;

use crate::effect::Target;
use crate::facts::Facts;
use crate::failure::Failure;

/// Why a body has no text.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub(crate) enum CharsetProblem {
    #[error("its charset `{label}` is not known")]
    Unknown { label: String },
    #[error("it holds bytes that are no text in its charset `{name}`")]
    Malformed { name: &'static str },
}

impl CharsetProblem {
    /// What the call fails with: a caller is told about the own request, of a response only the log tells.
    pub(crate) fn failure(&self, target: Target) -> Failure {
        let message = format!("The body of the {} can't be read as text: {self}.", target.in_words());
        match target {
            Target::Request => Failure::told(REASON, message, 415),
            Target::Response => Failure::hidden(REASON, message, 500),
        }
    }
}

/// A text that was read without loss.
pub(crate) struct Exact<'b> {
    pub(crate) text: Cow<'b, str>,
    /// Whether the bytes are those of the text.
    pub(crate) is_utf8: bool,
}

/// The `Content-Type` of a message of the call.
pub(crate) fn content_type(facts: &dyn Facts, target: Target) -> Option<String> {
    let values = match target {
        Target::Request => facts.header("content-type"),
        Target::Response => facts.response_header("content-type"),
    };
    values.first().map(|value| value.to_string())
}

/// The text, without a byte order mark; what isn't text becomes the replacement character, as in .NET.
pub(crate) fn lossy<'b>(bytes: &'b [u8], content_type: Option<&str>) -> Result<Cow<'b, str>, CharsetProblem> {
    let Charset { encoding, mark, .. } = Charset::of(bytes, content_type)?;
    let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
    Ok(text)
}

/// The text if no byte of it is lost, for bodies that are changed. `None` for what isn't said to be text and isn't:
/// an image stays as it is. The mark before UTF-8 stays, too.
pub(crate) fn exact<'b>(
    bytes: &'b [u8],
    content_type: Option<&str>,
) -> Result<Option<Exact<'b>>, CharsetProblem> {
    let Charset { encoding, mark, is_said } = Charset::of(bytes, content_type)?;
    let is_utf8 = encoding == UTF_8;
    let bytes = if is_utf8 { bytes } else { bytes.get(mark..).unwrap_or_default() };
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Some(Exact { text, is_utf8 })),
        None if is_said => Err(CharsetProblem::Malformed { name: encoding.name() }),
        None => Ok(None),
    }
}

/// The same text with the XML declaration that fits it in UTF-8.
pub(crate) fn redeclared(text: &str) -> Cow<'_, str> {
    match declared(text.as_bytes()) {
        Some((start, end)) => {
            let (before, after) = (text.get(..start), text.get(end..));
            Cow::Owned(format!("{}utf-8{}", before.unwrap_or_default(), after.unwrap_or_default()))
        }
        None => Cow::Borrowed(text),
    }
}

/// The `Content-Type` of a text that is now in UTF-8; `None` if it says so already, or says nothing about a charset.
pub fn content_type_in_utf8(content_type: &str) -> Option<String> {
    let label = charset(content_type)?;
    if Encoding::for_label(label.as_bytes()) == Some(UTF_8) {
        return None;
    }
    let parts = content_type.split(';').map(|part| match part.split_once('=') {
        Some((name, _)) if name.trim().eq_ignore_ascii_case("charset") => " charset=utf-8",
        _ => part,
    });
    Some(parts.collect::<Vec<_>>().join(";"))
}

/// The bytes of a text as a message with this `Content-Type` has them; in UTF-8 where it names no charset, or one that
/// isn't known.
pub fn encoded(text: &str, content_type: Option<&str>) -> Vec<u8> {
    let label = content_type.and_then(charset).unwrap_or_default();
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) if encoding == UTF_16LE => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Some(encoding) if encoding == UTF_16BE => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Some(encoding) => encoding.encode(text).0.into_owned(),
        None => text.as_bytes().to_vec(),
    }
}

struct Charset {
    encoding: &'static Encoding,
    /// The bytes of the mark at the start that shows it.
    mark: usize,
    /// Whether something says so.
    is_said: bool,
}

impl Charset {
    /// A byte order mark decides (RFC 7303 §3.3), then the parameter `charset`, then an XML declaration; else it is UTF-8.
    fn of(bytes: &[u8], content_type: Option<&str>) -> Result<Self, CharsetProblem> {
        if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
            return Ok(Self { encoding, mark, is_said: true });
        }
        let said = |encoding| Self { encoding, mark: 0, is_said: true };
        if let Some(label) = content_type.and_then(charset) {
            return named(label).map(said);
        }
        if bytes.starts_with(b"<\0?\0") {
            return Ok(said(UTF_16LE));
        }
        if bytes.starts_with(b"\0<\0?") {
            return Ok(said(UTF_16BE));
        }
        let label = declared(bytes).and_then(|(start, end)| std::str::from_utf8(bytes.get(start..end)?).ok());
        match label.map(named).transpose()? {
            // Who can read the declaration byte by byte doesn't read UTF-16.
            Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(said(UTF_8)),
            Some(encoding) => Ok(said(encoding)),
            None => Ok(Self { encoding: UTF_8, mark: 0, is_said: false }),
        }
    }
}

fn named(label: &str) -> Result<&'static Encoding, CharsetProblem> {
    let unknown = || CharsetProblem::Unknown { label: label.chars().take(LONGEST_LABEL).collect() };
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(unknown)
}

/// The parameter `charset` of a media type (RFC 9110 §8.3.2).
fn charset(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches('"').trim()).filter(|value| !value.is_empty())
}

/// Where the encoding of an XML declaration stands (XML 1.0 §2.8), in bytes.
fn declared(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = bytes.get(..bytes.len().min(LONGEST_DECLARATION))?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = head.get(..end).filter(|head| head.starts_with(b"<?xml"))?;
    let name = declaration.windows(ENCODING.len()).position(|part| part == ENCODING)? + ENCODING.len();
    let quote = name + declaration.get(name..)?.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let start = quote + 1;
    let mark = declaration.get(quote)?;
    let length = declaration.get(start..)?.iter().position(|byte| byte == mark)?;
    Some((start, start + length))
}

const REASON: &str = "BodyCharsetFailure";
const ENCODING: &[u8] = b"encoding";
const LONGEST_DECLARATION: usize = 200;
const LONGEST_LABEL: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: &str) -> String {
        lossy(bytes, Some(content_type)).unwrap().into_owned()
    }

    #[test]
    fn a_charset_is_read_from_mark_parameter_and_declaration_in_this_order() {
        assert_eq!(text(b"\xb0\xa1", "text/plain; charset=euc-kr"), "가");
        assert_eq!(text(b"\xe9", "text/plain;format=flowed; Charset=\"ISO-8859-1\""), "é");
        assert_eq!(text(b"a\0b\0", "text/plain; charset=utf-16"), "ab");
        assert_eq!(text(b"\xff\xfea\0", "text/plain; charset=utf-8"), "a");
        assert_eq!(text(b"\xef\xbb\xbfa", "text/plain; charset=euc-kr"), "a");
        let xml = b"<?xml version='1.0' encoding='euc-kr'?><a>\xb0\xa1</a>";
        assert!(text(xml, "application/xml").ends_with("<a>가</a>"));
        assert!(text(xml, "application/xml; charset=iso-8859-1").contains("°¡"));
        assert_eq!(text(b"<\0?\0x\0", "application/xml"), "<?x");
        assert_eq!(text("é".as_bytes(), "application/json"), "é");
        assert_eq!(text("é".as_bytes(), "text/plain; charset="), "é");
    }

    #[test]
    fn a_text_is_written_in_the_charset_it_is_read_in() {
        for label in ["euc-kr", "utf-16", "utf-16be", "utf-8", "nosuch"] {
            let content_type = format!("text/plain; charset={label}");
            let bytes = encoded("가", Some(&content_type));
            let label = if label == "nosuch" { "text/plain" } else { &content_type };
            assert_eq!(text(&bytes, label), "가", "{label}");
        }
    }

    #[test]
    fn a_charset_that_is_not_known_is_refused_by_its_name() {
        for label in ["utf-32", "nosuch", "utf-7", "iso-2022-kr"] {
            let problem = lossy(b"a", Some(&format!("text/plain; charset={label}"))).unwrap_err();
            assert_eq!(problem, CharsetProblem::Unknown { label: label.to_owned() });
        }
    }

    #[test]
    fn nothing_is_lost_of_a_body_that_is_changed() {
        assert!(exact(b"\xff\xd8\x00", Some("image/jpeg")).unwrap().is_none());
        assert!(exact(b"\xff\xd8\x00", Some("text/plain; charset=utf-8")).is_err());
        let read = exact(b"\xef\xbb\xbfa", None).unwrap().unwrap();
        assert_eq!((read.text.as_ref(), read.is_utf8), ("\u{feff}a", true));
    }

    #[test]
    fn a_media_type_says_utf_8_when_it_said_another_charset() {
        let changed = content_type_in_utf8("text/plain; Charset=\"euc-kr\"; format=flowed");
        assert_eq!(changed.as_deref(), Some("text/plain; charset=utf-8; format=flowed"));
        for same in ["text/plain", "text/plain; charset=UTF8", "text/plain; charset="] {
            assert_eq!(content_type_in_utf8(same), None);
        }
    }

    #[test]
    fn a_declaration_is_made_to_fit() {
        assert_eq!(
            redeclared("<?xml version=\"1.0\" encoding=\"euc-kr\" ?><a/>"),
            "<?xml version=\"1.0\" encoding=\"utf-8\" ?><a/>"
        );
        assert_eq!(
            redeclared("<?xml version=\"1.0\"?><a encoding=\"x\"/>"),
            "<?xml version=\"1.0\"?><a encoding=\"x\"/>"
        );
    }
}
