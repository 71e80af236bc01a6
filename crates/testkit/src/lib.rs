//! Real parts for tests: a certificate authority, a backend, a gateway, a client. Never a normal dependency.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a part that can't be set up, or answers nonsense, has failed its test"
)]

pub mod authority;
pub mod client;
pub mod gateway;
pub mod http2;
pub mod log;
pub mod openssl;
pub mod processor;
pub mod program;
pub mod upstream;
