//! What a gateway is told when it starts: where to listen, as whom, how long to wait, how much to take.

use std::net::SocketAddr;
use std::time::Duration;

use domain::address_range::AddressRange;
use domain::identity_fields::IdentityFields;
use domain::refused_addresses::RefusedAddresses;
use domain::secret::Secret;
use http::HeaderName;

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
    pub failure_records: FailureRecords,
    pub proxies: Proxies,
    /// Addresses that no connection is made to: not for backends, not for calls of policies, not for lists.
    pub refused_addresses: RefusedAddresses,
    pub deployment: Deployment,
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
    /// From the last byte of the request sent to the head of the response. An API can set another, and so can
    /// `forward-request`.
    pub first_byte: Duration,
    /// Between two pieces of a response's body, or two bytes of an upgraded connection. An API can set another.
    pub backend_idle: Duration,
    /// A whole exchange, from the head of the request to the last byte of the response; `None`: as long as its bodies
    /// move. An API can set another. Upgraded connections are free of it.
    pub whole: Option<Duration>,
    /// How long a caller may stand still: send nothing more of a body, or take nothing of a response.
    pub idle: Duration,
    /// How long the gateway reads on, after a response that came before the request's end, so that it arrives.
    pub linger: Duration,
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
    /// Bytes of a body that a policy looks into or changes; other bodies may have any length.
    pub max_whole_body_bytes: usize,
    /// Connections to backends open at once, over all threads, unused ones included; a request that would need one more
    /// is answered with 503.
    pub max_backend_connections: usize,
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

/// Whether failed calls are recorded, for [`crate::Gateway::take_failures`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailureRecords {
    #[default]
    On,
    Off,
}

/// Where a gateway runs, for policies that ask (`context.Deployment`).
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    pub region: String,
    pub service_name: String,
    pub gateway_id: String,
}

/// Who may speak for callers: proxies in front of the gateway that end TLS.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// Where they call from. Whoever sits there is believed about callers' addresses and certificates.
    pub trusted: Vec<AddressRange>,
    /// The field in which they hand a caller's certificate on; none: the certificate of the connection counts.
    pub certificate_field: Option<CertificateField>,
    /// The fields that hand on identity. They are removed from everybody's requests.
    pub identity_fields: IdentityFields,
    /// What becomes of them in requests of trusted proxies.
    pub claims: ProxyClaims,
}

/// Whether policies and backends see what trusted proxies say of callers in fields of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyClaims {
    /// They see what the gateway says.
    #[default]
    Remove,
    /// They see both. What the gateway says itself, such as `X-Forwarded-For`, is still its own.
    Pass,
}

/// A header field for a caller's certificate. A gateway reads one: a proxy takes care of the field that it writes, and
/// passes the others on as callers send them. How the certificate is written in it is found out from what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateField {
    /// `Client-Cert`, with `Client-Cert-Chain` (RFC 9440).
    ClientCert,
    /// `X-Forwarded-Client-Cert`; Envoy's has `Cert` or `Chain`.
    ForwardedClientCert,
    /// `X-ARR-ClientCert`.
    ArrClientCert,
    /// `X-SSL-Client-Cert`.
    SslClientCert,
}

impl CertificateField {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ClientCert, Self::ForwardedClientCert, Self::ArrClientCert, Self::SslClientCert];

    /// The field's name, in lower case.
    pub fn name(self) -> &'static HeaderName {
        match self {
            Self::ClientCert => &CLIENT_CERT,
            Self::ForwardedClientCert => &FORWARDED_CLIENT_CERT,
            Self::ArrClientCert => &ARR_CLIENT_CERT,
            Self::SslClientCert => &SSL_CLIENT_CERT,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(5 * 60),
            backend_idle: Duration::from_secs(60 * 60),
            whole: None,
            idle: Duration::from_secs(60),
            linger: Duration::from_secs(30),
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
            max_whole_body_bytes: 2 * 1024 * 1024,
            max_backend_connections: 20_000,
            pool_idle_per_backend: 64,
        }
    }
}

static CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");
static FORWARDED_CLIENT_CERT: HeaderName = HeaderName::from_static("x-forwarded-client-cert");
static ARR_CLIENT_CERT: HeaderName = HeaderName::from_static("x-arr-clientcert");
static SSL_CLIENT_CERT: HeaderName = HeaderName::from_static("x-ssl-client-cert");
