//! Why a call failed, for the caller and for `context.LastError`.

use std::borrow::Cow;

use crate::effect::Place;
use crate::error::EvaluationError;

/// A failure of one step, of the program's or of the host's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The element or the built-in step that failed, such as `forward-request`; empty stands for the
    /// statement whose effect failed.
    pub source: Cow<'static, str>,
    /// What kind of failure, as one word: `BackendConnectionFailure`, `Timeout`, `HeaderNotFound`.
    pub reason: Cow<'static, str>,
    /// What happened, in a sentence for `on-error`.
    pub message: String,
    /// The same for logs and traces, where `message` tells what a caller sent.
    pub noted: Option<Box<str>>,
    /// The status of the answer, unless `on-error` makes another: from 400 to 599.
    pub status: u16,
    /// What the caller may read in the answer's body; none says no more than that something failed.
    pub told: Option<Box<str>>,
    /// After how many seconds it is worth another try.
    pub retry_after: Option<Box<RetryAfter>>,
}

/// When the caller may try again, and the header that says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetryAfter {
    /// The header's name.
    pub header: Cow<'static, str>,
    /// How many seconds.
    pub seconds: u64,
}

/// What `context.LastError` says in `on-error`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LastError {
    /// The element or the built-in step that failed.
    pub source: String,
    /// What kind of failure, as one word.
    pub reason: String,
    /// What happened, in a sentence.
    pub message: String,
    /// `global`, `api` or `operation`; empty when the call failed before its first statement.
    pub scope: String,
    /// The section it happened in; empty as above.
    pub section: String,
    /// Where in its section the statement stands: `choose[3]/when[2]`.
    pub path: String,
    /// The statement's `id`.
    pub policy_id: String,
    /// The status of the answer that the failure makes.
    pub status: u16,
}

impl Failure {
    /// A failure that the caller is told about in its own words.
    pub fn told(reason: &'static str, message: impl Into<String>, status: u16) -> Self {
        let message = message.into();
        Self { told: Some(message.clone().into()), ..Self::hidden(reason, message, status) }
    }

    /// A failure of which the caller learns only that there was one.
    pub fn hidden(reason: &'static str, message: impl Into<String>, status: u16) -> Self {
        Self {
            source: Cow::Borrowed(""),
            reason: Cow::Borrowed(reason),
            message: message.into(),
            noted: None,
            status,
            told: None,
            retry_after: None,
        }
    }
}

impl Failure {
    /// What happened, for logs and traces.
    pub fn for_records(&self) -> &str {
        self.noted.as_deref().unwrap_or(&self.message)
    }
}

impl From<EvaluationError> for Failure {
    fn from(error: EvaluationError) -> Self {
        Self::hidden(
            "ExpressionValueEvaluationFailure",
            format!("Expression evaluation failed. {error}"),
            500,
        )
    }
}

impl LastError {
    /// What is kept of a failure at a statement; none before the first statement.
    pub(crate) fn new(failure: &Failure, at: Option<&Place>) -> Self {
        let own_source = at.map_or("configuration", |at| at.element);
        let source = if failure.source.is_empty() { own_source } else { &failure.source };
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            source: source.to_owned(),
            reason: failure.reason.clone().into_owned(),
            message: failure.message.clone(),
            scope: text(at.map(Place::scope_name)),
            section: text(at.map(|at| at.section.name())),
            path: text(at.map(|at| at.path.as_str())),
            policy_id: text(at.and_then(|at| at.id.as_deref())),
            status: failure.status,
        }
    }
}
