//! What a gateway is told when it starts: where to listen, as whom, how long to wait, how much to take.

use std::net::SocketAddr;
use std::time::Duration;

use domain::secret::Secret;

/// Everything that stays the same while a gateway runs. What publishers change is in the snapshot.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Addresses for HTTPS. Port 0 takes a free one; `Gateway::addresses` tells which.
    pub listen: Vec<SocketAddr>,
    /// Addresses for plain HTTP/1.1; empty unless somebody wants it.
    pub listen_plain: Vec<SocketAddr>,
    /// The gateway's own certificate, shown to callers.
    pub identity: ServerIdentity,
    /// Threads that serve calls; 0 means one per core.
    pub threads: usize,
    pub timeouts: Timeouts,
    pub limits: Limits,
    pub access_log: AccessLog,
    /// How long requests in flight may still take after [`crate::Gateway::shutdown`].
    pub drain: Duration,
}

/// A server certificate with its chain and key.
#[derive(Clone, Debug)]
pub struct ServerIdentity {
    /// DER, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// PKCS#8 DER (RFC 5208).
    pub key: Secret,
}

/// How long each step may take.
#[derive(Clone, Debug)]
pub struct Timeouts {
    /// Name lookup, TCP and TLS to a backend, together.
    pub connect: Duration,
    /// From the last byte of the request sent to the head of the answer; `forward-request` can set another.
    pub first_byte: Duration,
    /// Between two pieces of a body, either way.
    pub idle: Duration,
    /// A whole call, from its head to the last byte of the answer. Upgraded connections are free of it.
    pub whole: Duration,
    /// From the first byte of a request's head (or from the start of the connection) to its end.
    pub header_read: Duration,
    /// How long a caller's connection may stay open without a request.
    pub keep_alive: Duration,
    /// The TLS handshake with a caller.
    pub handshake: Duration,
    /// How long an unused connection to a backend is kept.
    pub pool_idle: Duration,
}

/// How much is taken from callers, and how much is kept.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Callers' connections open at once, over all threads; one more is closed as soon as it is accepted.
    pub max_connections: usize,
    /// Bytes of a request's head: request line and all fields.
    pub max_header_bytes: usize,
    /// Fields in a request's or an answer's head.
    pub max_headers: usize,
    /// Requests at once on one HTTP/2 connection.
    pub max_streams: u32,
    /// Unused connections kept for each backend and certificate, per thread.
    pub pool_idle_per_backend: usize,
}

/// Whether every request leaves a line in the log, under the target `access`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccessLog {
    #[default]
    On,
    Off,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            whole: Duration::from_secs(60 * 60),
            header_read: Duration::from_secs(15),
            keep_alive: Duration::from_secs(75),
            handshake: Duration::from_secs(10),
            pool_idle: Duration::from_secs(55),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 20_000,
            max_header_bytes: 64 * 1024,
            max_headers: 100,
            max_streams: 128,
            pool_idle_per_backend: 64,
        }
    }
}
