//! Calls that turn their connection into something else, such as a WebSocket (RFC 9110, 7.8).

use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;

use http::header::{CONNECTION, UPGRADE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use crate::answer::AnswerBody;
use crate::connection::Connection;
use crate::headers;
use crate::upstream::tunnel;

/// A caller's wish to change the protocol.
#[derive(Debug)]
pub(crate) struct Wish {
    /// Where the caller's connection comes out when the wish is granted.
    pub(crate) caller: OnUpgrade,
    /// To what.
    pub(crate) protocol: HeaderValue,
}

/// The wish in a request's head, if there is one that can be passed on: HTTP/1.1, one protocol, no body. `h2c` can't
/// be: it would let callers speak past the gateway.
pub(crate) fn wish(head: &mut Parts) -> Option<Wish> {
    if head.version != Version::HTTP_11 || !headers::names(&head.headers, &CONNECTION, "upgrade") {
        return None;
    }
    let mut protocols = head.headers.get_all(UPGRADE).iter();
    let protocol = protocols.next()?.clone();
    let text = protocol.to_str().ok()?;
    if protocols.next().is_some() || text.contains(',') || text.eq_ignore_ascii_case("h2c") {
        return None;
    }
    Some(Wish { caller: head.extensions.remove()?, protocol })
}

/// Writes the wish into a head on its way to the backend.
pub(crate) fn ask(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}

/// Whether the backend grants a wish.
pub(crate) fn is_granted(response: &Response<Incoming>) -> bool {
    response.status() == StatusCode::SWITCHING_PROTOCOLS
}

/// Passes the backend's consent on, and from then on every byte in both directions until both sides have closed, or
/// neither sends anything for `idle`.
pub(crate) fn grant(
    connection: &Rc<Connection>,
    caller: OnUpgrade,
    mut response: Response<Incoming>,
    idle: Duration,
) -> Response<AnswerBody> {
    let backend = hyper::upgrade::on(&mut response);
    connection.findings.end();
    // The connection counts as open for as long as the tunnel holds it.
    let held = Rc::clone(connection);
    tokio::task::spawn_local(async move {
        let (Ok(caller), Ok(backend)) = (caller.await, backend.await) else { return };
        match tunnel::join(TokioIo::new(caller), TokioIo::new(backend), idle).await {
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                tracing::warn!(reason = %error, idle_s = idle.as_secs(), "cut an upgraded connection off");
            }
            copied => tracing::debug!(?copied, "an upgraded connection ended"),
        }
        drop(held);
    });
    let (mut head, _) = response.into_parts();
    let protocol = head.headers.get(UPGRADE).cloned();
    headers::clean_response(&mut head.headers);
    head.headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    if let Some(protocol) = protocol {
        head.headers.insert(UPGRADE, protocol);
    }
    Response::from_parts(head, AnswerBody::local(String::new()))
}
