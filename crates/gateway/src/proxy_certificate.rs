//! A caller's certificate from the field in which a trusted proxy hands it on.
//!
//! The field names one certificate, or is empty or missing: then the caller showed none. Anything else is refused; it
//! never counts as "no certificate".

use certificates::x509;
use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::CertificateDer;

use crate::settings::CertificateField;

mod written;

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
        CertificateField::ForwardedClientCert if is_element(value) => forwarded_client_cert(value)?,
        CertificateField::ForwardedClientCert
        | CertificateField::ArrClientCert
        | CertificateField::SslClientCert => vec![one(value)?],
    };
    if chain.len() > LONGEST_CHAIN {
        return Err("its certificate's chain is too long");
    }
    if chain.iter().any(|certificate| x509::facts(certificate).is_err()) {
        return Err("its certificate field holds something that is not a certificate");
    }
    Ok(chain.into_iter().map(CertificateDer::from).collect())
}

/// RFC 9440: the leaf, and beside it a list for the chain without it.
fn client_cert(value: &str, headers: &HeaderMap) -> Result<Vec<Vec<u8>>, &'static str> {
    let mut chain = vec![one(value)?];
    for value in headers.get_all(CLIENT_CERT_CHAIN) {
        let list = text(value)?.split(',').map(str::trim).filter(|item| !item.is_empty());
        for item in list {
            chain.push(one(item)?);
        }
    }
    Ok(chain)
}

/// Whether a value begins as Envoy writes it, with one of its keys.
fn is_element(value: &str) -> bool {
    let key = value.split_once('=').map_or("", |(key, _)| key.trim());
    ["By", "Hash", "Cert", "Chain", "Subject", "URI", "DNS"]
        .iter()
        .any(|known| key.eq_ignore_ascii_case(known))
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
        if slot.replace(written::certificates(unquoted.unwrap_or(value.trim()))?).is_some() {
            return Err("its certificate field names two certificates");
        }
    }
    match (leaf.map(alone).transpose()?, chain) {
        (Some(leaf), Some(chain)) if chain.first() != Some(&leaf) => {
            Err("its certificate field holds a chain of another certificate")
        }
        (_, Some(chain)) => Ok(chain),
        (Some(leaf), None) => Ok(vec![leaf]),
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

fn one(text: &str) -> Result<Vec<u8>, &'static str> {
    alone(written::certificates(text)?)
}

fn alone(certificates: Vec<Vec<u8>>) -> Result<Vec<u8>, &'static str> {
    <[Vec<u8>; 1]>::try_from(certificates).map(|[one]| one).map_err(|_| "its certificate field holds several")
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
/// The most certificates of one caller.
const LONGEST_CHAIN: usize = 10;
