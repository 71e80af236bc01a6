//! Addresses of server functions, and which of them anybody may call.

/// The first part of the address of every server function.
pub const PREFIX: &str = "/api";

/// The server functions that answer whoever asks; all others need somebody who is signed in.
pub const OPEN: [&str; 4] = ["/api/language", "/api/theme", "/api/sign-in", "/api/set-up"];
