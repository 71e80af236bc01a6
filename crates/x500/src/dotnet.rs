//! Names as .NET on Windows prints them, because policies compare these texts.

use crate::Pair;

/// A relative name: `CN=a`, or `CN=a + OU=b`.
pub(crate) fn part(pairs: &[Pair]) -> String {
    let printed: Vec<String> = pairs
        .iter()
        .map(|(object_id, text)| {
            let short = SHORT_NAMES.iter().find(|(known, _)| known == object_id);
            let kind = short.map_or_else(|| format!("OID.{object_id}"), |(_, short)| (*short).to_owned());
            format!("{kind}={}", value(text))
        })
        .collect();
    printed.join(" + ")
}

/// A value, in quotes where it needs them; a quote in it is doubled.
#[must_use]
pub fn value(text: &str) -> String {
    if needs_quotes(text) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn needs_quotes(text: &str) -> bool {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r');
    text.is_empty()
        || text.starts_with(is_blank)
        || text.ends_with(is_blank)
        || text.contains([',', '+', '=', '"', '\n', '<', '>', '#', ';'])
}

/// Object identifiers with the names that .NET prints.
pub const SHORT_NAMES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "SERIALNUMBER"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "S"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "T"),
    ("2.5.4.13", "Description"),
    ("2.5.4.17", "PostalCode"),
    ("2.5.4.18", "POBox"),
    ("2.5.4.20", "Phone"),
    ("2.5.4.24", "X21Address"),
    ("2.5.4.42", "G"),
    ("2.5.4.43", "I"),
    ("2.5.4.46", "dnQualifier"),
    ("1.2.840.113549.1.9.1", "E"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("2.23.133.2.1", "TPMManufacturer"),
    ("2.23.133.2.2", "TPMModel"),
    ("2.23.133.2.3", "TPMVersion"),
];
