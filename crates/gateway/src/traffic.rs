//! What publishers may look up about calls: those that failed, on their way to the store, and traces of calls that brought
//! a token, in memory only. All of it is bounded, and nothing of it is made for any other call.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::clock::Clock;
use domain::failed_call::{FailedCall, Failures};
use domain::name::ApiId;
use domain::traffic::{self as words, CallTrace, TraceStep, TraceToken};
use policy::effect::Place;
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;

use crate::access_log::Entry;
use crate::caller::{Caller, CallerCertificate};
use crate::failed::Failed;
use crate::recorder::Recorder;
use crate::request_id::RequestId;
use crate::settings::FailureRecords;

/// The records of one gateway.
#[derive(Debug)]
pub(crate) struct Traffic {
    recorder: Recorder,
    traces: Mutex<VecDeque<Arc<CallTrace>>>,
    tokens: Mutex<HashMap<String, Token>>,
}

#[derive(Debug)]
struct Token {
    api: ApiId,
    until: OffsetDateTime,
}

impl Traffic {
    /// The records of a gateway.
    pub(crate) fn new(records: FailureRecords) -> Self {
        Self { recorder: Recorder::new(records), traces: Mutex::default(), tokens: Mutex::default() }
    }

    /// Records a call that failed with this status, unless there are too many like it.
    pub(crate) fn note_failed(&self, entry: &Entry, failed: Failed, status: u16) {
        let shared = &entry.connection.worker.shared;
        let at = shared.clock.now();
        if !self.recorder.admits(failed.problem.kind(), entry.api_id(), at.unix_timestamp()) {
            return;
        }
        let Failed { reason, problem, detail, statement, backend, shown } = failed;
        let live = shared.live.current();
        self.recorder.keep(FailedCall {
            at,
            request_id: entry.id.to_string(),
            call: entry.call(),
            status,
            reason: short(&reason),
            problem,
            detail: short(&live.surroundings.without_secrets(detail)),
            statement,
            caller: caller(&entry.caller),
            backend,
            shown,
        });
    }

    /// Hands over the failed calls that nobody has asked for yet.
    pub(crate) fn take_failures(&self) -> Failures {
        self.recorder.take()
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
        let mut traces = lock(&self.traces);
        if traces.len() >= MOST_TRACES {
            traces.pop_front();
        }
        traces.push_back(Arc::new(trace));
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
        subject: short(&facts.subject),
        issuer: short(&facts.issuer),
        thumbprint: facts.thumbprint.to_string(),
        serial_number: facts.serial_number.to_string(),
        not_before: moment(facts.not_before_unix_s),
        not_after: moment(facts.not_after_unix_s),
        pem: first_of(&shown.chain).map(pem).collect(),
    }
}

/// As many certificates of a chain as a record has room for.
fn first_of<'c>(chain: &'c [CertificateDer<'_>]) -> impl Iterator<Item = &'c [u8]> {
    chain.iter().map(AsRef::as_ref).scan(0, |bytes, der: &[u8]| {
        *bytes += der.len();
        (*bytes <= LONGEST_CHAIN_BYTES).then_some(der)
    })
}

/// A text that a client or a backend chose, cut where it is too long for a record.
pub(crate) fn short(text: &str) -> String {
    let end = text.floor_char_boundary(LONGEST_TEXT_BYTES);
    match text.split_at(end) {
        (all, "") => all.to_owned(),
        (front, _) => format!("{front}\u{2026}"),
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const LONGEST_CHAIN_BYTES: usize = 16 * 1024;
const LONGEST_TEXT_BYTES: usize = 2_000;
const MOST_TRACES: usize = 100;
const MOST_TOKENS: usize = 100;
const TOKEN_LASTS: Duration = Duration::from_secs(10 * 60);
