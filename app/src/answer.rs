//! The head of an answer: status, where to go next, cookies.

use axum::http::header::{LOCATION, SET_COOKIE};
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
