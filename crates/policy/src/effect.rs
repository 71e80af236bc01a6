//! What a program may ask its host to do.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::call_out::CallOut;
use crate::client_certificate::CertificateChecks;
use crate::failure::Failure;
use crate::jwt::JwtChecks;
use crate::kept::Kept;
use crate::program::{CertificateSelector, Section};

/// One thing to do. The host does it and says how it went in the next `Run::next`.
///
/// `Debug` shows no password.
#[derive(Clone)]
pub enum Effect<'p> {
    /// Show this certificate to the backend, in place of one chosen before.
    UseCertificate {
        /// Which certificate.
        selector: Cow<'p, CertificateSelector>,
        /// The statement that says so.
        at: &'p Place,
    },
    /// Show the certificate of a PKCS#12 file to the backend, in place of one chosen before.
    UsePfx {
        /// The file.
        pfx: Pfx,
        /// The statement that says so.
        at: &'p Place,
    },
    /// Send `Authorization: Basic` (RFC 7617) to the backend.
    UseBasic {
        /// The user name; holds no colon.
        username: Cow<'p, str>,
        /// The password. Never log it.
        password: Cow<'p, str>,
    },
    /// Change a header.
    SetHeader {
        /// Which message's header.
        target: Target,
        /// The change.
        header: Cow<'p, SetHeader>,
    },
    /// Make this the body, in place of any there is.
    SetBody {
        /// Which message's body.
        target: Target,
        /// The body.
        body: Body,
        /// The `Content-Type` that it gets; none: the one that is there stays.
        media_type: Option<&'static str>,
        /// Whether it is a text: then a charset that `Content-Type` names becomes UTF-8.
        form: BodyForm,
    },
    /// Change the status of the answer.
    SetStatus {
        /// From 200 to 599.
        code: u16,
        /// The words after it on HTTP/1.1; none: those that belong to the status.
        reason: Option<String>,
    },
    /// Change the method of the request.
    SetMethod {
        /// A token (RFC 9110 §9.1).
        method: String,
    },
    /// Call another address of the backend.
    RewriteUri {
        /// Begins with `/`; perhaps with a query behind a `?`. Takes the place of the path that would be
        /// put behind the backend's address.
        to: String,
        /// Whether the query of the request is kept, but for parameters that `to` has itself.
        copy_unmatched: bool,
    },
    /// Change a parameter of the request's query.
    SetQueryParameter {
        /// Its name, not encoded.
        name: String,
        /// What to do with values that are there.
        action: HeaderAction,
        /// The values in order, not encoded.
        values: Vec<String>,
    },
    /// Call another backend: scheme, host, port and the path in front of the request's.
    SetBackend {
        /// An absolute address without a query.
        base_url: String,
        /// The statement that says so.
        at: &'p Place,
    },
    /// Send the request to the backend and take its answer. Done when its headers are there.
    Forward(Cow<'p, Forward>),
    /// Call some address. `Outcome::Answered`, or `Outcome::Done` for one whose answer nobody waits for.
    Call(Box<CallOut<'p>>),
    /// Read a body whole, so that `Facts::body` has it. Nothing to do if it was read already, or if
    /// there is none.
    Buffer {
        /// Which message's body.
        target: Target,
    },
    /// Look a value up. `Outcome::Cached`.
    CacheLookup {
        /// Its key.
        key: String,
    },
    /// Keep a value.
    CacheStore {
        /// Its key.
        key: String,
        /// The value.
        value: Kept,
        /// For how long; 0 is not at all.
        duration_s: u64,
    },
    /// Forget a value.
    CacheRemove {
        /// Its key.
        key: String,
    },
    /// Count calls. `Outcome::Counted`.
    Count(Counter),
    /// Wait before going on.
    Wait {
        /// For how long; at most an hour.
        ms: u64,
    },
    /// Judge a token. `Outcome::Jwt`.
    ValidateJwt(Box<JwtChecks>),
    /// Judge the certificate of the caller. `Outcome::Judged`.
    ValidateCertificate(&'p CertificateChecks),
    /// Write into the trace and the log.
    Trace(Box<Trace<'p>>),
    /// Add to a metric.
    EmitMetric(Box<Metric>),
    /// Make this the answer, in place of any there is. No statement is run after it; headers that
    /// statements before it owe to every answer may follow.
    Return {
        /// The answer.
        reply: Cow<'p, Reply>,
        /// The statement that says so.
        at: &'p Place,
    },
    /// The call has failed. Whatever the host makes of it, the program goes on as after a failure.
    Fail {
        /// Why.
        failure: Failure,
        /// The statement that says so.
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
    pub body: Option<Body>,
}

/// The bytes of a message's body. `Debug` shows a text as it is, of other bytes how many there are.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Body(pub Vec<u8>);

/// What the bytes of a body are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BodyForm {
    /// A text in UTF-8.
    Text,
    /// Bytes that an expression made, in any charset or none.
    Bytes,
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
    /// Whether an answer that points elsewhere is followed there.
    pub follow_redirects: bool,
    /// Which version of HTTP the backend is spoken to.
    pub http_version: HttpVersion,
    /// Whether the request's body is kept, so that it can be sent once more.
    pub buffer_request_body: bool,
    /// Whether the answer is passed on piece by piece as it comes.
    pub stream_response: bool,
    /// Whether an answer from 400 to 599 is a failure.
    pub fail_on_error_status: bool,
}

/// Which version of HTTP to speak.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum HttpVersion {
    /// HTTP/1.1.
    #[default]
    One,
    /// HTTP/2, or none.
    Two,
    /// HTTP/2 if the backend offers it.
    TwoOrOne,
}

/// A PKCS#12 file that an expression gave.
#[derive(Clone, PartialEq, Eq)]
pub struct Pfx {
    /// The file. Never log it.
    pub bytes: Arc<[u8]>,
    /// Its password.
    pub password: Option<Hidden>,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

/// A counter of calls in a window of time that moves along with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counter {
    /// What is counted; statements with the same key share one counter.
    pub key: String,
    /// How many there may be in a window.
    pub calls: u64,
    /// The length of the window; at least 1.
    pub period_s: u64,
    /// What to do.
    pub count: Count,
}

/// What to do with a counter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Count {
    /// Look whether there is room, and if so add so many.
    Take(u64),
    /// Look whether there is room; add nothing.
    Look,
    /// Add so many, room or not.
    Add(u64),
}

/// A line for the trace of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace<'p> {
    /// Who says so.
    pub source: String,
    /// How much it matters.
    pub severity: TraceSeverity,
    /// What is said.
    pub message: String,
    /// More about it, by name.
    pub metadata: Vec<(String, String)>,
    /// The statement that says so.
    pub at: &'p Place,
}

