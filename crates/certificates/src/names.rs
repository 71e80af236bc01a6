//! Prints the names of certificates as .NET on Windows does, because policies compare these texts.

use std::fmt::Write as _;

use crate::ber::{Malformed, OCTET_STRING, Reader, SET};

/// An X.501 Name (DER) as `X509Certificate2.Subject` prints it: the last part first, `CN=partner, O=Contoso`.
/// A name that isn't DER gives the empty text, as it does there.
#[must_use]
pub fn dotnet_name(name_der: &[u8]) -> String {
    let Ok(parts) = relative_names(name_der) else { return String::new() };
    let printed: Vec<String> = parts.iter().rev().map(|values| print_together(values)).collect();
    printed.join(", ")
}

/// The value of the CN that is printed first.
pub(crate) fn common_name(name_der: &[u8]) -> Option<String> {
    let parts = relative_names(name_der).ok()?;
    let value = parts.iter().rev().flatten().find(|value| value.object_id == COMMON_NAME)?;
    Some(value.text.clone()).filter(|text| !text.is_empty())
}

/// The X.501 Name of a certificate, to be compared with what somebody wrote; `None` if it isn't DER.
#[must_use]
pub fn x500_name(name_der: &[u8]) -> Option<x500::Name> {
    let parts = relative_names(name_der).ok()?;
    let pairs = |values: Vec<Value>| values.into_iter().map(|value| (value.object_id, value.text)).collect();
    Some(x500::Name::new(parts.into_iter().map(pairs).collect()))
}

/// Octets as upper-case hex digits.
pub(crate) fn hex(octets: &[u8]) -> String {
    let mut digits = String::with_capacity(octets.len() * 2);
    for octet in octets {
        // Writing into a String can't fail.
        let _ = write!(digits, "{octet:02X}");
    }
    digits
}

/// One type and value of a name.
pub(crate) struct Value {
    pub(crate) object_id: String,
    pub(crate) text: String,
    is_text: bool,
}

/// The relative names of an X.501 Name in their encoded order, each with its values.
pub(crate) fn relative_names(name_der: &[u8]) -> Result<Vec<Vec<Value>>, Malformed> {
    let mut outer = Reader::new(name_der);
    let mut name = outer.sequence()?;
    if !outer.is_at_end() {
        return Err(Malformed);
    }
    let mut parts = Vec::new();
    while !name.is_at_end() {
        let mut set = name.within(SET)?;
        let mut values = Vec::new();
        while !set.is_at_end() {
            values.push(value(set.sequence()?)?);
        }
        parts.push(values);
    }
    Ok(parts)
}

fn value(mut attribute: Reader<'_>) -> Result<Value, Malformed> {
    let object_id = attribute.object_id()?;
    let element = attribute.element()?;
    if !attribute.is_at_end() {
        return Err(Malformed);
    }
    let text = match element.tag {
        UTF8 => String::from_utf8_lossy(element.body).into_owned(),
        NUMERIC | PRINTABLE | IA5 => latin1(element.body),
        T61 => String::from_utf8(element.body.to_vec()).unwrap_or_else(|_| latin1(element.body)),
        BMP => utf16(element.body)?,
        OCTET_STRING => return Ok(Value { object_id, text: dump(element.body), is_text: false }),
        _ => return Ok(Value { object_id, text: dump(element.whole), is_text: false }),
    };
    Ok(Value { object_id, text: text.trim_end_matches('\0').to_owned(), is_text: true })
}

fn print_together(values: &[Value]) -> String {
    let printed: Vec<String> = values.iter().map(print).collect();
    printed.join(" + ")
}

fn print(value: &Value) -> String {
    let kind = x500::SHORT_NAMES
        .iter()
        .find(|(object_id, _)| *object_id == value.object_id)
        .map_or_else(|| format!("OID.{}", value.object_id), |(_, short)| (*short).to_owned());
    if value.is_text {
        format!("{kind}={}", x500::dotnet_value(&value.text))
    } else {
        format!("{kind}={}", value.text)
    }
}

fn latin1(octets: &[u8]) -> String {
    octets.iter().map(|octet| char::from(*octet)).collect()
}

/// UTF-16 and not only UCS-2, for Windows prints surrogate pairs.
pub(crate) fn utf16(octets: &[u8]) -> Result<String, Malformed> {
    let (pairs, []) = octets.as_chunks::<2>() else { return Err(Malformed) };
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    Ok(String::from_utf16_lossy(&units))
}

fn dump(octets: &[u8]) -> String {
    format!("#{}", hex(octets))
}

const BMP: u8 = 0x1e;
const IA5: u8 = 0x16;
const NUMERIC: u8 = 0x12;
const PRINTABLE: u8 = 0x13;
const T61: u8 = 0x14;
const UTF8: u8 = 0x0c;

const COMMON_NAME: &str = "2.5.4.3";
