//! Why a call failed, as publishers may look it up, until it is known with which status. What callers and the log are told
//! is in `respond.rs` and `access_log.rs`.

use std::io;

use domain::causes::causes;
use domain::handshake::HandshakeProblem;
use domain::name::CertificateId;
use domain::problem::{BadRequest, BadResponse, Kind, Mistake, Overdue, Problem, Unable, Unreachable};
use domain::traffic::Statement;
use policy::effect::{Place, Target};
use policy::failure::Failure;

use crate::answer::BodyError;
use crate::cut::Cut;
use crate::error::{Cause, Error};
use crate::failure;
use crate::traffic::statement;

/// A failure on its way to the records.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) reason: String,
    pub(crate) problem: Problem,
    pub(crate) detail: String,
    pub(crate) statement: Option<Statement>,
    pub(crate) backend: Option<String>,
    /// The uploaded certificate that was chosen for the backend.
    pub(crate) shown: Option<CertificateId>,
}

impl Failed {
    /// A failure of the gateway's own, at a statement if one asked for what failed.
    pub(crate) fn of_error(error: &Error, at: Option<&Place>) -> Self {
        let problem = problem(&error.cause);
        // Nothing is wrong with the statement that forwards to a backend which fails.
        let is_blameless = |at: &&Place| at.element == FORWARD && problem.kind() != Kind::Policy;
        Self {
            reason: failure::reason(&error.cause).to_owned(),
            detail: detail(&error.cause),
            statement: at.filter(|at| !is_blameless(at)).map(statement),
            backend: error.backend.clone(),
            shown: None,
            problem,
        }
    }

    /// A check that wasn't passed, or a statement that failed.
    pub(crate) fn of_failure(failure: &Failure, about_caller: Option<&str>, at: &Place) -> Self {
        let reason = failure.reason.clone().into_owned();
        let message = failure.for_records().to_owned();
        let detail = match about_caller {
            // Only what is said of a certificate has such a detail.
            Some(about) if reason.starts_with("ClientCertificate") => format!("{message} {about}"),
            _ => message,
        };
        let problem = if failure.status < 500 { Problem::Refused } else { Problem::StatementFailed };
        Self { detail, ..Self::new(reason, problem, Some(statement(at))) }
    }

    /// An error that the document returned itself.
    pub(crate) fn of_reply(reason: Option<&str>, at: &Place) -> Self {
        Self::new(reason.unwrap_or_default().to_owned(), Problem::Refused, Some(statement(at)))
    }

    /// A response that was cut off; `None` if it is nobody's fault but the client's.
    pub(crate) fn of_cut(cut: Cut) -> Option<Self> {
        let problem = match cut {
            Cut::BackendBroke => Problem::Response(BadResponse::Broke),
            Cut::BackendIdle { limit_ms } => {
                Problem::Timeout(Overdue::Idle { limit_ms: milliseconds(limit_ms) })
            }
            Cut::TooLong => Problem::Timeout(Overdue::Whole),
            Cut::CallerIdle => Problem::Timeout(Overdue::Client),
            Cut::CallerGone => return None,
        };
        Some(Self::new(cut.reason().to_owned(), problem, None))
    }

    fn new(reason: String, problem: Problem, statement: Option<Statement>) -> Self {
        Self { reason, problem, detail: String::new(), statement, backend: None, shown: None }
    }
}

