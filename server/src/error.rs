//! Answers of the program itself, around the portal's pages: the only statuses chosen in this crate.

use app::address::sign_in;
use app::error::{PageError, status_for};
use app::session::Visitor;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::REFERER;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::edge::wants_html;

/// A form that another site made the browser send.
pub(crate) fn cross_site() -> (StatusCode, &'static str) {
    (StatusCode::FORBIDDEN, "This request came from another site. Open the portal itself and try again.\n")
}

/// What is wrong with a request, for the edge to make a page of.
pub(crate) fn refused(error: PageError) -> Response {
    let text = format!("{}\n", error.sentence(domain::language::Language::English));
    let mut response = (status_for(&error, &Visitor::default()), text).into_response();
    response.extensions_mut().insert(error);
    response
}

/// What a status means that was given without a page.
pub(crate) fn meant_by(status: StatusCode) -> Option<PageError> {
    match status {
        StatusCode::NOT_FOUND => Some(PageError::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(PageError::Method),
        StatusCode::REQUEST_TIMEOUT => Some(PageError::TooSlow),
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(PageError::Invalid),
        _ => None,
    }
}

/// A request that took too long.
pub(crate) const TOO_SLOW: StatusCode = StatusCode::REQUEST_TIMEOUT;

/// Something that nobody has.
pub(crate) fn not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "There is nothing here.\n")
}

/// The store can't be read at the moment.
pub(crate) fn unavailable() -> (StatusCode, &'static str) {
    (StatusCode::SERVICE_UNAVAILABLE, "The portal can't reach its store at the moment. Try again.\n")
}

/// A call in nobody's name: a person goes to the sign-in, and from there back to the page they were on.
pub(crate) fn not_signed_in(request: &Request) -> Response {
    if !wants_html(request.headers()) {
        return (StatusCode::UNAUTHORIZED, "Sign in first.\n").into_response();
    }
    let page = request.headers().get(REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let page = page.splitn(4, '/').nth(3).map(|rest| format!("/{rest}")).unwrap_or_default();
    Redirect::to(&sign_in(&page)).into_response()
}
