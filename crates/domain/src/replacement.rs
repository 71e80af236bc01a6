//! A renewed certificate on its way into a slot: what changes, how the backends take it, and how to go back.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::api::ApiLink;
use crate::certificate::CertificateFacts;
use crate::name::{CertificateId, DisplayName};
use crate::probe::ProbeReport;

/// What waits to take the place of the certificate in a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    pub id: CertificateId,
    pub name: DisplayName,
    /// The version that it becomes.
    pub version: u32,
    pub present: CertificateFacts,
    pub waiting: CertificateFacts,
    pub uploaded_at: OffsetDateTime,
    pub uploaded_by: String,
    pub trials: Trials,
}

/// The connection tests of the APIs that use a certificate, with one that isn't in force yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trials {
    /// At most [`MOST_TRIALS`], by the names of the APIs.
    pub tried: Vec<Trial>,
    /// How many APIs use the certificate.
    pub apis: u64,
}

/// The connection test of one API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub api: ApiLink,
    /// `None` while it runs.
    pub report: Option<ProbeReport>,
}

impl Replacement {
    /// Whether subject or issuer differ: it may be somebody else's certificate.
    #[must_use]
    pub fn is_of_another(&self) -> bool {
        self.present.subject != self.waiting.subject || self.present.issuer != self.waiting.issuer
    }
}

impl Trials {
    /// How many tests came to an end.
    #[must_use]
    pub fn done(&self) -> usize {
        self.tried.iter().filter(|trial| trial.report.is_some()).count()
    }

    /// Whether tests are still running.
    #[must_use]
    pub fn are_running(&self) -> bool {
        self.done() < self.tried.len()
    }
}

/// How many APIs are tested at most.
pub const MOST_TRIALS: usize = 20;
