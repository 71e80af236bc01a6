//! Absolute addresses of HTTP servers: the base of a backend, and whole URLs that are called.

use thiserror::Error;

use crate::host::{self, HostProblem};

/// Why a text is not an address that can be called.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum UrlProblem {
    #[error("the address must begin with `https://` or `http://`")]
    Scheme,
    #[error("the address must not contain a user name or password; set credentials on the Security tab")]
    UserInfo,
    #[error("the address must not contain `?` or `#`")]
    Query,
    #[error(transparent)]
    Host(#[from] HostProblem),
    #[error("the port must be a number from 1 to 65535")]
    Port,
    #[error("the path contains a character that must be percent-encoded")]
    Path,
    #[error("the address is longer than {limit} characters")]
    TooLong { limit: usize },
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    Http,
    Https,
}

/// An address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url<'t> {
    pub scheme: Scheme,
    /// Lower case, an IPv6 address without its brackets.
    pub host: String,
    /// The scheme's own where none is written.
    pub port: u16,
    /// All that follows: path, query, fragment.
    pub rest: &'t str,
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

/// The base address of a backend: scheme, host, port and path, nothing behind. Slashes at the end are left out.
/// `wss://` and `ws://` mean `https://` and `http://`: a WebSocket begins as a request over HTTP (RFC 6455, 3).
///
/// # Errors
/// No request can be sent there.
pub fn backend(text: &str) -> Result<Url<'_>, UrlProblem> {
    if text.trim().len() > BACKEND_LIMIT {
        return Err(UrlProblem::TooLong { limit: BACKEND_LIMIT });
    }
    let url = parse(text, |name| scheme(name).or_else(|| web_socket(name)))?;
    if url.rest.contains(['?', '#']) {
        return Err(UrlProblem::Query);
    }
    let rest = url.rest.trim_end_matches('/');
    if !is_path(rest) {
        return Err(UrlProblem::Path);
    }
    Ok(Url { rest, ..url })
}

/// A whole URL. Whatever a URL can't hold behind the host is escaped when it is called.
///
/// # Errors
/// No request can be sent there.
pub fn url(text: &str) -> Result<Url<'_>, UrlProblem> {
    parse(text, scheme)
}

/// The characters of a path part that need no percent-encoding (RFC 3986, 3.3).
#[must_use]
pub fn is_path_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b)
}

fn parse(text: &str, scheme: impl Fn(&str) -> Option<Scheme>) -> Result<Url<'_>, UrlProblem> {
    let text = text.trim();
    if text.len() > URL_LIMIT {
        return Err(UrlProblem::TooLong { limit: URL_LIMIT });
    }
    let (name, behind) = text.split_once("://").ok_or(UrlProblem::Scheme)?;
    let scheme = scheme(&name.to_ascii_lowercase()).ok_or(UrlProblem::Scheme)?;
    let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    let (authority, rest) = behind.split_at(end);
    if authority.contains('@') {
        return Err(UrlProblem::UserInfo);
    }
    let (host, port) = split_port(authority)?;
    let port = port.map_or(Ok(scheme.default_port()), number)?;
    if rest.contains(char::is_control) {
        return Err(UrlProblem::Path);
    }
    Ok(Url { scheme, host, port, rest })
}

fn scheme(name: &str) -> Option<Scheme> {
    match name {
        "https" => Some(Scheme::Https),
        "http" => Some(Scheme::Http),
        _ => None,
    }
}

fn web_socket(name: &str) -> Option<Scheme> {
    match name {
        "wss" => Some(Scheme::Https),
        "ws" => Some(Scheme::Http),
        _ => None,
    }
}

fn split_port(authority: &str) -> Result<(String, Option<&str>), UrlProblem> {
    if let Some(inner) = authority.strip_prefix('[') {
        let (inner, behind) = inner.split_once(']').ok_or(HostProblem::Brackets)?;
        let host = host::bracketed(inner)?;
        return match behind {
            "" => Ok((host, None)),
            _ => Ok((host, Some(behind.strip_prefix(':').ok_or(UrlProblem::Port)?))),
        };
    }
    match authority.split_once(':') {
        None => Ok((host::host(authority)?, None)),
        Some((name, port)) => Ok((host::host(name)?, Some(port))),
    }
}

fn number(digits: &str) -> Result<u16, UrlProblem> {
    let port = digits.parse().ok().filter(|port| *port > 0);
    // The parser of numbers takes a sign.
    port.filter(|_| digits.bytes().all(|b| b.is_ascii_digit())).ok_or(UrlProblem::Port)
}

