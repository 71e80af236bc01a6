//! What a program may ask its host to do.

use std::borrow::Cow;
use std::fmt;

use crate::program::{CertificateSelector, Section};
use crate::value::EvaluationError;

/// One thing to do. The host does it and says how it went in the next `Run::next`.
///
/// `Debug` shows no password.
#[derive(Clone)]
pub enum Effect<'p> {
    /// Show this certificate to the backend, in place of one chosen before.
    UseCertificate {
        /// Which certificate.
        selector: &'p CertificateSelector,
        /// The statement that says so.
        at: &'p Place,
    },
    /// Send `Authorization: Basic` (RFC 7617) to the backend.
    UseBasic {
        /// The user name; holds no colon.
        username: &'p str,
        /// The password. Never log it.
        password: &'p str,
    },
    /// Change a header.
    SetHeader {
        /// Which message's header.
        target: Target,
        /// The change.
        header: Cow<'p, SetHeader>,
    },
    /// Send the request to the backend and take its answer. Done when its headers are there.
    Forward(&'p Forward),
    /// Make this the answer, in place of any there is. Nothing of the program is run after it.
    Return {
        /// The answer.
        reply: Cow<'p, Reply>,
        /// The statement that says so.
        at: &'p Place,
    },
    /// An expression has no value: the call has failed. Whatever the host makes of it, the program
    /// goes on as after a failure.
    Fail {
        /// Why; not for the caller.
        error: EvaluationError,
        /// The statement with the expression.
        at: &'p Place,
    },
    /// Send the caller what there is: the end of the program.
    Answer,
}

/// The message that a statement changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// The request on its way to the backend.
    Request,
    /// The answer on its way to the caller.
    Response,
}

/// A change of one header. The name is a token (RFC 9110 §5.6.2) that isn't about framing or the
/// connection; the values hold no control character but tab, and no blanks at either end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetHeader {
    /// The header, as the document spells it; compare without case.
    pub name: String,
    /// What to do with values that are there.
    pub action: HeaderAction,
    /// The values in order; none with `Delete`, at least one otherwise.
    pub values: Vec<String>,
}

/// An answer that the document itself gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// From 200 to 599.
    pub status: u16,
    /// The words after the status on HTTP/1.1, without control characters; none: those that belong
    /// to the status.
    pub reason: Option<String>,
    /// Changes of the headers, which begin as none, in order.
    pub headers: Vec<SetHeader>,
    /// The body; none is an empty one.
    pub body: Option<String>,
}

/// What `set-header` does with values that are already there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HeaderAction {
    /// Replaces them.
    Override,
    /// Leaves them; sets the header only if there is none.
    Skip,
    /// Adds to them.
    Append,
    /// Removes the header.
    Delete,
}

/// How to forward a call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Forward {
    /// The longest wait for the headers of the answer; more than 0; none: as the API's settings say.
    pub timeout_ms: Option<u64>,
}

/// Where a statement stands, for logs and error reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The statement's element.
    pub element: &'static str,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1, in characters.
    pub column: u32,
    /// The section it stands in.
    pub section: Section,
    /// Which of the programs given to `Program::compose` it came from, 0 the broadest; 0 in a program
    /// of one document.
    pub scope: usize,
}

impl Section {
    /// The message that statements of this section change.
    pub fn target(self) -> Target {
        match self {
            Section::Inbound | Section::Backend => Target::Request,
            Section::Outbound | Section::OnError => Target::Response,
        }
    }
}

impl fmt::Debug for Effect<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::UseCertificate { selector, .. } => write!(formatter, "UseCertificate({selector:?})"),
            Effect::UseBasic { username, .. } => write!(formatter, "UseBasic({username:?}, [secret])"),
            Effect::SetHeader { target, header } => write!(formatter, "SetHeader({target:?}, {header:?})"),
            Effect::Forward(forward) => write!(formatter, "{forward:?}"),
            Effect::Return { reply, .. } => write!(formatter, "{reply:?}"),
            Effect::Fail { error, .. } => write!(formatter, "Fail({error:?})"),
            Effect::Answer => formatter.write_str("Answer"),
        }
    }
}
