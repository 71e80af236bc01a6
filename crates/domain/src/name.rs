//! Ids and names that can only be built valid.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::certificate::Thumbprint;

/// Why a text is not an id or a name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NameError {
    #[error("must not be empty")]
    Empty,
    #[error("must have at most {limit} characters")]
    TooLong { limit: usize },
    #[error("must begin with a letter or digit and hold only letters, digits, `-`, `_` and `.`")]
    BadId,
    #[error("must not hold control characters")]
    Control,
}

/// What an API is called in addresses and logs: letters, digits, `-`, `_`, `.`, at most 80, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiId(String);

/// What a certificate slot is called in policies (`certificate-id`): same alphabet as [`ApiId`], never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateId(String);

/// What an operation is called in the addresses of its API: same alphabet as [`ApiId`], never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OperationId(String);

/// What a person calls something: 1 to 100 characters on one line, blanks trimmed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

impl ApiId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that a name suggests: lower case, blanks to dashes; `api` where nothing is left.
    #[must_use]
    pub fn suggested_by(name: &str) -> Self {
        Self(slug(name, "api"))
    }

    /// This id with `-2`, `-3`, … behind it, for when it is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }
}

impl CertificateId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that a name suggests: lower case, blanks to dashes; `certificate` where nothing is left.
    #[must_use]
    pub fn suggested_by(name: &str) -> Self {
        Self(slug(name, "certificate"))
    }

    /// This id with `-2`, `-3`, … behind it, for when it is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }
}

impl OperationId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that a name suggests: lower case, blanks to dashes; `operation` where nothing is left.
    #[must_use]
    pub fn suggested_by(name: &str) -> Self {
        Self(slug(name, "operation"))
    }

    /// This id with `-2`, `-3`, … behind it, for when it is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }
}

impl DisplayName {
    /// The name of last resort for a certificate that has no other.
    #[must_use]
    pub fn of(thumbprint: &Thumbprint) -> Self {
        Self(thumbprint.as_str().to_owned())
    }

    /// A name out of whatever stands where one should.
    #[must_use]
    pub fn repaired(text: &str) -> Self {
        let plain: String = text.chars().filter(|c| !c.is_control()).take(DISPLAY_LIMIT).collect();
        let plain = plain.trim();
        Self(if plain.is_empty() { "?".to_owned() } else { plain.to_owned() })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApiId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        checked_id(text).map(Self)
    }
}

impl FromStr for CertificateId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        checked_id(text).map(Self)
    }
}

impl FromStr for OperationId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        checked_id(text).map(Self)
    }
}

impl FromStr for DisplayName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.chars().count() > DISPLAY_LIMIT {
            return Err(NameError::TooLong { limit: DISPLAY_LIMIT });
        }
        if text.chars().any(char::is_control) {
            return Err(NameError::Control);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for ApiId {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl TryFrom<String> for CertificateId {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl TryFrom<String> for OperationId {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl TryFrom<String> for DisplayName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<ApiId> for String {
    fn from(id: ApiId) -> Self {
        id.0
    }
}

impl From<CertificateId> for String {
    fn from(id: CertificateId) -> Self {
        id.0
    }
}

impl From<OperationId> for String {
    fn from(id: OperationId) -> Self {
        id.0
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

impl fmt::Display for ApiId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CertificateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The traits of an id whose text `$checked` has judged: written and read as that text.
macro_rules! identifier {
    ($name:ident, $checked:path) => {
        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::name::NameError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $checked(text).map(Self)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::name::NameError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use identifier;

pub(crate) fn checked_id(text: &str) -> Result<String, NameError> {
    let Some(first) = text.chars().next() else { return Err(NameError::Empty) };
    if text.len() > ID_LIMIT {
        return Err(NameError::TooLong { limit: ID_LIMIT });
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !first.is_ascii_alphanumeric() || !text.chars().all(plain) {
        return Err(NameError::BadId);
    }
    Ok(text.to_owned())
}

pub(crate) fn slug(name: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().take(SLUG_LIMIT) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { otherwise.to_owned() } else { slug.to_owned() }
}

const ID_LIMIT: usize = 80;
const SLUG_LIMIT: usize = 48;
const DISPLAY_LIMIT: usize = 100;

#[cfg(test)]
mod tests {
    use super::{ApiId, CertificateId, DisplayName, NameError};

    #[test]
    fn an_id_holds_only_what_can_stand_in_an_address() {
        assert!("orders-v1.2_a".parse::<ApiId>().is_ok());
        assert_eq!("../etc".parse::<ApiId>(), Err(NameError::BadId));
        assert_eq!("a b".parse::<CertificateId>(), Err(NameError::BadId));
        assert_eq!("".parse::<CertificateId>(), Err(NameError::Empty));
    }

    #[test]
    fn a_name_suggests_a_readable_id() {
        assert_eq!(CertificateId::suggested_by("Partner GmbH & Co.").as_str(), "partner-gmbh-co");
        assert_eq!(CertificateId::suggested_by("인증서").as_str(), "certificate");
    }

    #[test]
    fn a_display_name_is_trimmed_and_stays_on_one_line() {
        assert_eq!("  결제 API ".parse::<DisplayName>().unwrap().as_str(), "결제 API");
        assert_eq!("a\nb".parse::<DisplayName>(), Err(NameError::Control));
        assert_eq!(DisplayName::repaired(" a\nb\0 ").as_str(), "ab");
        assert_eq!(DisplayName::repaired("\n").as_str(), "?");
    }
}
