//! What an API asks of client certificates, as far as the portal writes it.

use serde::{Deserialize, Serialize};

use crate::authority::AuthorityId;
use crate::certificate::Thumbprint;

/// What a client certificate must be; all that is asked for must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerChecks {
    /// Signed by an uploaded CA certificate.
    pub authorities: Option<AuthorityChecks>,
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

/// Which uploaded CA certificates vouch for clients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityChecks {
    /// Those that issue the client certificates themselves. Empty: any, also over other certificates in between.
    pub ids: Vec<AuthorityId>,
    /// Whether revoked certificates are refused, and those for whose CA no current revocation list is here.
    pub revocation: bool,
}

/// What an API's policy says about client certificates.
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
    Authority,
    Expired,
    Names,
    Thumbprint,
    Uploaded,
}
