//! Who is at the other end of a connection: address, and the certificate whose key they proved to hold.

use std::net::{IpAddr, SocketAddr};

use certificates::x509;
use domain::certificate::Thumbprint;
use http::HeaderValue;
use policy::facts::Certificate;
use rustls::ServerConnection;
use rustls::pki_types::CertificateDer;

/// What is known of a caller for as long as the connection lasts; worked out once.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The address in the form of `X-Forwarded-For`.
    pub(crate) forwarded_for: HeaderValue,
    /// The address in the form of `Forwarded` (RFC 7239, 6).
    pub(crate) forwarded_node: String,
    /// `https` or `http`.
    pub(crate) scheme: &'static str,
    pub(crate) certificate: Option<CallerCertificate>,
}

/// The certificate that a caller showed. It may be expired or signed by anyone: policy judges it, on every request.
#[derive(Debug)]
pub(crate) struct CallerCertificate {
    pub(crate) thumbprint: Thumbprint,
    /// What policies see of it.
    pub(crate) facts: Certificate,
    /// As it was sent, leaf first; kept for policy.
    #[expect(dead_code, reason = "the statements that judge a caller's chain read it")]
    pub(crate) chain: Vec<CertificateDer<'static>>,
}

impl Caller {
    /// A caller over plain HTTP.
    pub(crate) fn plain(address: SocketAddr) -> Self {
        Self::new(address, "http", None)
    }

    /// A caller over TLS, once the handshake is done. A resumed session has the certificate of its first handshake.
    pub(crate) fn over_tls(address: SocketAddr, tls: &ServerConnection) -> Self {
        let certificate = tls.peer_certificates().and_then(|chain| {
            let leaf = chain.first()?;
            let chain = chain.iter().map(|one| one.clone().into_owned()).collect();
            let thumbprint = x509::thumbprint(leaf);
            Some(CallerCertificate { facts: facts(leaf, &thumbprint), thumbprint, chain })
        });
        Self::new(address, "https", certificate)
    }

    fn new(address: SocketAddr, scheme: &'static str, certificate: Option<CallerCertificate>) -> Self {
        let ip = address.ip().to_canonical();
        let forwarded_node = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("\"[{ip}]\""),
        };
        let forwarded_for =
            HeaderValue::try_from(ip.to_string()).unwrap_or(HeaderValue::from_static("unknown"));
        Self { forwarded_for, forwarded_node, scheme, certificate }
    }
}

/// A certificate that TLS took but that can't be read is one that was never valid and names nobody.
fn facts(leaf: &[u8], thumbprint: &Thumbprint) -> Certificate {
    let unreadable = || Certificate {
        thumbprint: thumbprint.as_str().to_owned(),
        not_before_unix_s: i64::MAX,
        not_after_unix_s: i64::MIN,
        ..Certificate::default()
    };
    x509::facts(leaf).map_or_else(
        |_| unreadable(),
        |facts| Certificate {
            subject: facts.subject,
            issuer: facts.issuer,
            thumbprint: facts.thumbprint.as_str().to_owned(),
            serial_number: facts.serial_number,
            not_before_unix_s: facts.not_before.unix_timestamp(),
            not_after_unix_s: facts.not_after.unix_timestamp(),
        },
    )
}
