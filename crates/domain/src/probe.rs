//! Trying the connection to a backend before anything is saved.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::address::BackendAddress;
use crate::handshake::{HandshakeProblem, Shown};
use crate::snapshot::Identity;
use crate::trust::Trust;

/// Where to connect, what to trust and what to show.
#[derive(Clone, Debug)]
pub struct ProbeTarget {
    pub backend: BackendAddress,
    pub trust: Trust,
    /// The uploaded CA certificates (DER) that count for this trust.
    pub authorities: Vec<Vec<u8>>,
    pub identity: Option<Arc<Identity>>,
}

/// What happened when the connection was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProbeReport {
    /// The handshake succeeded; what it showed may still be a reason to look again.
    Fine(ProbeFacts),
    /// The backend speaks plain HTTP, as its address says: reachable, but no certificate can be shown.
    Plain,
    /// The certificate to be shown can't be used.
    IdentityUnavailable,
    /// The handshake failed, or what came after it refused our certificate.
    TlsFailed { problem: HandshakeProblem, presented: Option<Presented> },
    /// No answer within the time limit, in milliseconds.
    TimedOut { limit_ms: u64 },
    /// The name doesn't resolve or nothing listens there.
    Unreachable { reason: String },
}

/// What a good handshake showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeFacts {
    /// `TLS 1.3`.
    pub version: String,
    pub presented: Option<Presented>,
    /// Whether the backend asked for a client certificate, and whether one was shown.
    pub shown: Shown,
}

/// The certificate that a backend presented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    pub subject: String,
    pub issuer: String,
    pub names: Vec<String>,
    pub not_after: OffsetDateTime,
}
