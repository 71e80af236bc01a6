//! Bodies that are read whole, for policies that look into them or make others of them.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, TRAILER, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use policy::body_text::content_type_in_utf8;
use policy::coded_body::{CodingProblem, Codings, OF_CODED};
use policy::effect::{BodyForm, Target};
use thiserror::Error as ThisError;
use tokio::time::timeout_at;

use crate::answer::{AnswerBody, BodyError};
use crate::error::{Cause, Error, Retry, Step};
use crate::exchange::Exchange;

/// A message's body as policy knows it.
#[derive(Clone, Debug, Default)]
pub(crate) enum Whole {
    /// It streams past, or there is none.
    #[default]
    Unread,
    /// It was read, or made by policy.
    Read(Arc<[u8]>),
    /// An expression used it up: nothing is left to be read or sent.
    Taken,
}

/// Whether a message says so when its body is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Empty {
    Said,
    /// As a `GET`, an answer to `HEAD`, or one with status 204.
    Unsaid,
}

/// Why a body can't be read whole.
#[derive(Debug, ThisError)]
pub(crate) enum CollectError {
    #[error("the body has more than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize },
    #[error("the body doesn't come to an end")]
    Body(#[source] BodyError),
}

/// All bytes of a body; trailers are left out.
///
/// # Errors
/// There are more than `limit_bytes`, or the body breaks off.
pub(crate) async fn collect<B>(mut body: B, limit_bytes: usize) -> Result<Vec<u8>, CollectError>
where
    B: Body<Data = Bytes, Error = BodyError> + Unpin,
{
    let too_large = CollectError::TooLarge { limit_bytes };
    if body.size_hint().lower() > limit_bytes as u64 {
        return Err(too_large);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(CollectError::Body)?;
        let Some(data) = frame.data_ref() else { continue };
        if bytes.len() + data.len() > limit_bytes {
            return Err(too_large);
        }
        bytes.extend_from_slice(data);
    }
    Ok(bytes)
}

/// Reads the caller's body, unless that was done, or none is left.
///
/// # Errors
/// It is larger than a body that is read whole may be, it breaks off, or it doesn't come to an end in time.
pub(crate) async fn read_request(exchange: &mut Exchange) -> Result<(), Error> {
    let Some(body) = exchange.body.take_if(|body| !body.is_none()) else { return Ok(()) };
    // It is the gateway itself that wants it.
    exchange.connection.interim.send_continue();
    let settings = &exchange.connection.worker.shared.settings;
    let end = exchange.patience().end;
    let collected = timeout_at(end, collect(body, settings.limits.max_whole_body_bytes)).await;
    let bytes = match collected {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(CollectError::TooLarge { limit_bytes })) => {
            return Err(Error::client(Step::Body, Cause::RequestTooLarge { limit_bytes }));
        }
        Ok(Err(CollectError::Body(BodyError::Broken(error)))) => {
            return Err(Error::client(Step::Body, Cause::RequestBody(error)));
        }
        Ok(Err(CollectError::Body(_))) | Err(_) => {
            return Err(Error::client(Step::Body, Cause::RequestBodyTimeout));
        }
    };
    let limit_bytes = settings.limits.max_whole_body_bytes;
    let bytes = decoded(&mut exchange.head.headers, bytes, limit_bytes)
        .map_err(|problem| Error::client(Step::Body, Cause::BodyCoding(Target::Request, problem)))?;
    // They were read with the body, and are sent no more.
    exchange.head.headers.remove(TRAILER);
    if !bytes.is_empty() {
        exchange.head.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    exchange.whole_request.replace(Whole::Read(bytes.into()));
    Ok(())
}

/// Reads the answer's body, unless that was done.
///
/// # Errors
/// It is larger than a body that is read whole may be, or it breaks off.
pub(crate) async fn read_response(exchange: &mut Exchange) -> Result<(), Error> {
    let Some(response) = &mut exchange.response else { return Ok(()) };
    if !matches!(exchange.whole_response.get_mut(), Whole::Unread) {
        return Ok(());
    }
    let body = std::mem::replace(response.body_mut(), AnswerBody::local(Bytes::new()));
    let limit = exchange.connection.worker.shared.settings.limits.max_whole_body_bytes;
    let ending = body.ending();
    let bytes = collect(body, limit).await.map_err(|error| match error {
        CollectError::TooLarge { limit_bytes } => {
            Error::gateway(Step::Body, Cause::AnswerTooLarge { limit_bytes })
        }
        CollectError::Body(error) => Error::upstream(Step::Body, Retry::Never, Cause::AnswerBody(error)),
    })?;
    let unreadable =
        |problem| Error::upstream(Step::Body, Retry::Never, Cause::BodyCoding(Target::Response, problem));
    let coded_length = bytes.len();
    let is_part = response.status() == StatusCode::PARTIAL_CONTENT;
    let headers = response.headers_mut();
    if let Some(codings) = codings(headers).filter(|_| is_part && coded_length > 0) {
        return Err(unreadable(codings.of_part()));
    }
    let bytes = decoded(headers, bytes, limit).map_err(unreadable)?;
    headers.remove(TRAILER);
    let bytes: Arc<[u8]> = bytes.into();
    *response.body_mut() = AnswerBody::local(shared(&bytes));
    exchange.whole_response.replace(Whole::Read(bytes));
    if ending.is_some_and(|ending| ending.is_seen()) {
        exchange.note_unannounced_end(None);
    }
    Ok(())
}

/// The bytes of a body before it was coded for the way (RFC 9110 §8.4), and the head as it fits them. An empty body is
/// none that is coded: its head, as the one of a response to `HEAD`, may tell of another.
fn decoded(headers: &mut HeaderMap, bytes: Vec<u8>, limit_bytes: usize) -> Result<Vec<u8>, CodingProblem> {
    let Some(codings) = codings(headers).filter(|_| !bytes.is_empty()) else { return Ok(bytes) };
    if headers.contains_key(CONTENT_RANGE) {
        return Err(codings.of_part());
    }
    let bytes = codings.decode(&bytes, limit_bytes)?;
    forget_coded(headers);
    if headers.contains_key(CONTENT_LENGTH) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    Ok(bytes)
}

fn codings(headers: &HeaderMap) -> Option<Codings> {
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let values: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    Codings::named(values.iter().map(AsRef::as_ref))
}

/// Removes what is about the bytes as they were sent. The tag of what they show stays, as a weak one: it stands for
/// more than one sequence of bytes now (RFC 9110 §8.8.1).
fn forget_coded(headers: &mut HeaderMap) {
    for name in OF_CODED {
        headers.remove(name);
    }
    let weak = headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\""));
    let weak = weak.and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
}

