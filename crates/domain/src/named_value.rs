//! A text that policies name as `{{name}}`.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::fragment::DocumentLink;
use crate::name::{NameError, identifier};

/// What policies write between `{{` and `}}`: letters, digits, `_`, `.`, `-`, at most 100, at least one of them a letter
/// or digit; never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamedValueName(String);
identifier!(NamedValueName, checked);

/// Whether anybody may see a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Secrecy {
    #[default]
    Open,
    /// Sealed, never shown again, only replaced.
    Secret,
}

/// One line of the list of named values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedValueRow {
    pub name: NamedValueName,
    /// None for a secret, which is never shown.
    pub value: Option<String>,
    pub changed_at: OffsetDateTime,
    pub changed_by: String,
    /// How many policies and fragments name it.
    pub uses: u32,
}

/// Everything that the page of one named value shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedValueDetail {
    pub row: NamedValueRow,
    /// The revision that last changed it; a save that was begun on an older one is refused.
    pub revision: u64,
    pub uses: Vec<DocumentLink>,
}

fn checked(text: &str) -> Result<String, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > NAME_LIMIT {
        return Err(NameError::TooLong { limit: NAME_LIMIT });
    }
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    // A name of dots alone would mean another address of the portal.
    if !text.bytes().all(is_plain) || !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return Err(NameError::BadId);
    }
    Ok(text.to_owned())
}

/// Longest value, in bytes.
pub const VALUE_LIMIT: usize = 16 << 10;
const NAME_LIMIT: usize = 100;

#[cfg(test)]
mod tests {
    use super::NamedValueName;

    #[test]
    fn a_name_holds_only_what_stands_between_braces() {
        for good in ["backend-url", "a.b_c", "_x", "-1"] {
            assert!(good.parse::<NamedValueName>().is_ok(), "{good}");
        }
        for bad in ["", "..", "a b", "a}}", "이름", &"a".repeat(101)] {
            assert!(bad.parse::<NamedValueName>().is_err(), "{bad}");
        }
    }
}
