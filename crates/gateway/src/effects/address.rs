//! Changes of where a call goes: method, path, query, backend.

use std::borrow::Cow;

use domain::address::BackendAddress;
use http::header::HOST;
use http::{HeaderValue, Method, Uri};
use policy::effect::{HeaderAction, Place};

use crate::error::{Cause, Error, Step};
use crate::exchange::{Backend, Exchange};
use crate::route;

/// What becomes of the parameters that a rewritten address doesn't name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    Kept,
    LeftOut,
}

/// Changes the method of the request.
///
/// # Errors
/// It isn't one.
pub(crate) fn set_method(exchange: &mut Exchange, method: &str) -> Result<(), Error> {
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| Error::policy(Cause::Address))?;
    if method == Method::CONNECT {
        return Err(Error::policy(Cause::Method));
    }
    exchange.head.method = method;
    Ok(())
}

/// Calls another path, behind the backend's address; with the query that `to` brings, and perhaps what the request
/// has beside it.
///
/// # Errors
/// It can't be sent, or leads out of the backend's address.
pub(crate) fn rewrite(exchange: &mut Exchange, to: &str, others: Others) -> Result<(), Error> {
    let (path, query) = to.split_once('?').map_or((to, None), |(path, query)| (path, Some(query)));
    if route::escapes(path) {
        return Err(Error::client(Step::Policy, Cause::PathEscapes));
    }
    let own: Vec<&str> = parameters(query).collect();
    let is_new = |pair: &&str| !own.iter().any(|known| name_of(known) == name_of(pair));
    let kept = exchange.head.uri.query().filter(|_| others == Others::Kept);
    let all: Vec<&str> = own.iter().copied().chain(parameters(kept).filter(is_new)).collect();
    let path = format!("{}{path}", exchange.base_path());
    go_to(exchange, &path, &all.join("&"))
}

/// Changes a parameter of the query.
///
/// # Errors
/// The query can't be sent.
pub(crate) fn set_query_parameter(
    exchange: &mut Exchange,
    name: &str,
    action: HeaderAction,
    values: &[String],
) -> Result<(), Error> {
    let uri = exchange.head.uri.clone();
    let is_meant = |pair: &&str| name_of(pair) == name;
    let is_there = parameters(uri.query()).any(|pair| is_meant(&pair));
    let keeps = match action {
        HeaderAction::Skip if is_there => return Ok(()),
        HeaderAction::Skip | HeaderAction::Append => true,
        HeaderAction::Override | HeaderAction::Delete => false,
    };
    let kept = parameters(uri.query()).filter(|pair| keeps || !is_meant(pair)).map(str::to_owned);
    let added = values.iter().filter(|_| action != HeaderAction::Delete);
    let added = added.map(|value| format!("{}={}", escaped(name), escaped(value)));
    let all: Vec<String> = kept.chain(added).collect();
    go_to(exchange, uri.path(), &all.join("&"))
}

/// Calls another backend: what stands behind the address of the one before stays.
///
/// # Errors
/// The address isn't one.
pub(crate) fn set_backend(exchange: &mut Exchange, base_url: &str, at: &Place) -> Result<(), Error> {
    let wrong = || Error::policy(Cause::Backend { line: at.line });
    let address: BackendAddress = base_url.parse().map_err(|_| wrong())?;
    let authority = HeaderValue::try_from(address.authority()).map_err(|_| wrong())?;
    let uri = exchange.head.uri.clone();
    let rest = uri.path().strip_prefix(exchange.base_path()).unwrap_or(uri.path());
    let path = format!("{}{rest}", address.path());
    exchange.head.headers.insert(HOST, authority.clone());
    exchange.backend = Some(Box::new(Backend { address, authority }));
    go_to(exchange, &path, uri.query().unwrap_or_default())
}

fn go_to(exchange: &mut Exchange, path: &str, query: &str) -> Result<(), Error> {
    let path = if path.is_empty() { "/" } else { path };
    let mark = if query.is_empty() { "" } else { "?" };
    let target = format!("{}{mark}{}", sendable(path), sendable(query));
    exchange.head.uri = Uri::try_from(target).map_err(|_| Error::policy(Cause::Address))?;
    Ok(())
}

fn parameters(query: Option<&str>) -> impl Iterator<Item = &str> {
    query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty())
}

fn name_of(pair: &str) -> Cow<'_, str> {
    let name = pair.split('=').next().unwrap_or_default();
    if !name.contains(['%', '+']) {
        return Cow::Borrowed(name);
    }
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        plain.push(match (byte, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, behind @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    rest = behind;
                    high * 16 + low
                }
                _ => b'%',
            },
            (byte, _) => *byte,
        });
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A text as one part of a query (RFC 3986, 2.3).
fn escaped(text: &str) -> Cow<'_, str> {
    escape_others(text, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// A path or query of which nothing is changed but what can't be sent.
pub(crate) fn sendable(text: &str) -> Cow<'_, str> {
    escape_others(text, |byte| byte.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&byte))
}

fn escape_others(text: &str, stays: impl Fn(u8) -> bool) -> Cow<'_, str> {
    if text.bytes().all(&stays) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if stays(byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::{escaped, name_of, sendable};

    #[test]
    fn a_parameter_is_known_by_its_decoded_name() {
        assert_eq!(name_of("a%20b=1"), "a b");
        assert_eq!(name_of("a+b"), "a b");
        assert_eq!(name_of("a%2=1"), "a%2");
        assert_eq!(name_of("=1"), "");
    }

    #[test]
    fn what_cannot_be_sent_is_escaped_and_nothing_else() {
        assert_eq!(sendable("/a b/ü%20?x#"), "/a%20b/%C3%BC%20?x%23");
        assert_eq!(escaped("a&b=c d"), "a%26b%3Dc%20d");
        assert_eq!(escaped("plain-1_2.3~"), "plain-1_2.3~");
    }
}
