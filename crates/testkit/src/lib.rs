//! Real parts for tests: a certificate authority, a backend, a gateway, a client. Never a normal dependency.

pub mod authority;
pub mod client;
pub mod gateway;
pub mod upstream;
