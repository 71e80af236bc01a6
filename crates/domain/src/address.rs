//! Where an API is found: the suffix callers use, and the backend that the gateway calls.

use std::fmt;
use std::str::FromStr;

use ::address::url::{self, Scheme, UrlProblem, is_path_byte};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text is not a URL suffix.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SuffixError {
    #[error("a URL suffix may have at most {SUFFIX_LIMIT} characters")]
    TooLong,
    #[error(
        "a URL suffix may hold letters, digits and `-._~!$&'()*+,;=:@`, in parts separated by single slashes"
    )]
    BadCharacter,
    #[error("a URL suffix must not hold the parts `.` and `..`")]
    Dots,
}

/// The leading path parts that lead to an API, without slashes at the ends: `partner/v1`. Empty means every path
/// that no other API takes. Compared letter by letter (RFC 3986, 6.2.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UrlSuffix(String);

/// Scheme, host, port and base path of a backend: `https://partner.example:8443/base`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BackendAddress {
    scheme: Scheme,
    host: String,
    port: u16,
    path: String,
}

impl UrlSuffix {
    /// The suffix without slashes at its ends.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BackendAddress {
    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host name or IP address in lower case, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, the scheme's own where none was written.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Base path with a slash in front and none behind, or empty.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// `host`, `host:port` or `[v6]:port`, as it stands in a `Host` header (RFC 9110, 7.2).
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == self.scheme.default_port() { host } else { format!("{host}:{}", self.port) }
    }
}

impl FromStr for UrlSuffix {
    type Err = SuffixError;
    fn from_str(text: &str) -> Result<Self, SuffixError> {
        let text = text.trim().trim_matches('/');
        if text.len() > SUFFIX_LIMIT {
            return Err(SuffixError::TooLong);
        }
        if text.is_empty() {
            return Ok(Self(String::new()));
        }
        for part in text.split('/') {
            if part.is_empty() || !part.bytes().all(is_path_byte) {
                return Err(SuffixError::BadCharacter);
            }
            if matches!(part, "." | "..") {
                return Err(SuffixError::Dots);
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for BackendAddress {
    type Err = UrlProblem;
    fn from_str(text: &str) -> Result<Self, UrlProblem> {
        let url = url::backend(text)?;
        Ok(Self { scheme: url.scheme, host: url.host, port: url.port, path: url.rest.to_owned() })
    }
}

impl TryFrom<String> for UrlSuffix {
    type Error = SuffixError;
    fn try_from(text: String) -> Result<Self, SuffixError> {
        text.parse()
    }
}

impl TryFrom<String> for BackendAddress {
    type Error = UrlProblem;
    fn try_from(text: String) -> Result<Self, UrlProblem> {
        text.parse()
    }
}

impl From<UrlSuffix> for String {
    fn from(suffix: UrlSuffix) -> Self {
        suffix.0
    }
}

impl From<BackendAddress> for String {
    fn from(address: BackendAddress) -> Self {
        address.to_string()
    }
}

impl fmt::Display for UrlSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BackendAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme.as_str(), self.authority(), self.path)
    }
}

const SUFFIX_LIMIT: usize = 200;

#[cfg(test)]
mod tests {
    use ::address::url::Scheme;

    use super::{BackendAddress, SuffixError, UrlSuffix};

    #[test]
    fn a_suffix_loses_the_slashes_at_its_ends() {
        assert_eq!("/partner/v1/".parse::<UrlSuffix>().unwrap().as_str(), "partner/v1");
        assert_eq!("/".parse::<UrlSuffix>().unwrap().as_str(), "");
        assert_eq!("a//b".parse::<UrlSuffix>(), Err(SuffixError::BadCharacter));
        assert_eq!("a/../b".parse::<UrlSuffix>(), Err(SuffixError::Dots));
        assert_eq!("a?b".parse::<UrlSuffix>(), Err(SuffixError::BadCharacter));
    }

    #[test]
    fn a_backend_address_is_taken_apart() {
        let address: BackendAddress = "HTTPS://Partner.Example:9443/base/".parse().unwrap();
        assert_eq!(address.scheme(), Scheme::Https);
        assert_eq!((address.host(), address.port(), address.path()), ("partner.example", 9443, "/base"));
        assert_eq!(address.to_string(), "https://partner.example:9443/base");
    }

    #[test]
    fn an_ipv6_backend_keeps_its_brackets_in_the_host_header() {
        let address: BackendAddress = "https://[::1]:8443".parse().unwrap();
        assert_eq!((address.host(), address.authority().as_str()), ("::1", "[::1]:8443"));
    }
}
