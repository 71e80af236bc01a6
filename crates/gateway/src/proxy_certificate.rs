//! A caller's certificate from the field in which a trusted proxy hands it on.
//!
//! The field names one certificate, or is empty or missing: then the caller showed none. Anything else is refused; it
//! never counts as "no certificate".

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use certificates::{pem, x509};
use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;

use crate::settings::CertificateField;

/// The chain in the field, leaf first; empty if the caller showed no certificate.
///
/// # Errors
/// Says what is wrong with the field.
pub(crate) fn chain(
    headers: &HeaderMap,
    field: CertificateField,
) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let value = match only(headers, field.name())? {
        None | Some("") => return Ok(Vec::new()),
        Some(value) => value,
    };
    let chain = match field {
        CertificateField::ClientCert => client_cert(value, headers)?,
        CertificateField::ForwardedClientCert => forwarded_client_cert(value)?,
        CertificateField::ArrClientCert => vec![base64(value)?],
        CertificateField::SslClientCert => one(escaped_pem(value)?)?,
    };
    if chain.len() > LONGEST_CHAIN {
        return Err("its certificate's chain is too long");
    }
    if chain.iter().any(|certificate| x509::facts(certificate).is_err()) {
        return Err("its certificate field holds something that is not a certificate");
    }
    Ok(chain.into_iter().map(CertificateDer::from).collect())
}

/// RFC 9440: a byte sequence, and beside it a list of them for the chain without the leaf.
fn client_cert(value: &str, headers: &HeaderMap) -> Result<Vec<Vec<u8>>, &'static str> {
    let mut chain = vec![byte_sequence(value)?];
    for value in headers.get_all(CLIENT_CERT_CHAIN) {
        let list = text(value)?.split(',').map(str::trim).filter(|item| !item.is_empty());
        for item in list {
            chain.push(byte_sequence(item)?);
        }
    }
    Ok(chain)
}

/// `:base64:` (RFC 9651, 3.3.5).
fn byte_sequence(item: &str) -> Result<Vec<u8>, &'static str> {
    let inner = item.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'));
    base64(inner.ok_or("its certificate field is not one byte sequence between colons")?)
}

fn base64(text: &str) -> Result<Vec<u8>, &'static str> {
    BASE64_STANDARD.decode(text).map_err(|_| "its certificate field is not the base64 of one certificate")
}

/// Envoy's `Key=value;Key="value",…`, of which a proxy that is configured well sends one element.
fn forwarded_client_cert(value: &str) -> Result<Vec<Vec<u8>>, &'static str> {
    let (mut leaf, mut chain) = (None, None);
    for pair in pairs(value)? {
        let (key, value) = pair.split_once('=').ok_or("its certificate field has a part without `=`")?;
        let slot = match key.trim().to_ascii_lowercase().as_str() {
            "cert" => &mut leaf,
            "chain" => &mut chain,
            _ => continue,
        };
        let unquoted = value.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        if slot.replace(escaped_pem(unquoted.unwrap_or(value.trim()))?).is_some() {
            return Err("its certificate field names two certificates");
        }
    }
    match (leaf.map(one).transpose()?, chain) {
        (Some(leaf), Some(chain)) if chain.first() != leaf.first() => {
            Err("its certificate field holds a chain of another certificate")
        }
        (_, Some(chain)) | (Some(chain), None) => Ok(chain),
        (None, None) => Err("its certificate field has neither `Cert` nor `Chain`"),
    }
}

/// The parts of one element, split at semicolons outside of quotes.
fn pairs(value: &str) -> Result<Vec<&str>, &'static str> {
    let (mut pairs, mut start) = (Vec::new(), 0);
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => return Err("its certificate field speaks of several callers"),
            b';' if !is_quoted => {
                pairs.push(value.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    if is_quoted {
        return Err("its certificate field has a quote without an end");
    }
    pairs.push(value.get(start..).unwrap_or_default());
    Ok(pairs)
}

fn escaped_pem(text: &str) -> Result<Vec<Vec<u8>>, &'static str> {
    let pem = unescape(text).ok_or("its certificate field has a `%` without two digits")?;
    let wrong = "its certificate field is not PEM in percent-encoding";
    let certificates = pem::certificates(&pem).map_err(|_| wrong)?;
    // Files may hold text around their blocks, a field may not: it would be a certificate that somebody else reads.
    let begins = pem.windows(BEGIN.len()).filter(|window| *window == BEGIN).count();
    if begins == certificates.len() && pem.starts_with(BEGIN) { Ok(certificates) } else { Err(wrong) }
}

fn one(certificates: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, &'static str> {
    if certificates.len() == 1 { Ok(certificates) } else { Err("its certificate field holds several") }
}

/// Undoes percent-encoding (RFC 3986, 2.1). A plus stays one: base64 has it.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return Some(plain),
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

fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, &'static str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err("it has its certificate field twice");
    }
    first.map(|value| text(value).map(str::trim)).transpose()
}

fn text(value: &HeaderValue) -> Result<&str, &'static str> {
    value.to_str().map_err(|_| "its certificate field is not text")
}

const CLIENT_CERT_CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");
const BEGIN: &[u8] = b"-----BEGIN ";
/// The most certificates of one caller.
const LONGEST_CHAIN: usize = 10;
