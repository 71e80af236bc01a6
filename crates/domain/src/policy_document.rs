//! The text of a policy and where it applies.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A policy as its editor shows it; the password of `authentication-basic` is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyDocument {
    pub text: String,
    /// The revision that last changed it; a save that was begun on an older one is refused.
    pub revision: u64,
    pub changed_at: OffsetDateTime,
    pub changed_by: String,
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
    pub help: Option<String>,
}

/// Whether a document with this problem can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    Error,
    Warning,
}
