//! Follows a backend that points elsewhere, where the policy says so (`follow-redirects`).
//!
//! Who is pointed to isn't who was chosen: another origin sees neither the certificate nor the credentials of the call,
//! and nobody is followed from TLS to where there is none.

use std::rc::Rc;
use std::sync::Arc;

use address::url::Scheme;
use domain::address::BackendAddress;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, LOCATION};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::compiled::CompiledApi;
use crate::effects::call::take_apart;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::upstream::body::RequestBody;
use crate::upstream::peer::Peer;
use crate::upstream::pool::Lease;
use crate::upstream::retry;
use crate::upstream::send::{self, Keep, Patience};

/// Sends a request, and once more to wherever its answer points, a few times.
///
/// # Errors
/// As of [`retry::forward`].
pub(crate) async fn forward(
    exchange: &mut Exchange,
    api: &CompiledApi,
    peer: &Arc<Peer>,
    patience: Patience,
) -> Result<(Response<Incoming>, Lease), Error> {
    let worker = Rc::clone(&exchange.connection.worker);
    let mut request = send::outgoing(exchange, Keep::Anyhow)?;
    let mut address = exchange.backend_address().unwrap_or(&api.source.backend).clone();
    let mut peer = Arc::clone(peer);
    let mut has_body = true;
    for _ in 0..MOST_STEPS {
        let (method, target) = (request.method().clone(), request.uri().clone());
        let headers = request.headers().clone();
        let (response, lease) = retry::forward(&worker, &peer, request, patience).await?;
        let base = format!("{}://{}", address.scheme().as_str(), address.authority());
        let Some((next, uri)) = destination(&response, &base, target.path()) else {
            return Ok((response, lease));
        };
        if address.scheme() == Scheme::Https && next.scheme() == Scheme::Http {
            return Ok((response, lease));
        }
        let keeps_body = keeps_body(response.status(), &method);
        // What was left behind once isn't sent to whoever comes after.
        has_body &= keeps_body;
        let body = if has_body { send::body_again(exchange)? } else { RequestBody::none() };
        request = Request::new(body);
        *request.method_mut() = if keeps_body || method == Method::HEAD { method } else { Method::GET };
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        if !keeps_body {
            request.headers_mut().remove(CONTENT_LENGTH);
            request.headers_mut().remove(CONTENT_TYPE);
        }
        if !is_same_origin(&address, &next) {
            request.headers_mut().remove(AUTHORIZATION);
            request.headers_mut().remove(COOKIE);
            peer = worker.made.peer(&worker.shared.live.current(), &next, &api.source.trust, None)?;
        }
        if let Ok(host) = HeaderValue::try_from(next.authority()) {
            request.headers_mut().insert(HOST, host);
        }
        address = next;
    }
    retry::forward(&worker, &peer, request, patience).await
}

/// Where an answer points; none if it doesn't, or to what is no address.
fn destination(response: &Response<Incoming>, base: &str, path: &str) -> Option<(BackendAddress, http::Uri)> {
    let points = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| points)?.to_str().ok()?;
    if let Some(rest) = location.strip_prefix("//") {
        let scheme = base.split("://").next()?;
        return take_apart(&format!("{scheme}://{rest}"));
    }
    if location.starts_with('/') {
        return take_apart(&format!("{base}{location}"));
    }
    if location.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':')) {
        return take_apart(location);
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    take_apart(&format!("{base}{folder}/{location}"))
}

/// Whether the same is asked there (RFC 9110, 15.4): a form that was sent is answered elsewhere with a page to get.
fn keeps_body(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        303 => false,
        301 | 302 => *method != Method::POST,
        _ => true,
    }
}

fn is_same_origin(one: &BackendAddress, other: &BackendAddress) -> bool {
    one.scheme() == other.scheme() && one.host() == other.host() && one.port() == other.port()
}

const MOST_STEPS: usize = 10;