/// How much a line of a trace matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TraceSeverity {
    /// Only for the trace.
    Verbose,
    /// For the log too.
    Information,
    /// For the log, as an error.
    Error,
}

/// Something to add to a metric.
#[derive(Clone, PartialEq, Debug)]
pub struct Metric {
    /// The group it belongs to; empty if the document says none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How much to add.
    pub value: f64,
    /// What it is told apart by.
    pub dimensions: Vec<(String, String)>,
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
    /// The way to it in its section, each step counted among those of the same name:
    /// `choose[3]/when[2]`.
    pub path: String,
    /// Its `id`.
    pub id: Option<String>,
    /// The fragment whose text line and column are about; none: the document's own.
    pub fragment: Option<String>,
}

impl Place {
    /// The scope as `context.LastError` calls it.
    pub fn scope_name(&self) -> &'static str {
        match self.scope {
            0 => "global",
            1 => "api",
            _ => "operation",
        }
    }
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

impl Hidden {
    /// The text itself. Never log it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match std::str::from_utf8(&self.0) {
            Ok(text) => write!(formatter, "{text:?}"),
            Err(_) => write!(formatter, "[{} bytes]", self.0.len()),
        }
    }
}

impl fmt::Debug for Pfx {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pfx([secret])")
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[secret]")
    }
}
