//! An API: a URL suffix that callers use, and the backend behind it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::address::{BackendAddress, UrlSuffix};
use crate::certificate::EndingCertificate;
use crate::credential::{Credential, NewCredential};
use crate::fault::Fault;
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

/// The same as it is stored, for people to see and mend: a row that was damaged holds what no form accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSettings {
    pub name: DisplayName,
    pub suffix: String,
    pub backend: String,
}

/// One line of the list of APIs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiRow {
    pub id: ApiId,
    pub settings: StoredSettings,
    pub credential: Credential,
    /// Of the client certificates that backends refuse now or soon the one that ends first.
    pub ending: Option<EndingCertificate>,
    /// When the last request reached it; `None` if none did yet.
    pub last_used: Option<OffsetDateTime>,
}

/// Everything that the tabs of one API show, its policy apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiDetail {
    pub id: ApiId,
    pub settings: StoredSettings,
    pub trust: Trust,
    pub timeouts: ApiTimeouts,
    pub credential: Credential,
    pub created_at: OffsetDateTime,
    pub changed_at: OffsetDateTime,
    pub changed_by: String,
    /// The revision that last changed it; a save that was begun on an older one is refused.
    pub revision: u64,
    /// When the last request reached it; `None` if none did yet.
    pub last_used: Option<OffsetDateTime>,
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

/// What every change answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub revision: u64,
    pub live: Live,
}

/// What came of a change that is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Live {
    /// The gateway serves it to every new request.
    Everywhere,
    /// The gateway has it, but of what it is about these can't be used.
    Except(Vec<Fault>),
    /// The gateway goes on with what it had.
    Nowhere { reason: String },
    /// No gateway runs in this process.
    NoGateway,
}
