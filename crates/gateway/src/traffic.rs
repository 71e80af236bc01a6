//! What publishers may look up about calls: those that policies refused last, and traces of calls that brought a
//! token. In memory only, bounded, and nothing of it is made for any other call.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::clock::Clock;
use domain::name::ApiId;
use domain::traffic::{self as words, CallTrace, RefusedCall, RefusedFilter, TraceStep, TraceToken};
use policy::effect::Place;
use policy::failure::Failure;
use time::OffsetDateTime;

use crate::caller::{Caller, CallerCertificate};
use crate::exchange::Exchange;
use crate::request_id::RequestId;

/// The records of one gateway.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    refused: Mutex<VecDeque<Arc<RefusedCall>>>,
    traces: Mutex<VecDeque<Arc<CallTrace>>>,
    tokens: Mutex<HashMap<String, Token>>,
}

#[derive(Debug)]
struct Token {
    api: ApiId,
    until: OffsetDateTime,
}

/// Why a policy refuses a call, until it is known with which status.
#[derive(Debug)]
pub(crate) struct Refusal {
    reason: String,
    message: String,
    statement: words::Statement,
}

impl Traffic {
    /// The calls that are meant, the newest first.
    pub(crate) fn refused(&self, filter: &RefusedFilter) -> Vec<RefusedCall> {
        let refused = lock(&self.refused);
        refused.iter().rev().filter(|call| filter.takes(call)).map(|call| call.as_ref().clone()).collect()
    }

    /// Keeps a call that was refused with this status.
    pub(crate) fn note_refused(&self, exchange: &Exchange, refusal: Refusal, status: u16) {
        let live = exchange.connection.worker.shared.live.current();
        let call = RefusedCall {
            at: exchange.connection.worker.shared.clock.now(),
            request_id: exchange.id.to_string(),
            call: call(exchange),
            status,
            reason: refusal.reason,
            message: live.surroundings.without_secrets(refusal.message),
            statement: Some(refusal.statement),
            caller: caller(&exchange.caller),
        };
        self.note(call);
    }

    /// Keeps a call that did not go well.
    pub(crate) fn note(&self, call: RefusedCall) {
        keep(&self.refused, MOST_REFUSED, call);
    }

    /// A new token for calls to this API.
    pub(crate) fn start_trace(&self, api: ApiId, clock: &Clock) -> TraceToken {
        let now = clock.now();
        let (token, expires_at) = (RequestId::random().to_string(), now + TOKEN_LASTS);
        let mut tokens = lock(&self.tokens);
        tokens.retain(|_, token| token.until > now);
        if tokens.len() >= MOST_TOKENS {
            let oldest = tokens.iter().min_by_key(|(_, token)| token.until).map(|(token, _)| token.clone());
            oldest.map(|token| tokens.remove(&token));
        }
        tokens.insert(token.clone(), Token { api: api.clone(), until: expires_at });
        TraceToken { token, api, expires_at }
    }

    /// Whether this token makes calls to this API be traced.
    pub(crate) fn is_token(&self, token: &str, api: &ApiId, clock: &Clock) -> bool {
        lock(&self.tokens).get(token).is_some_and(|known| known.api == *api && known.until > clock.now())
    }

    /// Keeps the trace of a call.
    pub(crate) fn note_trace(&self, trace: CallTrace) {
        keep(&self.traces, MOST_TRACES, trace);
    }

    /// Adds what was seen after a call's trace was kept, when its body came to an end.
    pub(crate) fn add_to_trace(&self, request_id: &str, after: Duration, what: &str) {
        let mut traces = lock(&self.traces);
        let Some(trace) = traces.iter_mut().rev().find(|trace| trace.request_id == request_id) else {
            return;
        };
        let after_us = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        let step = TraceStep { after_us, statement: None, what: what.to_owned() };
        Arc::make_mut(trace).steps.push(step);
    }

    /// The trace of the call with this id.
    pub(crate) fn trace(&self, request_id: &str) -> Option<CallTrace> {
        let traces = lock(&self.traces);
        traces.iter().rev().find(|trace| trace.request_id == request_id).map(|trace| trace.as_ref().clone())
    }
}

impl Refusal {
    /// A check that wasn't passed, or a statement that failed.
    pub(crate) fn of_failure(failure: &Failure, detail: Option<&str>, at: &Place) -> Self {
        let reason = failure.reason.clone().into_owned();
        let message = failure.for_records().to_owned();
        let message = match detail {
            // Only what is said of a certificate has such a detail.
            Some(detail) if reason.starts_with("ClientCertificate") => format!("{message} {detail}"),
            _ => message,
        };
        Self { reason, message, statement: statement(at) }
    }

    /// An answer that the document gave itself.
    pub(crate) fn of_reply(reason: Option<&str>, at: &Place) -> Self {
        let reason = reason.unwrap_or_default().to_owned();
        Self { reason, message: String::new(), statement: statement(at) }
    }
}

/// What was called, as far as it is known.
pub(crate) fn call(exchange: &Exchange) -> words::Call {
    words::Call {
        api: exchange.api.as_ref().map(|api| api.id.clone()),
        operation: exchange.matched.as_ref().map(|matched| matched.operation.id.to_string()),
        method: exchange.asked_method.to_string(),
        path: exchange.asked.path().to_owned(),
    }
}

/// Who called.
pub(crate) fn caller(caller: &Caller) -> words::Caller {
    words::Caller {
        address: caller.address.clone(),
        certificate: caller.certificate.as_deref().map(certificate),
    }
}

/// Where a statement stands.
pub(crate) fn statement(at: &Place) -> words::Statement {
    words::Statement {
        element: at.element.to_owned(),
        scope: at.scope_name().to_owned(),
        section: at.section.name().to_owned(),
        path: at.path.clone(),
        fragment: at.fragment.clone(),
        line: at.line,
        column: at.column,
    }
}

fn certificate(shown: &CallerCertificate) -> words::CallerCertificate {
    let facts = &shown.facts;
    let moment = |unix_s| OffsetDateTime::from_unix_timestamp(unix_s).ok();
    words::CallerCertificate {
        subject: facts.subject.to_string(),
        issuer: facts.issuer.to_string(),
        thumbprint: facts.thumbprint.to_string(),
        serial_number: facts.serial_number.to_string(),
        not_before: moment(facts.not_before_unix_s),
        not_after: moment(facts.not_after_unix_s),
        pem: shown.chain.iter().map(|der| pem(der)).collect(),
    }
}

/// RFC 7468.
fn pem(der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    let mut pem = String::with_capacity(base64.len() + base64.len() / 64 + 64);
    pem.push_str("-----BEGIN CERTIFICATE-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

fn keep<T>(kept: &Mutex<VecDeque<Arc<T>>>, most: usize, new: T) {
    let mut kept = lock(kept);
    if kept.len() >= most {
        kept.pop_front();
    }
    kept.push_back(Arc::new(new));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const MOST_REFUSED: usize = 500;
const MOST_TRACES: usize = 100;
const MOST_TOKENS: usize = 100;
const TOKEN_LASTS: Duration = Duration::from_secs(10 * 60);
