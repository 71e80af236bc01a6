//! Answers of the program itself, around the portal's pages: the only statuses chosen in this crate.

use axum::http::StatusCode;

/// A form that another site made the browser send.
pub(crate) fn cross_site() -> (StatusCode, &'static str) {
    (StatusCode::FORBIDDEN, "This request came from another site. Open the portal itself and try again.\n")
}

/// Something that nobody has.
pub(crate) fn not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "There is nothing here.\n")
}

/// The store can't be read at the moment.
pub(crate) fn unavailable() -> (StatusCode, &'static str) {
    (StatusCode::SERVICE_UNAVAILABLE, "The portal can't reach its store at the moment. Try again.\n")
}
