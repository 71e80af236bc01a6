//! A piece of policy that several documents take in.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::name::{checked_id, identifier};
use crate::policy_document::ScopeLink;

/// What `include-fragment` calls it: letters, digits, `-`, `_`, `.`, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FragmentId(String);
identifier!(FragmentId, checked_id);

/// One line of the list of fragments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FragmentRow {
    pub id: FragmentId,
    pub changed_at: OffsetDateTime,
    pub changed_by: String,
    /// How many policies include it.
    pub uses: u32,
}

/// Everything that the page of one fragment shows; a password of `authentication-basic` is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FragmentDetail {
    pub row: FragmentRow,
    pub text: String,
    /// The revision that last changed it; a save that was begun on an older one is refused.
    pub revision: u64,
    pub uses: Vec<DocumentLink>,
}

/// A document that names a named value or includes a fragment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentLink {
    Fragment(FragmentId),
    Policy(ScopeLink),
}

/// What a new fragment begins with.
pub const EMPTY_FRAGMENT: &str = "<fragment>\n</fragment>\n";
