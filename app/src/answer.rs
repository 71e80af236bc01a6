//! The head of an answer: status, where to go next, cookies.

use axum::http::header::{ACCEPT, LOCATION, REFERER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::error::ONWARD;

/// Sets the answer's status.
pub fn set_status(status: StatusCode) {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.set_status(status);
    }
}

/// Sends the browser on to a page of the portal.
pub fn see_other(address: &str) {
    let Some(options) = use_context::<ResponseOptions>() else { return };
    let address = HeaderValue::from_str(address).unwrap_or_else(|_| HeaderValue::from_static("/"));
    options.insert_header(LOCATION, address);
    options.set_status(ONWARD);
}

/// Adds a `Set-Cookie` line.
pub fn set_cookie(line: &str) {
    if let (Some(options), Ok(line)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(line)) {
        options.append_header(SET_COOKIE, line);
    }
}

/// Sets a header, in place of one of the same name.
pub fn set_header(name: HeaderName, value: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        options.insert_header(name, value);
    }
}

/// Whether the request was sent by a page or a plain form, not by a script.
#[must_use]
pub fn is_for_a_person() -> bool {
    header(ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// The path and query of the page that a form was sent from, when the browser tells.
#[must_use]
pub fn came_from() -> Option<String> {
    let referer = header(REFERER)?;
    let (_, rest) = referer.split_once("://")?;
    rest.find('/').and_then(|slash| rest.get(slash..)).map(str::to_owned)
}

fn header(name: HeaderName) -> Option<String> {
    use_context::<Parts>()?.headers.get(name)?.to_str().ok().map(str::to_owned)
}
