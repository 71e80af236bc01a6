//! Who uses the portal, and what they may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;

/// Why a text is not a user name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("a user name has 1 to 64 letters, digits and `.`, `-`, `_`, `@`")]
pub struct BadUserName;

/// Why a password is not taken when it is chosen.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeakPassword {
    #[error("a password needs at least {PASSWORD_MIN} characters")]
    TooShort,
    #[error("a password may have at most {PASSWORD_MAX} characters")]
    TooLong,
    #[error("a password must not be the user name")]
    SameAsName,
}

/// What a user signs in with; compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Everything, users included.
    Administrator,
    /// Certificates, APIs and policies.
    Publisher,
    /// Look, change nothing.
    Viewer,
}

/// Who asks: the first argument of every use case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Nobody has signed in.
    Anonymous,
    /// The program itself or its command line, run by whoever owns the data folder.
    System,
    User {
        id: i64,
        name: UserName,
        role: Role,
    },
}

/// A user as the command line lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: i64,
    pub name: UserName,
    pub role: Role,
    pub created_at: OffsetDateTime,
}

impl UserName {
    /// The name as it was chosen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Role {
    /// The word in the store and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Publisher => "publisher",
            Self::Viewer => "viewer",
        }
    }

    /// The role of a word, or `None` for another word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Administrator, Self::Publisher, Self::Viewer].into_iter().find(|role| role.as_str() == word)
    }
}

impl Actor {
    /// What the audit log calls whoever asked.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::System => "system",
            Self::User { name, .. } => name.as_str(),
        }
    }
}

/// Checks a password that somebody wants to use from now on: length first, no rules about kinds of characters
/// (NIST SP 800-63B, 5.1.1.2).
///
/// # Errors
/// Says which rule it breaks.
pub fn check_password(name: &UserName, password: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(WeakPassword::TooShort);
    }
    if length > PASSWORD_MAX {
        return Err(WeakPassword::TooLong);
    }
    if password.eq_ignore_ascii_case(name.as_str()) {
        return Err(WeakPassword::SameAsName);
    }
    Ok(())
}

impl FromStr for UserName {
    type Err = BadUserName;
    fn from_str(text: &str) -> Result<Self, BadUserName> {
        let text = text.trim();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
        if text.is_empty() || text.chars().count() > 64 || !text.chars().all(allowed) {
            return Err(BadUserName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for UserName {
    type Error = BadUserName;
    fn try_from(text: String) -> Result<Self, BadUserName> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shortest password that can be chosen, in characters.
pub const PASSWORD_MIN: usize = 10;
/// Longest password that is taken, in characters.
pub const PASSWORD_MAX: usize = 256;

#[cfg(test)]
mod tests {
    use super::{UserName, WeakPassword, check_password};

    #[test]
    fn a_chosen_password_is_long_and_not_the_name() {
        let name: UserName = "administrator".parse().unwrap();
        assert_eq!(check_password(&name, "short"), Err(WeakPassword::TooShort));
        assert_eq!(check_password(&name, "Administrator"), Err(WeakPassword::SameAsName));
        assert_eq!(check_password(&name, "correct horse"), Ok(()));
    }

    #[test]
    fn a_user_name_has_no_blanks() {
        assert!("a b".parse::<UserName>().is_err());
        assert!("김철수@partner".parse::<UserName>().is_ok());
    }
}
