//! What is known of a call when it is over, and traces of single calls. Neither holds a secret: no query, no body, no
//! value of a header.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::name::ApiId;
use crate::policy_document::Scope;

/// What was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub api: Option<ApiId>,
    pub operation: Option<String>,
    pub method: String,
    /// Without the query.
    pub path: String,
}

/// Where a statement stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub element: String,
    /// `global`, `api` or `operation`.
    pub scope: String,
    pub section: String,
    /// The way to it in its section, such as `choose[3]/when[2]`.
    pub path: String,
    /// The fragment that line and column are about; none: the document itself.
    pub fragment: Option<String>,
    pub line: u32,
    pub column: u32,
}

/// Who called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub address: String,
    pub certificate: Option<CallerCertificate>,
}

/// The certificate that a caller showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerCertificate {
    pub subject: String,
    pub issuer: String,
    pub thumbprint: String,
    pub serial_number: String,
    /// None for a certificate that can't be read.
    pub not_before: Option<OffsetDateTime>,
    pub not_after: Option<OffsetDateTime>,
    /// The whole chain that was shown, leaf first.
    pub pem: String,
}

/// What makes a gateway trace the calls that bring it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceToken {
    /// The value of the header [`TRACE_HEADER`].
    pub token: String,
    /// Only calls to this API are traced.
    pub api: ApiId,
    pub expires_at: OffsetDateTime,
}

/// One call, statement by statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallTrace {
    pub at: OffsetDateTime,
    pub request_id: String,
    pub call: Call,
    pub status: u16,
    /// Until the head of the answer was there.
    pub duration_us: u64,
    pub caller: Caller,
    pub steps: Vec<TraceStep>,
}

/// What one statement came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceStep {
    /// Since the call began.
    pub after_us: u64,
    /// None for what the gateway did by itself.
    pub statement: Option<Statement>,
    pub what: String,
}

/// The header that brings a token.
pub const TRACE_HEADER: &str = "Postern-Trace";

impl Call {
    /// The scope whose document holds a statement that ran for this call; none if the call reached no API.
    #[must_use]
    pub fn scope_of(&self, statement: &Statement) -> Option<Scope> {
        match (statement.scope.as_str(), &self.api, &self.operation) {
            ("global", ..) => Some(Scope::All),
            ("api", Some(api), _) => Some(Scope::Api(api.clone())),
            ("operation", Some(api), Some(operation)) => {
                Some(Scope::Operation(api.clone(), operation.parse().ok()?))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for TraceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceToken").field("api", &self.api).field("expires_at", &self.expires_at).finish()
    }
}
