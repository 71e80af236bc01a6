//! The figures of the portal's first page.

use serde::{Deserialize, Serialize};

use crate::certificate::{CertificateRow, CertificateUse};
use crate::fault::Fault;

/// What the portal's first page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub apis: u64,
    pub certificates: u64,
    pub expired: u64,
    /// Certificates that expire within 30, 14, 7 and 1 days.
    pub expiring: [u64; 4],
    /// The certificates that expire first, at most five, expired ones included while they are in use.
    pub soonest: Vec<EndingRow>,
    /// The newest revision in the store.
    pub revision: u64,
    /// The revision that the gateway serves, `None` when it isn't running in this process.
    pub served: Option<u64>,
    /// Calls that were refused or failed within the last hour, as far as they are kept.
    pub failed_last_hour: u64,
    /// What of the configuration that is served can't be used.
    pub faults: Vec<Fault>,
}

/// A certificate, and the first of the policies that it stops when it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndingRow {
    pub certificate: CertificateRow,
    pub uses: Vec<CertificateUse>,
}
