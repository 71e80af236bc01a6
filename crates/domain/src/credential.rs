//! How the gateway shows itself to a backend.

use serde::{Deserialize, Serialize};

use crate::certificate::Thumbprint;
use crate::name::CertificateId;
use crate::secret::Secret;

/// What the policy of an API says about credentials, as the Security tab shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    Basic {
        username: String,
    },
    Certificate(CertificateId),
    /// Named in the policy by thumbprint instead of id.
    CertificateByThumbprint(Thumbprint),
    #[default]
    None,
}

/// What the Security tab saves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewCredential {
    /// Without a password the one that is there stays.
    Basic {
        username: String,
        password: Option<Secret>,
    },
    Certificate(CertificateId),
    /// Leaves the statement by thumbprint as it stands.
    Keep,
    None,
}
