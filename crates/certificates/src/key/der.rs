//! Writes a private key again as DER of PKCS#8 version 1, without attributes and BER's freedoms.

use domain::secret::Secret;
use zeroize::Zeroizing;

use crate::ber::{Element, Malformed, OCTET_STRING, Reader, SEQUENCE};

/// A PrivateKeyInfo (RFC 5208, 5) of this algorithm and key.
pub(super) fn private_key_info(algorithm: Element<'_>, key: &[u8]) -> Result<Secret, Malformed> {
    let algorithm = algorithm_identifier(algorithm)?;
    let key = tagged(OCTET_STRING, &definite_key(key));
    let mut body = Zeroizing::new(Vec::with_capacity(VERSION_0.len() + algorithm.len() + key.len()));
    body.extend_from_slice(VERSION_0);
    body.extend_from_slice(&algorithm);
    body.extend_from_slice(&key);
    Ok(Secret::new(std::mem::take(&mut *tagged(SEQUENCE, &body))))
}

fn algorithm_identifier(algorithm: Element<'_>) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let written = definite(algorithm)?;
    // Some writers leave the NULL out that RSA must have (RFC 3279, 2.3.1).
    if written.as_slice() == RSA_WITHOUT_NULL {
        return Ok(Zeroizing::new(RSA_WITH_NULL.to_vec()));
    }
    Ok(written)
}

/// Most kinds of keys are one element; the others are octets that mean nothing here.
fn definite_key(key: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut reader = Reader::new(key);
    match reader.element().and_then(definite) {
        Ok(written) if reader.is_at_end() => written,
        _ => Zeroizing::new(key.to_vec()),
    }
}

/// The element with definite lengths in their shortest form, down to its leaves.
fn definite(element: Element<'_>) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    if !element.is_constructed() {
        return Ok(tagged(element.tag, element.body));
    }
    // No form is longer than the one read by more than the three octets of a long length.
    let mut body = Zeroizing::new(Vec::with_capacity(element.body.len() * 2 + 8));
    let mut inside = element.inside()?;
    while !inside.is_at_end() {
        body.extend_from_slice(&definite(inside.element()?)?);
    }
    Ok(tagged(element.tag, &body))
}

fn tagged(tag: u8, body: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut written = Zeroizing::new(Vec::with_capacity(body.len() + 6));
    written.push(tag);
    match u8::try_from(body.len()) {
        Ok(length) if length < 0x80 => written.push(length),
        _ => {
            let length = body.len().to_be_bytes();
            let digits = crate::ber::without_leading_zeros(&length);
            written.push(0x80 | digits.len().to_be_bytes().last().copied().unwrap_or_default());
            written.extend_from_slice(digits);
        }
    }
    written.extend_from_slice(body);
    written
}

const VERSION_0: &[u8] = &[0x02, 0x01, 0x00];
const RSA_WITHOUT_NULL: &[u8] =
    &[0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_WITH_NULL: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
