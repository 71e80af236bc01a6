//! What of the configuration can't be used, and why. Everything else is in force.

use serde::{Deserialize, Serialize};

use crate::address::UrlSuffix;
use crate::name::ApiId;

/// Something that can't be used, with the reason: for the log and for publishers. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub item: Item,
    pub reason: String,
}

/// What can't be used. A text is what stands in the store, which need not be a valid id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Item {
    /// The policy of all APIs: every API answers 500.
    AllApis,
    /// An API, which answers 500 at its own paths.
    Api { id: ApiId, name: String },
    /// An API whose id can't be read.
    UnknownApi { id: String, name: String },
    /// A CA certificate: nothing is trusted because of it.
    Authority(String),
    /// A client certificate: requests that need it are answered with 500.
    Certificate(String),
    /// A policy fragment: the documents that include it can't be used.
    Fragment(String),
    /// A named value: the documents that use it can't be used.
    NamedValue(String),
}

/// An API that the store can't hand out as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedApi {
    /// Its id as it is stored.
    pub id: String,
    pub name: String,
    /// The paths that are its own, as far as they can be read: they lead to no other API.
    pub suffix: Option<String>,
    pub reason: String,
}

impl DamagedApi {
    /// What is told of it.
    #[must_use]
    pub fn item(&self) -> Item {
        match self.id.parse() {
            Ok(id) => Item::Api { id, name: self.name.clone() },
            Err(_) => Item::UnknownApi { id: self.id.clone(), name: self.name.clone() },
        }
    }

    /// Its suffix as routes have it: one that could be saved, or else whatever stands there, without slashes at its
    /// ends.
    #[must_use]
    pub fn route(&self) -> Option<String> {
        let text = self.suffix.as_deref()?;
        Some(match text.parse::<UrlSuffix>() {
            Ok(suffix) => suffix.as_str().to_owned(),
            Err(_) => text.trim().trim_matches('/').to_owned(),
        })
    }
}

impl Fault {
    /// Whether an API can't be used because of it.
    #[must_use]
    pub fn stops(&self, api: &ApiId) -> bool {
        match &self.item {
            Item::AllApis => true,
            Item::Api { id, .. } => id == api,
            _ => false,
        }
    }
}
