//! Addresses that the gateway doesn't connect to, wherever they are configured.

use std::net::IpAddr;
use std::str::FromStr;

use crate::address_range::{AddressRange, RangeError};

/// What an operator wrote: `loopback`, `link-local`, `private`, or a range such as `10.0.0.0/8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAddresses(Vec<AddressRange>);

impl RefusedAddresses {
    /// Those of all parts together.
    #[must_use]
    pub fn of(parts: Vec<Self>) -> Self {
        Self(parts.into_iter().flat_map(|part| part.0).collect())
    }

    /// No address is refused.
    #[must_use]
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// Whether no connection may be made to this address. An IPv4 address that is written as IPv6, or that a NAT64
    /// gateway (RFC 6052) leads to, counts as what it is.
    #[must_use]
    pub fn refuse(&self, address: IpAddr) -> bool {
        let meant = match address.to_canonical() {
            IpAddr::V6(six) if six.segments().starts_with(&NAT64) => {
                let [.., high, low] = six.segments();
                IpAddr::from((u32::from(high) << 16 | u32::from(low)).to_be_bytes())
            }
            other => other,
        };
        self.0.iter().any(|range| range.contains(meant) || range.contains(address))
    }
}

impl FromStr for RefusedAddresses {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let ranges: &[&str] = match text {
            // The unspecified address leads to the machine itself.
            "loopback" => &["127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128"],
            "link-local" => &["169.254.0.0/16", "fe80::/10"],
            "private" => &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"],
            range => &[range],
        };
        ranges.iter().map(|range| range.parse()).collect::<Result<_, _>>().map(Self)
    }
}

/// `64:ff9b::/96`, the prefix of addresses that stand for IPv4 ones.
const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

#[cfg(test)]
mod tests {
    use super::RefusedAddresses;

    fn refuses(written: &str, address: &str) -> bool {
        let parts = written.split(',').map(|part| part.parse().unwrap()).collect();
        RefusedAddresses::of(parts).refuse(address.parse().unwrap())
    }

    #[test]
    fn words_and_ranges_refuse_their_addresses_however_they_are_written() {
        for address in
            ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]
        {
            assert!(refuses("loopback", address), "{address}");
        }
        for address in ["169.254.169.254", "fe80::1", "::ffff:169.254.1.1"] {
            assert!(refuses("private,link-local", address) && !refuses("loopback", address), "{address}");
        }
        for address in ["10.1.2.3", "172.31.0.1", "192.168.0.1", "fd00::1", "100.64.0.1"] {
            assert!(refuses("private", address), "{address}");
        }
        assert!(refuses("203.0.113.0/24", "203.0.113.9") && !refuses("203.0.113.0/24", "203.0.114.9"));
        for address in ["8.8.8.8", "172.32.0.1", "2001:db8::1"] {
            assert!(!refuses("loopback,link-local,private", address), "{address}");
        }
    }

    #[test]
    fn a_word_that_means_nothing_is_refused() {
        assert!("localhost".parse::<RefusedAddresses>().is_err());
        assert!(!RefusedAddresses::none().refuse("127.0.0.1".parse().unwrap()));
    }
}
