//! The blocks of a PEM file (RFC 7468) with their labels, whatever text stands around them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// One block: its label, and what it holds when that can be decoded.
pub(crate) struct Block<'t> {
    pub(crate) label: &'t str,
    pub(crate) octets: Option<Vec<u8>>,
    /// Whether header fields before the body say that it is encrypted (RFC 1421, 4.6.1.1), as OpenSSL's old keys do.
    pub(crate) is_encrypted: bool,
}

/// The blocks in the order of the text.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let Some((label, body)) = after.split_once(DASHES) else { break };
        let end = format!("{END}{label}{DASHES}");
        let (body, behind) = body.split_once(&end).unwrap_or((body, ""));
        found.push(Block { label, octets: decode(body), is_encrypted: body.contains("ENCRYPTED") });
        rest = behind;
    }
    found
}

/// Whether a text has such blocks at all.
pub(crate) fn is_pem(octets: &[u8]) -> bool {
    octets.windows(BEGIN.len()).any(|window| window == BEGIN.as_bytes())
}

fn decode(body: &str) -> Option<Vec<u8>> {
    let digits: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&STANDARD, lenient).decode(digits).ok()
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
