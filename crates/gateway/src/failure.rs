//! What a program is told of a failure of the gateway's own: the words of `context.LastError`.

use std::borrow::Cow;

use domain::causes::causes;
use policy::failure::Failure;

use crate::error::{Cause, Error};
use crate::respond;

/// A failure as the program keeps it.
pub(crate) fn of(error: &Error) -> Failure {
    let (status, told) = respond::status(error);
    Failure {
        source: Cow::Borrowed(source(&error.cause)),
        reason: Cow::Borrowed(reason(&error.cause)),
        message: causes(error),
        status: status.as_u16(),
        noted: None,
        told: Some(told.into()),
        retry_after: None,
    }
}

/// The failure of a backend that answered with an error, for policies that count that as one.
pub(crate) fn of_status(status: u16) -> Failure {
    Failure::hidden("BackendErrorStatus", format!("The backend returned status {status}."), status)
}

/// The step that failed, where it isn't the statement that is run.
fn source(cause: &Cause) -> &'static str {
    match cause {
        Cause::NoApi | Cause::NoOperation => "configuration",
        _ => "",
    }
}

/// What kind of failure it is, as one word.
pub(crate) fn reason(cause: &Cause) -> &'static str {
    match cause {
        Cause::Lookup(_)
        | Cause::Connect(_)
        | Cause::Handshake(_)
        | Cause::CertificateRefused { .. }
        | Cause::CertificateUnfit
        | Cause::Broken(_)
        | Cause::AnswerBody(_)
        | Cause::UnaskedUpgrade => "BackendConnectionFailure",
        Cause::ConnectTimeout { .. } | Cause::AnswerTimeout { .. } | Cause::WaitedTooLong => "Timeout",
        Cause::RequestBody(_) | Cause::RequestBodyTimeout => "ClientConnectionFailure",
        Cause::NoApi => "ApiNotFound",
        Cause::NoOperation => "OperationNotFound",
        Cause::RequestTooLarge { .. } => "RequestBodyTooLarge",
        Cause::AnswerTooLarge { .. } => "ResponseBodyTooLarge",
        Cause::BodyCoding(target, problem) => problem.reason(*target),
        Cause::UnknownCertificate { .. } => "CertificateNotFound",
        Cause::CertificateUnavailable { .. } | Cause::CertificateWithoutTls => "CertificateUnavailable",
        Cause::Malformed(_) | Cause::Misdirected | Cause::Coding | Cause::Method | Cause::PathEscapes => {
            "BadRequest"
        }
        Cause::BrokenApi(_) => "ApiUnavailable",
        _ => "InternalError",
    }
}
