//! May this be tried again, and where.
//!
//! A request of which nothing was sent goes out once more. One of which something was sent does so only if it can do
//! no harm – an idempotent method without a body – and if the connection had been used before, so that the backend
//! may have closed it before it saw the request. The second try always takes a new connection.

use std::rc::Rc;

use http::{Method, Request, Response};
use hyper::body::Incoming;

use crate::error::{Error, Retry};
use crate::upstream::body::RequestBody;
use crate::upstream::peer::Peer;
use crate::upstream::pool::Lease;
use crate::upstream::send::{NoAnswer, Patience, send};
use crate::upstream::{connect, handshake};
use crate::worker::Worker;

/// Sends a request, twice if need be, and gives the answer's head with the connection it came over.
///
/// # Errors
/// That of the last try.
pub(crate) async fn forward(
    worker: &Rc<Worker>,
    peer: &Peer,
    request: Request<RequestBody>,
    patience: Patience,
) -> Result<(Response<Incoming>, Lease), Error> {
    attempts(worker, peer, request, patience).await.map_err(|error| error.with_backend(peer.authority()))
}

async fn attempts(
    worker: &Rc<Worker>,
    peer: &Peer,
    request: Request<RequestBody>,
    patience: Patience,
) -> Result<(Response<Incoming>, Lease), Error> {
    let spare = spare(&request);
    match attempt(worker, peer, Over::Any, request, patience).await {
        Ok(answer) => Ok(answer),
        Err(no_answer) => {
            let request = again(no_answer, spare)?;
            attempt(worker, peer, Over::New, request, patience).await.map_err(|no_answer| no_answer.error)
        }
    }
}

/// Which connection an attempt may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Any,
    New,
}

async fn attempt(
    worker: &Rc<Worker>,
    peer: &Peer,
    over: Over,
    request: Request<RequestBody>,
    patience: Patience,
) -> Result<(Response<Incoming>, Lease), NoAnswer> {
    let connected = match over {
        Over::Any => connect::reuse_or_open(worker, peer).await,
        Over::New => connect::open(worker, peer).await,
    };
    let mut connected = match connected {
        Ok(connected) => connected,
        Err(error) => return Err(NoAnswer { error, unsent: Some(request) }),
    };
    let progress = request.body().progress();
    let response = send(&mut connected, request, patience).await.map_err(|no_answer| NoAnswer {
        error: handshake::with_late_refusal(no_answer.error, peer),
        ..no_answer
    })?;
    let lease = Lease { worker: Rc::clone(worker), key: peer.key, line: connected.line, progress };
    Ok((response, lease))
}

fn again(no_answer: NoAnswer, spare: Option<Request<RequestBody>>) -> Result<Request<RequestBody>, Error> {
    match (no_answer.error.retry, no_answer.unsent, spare) {
        (Retry::Always, Some(unsent), _) => Ok(unsent),
        (Retry::IfIdempotent, _, Some(spare)) => Ok(spare),
        _ => Err(no_answer.error),
    }
}

/// A copy of a request that may be sent twice (RFC 9110, 9.2.2).
fn spare(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    let idempotent = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE
    );
    if !idempotent || !request.body().is_none() {
        return None;
    }
    let mut copy = Request::new(RequestBody::none());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}
