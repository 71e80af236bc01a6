//! How long the backend of an API may take.

use serde::{Deserialize, Serialize};

/// Limits of one API, in whole seconds; `None` where the gateway's own limit holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiTimeouts {
    /// From the last byte of the request to the head of the response.
    pub first_byte_s: Option<u32>,
    /// Between two pieces of a response's body.
    pub idle_s: Option<u32>,
    /// From the head of the request to the last byte of the response.
    pub whole_s: Option<u32>,
}

/// The longest limit that an API can set: a week.
pub const LONGEST_TIMEOUT_S: u32 = 7 * 24 * 60 * 60;