fn problem(cause: &Cause) -> Problem {
    match cause {
        Cause::NoApi => Problem::NoApi,
        Cause::NoOperation => Problem::NoOperation,
        Cause::Lookup(_) => Problem::Unreachable(Unreachable::UnknownHost),
        Cause::Connect(error) => Problem::Unreachable(unreachable(error)),
        Cause::Handshake(failed) => Problem::Tls(failed.problem.clone()),
        Cause::CertificateRefused { problem, .. } => Problem::Tls(problem.clone()),
        Cause::CertificateUnfit => Problem::Tls(HandshakeProblem::CertificateUnfit),
        Cause::ConnectTimeout { limit_ms } => {
            Problem::Timeout(Overdue::Connect { limit_ms: milliseconds(*limit_ms) })
        }
        Cause::AnswerTimeout { limit_ms } => {
            Problem::Timeout(Overdue::Response { limit_ms: milliseconds(*limit_ms) })
        }
        Cause::WaitedTooLong => Problem::Timeout(Overdue::Wait),
        Cause::AnswerBody(error) => of_body(error),
        Cause::AmbiguousResponse(_) => Problem::Response(BadResponse::Ambiguous),
        Cause::Broken(_) => Problem::Response(BadResponse::Closed),
        Cause::AnswerTooLarge { limit_bytes } => {
            Problem::Response(BadResponse::TooLarge { limit_bytes: *limit_bytes as u64 })
        }
        Cause::UnaskedUpgrade => Problem::Response(BadResponse::UnaskedUpgrade),
        Cause::BodyCoding(Target::Response, _) => Problem::Response(BadResponse::Undecodable),
        Cause::BodyCoding(Target::Request, _) => Problem::Request(BadRequest::Undecodable),
        Cause::RequestTooLarge { limit_bytes } => {
            Problem::Request(BadRequest::TooLarge { limit_bytes: *limit_bytes as u64 })
        }
        Cause::RequestBody(_) => Problem::Request(BadRequest::BodyBroke),
        Cause::RequestBodyTimeout => Problem::Request(BadRequest::BodyStalled),
        Cause::Malformed(_) => Problem::Request(BadRequest::Malformed),
        Cause::Misdirected => Problem::Request(BadRequest::Misdirected),
        Cause::Coding => Problem::Request(BadRequest::TransferCoding),
        Cause::Method => Problem::Request(BadRequest::Method),
        Cause::PathEscapes => Problem::Request(BadRequest::PathEscapes),
        Cause::UnknownCertificate { .. } => Problem::Configuration(Mistake::UnknownCertificate),
        Cause::CertificateWithoutTls => Problem::Configuration(Mistake::CertificateWithoutTls),
        Cause::Pfx { .. } => Problem::Configuration(Mistake::PfxFile),
        Cause::Backend { .. } => Problem::Configuration(Mistake::BackendAddress),
        Cause::Peer { .. } => Problem::Configuration(Mistake::Peer),
        Cause::OpenId => Problem::Configuration(Mistake::OpenId),
        Cause::Address => Problem::Configuration(Mistake::Target),
        Cause::HttpVersion => Problem::Configuration(Mistake::HttpVersion),
        Cause::ForwardedTwice => Problem::Configuration(Mistake::ForwardedTwice),
        Cause::Header => Problem::Configuration(Mistake::Header),
        Cause::CertificateUnavailable { id, .. } => Problem::Gateway(Unable::Certificate(id.clone())),
        Cause::BrokenApi(_) => Problem::Gateway(Unable::Api),
        Cause::NoRoom => Problem::Gateway(Unable::NoRoom),
        Cause::Panicked => Problem::Gateway(Unable::Other),
    }
}

/// Why the body of a response that was to be read whole didn't come to its end.
fn of_body(error: &BodyError) -> Problem {
    match error {
        BodyError::Broken(_) | BodyError::Abandoned => Problem::Response(BadResponse::Broke),
        BodyError::Stalled { limit_ms } => {
            Problem::Timeout(Overdue::Idle { limit_ms: milliseconds(*limit_ms) })
        }
        BodyError::TooLong => Problem::Timeout(Overdue::Whole),
    }
}

fn unreachable(error: &io::Error) -> Unreachable {
    use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable, NotFound, PermissionDenied};
    match error.kind() {
        ConnectionRefused => Unreachable::Refused,
        HostUnreachable | NetworkUnreachable => Unreachable::NoRoute,
        NotFound => Unreachable::UnknownHost,
        // One that the system gave is about something else than our setting.
        PermissionDenied if error.raw_os_error().is_none() => Unreachable::NotPermitted,
        _ => Unreachable::Other,
    }
}

/// What is known beyond the problem. Nothing of it comes out of a message: no text of a client or of an expression.
fn detail(cause: &Cause) -> String {
    match cause {
        Cause::Lookup(error) | Cause::Connect(error) => error.to_string(),
        Cause::Handshake(failed) => failed.error.to_string(),
        Cause::CertificateRefused { error, .. } | Cause::Broken(error) | Cause::RequestBody(error) => {
            causes(error)
        }
        Cause::AnswerBody(error) => causes(error),
        Cause::BodyCoding(_, problem) => problem.to_string(),
        Cause::Malformed(what) | Cause::AmbiguousResponse(what) => (*what).to_owned(),
        Cause::BrokenApi(broken) => broken.reason.clone(),
        Cause::CertificateUnavailable { reason, .. } | Cause::Pfx { reason, .. } | Cause::Peer { reason } => {
            reason.clone()
        }
        _ => String::new(),
    }
}

fn milliseconds(limit_ms: u128) -> u64 {
    u64::try_from(limit_ms).unwrap_or(u64::MAX)
}

const FORWARD: &str = "forward-request";
