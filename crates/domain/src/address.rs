//! Where an API is found: the suffix callers use, and the backend that the gateway calls.

use std::fmt;
use std::str::FromStr;

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

/// Why a text is not the address of a backend.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BackendError {
    #[error("the address must begin with `https://` or `http://`")]
    Scheme,
    #[error("the address must not hold a user name or password; set credentials on the Security tab")]
    UserInfo,
    #[error("the address must not hold `?` or `#`")]
    Query,
    #[error("the host name is missing or holds a character that host names don't have")]
    Host,
    #[error("the port must be a number from 1 to 65535")]
    Port,
    #[error("the path holds a character that must be percent-encoded")]
    Path,
    #[error("the address may have at most {BACKEND_LIMIT} characters")]
    TooLong,
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

/// How a backend is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    Http,
    Https,
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

impl Scheme {
    /// 80 or 443.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    /// `http` or `https`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
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
            if part.is_empty() || !part.bytes().all(path_byte) {
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
    type Err = BackendError;
    fn from_str(text: &str) -> Result<Self, BackendError> {
        let text = text.trim();
        if text.len() > BACKEND_LIMIT {
            return Err(BackendError::TooLong);
        }
        let (scheme, rest) = split_scheme(text)?;
        if rest.contains(['?', '#']) {
            return Err(BackendError::Query);
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if authority.contains('@') {
            return Err(BackendError::UserInfo);
        }
        let (host, port) = split_authority(authority)?;
        let port = match port {
            None => scheme.default_port(),
            Some(digits) => digits.parse().ok().filter(|port| *port > 0).ok_or(BackendError::Port)?,
        };
        let path = path.trim_end_matches('/');
        if !path.bytes().all(|b| path_byte(b) || matches!(b, b'/' | b'%')) {
            return Err(BackendError::Path);
        }
        Ok(Self { scheme, host: host.to_ascii_lowercase(), port, path: path.to_owned() })
    }
}

impl TryFrom<String> for UrlSuffix {
    type Error = SuffixError;
    fn try_from(text: String) -> Result<Self, SuffixError> {
        text.parse()
    }
}

impl TryFrom<String> for BackendAddress {
    type Error = BackendError;
    fn try_from(text: String) -> Result<Self, BackendError> {
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

fn split_scheme(text: &str) -> Result<(Scheme, &str), BackendError> {
    let (scheme, rest) = text.split_once("://").ok_or(BackendError::Scheme)?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok((Scheme::Https, rest)),
        "http" => Ok((Scheme::Http, rest)),
        _ => Err(BackendError::Scheme),
    }
}

fn split_authority(authority: &str) -> Result<(&str, Option<&str>), BackendError> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(BackendError::Host)?;
        host.parse::<std::net::Ipv6Addr>().map_err(|_| BackendError::Host)?;
        return match after {
            "" => Ok((host, None)),
            _ => after.strip_prefix(':').map(|port| (host, Some(port))).ok_or(BackendError::Port),
        };
    }
    let (host, port) = authority.split_once(':').map_or((authority, None), |(h, p)| (h, Some(p)));
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if host.len() > 253 || !host.split('.').all(label) {
        return Err(BackendError::Host);
    }
    Ok((host, port))
}

/// The characters of a path part that need no percent-encoding (RFC 3986, 3.3).
fn path_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b)
}

const SUFFIX_LIMIT: usize = 200;
const BACKEND_LIMIT: usize = 1024;

#[cfg(test)]
mod tests {
    use super::{BackendAddress, BackendError, Scheme, SuffixError, UrlSuffix};

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

    #[test]
    fn what_is_wrong_with_a_backend_address_is_named() {
        let cases = [
            ("partner.example", BackendError::Scheme),
            ("ftp://x", BackendError::Scheme),
            ("https://user:pw@x", BackendError::UserInfo),
            ("https://x/?q", BackendError::Query),
            ("https://", BackendError::Host),
            ("https://x:0", BackendError::Port),
            ("https://x:port", BackendError::Port),
            ("https://x/a b", BackendError::Path),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<BackendAddress>(), Err(error), "{text}");
        }
    }
}
