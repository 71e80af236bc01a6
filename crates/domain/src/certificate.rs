//! What is known of a certificate: names, dates, thumbprint, use.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::name::{CertificateId, DisplayName};
use crate::policy_document::ScopeLink;

/// SHA-1 over the DER of a certificate, as Windows and the policy language print it: 40 upper-case hex digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

/// A text that holds no thumbprint.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("a thumbprint has 40 hexadecimal digits")]
pub struct NotAThumbprint;

/// The facts of one X.509 certificate. Names are written as .NET prints them on Windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// The whole subject, leaf-most part first: `CN=partner, O=Contoso`.
    pub subject: String,
    /// The value of the subject's (first printed) CN, or the first alternative name, or the whole subject.
    pub common_name: String,
    pub issuer: String,
    pub thumbprint: Thumbprint,
    /// SHA-256 over the DER, 64 upper-case hex digits.
    pub sha256: String,
    /// The serial number's octets, upper-case hex, leading `00` kept.
    pub serial_number: String,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
    /// Kind and size in words: `RSA 2048`, `EC P-256`, `Ed25519`.
    pub key_type: String,
    /// Alternative names, one a line as a person reads them: `DNS:partner.example`, `IP:10.0.0.1`.
    pub alternative_names: Vec<String>,
    /// Key usages and extended key usages in words.
    pub usages: Vec<String>,
}

/// Where now lies in a certificate's validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Expired,
    /// Valid, but not for [`EXPIRING_DAYS`] more days.
    Expiring,
    NotYetValid,
    Valid,
}

/// One line of the list of certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRow {
    pub id: CertificateId,
    pub name: DisplayName,
    pub subject: String,
    pub common_name: String,
    pub thumbprint: Thumbprint,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
    /// How many statements in policies name it.
    pub uses: u32,
    /// When it was last presented to a backend; `None` if it wasn't yet.
    pub last_used: Option<OffsetDateTime>,
}

/// Everything that the page of one certificate shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateDetail {
    pub id: CertificateId,
    pub name: DisplayName,
    pub version: u32,
    pub leaf: CertificateFacts,
    /// The certificates after the leaf, in order towards the root.
    pub chain: Vec<CertificateFacts>,
    /// Certificates of the file that don't belong to the chain.
    pub apart: Vec<CertificateFacts>,
    pub uploaded_at: OffsetDateTime,
    pub uploaded_by: String,
    pub uses: Vec<CertificateUse>,
    /// Newest first, the present one left out.
    pub previous: Vec<CertificateVersion>,
    pub last_used: Option<OffsetDateTime>,
}

/// An earlier content of the slot, which can be brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateVersion {
    pub version: u32,
    pub subject: String,
    pub thumbprint: Thumbprint,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
    pub uploaded_at: OffsetDateTime,
    pub uploaded_by: String,
}

/// A statement in a policy that names a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateUse {
    pub scope: ScopeLink,
    pub named_by: NamedBy,
}

/// How a policy names the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NamedBy {
    Id,
    Thumbprint,
}

/// A client certificate that policies name and that backends refuse: now, soon, or until it is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndingCertificate {
    pub id: CertificateId,
    pub name: DisplayName,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

/// One entry of the dropdown on an API's Security tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateChoice {
    pub id: CertificateId,
    pub name: DisplayName,
    pub common_name: String,
    pub thumbprint: Thumbprint,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

impl EndingCertificate {
    /// Where `now` lies in its validity.
    #[must_use]
    pub fn status(&self, now: OffsetDateTime) -> Status {
        Status::at(now, self.not_before, self.not_after)
    }
}

impl Thumbprint {
    /// The 40 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits before the last four, and the last four, which people go by.
    #[must_use]
    pub fn parted(&self) -> (&str, &str) {
        self.0.split_at(self.0.len().saturating_sub(4))
    }
}

impl FromStr for Thumbprint {
    type Err = NotAThumbprint;
    /// Takes every writing that people paste: blanks, colons, lower case, the mark U+200E that Windows copies along.
    fn from_str(text: &str) -> Result<Self, NotAThumbprint> {
        let digits = hex_digits(text).ok_or(NotAThumbprint)?;
        if digits.len() == 40 { Ok(Self(digits)) } else { Err(NotAThumbprint) }
    }
}

impl TryFrom<String> for Thumbprint {
    type Error = NotAThumbprint;
    fn try_from(text: String) -> Result<Self, NotAThumbprint> {
        text.parse()
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> Self {
        thumbprint.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Status {
    /// The status at `now` of something valid from `not_before` to `not_after`, both ends included (RFC 5280, 4.1.2.5).
    #[must_use]
    pub fn at(now: OffsetDateTime, not_before: OffsetDateTime, not_after: OffsetDateTime) -> Self {
        if now > not_after {
            Self::Expired
        } else if now < not_before {
            Self::NotYetValid
        } else if (not_after - now).whole_days() < EXPIRING_DAYS {
            Self::Expiring
        } else {
            Self::Valid
        }
    }
}

/// The text as upper-case hex digits when it is nothing but hex digits, blanks, colons, dashes and invisible marks.
#[must_use]
pub fn hex_digits(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(40);
    for c in text.chars() {
        match c {
            '0'..='9' | 'a'..='f' | 'A'..='F' => digits.push(c.to_ascii_uppercase()),
            ':' | '-' | '\u{200e}' | '\u{200f}' | '\u{feff}' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

/// A certificate with fewer days left than this counts as expiring.
pub const EXPIRING_DAYS: i64 = 30;

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{Status, Thumbprint};

    #[test]
    fn a_thumbprint_is_read_in_any_writing() {
        let pasted = "\u{200e}a9 09 50 2d d8 2a e4 14 33 e6 f8 38 86 b0 0d 42:77:a3:2a:7b";
        let thumbprint: Thumbprint = pasted.parse().unwrap();
        assert_eq!(thumbprint.as_str(), "A909502DD82AE41433E6F83886B00D4277A32A7B");
        assert_eq!(thumbprint.parted().1, "2A7B");
        assert!("A909".parse::<Thumbprint>().is_err());
    }

    #[test]
    fn both_ends_of_the_validity_belong_to_it() {
        let (from, to) = (datetime!(2030-01-01 0:00 UTC), datetime!(2031-01-01 0:00 UTC));
        assert_eq!(Status::at(from, from, to), Status::Valid);
        assert_eq!(Status::at(to, from, to), Status::Expiring);
        assert_eq!(Status::at(datetime!(2031-01-01 0:00:01 UTC), from, to), Status::Expired);
        assert_eq!(Status::at(datetime!(2029-12-31 23:59:59 UTC), from, to), Status::NotYetValid);
    }
}
