//! What an API asks of its callers' certificates, as far as the portal writes it.

use serde::{Deserialize, Serialize};

use crate::certificate::Thumbprint;

/// What a caller's certificate must be; all that is asked for must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerChecks {
    pub not_expired: bool,
    /// A distinguished name, as policies compare it.
    pub issuer: Option<String>,
    /// A distinguished name, as policies compare it.
    pub subject: Option<String>,
    /// One of these; none: any.
    pub thumbprints: Vec<Thumbprint>,
    /// A certificate with its thumbprint is uploaded.
    pub uploaded: bool,
}

/// What an API's policy says about callers' certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Callers {
    Checked(CallerChecks),
    /// A person wrote it into the policy in their own way.
    Own,
    Unchecked,
}

/// A check that the policy editor offers, to be filled in by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckTemplate {
    Expired,
    Names,
    Thumbprint,
    Uploaded,
}
