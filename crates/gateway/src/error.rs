//! Why a call failed: whose fault, at which step, whether it may be tried again, and the cause.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use domain::handshake::HandshakeProblem;
use domain::language::Language;
use domain::name::CertificateId;
use policy::coded_body::CodingProblem;
use policy::effect::Target;
use thiserror::Error as ThisError;

use crate::answer::BodyError;
use crate::compiled::BrokenApi;
use crate::upstream::handshake::HandshakeError;

/// What went wrong with one call. Callers never see it: `respond` tells them as much as is theirs to know.
#[derive(Debug)]
pub(crate) struct Error {
    pub(crate) fault: Fault,
    pub(crate) step: Step,
    pub(crate) retry: Retry,
    pub(crate) cause: Cause,
    /// Host and port of the backend that was called, if one was.
    pub(crate) backend: Option<String>,
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Client,
    Gateway,
    Policy,
    Upstream,
}

/// How far the call had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Read,
    Route,
    Policy,
    Body,
    Pick,
    Connect,
    Send,
}

/// Whether the same request may go out once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It may have been worked on, or it would fail again.
    Never,
    /// Some of it was sent on a connection that had been used before and was closed: idempotent methods only.
    IfIdempotent,
    /// Nothing of it was sent.
    Always,
}

/// What happened, for the log.
#[derive(Debug, ThisError)]
pub(crate) enum Cause {
    #[error("the request is malformed: {0}")]
    Malformed(&'static str),
    #[error("it asks for another host than its connection was opened for")]
    Misdirected,
    #[error("the request's body is coded in a way that the gateway doesn't know")]
    Coding,
    #[error("the method is not one that can be forwarded")]
    Method,
    #[error("the path leads out of the API when it is decoded and its dot parts are followed")]
    PathEscapes,
    #[error("the API `{}` can't be used: {}", .0.id, .0.reason)]
    BrokenApi(Arc<BrokenApi>),
    #[error("no API has this path")]
    NoApi,
    #[error("no operation of the API matches the method and the path")]
    NoOperation,
    #[error("the caller's request body broke off")]
    RequestBody(#[source] hyper::Error),
    #[error("the caller's request body did not come to an end in time")]
    RequestBodyTimeout,
    #[error("the request has more than {limit_bytes} bytes, and the policy reads it whole")]
    RequestTooLarge { limit_bytes: usize },
    #[error("the answer has more than {limit_bytes} bytes, and the policy reads it whole")]
    AnswerTooLarge { limit_bytes: usize },
    #[error("the policy reads the body of the {}, which can't be decoded: {}", .0.in_words(), .1)]
    BodyCoding(Target, CodingProblem),
    #[error("the answer broke off")]
    AnswerBody(#[source] BodyError),
    #[error("the policy names the certificate `{name}` on line {line}, which doesn't exist")]
    UnknownCertificate { name: String, line: u32 },
    #[error("the certificate `{id}`, which the policy names on line {line}, can't be used: {reason}")]
    CertificateUnavailable { id: CertificateId, line: u32, reason: String },
    #[error("the backend speaks plain HTTP, so that no certificate can be shown")]
    CertificateWithoutTls,
    #[error("the PKCS#12 file of the policy on line {line} can't be used: {reason}")]
    Pfx { line: u32, reason: String },
    #[error("the policy calls a backend on line {line} at what is no address")]
    Backend { line: u32 },
    #[error("no connection to the backend can be set up: {reason}")]
    Peer { reason: String },
    #[error("an address gives no OpenID configuration with keys")]
    OpenId,
    #[error("the policy asks for an address or a method that can't be sent")]
    Address,
    #[error("the policy waits longer than any call may take")]
    WaitedTooLong,
    #[error("the policy calls over a version of HTTP that backends are not spoken to")]
    HttpVersion,
    #[error("the gateway has a fault in it")]
    Panicked,
    #[error("the policy forwards the call twice")]
    ForwardedTwice,
    #[error("the policy sets a header that can't be sent")]
    Header,
    #[error("as many connections to backends are open as may be")]
    NoRoom,
    #[error("could not look up the backend's name")]
    Lookup(#[source] io::Error),
    #[error("could not connect to the backend")]
    Connect(#[source] io::Error),
    #[error("the TLS handshake with the backend failed")]
    Handshake(#[source] Box<HandshakeError>),
    #[error("{}", .problem.sentence(Language::English))]
    CertificateRefused {
        problem: HandshakeProblem,
        #[source]
        error: hyper::Error,
    },
    #[error("the backend asks for a certificate, but for no kind of signature that the chosen one can make")]
    CertificateUnfit,
    #[error("the connection to the backend broke before it answered")]
    Broken(#[source] hyper::Error),
    #[error("the backend did not take the connection in {limit_ms} ms")]
    ConnectTimeout { limit_ms: u128 },
    #[error("the backend did not answer in {limit_ms} ms")]
    AnswerTimeout { limit_ms: u128 },
    #[error("the response can be read in two ways: {0}")]
    AmbiguousResponse(&'static str),
    #[error("the backend switched to another protocol without being asked")]
    UnaskedUpgrade,
}

impl Error {
    /// The caller sent something that isn't a proper request.
    pub(crate) fn malformed(what: &'static str) -> Self {
        Self::client(Step::Read, Cause::Malformed(what))
    }

    /// The caller's fault.
    pub(crate) fn client(step: Step, cause: Cause) -> Self {
        Self { fault: Fault::Client, step, retry: Retry::Never, cause, backend: None }
    }

    /// The configuration asks for what can't be done.
    pub(crate) fn policy(cause: Cause) -> Self {
        Self { fault: Fault::Policy, step: Step::Policy, retry: Retry::Never, cause, backend: None }
    }

    /// The gateway can't do what the configuration rightly asks for.
    pub(crate) fn gateway(step: Step, cause: Cause) -> Self {
        Self { fault: Fault::Gateway, step, retry: Retry::Never, cause, backend: None }
    }

    /// The backend's fault.
    pub(crate) fn upstream(step: Step, retry: Retry, cause: Cause) -> Self {
        Self { fault: Fault::Upstream, step, retry, cause, backend: None }
    }

    /// The same, with the backend that was called.
    pub(crate) fn with_backend(self, backend: String) -> Self {
        Self { backend: Some(backend), ..self }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.cause.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}
