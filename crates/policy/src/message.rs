//! An answer that a program got from elsewhere and keeps in a variable.

use std::sync::Arc;

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

impl std::fmt::Debug for Message {
    /// Not what it says: that may be a token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Message({}, {} bytes)", self.status, self.body.len())
    }
}
