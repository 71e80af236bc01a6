//! The text of a policy and where it applies.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;

use crate::api::ApiLink;
use crate::name::{ApiId, OperationId};
use crate::operation::OperationLink;

/// The requests that a policy is about, from broad to narrow. As text: `all`, `api/orders`, `operation/orders/list`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    All,
    Api(ApiId),
    Operation(ApiId, OperationId),
}

/// A scope with the names that people know it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeLink {
    All,
    Api(ApiLink),
    Operation(ApiLink, OperationLink),
}

/// A text that names no scope.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be `all`, `api/` with an API's id, or `operation/` with an API's and an operation's")]
pub struct ScopeError;

/// A policy as its editor shows it; the password of `authentication-basic` is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyDocument {
    pub text: String,
    /// The revision that last changed it; a save that was begun on an older one is refused. 0 while nobody saved one.
    pub revision: u64,
    /// None while nobody saved one, and the text is what holds until somebody does.
    pub changed: Option<Changed>,
}

/// Who changed something last, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub at: OffsetDateTime,
    pub by: String,
}

/// A text that a scope's policy had once, or has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// The revision that it came with.
    pub revision: u64,
    pub saved: Changed,
}

/// How an earlier text differs from the present one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub version: PolicyVersion,
    /// Stretches of lines with changes and a few lines around; none when both are the same.
    pub hunks: Vec<Vec<DiffLine>>,
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffLine {
    /// Only the earlier text has it, in this line.
    Before(u32, String),
    /// Only the present text has it, in this line.
    Now(u32, String),
    /// Both have it, in these lines.
    Both(u32, u32, String),
}

/// What holds in one section for the requests of a scope, in the order it is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectiveSection {
    /// `inbound`, `backend`, `outbound` or `on-error`.
    pub name: String,
    pub statements: Vec<EffectiveStatement>,
}

/// A statement, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectiveStatement {
    pub scope: Scope,
    /// In the document of that scope, from 1.
    pub line: u32,
    /// As it is written, passwords masked.
    pub text: String,
}

/// What is wrong with a policy, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyProblem {
    /// A stable short name: `unknown-element`.
    pub code: String,
    pub severity: Severity,
    /// The sentence with element, line and column in it.
    pub sentence: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The text that is meant.
    pub excerpt: String,
    /// In English, as the sentence is.
    pub help: Option<String>,
    /// What the sentence and the help are about, to say them in another language.
    pub parts: ProblemParts,
}

/// What a problem is about: with the code, enough to say the problem in any language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemParts {
    /// The element, if the problem is about one.
    pub element: Option<String>,
    /// The names, values and numbers in the sentence, in its order.
    pub arguments: Vec<String>,
    /// The same of the help.
    pub help_arguments: Vec<String>,
    /// The known name that the help suggests instead of a mistyped one.
    pub suggestion: Option<String>,
}

/// Whether a document with this problem can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    Error,
    Warning,
}

impl Scope {
    /// The API that it is in; none for all APIs.
    #[must_use]
    pub fn api(&self) -> Option<&ApiId> {
        match self {
            Self::All => None,
            Self::Api(api) | Self::Operation(api, _) => Some(api),
        }
    }

    /// The scopes whose documents apply to its requests, from broad to narrow, itself the last.
    #[must_use]
    pub fn with_broader(&self) -> Vec<Self> {
        match self {
            Self::All => vec![Self::All],
            Self::Api(_) => vec![Self::All, self.clone()],
            Self::Operation(api, _) => vec![Self::All, Self::Api(api.clone()), self.clone()],
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Api(api) => write!(f, "api/{api}"),
            Self::Operation(api, operation) => write!(f, "operation/{api}/{operation}"),
        }
    }
}

impl FromStr for Scope {
    type Err = ScopeError;
    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            ["all"] => Ok(Self::All),
            ["api", api] => Ok(Self::Api(api.parse().map_err(|_| ScopeError)?)),
            ["operation", api, operation] => Ok(Self::Operation(
                api.parse().map_err(|_| ScopeError)?,
                operation.parse().map_err(|_| ScopeError)?,
            )),
            _ => Err(ScopeError),
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;
    fn try_from(text: String) -> Result<Self, ScopeError> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_scope_is_written_and_read_back() {
        for text in ["all", "api/orders", "operation/orders/list-2"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for text in ["", "all/", "api", "api/", "api/a b", "operation/a", "operation/a/b/c", "product/a"] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }
}
