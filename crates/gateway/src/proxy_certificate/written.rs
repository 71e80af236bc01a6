//! Certificates in the value of a field, in whichever way proxies write them: DER in base64, or PEM, either with
//! percent-encoding and between the colons of a byte sequence (RFC 9651, 3.3.5), or without.
//!
//! Nothing is passed over: text around a certificate is one that somebody else may read.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The DER of every certificate in a text; of a text without PEM it is one. Whether they are certificates is for
/// others to find out.
///
/// # Errors
/// Says what is wrong with the text.
pub(super) fn certificates(text: &str) -> Result<Vec<Vec<u8>>, &'static str> {
    let inner = text.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).unwrap_or(text);
    let plain = unescape(inner).ok_or("its certificate field has a `%` without two digits")?;
    let plain = plain.trim_ascii();
    if plain.starts_with(DASHES) { pem(plain) } else { base64(plain).map(|der| vec![der]) }
}

/// One block of PEM (RFC 7468) behind another. Proxies put blanks in the place of line ends, or leave them out.
fn pem(mut text: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    let mut found = Vec::new();
    while !text.is_empty() {
        let inner = marker(text, b"BEGIN").ok_or(NOT_PEM)?;
        let end = inner.windows(DASHES.len()).position(|window| window == DASHES).ok_or(NOT_PEM)?;
        let (body, rest) = inner.split_at(end);
        found.push(base64(body)?);
        text = marker(rest, b"END").ok_or(NOT_PEM)?.trim_ascii_start();
    }
    Ok(found)
}

/// What stands behind `-----BEGIN CERTIFICATE-----`. A form's encoding has a plus for the blank.
fn marker<'t>(text: &'t [u8], word: &[u8]) -> Option<&'t [u8]> {
    let rest = text.strip_prefix(DASHES)?.strip_prefix(word)?;
    let rest = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"+"))?;
    rest.strip_prefix(b"CERTIFICATE")?.strip_prefix(DASHES)
}

/// Base64 of either alphabet (RFC 4648), broken into lines or not, with all of its padding or less.
fn base64(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    let digits: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let is_safe = digits.iter().any(|byte| b"-_".contains(byte));
    let engine = if is_safe { &FOR_URLS } else { &ORDINARY };
    engine.decode(digits).map_err(|_| "its certificate field is neither base64 nor PEM of one certificate")
}

/// Undoes percent-encoding (RFC 3986, 2.1). A plus stays one: base64 has it.
fn unescape(text: &str) -> Option<Cow<'_, [u8]>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text.as_bytes()));
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return Some(Cow::Owned(plain)),
            [b'%', high, low, after @ ..] => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                plain.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
                after
            }
            [b'%', ..] => return None,
            [byte, after @ ..] => {
                plain.push(*byte);
                after
            }
        };
    }
}

const DASHES: &[u8] = b"-----";
const NOT_PEM: &str = "its certificate field holds something else than PEM of certificates";
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
static ORDINARY: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
static FOR_URLS: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);
