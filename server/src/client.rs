//! Who is behind a request to the portal, and by which scheme: over a trusted proxy the client and the scheme that it
//! names, else whoever is connected.

use std::net::{IpAddr, Ipv6Addr};

use domain::address_range::AddressRange;
use http::{HeaderMap, HeaderName};

/// Proxies in front of the portal that are believed about their clients.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(Vec<AddressRange>);

impl TrustedProxies {
    /// Those in these ranges.
    pub(crate) fn new(ranges: Vec<AddressRange>) -> Self {
        Self(ranges)
    }

    /// The nearest address in `X-Forwarded-For` that isn't a trusted proxy's; what stands before it is anybody's
    /// claim. Without a trusted proxy it is the one who is connected.
    pub(crate) fn client(&self, headers: &HeaderMap, connected: IpAddr) -> IpAddr {
        let mut client = connected.to_canonical();
        let values = headers.get_all(&X_FORWARDED_FOR).iter().map(|value| value.to_str().unwrap_or_default());
        let named: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        for name in named.into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = address(name) else { break };
            client = address;
        }
        client
    }

    /// The scheme by which the client reached a trusted proxy, as the nearest one says in `X-Forwarded-Proto`. `None`
    /// without a trusted proxy, and if it says nothing.
    pub(crate) fn scheme<'a>(&self, headers: &'a HeaderMap, connected: IpAddr) -> Option<&'a str> {
        let said = headers.get_all(&X_FORWARDED_PROTO).iter().next_back()?.to_str().ok()?;
        let nearest = said.rsplit(',').next().unwrap_or_default().trim();
        self.trusts(connected.to_canonical()).then_some(nearest)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(address))
    }
}

/// An address, perhaps with a port, and an IPv6 address perhaps in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let plain = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    plain().or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use http::HeaderMap;

    use super::TrustedProxies;

    fn client(trusted: &[&str], lines: &[&'static str], connected: &str) -> String {
        let ranges = trusted.iter().map(|range| range.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let connected: IpAddr = connected.parse().unwrap();
        TrustedProxies::new(ranges).client(&headers, connected).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client(&[], &["1.1.1.1"], "10.0.0.1"), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], &["1.1.1.1"], "9.9.9.9"), "9.9.9.9");
        assert_eq!(client(&["10.0.0.0/8"], &["1.1.1.1"], "10.0.0.1"), "1.1.1.1");
        assert_eq!(client(&["10.0.0.0/8"], &["1.1.1.1"], "::ffff:10.0.0.1"), "1.1.1.1");
    }

    #[test]
    fn the_way_is_gone_from_the_end_and_no_further_than_trusted_proxies_go() {
        assert_eq!(client(&["10.0.0.0/8"], &["6.6.6.6, 1.1.1.1, 10.0.0.2"], "10.0.0.1"), "1.1.1.1");
        assert_eq!(client(&["10.0.0.0/8"], &["6.6.6.6", "1.1.1.1:443, [10.0.0.2]"], "10.0.0.1"), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], &["6.6.6.6", "[2001:db8::1]:443"], "10.0.0.1"), "2001:db8::1");
        assert_eq!(client(&["10.0.0.0/8"], &["nonsense"], "10.0.0.1"), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], &["6.6.6.6, nonsense, 10.0.0.2"], "10.0.0.1"), "10.0.0.2");
    }
}
