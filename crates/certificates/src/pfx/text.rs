//! Finds the PFX in a text: PEM as GnuTLS writes it, base64 as Azure Key Vault gives it, JSON around it, UTF-16.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::pfx::FoundInstead;
use serde_json::Value;
use zeroize::Zeroizing;

use super::foreign::{by_first_octets, by_structure};
use super::pem;
use crate::ber::SEQUENCE;
use crate::limits::MAX_FILE_BYTES;
use crate::pem_blocks;

/// What a text holds.
pub(super) enum Found {
    /// The octets of what begins like a PFX; whether it is whole is not known.
    Pfx(Zeroizing<Vec<u8>>),
    Other(FoundInstead),
}

/// What a text file holds; `None` if the file is not text, or not of a known kind.
pub(super) fn find(file: &[u8]) -> Option<Found> {
    if file.len() > MAX_TEXT_BYTES {
        return None;
    }
    search(&text_of(file)?, MOST_LAYERS)
}

/// UTF-8 or, as PowerShell's `>` writes it, UTF-16; with or without a byte order mark.
fn text_of(file: &[u8]) -> Option<Zeroizing<String>> {
    let text = match file {
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok()?.to_owned(),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [first, 0, ..] if *first != 0 => utf16(file, u16::from_le_bytes)?,
        [0, second, ..] if *second != 0 => utf16(file, u16::from_be_bytes)?,
        _ => std::str::from_utf8(file).ok()?.to_owned(),
    };
    Some(Zeroizing::new(text))
}

fn utf16(octets: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<u16> = octets.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).ok()
}

/// `layers` is how often one kind may still be inside another, such as PEM in base64 in JSON.
fn search(text: &str, layers: u8) -> Option<Found> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
    if text.starts_with(['{', '[', '"'])
        && let Ok(json) = serde_json::from_str::<Value>(text)
    {
        return in_json(&json, layers);
    }
    if pem_blocks::is_pem(text.as_bytes()) {
        return Some(pem::find(text));
    }
    if let Some(found) = by_first_words(text) {
        return Some(Found::Other(found));
    }
    let body = text.strip_prefix("data:").and_then(|url| url.split_once(',')).map_or(text, |(_, body)| body);
    in_base64(body, layers).or_else(|| in_words(text))
}

/// The first string with a PFX in it, or else what there is instead.
fn in_json(json: &Value, layers: u8) -> Option<Found> {
    if layers == 0 {
        return None;
    }
    let mut instead = None;
    let mut rest = vec![json];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) => match search(text, layers - 1) {
                Some(Found::Pfx(octets)) => return Some(Found::Pfx(octets)),
                // An id or a token may be base64, too, and says less than anything else.
                Some(Found::Other(found)) if matches!(instead, None | Some(FoundInstead::Base64)) => {
                    instead = Some(found);
                }
                Some(Found::Other(_)) | None => {}
            },
            Value::Array(values) => rest.extend(values),
            Value::Object(fields) => rest.extend(fields.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    Some(Found::Other(match instead {
        Some(FoundInstead::Pem | FoundInstead::Certificate | FoundInstead::Key) if is_pem_inside(json) => {
            FoundInstead::KeyVaultPem
        }
        Some(FoundInstead::Certificate) => FoundInstead::KeyVaultCertificate,
        Some(other) => other,
        None => FoundInstead::Json,
    }))
}

fn is_pem_inside(json: &Value) -> bool {
    match json {
        Value::String(text) => pem_blocks::is_pem(text.as_bytes()),
        Value::Array(values) => values.iter().any(is_pem_inside),
        Value::Object(fields) => fields.values().any(is_pem_inside),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn by_first_words(text: &str) -> Option<FoundInstead> {
    let begins = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    if begins(&["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2 PUBLIC KEY"]) {
        Some(FoundInstead::SshPublicKey)
    } else if begins(&["PuTTY-User-Key-File-"]) {
        Some(FoundInstead::PuttyKey)
    } else if begins(&["<"]) {
        Some(FoundInstead::WebPage)
    } else {
        None
    }
}

/// A text that is base64 as a whole, in lines or not.
fn in_base64(text: &str, layers: u8) -> Option<Found> {
    let begins_like_der = text.trim_start().starts_with("MI");
    let is_whole = text.lines().all(|line| !line.trim().contains([' ', '\t']));
    if text.len() < SHORTEST_BASE64 || !(begins_like_der || is_whole) {
        return None;
    }
    let Some(octets) = decoded(text) else {
        return (begins_like_der && is_whole).then_some(Found::Other(FoundInstead::Base64));
    };
    of_octets(octets, layers).or(Some(Found::Other(FoundInstead::Base64)))
}

fn of_octets(octets: Zeroizing<Vec<u8>>, layers: u8) -> Option<Found> {
    if octets.first() == Some(&SEQUENCE) {
        return Some(match by_structure(&octets) {
            Ok(Some(found)) => Found::Other(found),
            // What is damaged is found out, and called so, where it is opened.
            Ok(None) | Err(_) => Found::Pfx(octets),
        });
    }
    if let Some(found) = by_first_octets(&octets) {
        return Some(Found::Other(found));
    }
    if layers == 0 { None } else { search(&text_of(&octets)?, layers - 1) }
}

/// The first long word of a text that is the base64 of a PFX: as in YAML, in tables, in a mail.
fn in_words(text: &str) -> Option<Found> {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c);
    let words = text.split(|c| !is_digit(c));
    let long = words.filter(|word| word.starts_with("MI") && word.len() >= SHORTEST_BASE64);
    let mut instead = None;
    for octets in long.filter_map(decoded) {
        match of_octets(octets, 0) {
            Some(Found::Pfx(octets)) => return Some(Found::Pfx(octets)),
            other => instead = instead.or(other),
        }
    }
    instead
}

/// The octets of base64 in either alphabet, whatever white space is in it.
fn decoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.bytes().filter(|octet| !octet.is_ascii_whitespace() && *octet != 0);
    let standard = digits.map(|octet| match octet {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    });
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(standard.collect());
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, lenient).decode(&*digits).ok().map(Zeroizing::new)
}

/// The largest text that is looked into: a file of the largest size, in base64, in UTF-16.
const MAX_TEXT_BYTES: usize = MAX_FILE_BYTES * 4;
/// JSON, a file in base64, PEM in it, and one more.
const MOST_LAYERS: u8 = 4;
/// Words of fewer letters may be anything.
const SHORTEST_BASE64: usize = 64;
