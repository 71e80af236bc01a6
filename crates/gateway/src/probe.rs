//! Tries a connection to a backend exactly as calls would make it, and says what happened.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use address::url::Scheme;
use certificates::x509;
use domain::address::BackendAddress;
use domain::handshake::{CLOSED, HandshakeProblem};
use domain::probe::{Presented, ProbeFacts, ProbeReport, ProbeTarget};
use domain::refused_addresses::RefusedAddresses;
use domain::snapshot::Identity;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, ProtocolVersion, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::tls;
use crate::upstream::connect;
use crate::upstream::handshake;
use crate::upstream::opening::Opening;
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
        problem: HandshakeProblem::Other(domain::causes::causes(error)),
        presented: None,
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
    match talk(backend, &tls, stream).await {
        Ok(version) => ProbeReport::Fine(ProbeFacts {
            version: version.to_owned(),
            presented: verifier.presented(),
            shown: handshake::shown(&tls),
        }),
        Err(problem) => ProbeReport::TlsFailed { problem, presented: verifier.presented() },
    }
}

/// The version of TLS that is spoken, once the backend had time to refuse what it was shown.
async fn talk(
    backend: &BackendAddress,
    tls: &PeerTls,
    stream: TcpStream,
) -> Result<&'static str, HandshakeProblem> {
    let mut stream = handshake::handshake(tls, stream).await.map_err(|failed| failed.problem)?;
    if tls.show.asked() == Asked::Unfit {
        return Err(HandshakeProblem::CertificateUnfit);
    }
    if stream.get_ref().1.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
        return Ok("TLS 1.2");
    }
    if tls.show.asked() == Asked::Yes
        && let Some(alert) = late_refusal(backend, &mut stream).await
    {
        return Err(HandshakeProblem::CertificateRefused { alert, shown: handshake::shown(tls) });
    }
    Ok("TLS 1.3")
}

/// The refusal that comes after a handshake of TLS 1.3, if one does.
async fn late_refusal(backend: &BackendAddress, stream: &mut TlsStream<Opening>) -> Option<String> {
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
        Ok(Err(error)) => Some(handshake::farewell(&error).unwrap_or_else(|| CLOSED.to_owned())),
    }
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
