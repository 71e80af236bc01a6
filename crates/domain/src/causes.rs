//! An error with all its causes, on one line.

use std::error::Error;

/// `could not open the store: database is locked`: the error, then each cause, joined by colons (for logs).
#[must_use]
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        next = cause.source();
    }
    line
}
