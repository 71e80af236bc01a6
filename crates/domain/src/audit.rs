//! Who did what, when.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// One line of the audit log. `detail` never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub at: OffsetDateTime,
    pub actor: String,
    /// Noun and verb: `certificate.replace`.
    pub action: String,
    /// The id of what was changed.
    pub subject: String,
    pub detail: String,
}
