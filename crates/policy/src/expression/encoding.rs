//! Texts to bytes and back: character encodings, Base64, and what addresses and HTML escape.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;

/// `System.Text.Encoding`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    Utf16,
    Utf16BigEndian,
}

impl Encoding {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Self::Utf8,
            "us-ascii" | "ascii" => Self::Ascii,
            "iso-8859-1" | "latin1" => Self::Latin1,
            "utf-16" | "unicode" => Self::Utf16,
            "utf-16be" => Self::Utf16BigEndian,
            _ => return None,
        })
    }

    pub(crate) fn bytes(self, text: &str) -> Vec<u8> {
        let narrow = |most: u32| {
            let byte =
                |part: char| u8::try_from(u32::from(part)).ok().filter(|byte| u32::from(*byte) <= most);
            text.chars().map(|part| byte(part).unwrap_or(b'?')).collect()
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Ascii => narrow(0x7f),
            Self::Latin1 => narrow(0xff),
            Self::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16BigEndian => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// Bytes that are no text in the encoding become the replacement character.
    pub(crate) fn text(self, bytes: &[u8]) -> String {
        let units = |unit: fn([u8; 2]) -> u16| {
            let units: Vec<u16> =
                bytes.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).map_or(0xfffd, unit)).collect();
            String::from_utf16_lossy(&units)
        };
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Ascii => {
                bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
            }
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Utf16 => units(u16::from_le_bytes),
            Self::Utf16BigEndian => units(u16::from_be_bytes),
        }
    }
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// As .NET: blanks are passed over, padding is needed.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|part| !part.is_ascii_whitespace()).collect();
    let engine =
        GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));
    engine.decode(plain).ok()
}

/// Base64 of addresses (RFC 4648 §5), with or without padding.
pub(crate) fn from_base64_url(text: &str) -> Option<Vec<u8>> {
    let plain = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let padding = "=".repeat((4 - plain.len() % 4) % 4);
    from_base64(&(plain + &padding))
}

/// Everything but letters, digits and `kept` becomes `%XX`; a blank becomes `blank`.
pub(crate) fn escape(text: &str, kept: &str, blank: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        let character = char::from(byte);
        if character.is_ascii_alphanumeric() || kept.contains(character) {
            escaped.push(character);
        } else if character == ' ' {
            escaped.push_str(blank);
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// `%XX` to what it stands for; what isn't one stays.
pub(crate) fn unescape(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    let all = text.as_bytes();
    while let Some(byte) = all.get(at) {
        let code = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                at += 3;
            }
            None => {
                bytes.push(if plus_is_blank && *byte == b'+' { b' ' } else { *byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `Uri.EscapeDataString`: all but the unreserved characters (RFC 3986 §2.3).
pub(crate) fn escape_data(text: &str) -> String {
    escape(text, "-_.~", "%20")
}

/// `WebUtility.UrlEncode`.
pub(crate) fn url_encode(text: &str) -> String {
    escape(text, "-_.!*()", "+")
}

pub(crate) fn html_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '&' => encoded.push_str("&amp;"),
            '"' => encoded.push_str("&quot;"),
            '\'' => encoded.push_str("&#39;"),
            '\u{a0}'..='\u{ff}' => encoded.push_str(&format!("&#{};", u32::from(character))),
            plain => encoded.push(plain),
        }
    }
    encoded
}

pub(crate) fn html_decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some((found, length)) = crate::entity::reference_at(text, at) {
            decoded.push(found);
            at += length;
        } else {
            decoded.push(character);
            at += character.len_utf8();
        }
    }
    decoded
}
