//! Where callers reach the gateway, as far as the portal was told.

use leptos::prelude::use_context;

/// The gateway's address for callers: `https://gateway.example:8443`. The server puts it into the context.
#[derive(Clone, Debug)]
pub struct GatewayAddress(String);

impl GatewayAddress {
    /// Scheme, host and port; a slash at the end is dropped.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self(address.trim_end_matches('/').to_owned())
    }
}

/// The address that callers of a suffix use; only its path where the portal wasn't told where the gateway is.
#[must_use]
pub fn for_callers(suffix: &str) -> String {
    let gateway = use_context::<GatewayAddress>().map(|address| address.0).unwrap_or_default();
    format!("{gateway}/{suffix}")
}
