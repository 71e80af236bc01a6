//! Judges the addresses that the gateway calls, as URLs, DNS, TLS and HTTP can carry them. No I/O.
//!
//! Forms, policies and the gateway all ask here, so that what was saved can also be called.

pub mod host;
pub mod url;
