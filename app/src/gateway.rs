//! Where callers reach the gateway, as far as the portal was told.

use std::net::SocketAddr;

use leptos::prelude::use_context;

/// The gateway's address for callers, `https://127.0.0.1:8443`, or nothing. The server puts it into the context.
#[derive(Clone, Debug, Default)]
pub struct GatewayAddress(String);

impl GatewayAddress {
    /// The first address that says which host it is: `0.0.0.0` is none that a caller can use.
    #[must_use]
    pub fn listening_on(addresses: &[SocketAddr]) -> Self {
        let known = addresses.iter().find(|address| !address.ip().is_unspecified());
        Self(known.map(|address| format!("https://{address}")).unwrap_or_default())
    }
}

/// The address that callers of a suffix use; only its path where the gateway's own isn't known.
#[must_use]
pub fn for_callers(suffix: &str) -> String {
    let gateway = use_context::<GatewayAddress>().unwrap_or_default().0;
    format!("{gateway}/{suffix}")
}

#[cfg(test)]
mod tests {
    use super::GatewayAddress;

    #[test]
    fn an_address_for_all_hosts_is_none_for_callers() {
        let told = |addresses: &[&str]| {
            let addresses: Vec<_> = addresses.iter().map(|address| address.parse().unwrap()).collect();
            GatewayAddress::listening_on(&addresses).0
        };
        assert_eq!(told(&["0.0.0.0:8443", "[::1]:8443"]), "https://[::1]:8443");
        assert_eq!(told(&["0.0.0.0:8443"]), "");
    }
}
