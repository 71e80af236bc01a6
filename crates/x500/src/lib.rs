//! Distinguished names (X.501) as people write them, brought to one form and compared by what they say.
//!
//! A policy, a form of the portal and a certificate name the same holder in different texts: `CN=a, O=b` and
//! `O=b, CN=a`, `O="Contoso, Inc."` and `O=Contoso\, Inc.`. All of them are read here, and nowhere else.

mod dotnet;
mod kind;
mod lines;
mod list;
mod scan;
mod slashes;

use thiserror::Error;

pub use dotnet::{SHORT_NAMES, value as dotnet_value};
pub use kind::object_id;

/// A name: relative names in order, each a set of types and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    parts: Vec<Vec<Pair>>,
}

/// An object identifier with dots, and its value.
pub type Pair = (String, String);

/// A name as somebody wrote it. A backslash can be read in two ways, and then both count: as an escape (RFC 4514), or
/// as itself, as .NET prints it in `CN=CORP\deploy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    readings: Vec<Name>,
    order: Order,
}

/// In which order the relative names stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// As in the certificate.
    Encoded,
    /// The text doesn't tell; RFC 4514 and .NET begin with the last.
    Open,
}

/// Why a text is not a distinguished name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NameProblem {
    #[error("the name is empty")]
    Empty,
    #[error(
        "`{0}` has no `=`; a value with a comma is written as `O=\"Contoso, Inc.\"` or `O=Contoso\\, Inc.`"
    )]
    NoType(String),
    #[error("`{0}` is not a known attribute type; use a name such as `CN`, `O`, `OU`, `C`, `E`, or its OID")]
    UnknownType(String),
    #[error("a quote is never closed")]
    OpenQuote,
    #[error("only `,`, `;` or `+` can follow a closing quote")]
    BehindQuote,
}

impl Name {
    /// Relative names in the order in which a certificate encodes them.
    #[must_use]
    pub fn new(parts: Vec<Vec<Pair>>) -> Self {
        // The values of a relative name are a set.
        let sorted = |mut pairs: Vec<Pair>| {
            pairs.sort_unstable();
            pairs
        };
        Self { parts: parts.into_iter().map(sorted).collect() }
    }

    /// Whether both are the same name, written in the same order or exactly the other way round. Values are compared
    /// with their case, as .NET compares them.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.parts == other.parts || self.parts.iter().eq(other.parts.iter().rev())
    }
}

impl Written {
    /// Whether it names what the other name does.
    #[must_use]
    pub fn is(&self, name: &Name) -> bool {
        self.readings.iter().any(|reading| reading.is_same_as(name))
    }

    /// Whether both can name the same.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.readings.iter().any(|reading| other.is(reading))
    }

    /// As `X509Certificate2.Subject` and `Issuer` print it: `CN=partner, O="Contoso, Inc."`. Where the text doesn't tell
    /// in which order the certificate has the parts, they stay as they are written.
    #[must_use]
    pub fn dotnet(&self) -> String {
        let Some(first) = self.readings.first() else { return String::new() };
        let mut parts: Vec<String> = first.parts.iter().map(|pairs| dotnet::part(pairs)).collect();
        if self.order == Order::Encoded {
            parts.reverse();
        }
        parts.join(", ")
    }
}

/// Reads a distinguished name: `CN=a, O=b` as .NET, RFC 4514 and RFC 2253 write it, and the forms that
/// `openssl x509 -subject` prints: `C = US, O = b`, `/C=US/O=b`, and a type and value on each line. `subject=` in
/// front is passed over.
///
/// # Errors
/// It is not a name, or has a type that isn't known.
pub fn parse(text: &str) -> Result<Written, NameProblem> {
    // A blank at the end may be escaped.
    let text = without_label(text.trim_start()).trim_start();
    if text.is_empty() {
        return Err(NameProblem::Empty);
    }
    if text.starts_with('/') {
        return slashes::parse(text.trim_end());
    }
    if let Some(lines) = lines::parse(text) {
        return lines;
    }
    list::parse(text)
}

/// What OpenSSL writes in front is no type of a name.
fn without_label(text: &str) -> &str {
    for label in ["subject", "issuer"] {
        let rest = text.get(..label.len()).filter(|head| head.eq_ignore_ascii_case(label));
        let rest = rest.and_then(|_| text.get(label.len()..)).map(str::trim_start);
        if let Some(rest) = rest.and_then(|rest| rest.strip_prefix(['=', ':'])) {
            return rest;
        }
    }
    text
}

#[cfg(test)]
mod tests;
