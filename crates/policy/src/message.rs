//! An answer that a program got from elsewhere and keeps in a variable.

use std::sync::Arc;

use crate::coded_body::{CodingProblem, Codings};

/// What came back of a `send-request`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The status.
    pub status: u16,
    /// The words after the status; empty where the protocol has none.
    pub reason: String,
    /// The headers in their order; names are compared without case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Arc<[u8]>,
}

impl Message {
    /// The values of a header, its name compared without case.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// The body as it was before it was coded (RFC 9110 §8.4), of at most `limit_bytes`.
    ///
    /// # Errors
    /// Its coding isn't known, it is damaged, a part, or larger than the limit.
    pub fn decoded(&self, limit_bytes: usize) -> Result<Arc<[u8]>, CodingProblem> {
        let codings = Codings::named(self.header("content-encoding")).filter(|_| !self.body.is_empty());
        let Some(codings) = codings else { return Ok(Arc::clone(&self.body)) };
        if self.status == PARTIAL_CONTENT || self.header("content-range").next().is_some() {
            return Err(codings.of_part());
        }
        codings.decode(&self.body, limit_bytes).map(Arc::from)
    }
}

const PARTIAL_CONTENT: u16 = 206;

impl std::fmt::Debug for Message {
    /// Not what it says: that may be a token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Message({}, {} bytes)", self.status, self.body.len())
    }
}
