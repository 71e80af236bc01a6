//! Tries a connection to a backend exactly as calls would make it, and says what happened.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use address::url::Scheme;
use certificates::x509;
use domain::address::BackendAddress;
use domain::probe::{Presented, ProbeFacts, ProbeReport, ProbeTarget, Shown, Untrusted};
use domain::refused_addresses::RefusedAddresses;
use domain::snapshot::Identity;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, ProtocolVersion, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::tls;
use crate::upstream::connect;
use crate::upstream::peer::{PeerTls, Showable};
use crate::upstream::show::Asked;
use crate::upstream::trust::BackendVerifier;

/// Connects to the target, and with TLS shows the certificate and judges the backend's, for at most five seconds.
///
/// In TLS 1.2 the handshake ends after the backend has judged our certificate. In TLS 1.3 it ends before, and the
/// refusal comes as the answer to whatever is sent first; so a `HEAD` request for the base path is sent, a method
/// that changes nothing, and its answer or the refusal is waited for. A backend that does neither for two seconds
/// has not refused. One that accepts any certificate in TLS and refuses it with an HTTP status (as nginx does) is
/// not told from one that is content.
pub async fn probe(target: ProbeTarget, refuse: RefusedAddresses) -> ProbeReport {
    let limit_ms = u64::try_from(LIMIT.as_millis()).unwrap_or(u64::MAX);
    tokio::time::timeout(LIMIT, attempt(&target, &refuse)).await.unwrap_or(ProbeReport::TimedOut { limit_ms })
}

async fn attempt(target: &ProbeTarget, refuse: &RefusedAddresses) -> ProbeReport {
    let showable = match target.identity.as_deref() {
        None => None,
        Some(Identity::Unavailable { .. }) => return ProbeReport::IdentityUnavailable,
        Some(Identity::Ready(material)) => match tls::certified_key(&material.chain, &material.key) {
            Ok(certified) => Some(Showable::new(certified, &material.chain, &material.key)),
            Err(_) => return ProbeReport::IdentityUnavailable,
        },
    };
    let backend = &target.backend;
    let stream = match connect::tcp(backend.host(), backend.port(), refuse).await {
        Ok(stream) => stream,
        Err(error) => return ProbeReport::Unreachable { reason: domain::causes::causes(&error) },
    };
    if backend.scheme() == Scheme::Http {
        return ProbeReport::Plain;
    }
    let failed = |error: &(dyn std::error::Error + 'static)| ProbeReport::TlsFailed {
        reason: domain::causes::causes(error),
    };
    let verifier = match BackendVerifier::new(&target.trust, &target.authorities) {
        Ok(verifier) => Arc::new(Recorder { verifier, seen: Mutex::default() }),
        Err(error) => return failed(&error),
    };
    let judge = Arc::<Recorder>::clone(&verifier);
    let tls = match PeerTls::new(backend, &target.trust, judge, showable.as_ref()) {
        Ok(tls) => tls,
        Err(error) => return failed(&error),
    };
    talk(backend, &tls, &verifier, stream).await
}

async fn talk(backend: &BackendAddress, tls: &PeerTls, seen: &Recorder, stream: TcpStream) -> ProbeReport {
    let connector = TlsConnector::from(Arc::clone(&tls.config));
    let connected = connector.connect(tls.server_name.clone(), stream).await;
    let shown = match (tls.show.asked(), tls.show.has_certificate()) {
        (Asked::No, _) => Shown::NotAsked,
        (Asked::Yes, true) => Shown::AskedAndShown,
        (Asked::Yes | Asked::Unfit, _) => Shown::AskedAndNotShown,
    };
    let mut stream = match connected {
        Ok(stream) => stream,
        Err(error) => return refusal(&error, shown, seen.presented()),
    };
    if tls.show.asked() == Asked::Unfit {
        let reason = "the backend asks for a certificate, but takes no signature that this key can make";
        return ProbeReport::TlsFailed { reason: reason.to_owned() };
    }
    let version = stream.get_ref().1.protocol_version();
    if version == Some(ProtocolVersion::TLSv1_3)
        && shown != Shown::NotAsked
        && let Some(alert) = late_refusal(backend, &mut stream).await
    {
        return ProbeReport::CertificateRefused { alert, shown };
    }
    let version = if version == Some(ProtocolVersion::TLSv1_3) { "TLS 1.3" } else { "TLS 1.2" };
    ProbeReport::Fine(ProbeFacts { version: version.to_owned(), presented: seen.presented(), shown })
}

/// What a handshake that failed says about whom.
fn refusal(error: &io::Error, shown: Shown, presented: Option<Presented>) -> ProbeReport {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(verdict)) => {
            ProbeReport::Untrusted { reason: untrusted(verdict), presented }
        }
        Some(rustls::Error::AlertReceived(alert)) if shown != Shown::NotAsked => {
            ProbeReport::CertificateRefused { alert: words(&format!("{alert:?}")), shown }
        }
        None if shown != Shown::NotAsked && has_closed(error) => {
            ProbeReport::CertificateRefused { alert: CLOSED.to_owned(), shown }
        }
        Some(_) | None => ProbeReport::TlsFailed { reason: domain::causes::causes(error) },
    }
}

/// The refusal that comes after a handshake of TLS 1.3, if one does.
async fn late_refusal(backend: &BackendAddress, stream: &mut TlsStream<TcpStream>) -> Option<String> {
    let path = if backend.path().is_empty() { "/" } else { backend.path() };
    let request =
        format!("HEAD {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", backend.authority());
    let mut answer = [0; 1];
    let exchange = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        stream.read(&mut answer).await
    };
    match tokio::time::timeout(PATIENCE, exchange).await {
        Err(_) | Ok(Ok(1..)) => None,
        Ok(Ok(0)) => Some(CLOSED.to_owned()),
        Ok(Err(error)) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::AlertReceived(alert)) => Some(words(&format!("{alert:?}"))),
            Some(_) | None => Some(CLOSED.to_owned()),
        },
    }
}

fn has_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

fn untrusted(verdict: &CertificateError) -> Untrusted {
    match verdict {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Untrusted::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Untrusted::NotYetValid,
        CertificateError::UnknownIssuer => Untrusted::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Untrusted::WrongName
        }
        _ => Untrusted::Other,
    }
}

/// The name of an alert as words: `CertificateRequired` → `certificate required` (RFC 8446, 6).
fn words(alert: &str) -> String {
    let mut words = String::with_capacity(alert.len() + 4);
    for character in alert.chars() {
        if character.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

/// Judges as calls do, and keeps what the backend presented.
#[derive(Debug)]
struct Recorder {
    verifier: BackendVerifier,
    seen: Mutex<Option<CertificateDer<'static>>>,
}

impl Recorder {
    fn presented(&self) -> Option<Presented> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        presented(seen.as_ref()?)
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.clone().into_owned());
        self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn presented(certificate: &CertificateDer<'_>) -> Option<Presented> {
    let facts = x509::facts(certificate).ok()?;
    Some(Presented {
        subject: facts.subject,
        issuer: facts.issuer,
        names: facts.alternative_names,
        not_after: facts.not_after,
    })
}

const LIMIT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(2);
const CLOSED: &str = "closed without saying why";
