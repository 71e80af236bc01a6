//! Trying the connection to a backend before anything is saved.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::address::BackendAddress;
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
    /// The backend closed the connection or sent an alert after it saw our certificate (or that there was none).
    CertificateRefused { alert: String, shown: Shown },
    /// Connected; nothing to complain about.
    Fine(ProbeFacts),
    /// The backend speaks plain HTTP, as its address says: reachable, but no certificate can be shown.
    Plain,
    /// The certificate to be shown can't be used.
    IdentityUnavailable,
    /// The handshake failed for another reason.
    TlsFailed { reason: String },
    /// No answer within the time limit, in milliseconds.
    TimedOut { limit_ms: u64 },
    /// The name doesn't resolve or nothing listens there.
    Unreachable { reason: String },
    /// The backend's own certificate isn't trusted.
    Untrusted { reason: Untrusted, presented: Option<Presented> },
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

/// Whether a client certificate was asked for and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    AskedAndNotShown,
    AskedAndShown,
    NotAsked,
}

/// The certificate that a backend presented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    pub subject: String,
    pub issuer: String,
    pub names: Vec<String>,
    pub not_after: OffsetDateTime,
}

/// Why a backend's certificate isn't trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Untrusted {
    Expired,
    NotYetValid,
    Other,
    UnknownIssuer,
    WrongName,
}
