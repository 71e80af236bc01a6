//! Error → answer. Statuses are chosen here and nowhere else in the gateway.

use http::header::{ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use policy::coded_body::SUPPORTED;
use policy::failure::Failure;
use serde_json::json;

use crate::answer::AnswerBody;
use crate::error::{Cause, Error, Fault};
use crate::request_id::RequestId;

/// The answer to a call that failed: a JSON body with status, a sentence that says nothing about the inside, and the
/// id under which the log tells the rest.
pub(crate) fn refusal(id: RequestId, error: &Error) -> Response<AnswerBody> {
    let (status, message) = status(error);
    let mut response = problem(id, status, message);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(METHODS));
    }
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(SUPPORTED));
    }
    response
}

/// The answer to a call that a policy lets fail, such as a check that isn't passed.
pub(crate) fn failure(id: RequestId, failure: &Failure) -> Response<AnswerBody> {
    let status = StatusCode::from_u16(failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let silent = if status.is_server_error() { UNABLE } else { "The call was refused." };
    let mut response = problem(id, status, failure.told.as_deref().unwrap_or(silent));
    if let Some(after) = &failure.retry_after
        && let Ok(name) = HeaderName::try_from(after.header.as_ref())
    {
        response.headers_mut().insert(name, HeaderValue::from(after.seconds));
    }
    response
}

fn problem(id: RequestId, status: StatusCode, message: &str) -> Response<AnswerBody> {
    let body = json!({ "statusCode": status.as_u16(), "message": message, "requestId": id.as_str() });
    let mut response = Response::new(AnswerBody::local(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REQUEST_ID, id.header_value());
    response
}

/// The answer of a policy that neither forwards the call nor says anything.
pub(crate) fn nothing() -> Response<AnswerBody> {
    Response::new(AnswerBody::local(String::new()))
}

/// The status of a failure, and the sentence for the caller.
pub(crate) fn status(error: &Error) -> (StatusCode, &'static str) {
    match (&error.cause, error.fault) {
        (Cause::NoApi, _) => (StatusCode::NOT_FOUND, "There is no API at this address."),
        (Cause::NoOperation, _) => {
            (StatusCode::NOT_FOUND, "No operation of this API matches the method and the path.")
        }
        (Cause::Misdirected, _) => {
            (StatusCode::MISDIRECTED_REQUEST, "This connection was opened for another host.")
        }
        (Cause::Method, _) => (StatusCode::METHOD_NOT_ALLOWED, "This method can't be forwarded."),
        (Cause::Coding, _) => {
            (StatusCode::NOT_IMPLEMENTED, "The transfer coding of the request is not supported.")
        }
        (Cause::RequestTooLarge { .. }, _) => (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large."),
        (Cause::BodyCoding(target, problem), _) => {
            let (status, message) = problem.told(*target);
            (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), message)
        }
        (Cause::RequestBodyTimeout, _) => {
            (StatusCode::REQUEST_TIMEOUT, "The request did not come to an end in time.")
        }
        (Cause::NoRoom, _) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The gateway has too many requests in progress. Try again later.",
        ),
        (Cause::AnswerTimeout { .. } | Cause::ConnectTimeout { .. } | Cause::WaitedTooLong, _) => {
            (StatusCode::GATEWAY_TIMEOUT, "The backend did not answer in time.")
        }
        (_, Fault::Client) => (StatusCode::BAD_REQUEST, "The request is malformed."),
        (_, Fault::Upstream) => (StatusCode::BAD_GATEWAY, "The backend could not be reached."),
        (_, Fault::Gateway | Fault::Policy) => (StatusCode::INTERNAL_SERVER_ERROR, UNABLE),
    }
}

/// What a 405 says instead (RFC 9110, 15.5.6). A backend may take others, too.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const UNABLE: &str = "The gateway could not handle the request.";
/// The field that carries a request's id, in answers and to backends.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