/// Makes the head of a body that policy made name the charset of its text.
pub(crate) fn fit_charset(headers: &mut HeaderMap, form: BodyForm) {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let changed = said.filter(|_| form == BodyForm::Text).and_then(content_type_in_utf8);
    if let Some(changed) = changed.and_then(|changed| HeaderValue::try_from(changed).ok()) {
        headers.insert(CONTENT_TYPE, changed);
    }
}

/// Makes the fields of a head fit a body that policy made.
pub(crate) fn fit(headers: &mut HeaderMap, length: usize, empty: Empty) {
    forget_coded(headers);
    headers.remove(TRANSFER_ENCODING);
    headers.remove(TRAILER);
    headers.remove(CONTENT_LENGTH);
    if length > 0 || empty == Empty::Said {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}

impl Empty {
    /// A request says it if it did before.
    pub(crate) fn of_request(headers: &HeaderMap) -> Self {
        if headers.contains_key(CONTENT_LENGTH) { Self::Said } else { Self::Unsaid }
    }

    /// An answer with this status to a request with this method.
    pub(crate) fn of_answer(method: &Method, status: StatusCode) -> Self {
        let never = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status);
        if never || *method == Method::HEAD { Self::Unsaid } else { Self::Said }
    }
}

/// The same bytes once more, not copied.
pub(crate) fn shared(bytes: &Arc<[u8]>) -> Bytes {
    Bytes::from_owner(Arc::clone(bytes))
}
