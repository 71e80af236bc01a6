//! An API: a URL suffix that callers use, and the backend behind it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::address::{BackendAddress, UrlSuffix};
use crate::credential::{Credential, NewCredential};
use crate::name::{ApiId, DisplayName};
use crate::timeouts::ApiTimeouts;
use crate::trust::Trust;

/// What creating an API asks for, and what its Settings tab can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiSettings {
    pub name: DisplayName,
    pub suffix: UrlSuffix,
    pub backend: BackendAddress,
}

/// One line of the list of APIs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiRow {
    pub id: ApiId,
    pub settings: ApiSettings,
    pub credential: Credential,
}

/// Everything that the tabs of one API show, its policy apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiDetail {
    pub id: ApiId,
    pub settings: ApiSettings,
    pub trust: Trust,
    pub timeouts: ApiTimeouts,
    pub credential: Credential,
    pub created_at: OffsetDateTime,
    pub changed_at: OffsetDateTime,
    pub changed_by: String,
    /// The revision that last changed it; a save that was begun on an older one is refused.
    pub revision: u64,
}

/// What the Security tab saves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSecurity {
    pub credential: NewCredential,
    pub trust: Trust,
}

/// An API's name and id, for a link to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiLink {
    pub id: ApiId,
    pub name: DisplayName,
}

/// What a save answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub revision: u64,
    /// Gateways that serve this revision already.
    pub live_on: u32,
    /// Gateways there are.
    pub gateways: u32,
}