/// A path whose `%` begin an escape (RFC 3986, 2.1).
fn is_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let is_right = match byte {
            b'%' => bytes.by_ref().take(2).filter(u8::is_ascii_hexdigit).count() == 2,
            byte => byte == b'/' || is_path_byte(byte),
        };
        if !is_right {
            return false;
        }
    }
    true
}

const BACKEND_LIMIT: usize = 1024;
/// As long as the library for addresses takes them, every octet escaped.
const URL_LIMIT: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::{Scheme, UrlProblem, backend, url};
    use crate::host::HostProblem;

    #[test]
    fn a_backend_is_taken_apart() {
        let taken = backend(" HTTPS://Partner.Example:9443/base/%20/ ").unwrap();
        assert_eq!((taken.scheme, taken.host.as_str()), (Scheme::Https, "partner.example"));
        assert_eq!((taken.port, taken.rest), (9443, "/base/%20"));
        let socket = backend("wss://partner.example/live").unwrap();
        assert_eq!((socket.scheme, socket.port, socket.rest), (Scheme::Https, 443, "/live"));
        let six = backend("http://[2001:DB8::1]").unwrap();
        assert_eq!((six.host.as_str(), six.port, six.rest), ("2001:db8::1", 80, ""));
    }

    #[test]
    fn what_is_wrong_with_a_backend_is_named() {
        use HostProblem::{Brackets, Character, EmptyPart, Missing, NotAscii, Number, Zone};
        for (text, problem) in [
            ("", UrlProblem::Scheme),
            ("partner.example", UrlProblem::Scheme),
            ("ftp://x", UrlProblem::Scheme),
            ("https:/x", UrlProblem::Scheme),
            ("https://user:pw@x", UrlProblem::UserInfo),
            ("https://x/?q", UrlProblem::Query),
            ("https://x?q", UrlProblem::Query),
            ("https://x#f", UrlProblem::Query),
            ("https://", UrlProblem::Host(Missing)),
            ("https:///a", UrlProblem::Host(Missing)),
            ("https://:443", UrlProblem::Host(Missing)),
            ("https://10.0.0:8443", UrlProblem::Host(Number)),
            ("https://a..b", UrlProblem::Host(EmptyPart)),
            ("https://a b", UrlProblem::Host(Character { found: ' ' })),
            ("https://a\tb", UrlProblem::Host(Character { found: '\t' })),
            ("https://a\\b", UrlProblem::Host(Character { found: '\\' })),
            ("https://a%2eb", UrlProblem::Host(Character { found: '%' })),
            ("https://\u{bc31}.example", UrlProblem::Host(NotAscii)),
            ("https://[fe80::1%25eth0]", UrlProblem::Host(Zone)),
            ("https://[fe80::1%eth0]", UrlProblem::Host(Zone)),
            ("https://[::1", UrlProblem::Host(Brackets)),
            ("https://[1.2.3.4]", UrlProblem::Host(Brackets)),
            ("https://::1", UrlProblem::Host(Missing)),
            ("https://x:0", UrlProblem::Port),
            ("https://x:99999", UrlProblem::Port),
            ("https://x:+80", UrlProblem::Port),
            ("https://x:-1", UrlProblem::Port),
            ("https://x:", UrlProblem::Port),
            ("https://x:port", UrlProblem::Port),
            ("https://[::1]80", UrlProblem::Port),
            ("https://x/a b", UrlProblem::Path),
            ("https://x/%zz", UrlProblem::Path),
            ("https://x/a%2", UrlProblem::Path),
            ("https://x/\u{fc}", UrlProblem::Path),
            ("https://x/\u{0}", UrlProblem::Path),
        ] {
            assert_eq!(backend(text), Err(problem), "{text}");
        }
        assert_eq!(
            backend(&format!("https://x/{}", "a".repeat(1024))),
            Err(UrlProblem::TooLong { limit: 1024 })
        );
    }

    #[test]
    fn a_url_may_have_a_query_and_a_fragment() {
        assert_eq!(url("https://x?a=b c#d").unwrap().rest, "?a=b c#d");
        assert_eq!(url("https://x/\r\n").unwrap().rest, "/");
        assert_eq!(url("https://x/a\r\nb"), Err(UrlProblem::Path));
        assert_eq!(url("wss://x/a"), Err(UrlProblem::Scheme));
    }
}
