//! Which codings a backend is asked for when a policy reads the response: those that the gateway can undo.

use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue};

/// Leaves out of `Accept-Encoding` what the gateway couldn't decode (RFC 9110 §12.5.3). Browsers ask for `zstd`, too.
pub(crate) fn narrow(headers: &mut HeaderMap) {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let wanted: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
    let wanted = wanted.join(",");
    if wanted.trim().is_empty() {
        return;
    }
    let mut kept = Vec::new();
    for range in wanted.split(',').map(str::trim) {
        let (coding, weight) = range.split_once(';').unwrap_or((range, ""));
        let is = |known: &&str| known.eq_ignore_ascii_case(coding.trim());
        match coding.trim() {
            "*" if !is_zero(weight) => {
                let named = |known: &&&str| !wanted.to_ascii_lowercase().contains(**known);
                kept.extend(SUPPORTED.iter().filter(named).map(|known| range.replacen('*', known, 1)));
            }
            "*" => kept.push(range.to_owned()),
            _ if SUPPORTED.iter().any(is) || is(&"x-gzip") || is(&"identity") => {
                kept.push(range.to_owned());
            }
            _ => {}
        }
    }
    let kept = if kept.is_empty() { "identity".to_owned() } else { kept.join(", ") };
    if let Ok(kept) = HeaderValue::try_from(kept) {
        headers.insert(ACCEPT_ENCODING, kept);
    }
}

/// Whether a weight says that something isn't wanted: `q=0`, `q=0.000`.
fn is_zero(weight: &str) -> bool {
    let value = weight.split_once('=').map_or("", |(_, value)| value.trim());
    value.parse::<f32>().is_ok_and(|value| value == 0.0)
}

const SUPPORTED: [&str; 3] = ["gzip", "deflate", "br"];
