//! The TLS handshake with a backend, and what its failure means: the same for calls and for the connection test.

use std::error::Error as _;
use std::io;
use std::sync::Arc;

use domain::handshake::{CLOSED, HandshakeProblem, Shown, Untrusted};
use domain::language::Language;
use rustls::pki_types::ServerName;
use rustls::{AlertDescription, CertificateError, PeerIncompatible};
use thiserror::Error as ThisError;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::{Cause, Error};
use crate::upstream::opening::{Opening, Speaks};
use crate::upstream::peer::{Peer, PeerTls};
use crate::upstream::show::Asked;
use crate::upstream::trust::SelfSigned;

/// A handshake that failed: what it means for a person, and what the TLS library said.
#[derive(Debug, ThisError)]
#[error("{} ({error})", problem.sentence(Language::English))]
pub(crate) struct HandshakeError {
    pub(crate) problem: HandshakeProblem,
    pub(crate) error: io::Error,
}

/// Speaks TLS on the connection.
///
/// # Errors
/// The handshake fails, the backend's certificate isn't trusted, or it refuses ours.
pub(crate) async fn handshake(
    tls: &PeerTls,
    stream: TcpStream,
) -> Result<TlsStream<Opening>, HandshakeError> {
    let connector = TlsConnector::from(Arc::clone(&tls.config));
    let connecting = connector.connect(tls.server_name.clone(), Opening::new(stream)).into_fallible();
    connecting.await.map_err(|(error, opening)| {
        let problem = problem(&error, opening.speaks(), tls);
        HandshakeError { problem, error }
    })
}

/// Whether the backend asked for a certificate, and what it got.
pub(crate) fn shown(tls: &PeerTls) -> Shown {
    match (tls.show.asked(), tls.show.has_certificate()) {
        (Asked::No, true) => Shown::ChosenNotAsked,
        (Asked::No, false) => Shown::NotAsked,
        (Asked::Yes, true) => Shown::AskedAndShown,
        (Asked::Yes | Asked::Unfit, _) => Shown::AskedAndNotShown,
    }
}

/// What a backend says by closing the connection or with an alert, after the handshake or in it.
pub(crate) fn farewell(error: &io::Error) -> Option<String> {
    match inner(error) {
        Some(rustls::Error::AlertReceived(alert)) => Some(words(&format!("{alert:?}"))),
        None if has_closed(error) => Some(CLOSED.to_owned()),
        Some(_) | None => None,
    }
}

/// Tells a connection that broke from one whose backend refused our certificate: in TLS 1.3 it does so after the handshake,
/// and its alert takes the place of the response.
pub(crate) fn with_late_refusal(error: Error, peer: &Peer) -> Error {
    let Error { cause: Cause::Broken(broken), .. } = error else { return error };
    let tls = peer.tls.as_ref().filter(|tls| tls.show.asked() == Asked::Yes);
    let cause = match (alert_in(&broken), tls) {
        (Some(alert), Some(tls)) => {
            let problem = HandshakeProblem::CertificateRefused { alert, shown: shown(tls) };
            Cause::CertificateRefused { problem, error: broken }
        }
        _ => Cause::Broken(broken),
    };
    Error { cause, ..error }
}

fn alert_in(error: &hyper::Error) -> Option<String> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(rustls::Error::AlertReceived(alert)) = cause.downcast_ref().and_then(inner) {
            return Some(words(&format!("{alert:?}")));
        }
        next = cause.source();
    }
    None
}

fn problem(error: &io::Error, speaks: Speaks, tls: &PeerTls) -> HandshakeProblem {
    match speaks {
        Speaks::Http => return HandshakeProblem::PlainHttp,
        Speaks::Other => return HandshakeProblem::NotTls,
        Speaks::Nothing | Speaks::Tls => {}
    }
    match inner(error) {
        Some(rustls::Error::InvalidCertificate(verdict)) => {
            return HandshakeProblem::Certificate(untrusted(verdict));
        }
        Some(rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)) => {
            return HandshakeProblem::TooOld;
        }
        Some(rustls::Error::AlertReceived(AlertDescription::UnrecognisedName)) => {
            return HandshakeProblem::UnknownName { name: asked_name(tls) };
        }
        Some(rustls::Error::AlertReceived(AlertDescription::InsufficientSecurity)) => {
            return HandshakeProblem::NothingInCommon;
        }
        Some(rustls::Error::PeerIncompatible(why)) => return incompatible(why),
        _ => {}
    }
    let shown = shown(tls);
    let is_asked = matches!(shown, Shown::AskedAndShown | Shown::AskedAndNotShown);
    match (farewell(error), inner(error)) {
        (Some(alert), _) if is_asked => HandshakeProblem::CertificateRefused { alert, shown },
        (_, Some(rustls::Error::AlertReceived(AlertDescription::HandshakeFailure))) => {
            HandshakeProblem::NothingInCommon
        }
        (Some(alert), Some(_)) => HandshakeProblem::Alert(alert),
        (Some(_), None) => HandshakeProblem::Closed,
        (None, _) => HandshakeProblem::Other(domain::causes::causes(error)),
    }
}

fn incompatible(why: &PeerIncompatible) -> HandshakeProblem {
    match why {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => HandshakeProblem::TooOld,
        _ => HandshakeProblem::NothingInCommon,
    }
}

fn untrusted(verdict: &CertificateError) -> Untrusted {
    match verdict {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Untrusted::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Untrusted::NotYetValid,
        CertificateError::UnknownIssuer => Untrusted::UnknownIssuer,
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            Untrusted::NoNames
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Untrusted::WrongName
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Untrusted::WrongPurpose
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. } => Untrusted::Signature,
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => Untrusted::SelfSigned,
        CertificateError::Other(other) if is_authority(other.0.as_ref()) => Untrusted::Authority,
        other => Untrusted::Other(other.to_string()),
    }
}

fn is_authority(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// The name that the backend was asked for; TLS asks for no addresses (RFC 6066, 3).
fn asked_name(tls: &PeerTls) -> Option<String> {
    match &tls.server_name {
        ServerName::DnsName(name) => Some(name.as_ref().to_owned()),
        _ => None,
    }
}

fn inner(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn has_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

/// The name of an alert as words: `CertificateRequired` → `certificate required`, `UnknownCA` → `unknown CA` (RFC
/// 8446, 6).
fn words(alert: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in alert.chars() {
        match words.last_mut() {
            Some(word) if !character.is_ascii_uppercase() || before.is_ascii_uppercase() => {
                word.push(character)
            }
            _ => words.push(character.to_string()),
        }
        before = character;
    }
    let is_short = |word: &String| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_uppercase());
    let lower = words.into_iter().map(|word| if is_short(&word) { word } else { word.to_ascii_lowercase() });
    lower.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use rustls::AlertDescription;

    use super::words;

    #[test]
    fn alerts_are_called_in_words() {
        let called = |alert: AlertDescription| words(&format!("{alert:?}"));
        assert_eq!(called(AlertDescription::UnknownCA), "unknown CA");
        assert_eq!(called(AlertDescription::CertificateRequired), "certificate required");
        assert_eq!(called(AlertDescription::HandshakeFailure), "handshake failure");
    }
}
