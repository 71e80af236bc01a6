//! How a backend's own certificate is judged.

use serde::{Deserialize, Serialize};

use crate::authority::AuthorityId;

/// Trust settings of one API. The default checks chain and name, as any TLS client does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Trust {
    pub chain: ChainCheck,
    pub name: NameCheck,
}

/// Which chain a backend's certificate must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChainCheck {
    /// Up to one of these certificates (DER), and no other.
    Only(Vec<Vec<u8>>),
    /// Up to one of these uploaded CA certificates, and no other.
    Uploaded(Vec<AuthorityId>),
    /// Any, even a self-signed one; possession of its key is still proven.
    Off,
    /// Up to a certificate authority that the gateway's machine trusts, or that is uploaded.
    #[default]
    System,
}

/// Which name a backend's certificate must carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NameCheck {
    /// The host name of the backend's address.
    #[default]
    Address,
    /// This one; it is also sent as the server name (SNI).
    Named(String),
    Off,
}
