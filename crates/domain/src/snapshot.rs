//! All the gateway needs, at one revision.

use std::collections::HashMap;
use std::sync::Arc;

use crate::address::{BackendAddress, UrlSuffix};
use crate::authority::{AuthorityId, Unlisted};
use crate::certificate::Thumbprint;
use crate::fault::{DamagedApi, Fault};
use crate::fragment::FragmentId;
use crate::name::{ApiId, CertificateId, DisplayName, OperationId};
use crate::named_value::{NamedValueName, Secrecy};
use crate::secret::Secret;
use crate::template::{OperationMethod, UrlTemplate};
use crate::timeouts::ApiTimeouts;
use crate::trust::Trust;
use crate::uploaded::Uploaded;

/// The whole configuration, never changed once made. What two snapshots share is the same `Arc` in both, so that a
/// gateway compiles only what is new.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub revision: u64,
    pub apis: HashMap<ApiId, Arc<SnapshotApi>>,
    /// The APIs that can't be read.
    pub damaged: Vec<Arc<DamagedApi>>,
    /// The policy document of all APIs; none while the program's own holds.
    pub policy: Option<Arc<str>>,
    /// What else can't be read. Without it nothing is let through that needs it.
    pub faults: Vec<Fault>,
    /// Which certificates are here with their keys.
    pub held: Held,
    /// Those certificates.
    pub identities: HashMap<CertificateId, Arc<Identity>>,
    /// The same, by the thumbprints of all their versions.
    pub thumbprints: Arc<HashMap<Thumbprint, CertificateId>>,
    /// All certificates that are uploaded, named by a policy or not: what policies compare a caller's with.
    pub uploaded: Uploaded,
    /// The CA certificates that callers and backends are judged by.
    pub authorities: HashMap<AuthorityId, Arc<SnapshotAuthority>>,
    /// The named values that documents name, and no others.
    pub named_values: HashMap<NamedValueName, Arc<SnapshotValue>>,
    /// The text of each fragment.
    pub fragments: HashMap<FragmentId, Arc<str>>,
}

/// Which certificates a gateway holds with their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Those that policies name, and no others.
    #[default]
    Named,
    /// All: an expression says which is needed.
    All,
}

/// One API as the gateway needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotApi {
    pub id: ApiId,
    pub name: DisplayName,
    pub suffix: UrlSuffix,
    pub backend: BackendAddress,
    pub trust: Trust,
    pub timeouts: ApiTimeouts,
    /// The policy document's text.
    pub policy: String,
    /// With none every request is taken; otherwise only those that match one.
    pub operations: Vec<SnapshotOperation>,
}

/// One operation as the gateway needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotOperation {
    pub id: OperationId,
    pub name: DisplayName,
    pub method: OperationMethod,
    pub template: UrlTemplate,
    /// The text of its own policy document, if it has one.
    pub policy: Option<String>,
}

/// An uploaded CA certificate with what is known of what it took back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotAuthority {
    pub id: AuthorityId,
    /// DER.
    pub certificate: Vec<u8>,
    /// The revocation list (DER) that came last, current or not.
    pub list: Option<Arc<Vec<u8>>>,
    pub unlisted: Unlisted,
}

/// What a named value stands for. A program holds it where the document names it; whether it is a secret says
/// whether anybody may read it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotValue {
    pub text: Secret,
    pub secrecy: Secrecy,
}

/// A text with secret named values blotted out, for what publishers may look up.
#[must_use]
pub fn without_secrets<'v>(values: impl Iterator<Item = &'v SnapshotValue>, text: String) -> String {
    let secrets = values.filter(|value| value.secrecy == Secrecy::Secret);
    let secrets = secrets.filter_map(|value| value.text.expose_text());
    // One that is very short would take everything with it, and can be guessed anyway.
    let found = secrets.filter(|secret| secret.len() >= SHORTEST_SECRET && text.contains(*secret));
    let mut found: Vec<&str> = found.collect();
    // The longest first: what remained of one that holds another could be read.
    found.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
    found.into_iter().fold(text, |text, secret| text.replace(secret, "[secret]"))
}

const SHORTEST_SECRET: usize = 4;

/// A client certificate with its key, or why it can't be used. An API that must show one that can't be used is
/// answered with 500; its backend is never called without.
#[derive(Clone, Debug)]
pub enum Identity {
    Ready(KeyMaterial),
    /// What was tried and failed, without any secret: for the log.
    Unavailable {
        id: CertificateId,
        reason: String,
    },
}

/// What a TLS client shows: chain and key.
#[derive(Clone, Debug)]
pub struct KeyMaterial {
    pub id: CertificateId,
    pub thumbprint: Thumbprint,
    /// DER, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// PKCS#8 DER (RFC 5208).
    pub key: Secret,
}
