//! An operation: one method and URL template of an API, with a policy of its own.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::name::{DisplayName, OperationId};
use crate::template::{OperationMethod, UrlTemplate};

/// What creating an operation asks for, and what its Settings tab can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationSettings {
    pub name: DisplayName,
    pub method: OperationMethod,
    pub template: UrlTemplate,
}

/// The same as it is stored, for people to see and mend: a row that was damaged holds what no form accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredOperation {
    pub name: DisplayName,
    pub method: String,
    pub template: String,
}

/// One line of the list of an API's operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRow {
    pub id: OperationId,
    pub settings: StoredOperation,
    /// Whether it has a policy document of its own.
    pub has_policy: bool,
}

/// Everything that the tabs of one operation show, its policy apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationDetail {
    pub id: OperationId,
    pub settings: StoredOperation,
    pub created_at: OffsetDateTime,
    pub changed_at: OffsetDateTime,
    pub changed_by: String,
    /// The revision that last changed it; a save that was begun on an older one is refused.
    pub revision: u64,
}

/// An operation's name and id, for a link to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationLink {
    pub id: OperationId,
    pub name: DisplayName,
}
