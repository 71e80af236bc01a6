//! Refuses requests that two servers could read in two ways, before anything else looks at them.

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderValue, Version};

use crate::error::{Cause, Error, Step};
use crate::exchange::Exchange;
use crate::framing::Finding;

/// Checks what the HTTP library lets through: framing, method, host and path. What it refuses itself – folded fields,
/// NUL, wrong chunks, lengths that contradict each other – never comes this far.
///
/// # Errors
/// Says what is wrong, for the log.
pub(crate) fn check(exchange: &Exchange) -> Result<(), Error> {
    if exchange.head.version < Version::HTTP_2
        && let Some(finding) = exchange.connection.findings.next()
    {
        return Err(match finding {
            Finding::Ambiguous(what) => Error::malformed(what),
            Finding::Coding => Error::client(Step::Read, Cause::Coding),
        });
    }
    // What TRACE brings back to the caller is the request as the backend got it, the gateway's credential included
    // (RFC 9110, 9.3.8). IIS knows it as TRACK, too, and not every backend minds a method's case.
    let is_named = |method: &str| exchange.head.method.as_str().eq_ignore_ascii_case(method);
    if ["CONNECT", "TRACE", "TRACK"].into_iter().any(is_named) {
        return Err(Error::client(Step::Read, Cause::Method));
    }
    check_host(exchange)?;
    if !exchange.asked.path().starts_with('/') {
        return Err(Error::malformed("its path doesn't begin with a slash"));
    }
    Ok(())
}

/// Checks that a request asks for the host that the connection was opened for. The name in the handshake is what a
/// server in front of us, or a later version of us, chooses its rules by: a request for another host must not slip
/// through under them. Callers that named no host, such as those that use an IP address, may ask for any.
///
/// # Errors
/// It asks for another.
pub(crate) fn check_name(exchange: &Exchange) -> Result<(), Error> {
    let Some(server_name) = &exchange.caller.server_name else { return Ok(()) };
    let asked = match exchange.asked.authority() {
        Some(authority) => Some(authority.host()),
        None => exchange.head.headers.get(HOST).and_then(|host| host.to_str().ok()).map(without_port),
    };
    let is_same = |asked: &str| asked.trim_end_matches('.').eq_ignore_ascii_case(server_name);
    if asked.is_none_or(is_same) { Ok(()) } else { Err(Error::client(Step::Read, Cause::Misdirected)) }
}

/// The host of a `Host`, which was found to be one. The name of a handshake is never an IPv6 address.
fn without_port(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}

fn check_host(exchange: &Exchange) -> Result<(), Error> {
    let mut hosts = exchange.head.headers.get_all(HOST).iter();
    let (host, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(Error::malformed("it has more than one `Host`"));
    }
    let named = host.map(authority).transpose()?;
    match (exchange.asked.authority(), named) {
        (None, None) if exchange.head.version >= Version::HTTP_11 => {
            Err(Error::malformed("it has no `Host`"))
        }
        (Some(one), _) if !is_host(one) => Err(Error::malformed("its address holds no name of a host")),
        (Some(one), Some(other)) if *one != other => {
            Err(Error::malformed("its address and its `Host` name different hosts"))
        }
        _ => Ok(()),
    }
}

fn authority(host: &HeaderValue) -> Result<Authority, Error> {
    let authority = Authority::try_from(host.as_bytes()).ok();
    authority.filter(is_host).ok_or_else(|| Error::malformed("its `Host` is not the name of a host"))
}

/// Whether it is a host, with a valid port or without one, and nothing else.
fn is_host(authority: &Authority) -> bool {
    let host = authority.host();
    match authority.as_str().strip_prefix(host) {
        Some("") => !host.is_empty(),
        Some(port) => !host.is_empty() && port.strip_prefix(':').is_some_and(is_port),
        // A user name stands before it.
        None => false,
    }
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}
