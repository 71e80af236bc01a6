//! Changes of a message: headers, body, status; and answers that a document gives itself.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use hyper::ext::ReasonPhrase;
use policy::effect::{BodyForm, HeaderAction, Reply, SetHeader, Target};

use crate::answer::AnswerBody;
use crate::error::{Cause, Error};
use crate::exchange::Exchange;
use crate::headers;
use crate::whole::{self, Empty, Whole};

/// Changes a header of the request or of the answer.
pub(crate) fn set_header(exchange: &mut Exchange, target: Target, change: &SetHeader) -> Result<(), Error> {
    match target {
        Target::Request => change_request(&mut exchange.head.headers, change),
        Target::Response => change_headers(exchange.answer().headers_mut(), change),
    }
}

/// Puts a body in the place of what is there, and says what it is, if that is another thing than before: its media
/// type, and the charset of a text.
pub(crate) fn set_body(
    exchange: &mut Exchange,
    target: Target,
    body: Vec<u8>,
    (media_type, form): (Option<&'static str>, BodyForm),
) {
    let headers = match target {
        Target::Request => &mut exchange.head.headers,
        Target::Response => exchange.answer().headers_mut(),
    };
    if let Some(media_type) = media_type.map(HeaderValue::from_static) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    whole::fit_charset(headers, form);
    let body: Arc<[u8]> = body.into();
    match target {
        Target::Request => {
            let empty = Empty::of_request(&exchange.head.headers);
            whole::fit(&mut exchange.head.headers, body.len(), empty);
            // What the caller still sends is of no use any more.
            exchange.body = None;
            exchange.upgrade = None;
            exchange.whole_request.replace(Whole::Read(body));
        }
        Target::Response => {
            let method = exchange.asked_method.clone();
            let answer = exchange.answer();
            let empty = Empty::of_answer(&method, answer.status());
            whole::fit(answer.headers_mut(), body.len(), empty);
            *answer.body_mut() = AnswerBody::local(whole::shared(&body));
            exchange.whole_response.replace(Whole::Read(body));
        }
    }
}

/// Changes the status of the answer.
///
/// # Errors
/// It isn't one, or its reason can't be sent.
pub(crate) fn set_status(exchange: &mut Exchange, code: u16, reason: Option<&str>) -> Result<(), Error> {
    let answer = exchange.answer();
    *answer.status_mut() = StatusCode::from_u16(code).map_err(unsendable)?;
    answer.extensions_mut().remove::<ReasonPhrase>();
    set_reason(answer, reason)
}

/// Sends `Authorization: Basic` (RFC 7617) to the backend.
///
/// # Errors
/// User name or password can't stand in a header.
pub(crate) fn use_basic(exchange: &mut Exchange, username: &str, password: &str) -> Result<(), Error> {
    let credentials = BASE64_STANDARD.encode(format!("{username}:{password}"));
    let mut value = HeaderValue::try_from(format!("Basic {credentials}")).map_err(unsendable)?;
    value.set_sensitive(true);
    exchange.head.headers.insert(AUTHORIZATION, value);
    Ok(())
}

/// The answer that a document gives itself. Its reason goes out on HTTP/1.1; later versions have none.
///
/// # Errors
/// A header can't be sent.
pub(crate) fn reply(reply: &Reply) -> Result<Response<AnswerBody>, Error> {
    let mut response = Response::new(AnswerBody::local(reply.body.clone().unwrap_or_default().0));
    *response.status_mut() = StatusCode::from_u16(reply.status).map_err(unsendable)?;
    set_reason(&mut response, reply.reason.as_deref())?;
    for header in &reply.headers {
        change_headers(response.headers_mut(), header)?;
    }
    Ok(response)
}

/// Makes one change of a request's header. What it replaces or deletes is gone in every writing that backends take
/// for the same.
///
/// # Errors
/// Name or value can't be sent.
pub(crate) fn change_request(headers: &mut HeaderMap, change: &SetHeader) -> Result<(), Error> {
    if matches!(change.action, HeaderAction::Override | HeaderAction::Delete) {
        let name = HeaderName::try_from(change.name.as_str()).map_err(unsendable)?;
        headers::remove_disguised(headers, &name);
    }
    change_headers(headers, change)
}

/// Makes one change of a header.
///
/// # Errors
/// Name or value can't be sent.
fn change_headers(headers: &mut HeaderMap, change: &SetHeader) -> Result<(), Error> {
    let name = HeaderName::try_from(change.name.as_str()).map_err(unsendable)?;
    match change.action {
        HeaderAction::Skip if headers.contains_key(&name) => return Ok(()),
        HeaderAction::Override | HeaderAction::Delete => {
            headers.remove(&name);
        }
        HeaderAction::Skip | HeaderAction::Append => {}
    }
    for value in &change.values {
        let value = HeaderValue::try_from(value.as_str()).map_err(unsendable)?;
        headers.append(name.clone(), value);
    }
    Ok(())
}

fn set_reason(response: &mut Response<AnswerBody>, reason: Option<&str>) -> Result<(), Error> {
    if let Some(reason) = reason {
        let reason = ReasonPhrase::try_from(reason.as_bytes()).map_err(unsendable)?;
        response.extensions_mut().insert(reason);
    }
    Ok(())
}

fn unsendable<E>(_: E) -> Error {
    Error::policy(Cause::Header)
}
