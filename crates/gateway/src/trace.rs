//! The trace of one call that brought a token: every statement, what it came to and when. Values of headers, queries
//! and bodies stay out of it, and named values are blotted out.

use std::cell::RefCell;
use std::sync::Arc;

use domain::traffic::{CallTrace, Statement, TRACE_HEADER, TraceStep};
use http::{HeaderName, StatusCode};
use policy::effect::{Effect, Place};
use policy::program::CertificateSelector;
use policy::run::Run;
use time::OffsetDateTime;
use tokio::time::Instant;

use crate::compiled::Compiled;
use crate::exchange::Exchange;
use crate::traffic::{self, statement};

/// A trace that grows while its call runs.
#[derive(Debug)]
pub(crate) struct Tracing {
    at: OffsetDateTime,
    started: Instant,
    /// What its policies were made with.
    live: Arc<Compiled>,
    steps: RefCell<Vec<TraceStep>>,
}

/// Begins a trace if the call brings a token for its API. The field itself never goes to a backend.
pub(crate) fn begin(exchange: &mut Exchange) {
    let Some(token) = exchange.head.headers.remove(&HEADER) else { return };
    let shared = &exchange.connection.worker.shared;
    let (Ok(token), Some(api)) = (token.to_str(), &exchange.api) else { return };
    if shared.traffic.is_token(token, &api.id, &shared.clock) {
        let (at, started) = (shared.clock.now(), exchange.started);
        let live = Arc::clone(&shared.live.current());
        exchange.tracing = Some(Box::new(Tracing { at, started, live, steps: RefCell::default() }));
    }
}

impl Tracing {
    /// Writes down what the run has noted since the last time, and what it wishes for now.
    pub(crate) fn note_wish(&self, run: &mut Run<'_>, effect: &Effect<'_>) {
        for seen in run.take_seen() {
            self.push(Some(statement(seen.place)), seen.what);
        }
        if let (Some(place), Some(what)) = (run.place(), wish(effect)) {
            self.push(Some(statement(place)), what);
        }
    }

    /// Writes down something else.
    pub(crate) fn note(&self, place: Option<&Place>, what: String) {
        self.push(place.map(statement), what);
    }

    /// The whole trace, once the head of the answer is there.
    pub(crate) fn finish(self, exchange: &Exchange, status: StatusCode) -> CallTrace {
        let duration_us = self.elapsed_us();
        CallTrace {
            at: self.at,
            request_id: exchange.id.to_string(),
            call: exchange.entry.call(),
            status: status.as_u16(),
            duration_us,
            caller: traffic::caller(&exchange.caller),
            steps: self.steps.into_inner(),
        }
    }

    fn push(&self, statement: Option<Statement>, what: String) {
        let mut steps = self.steps.borrow_mut();
        if steps.len() < MOST_STEPS {
            // First blotted out, then cut: half a secret isn't found any more.
            let what = self.live.surroundings.without_secrets(what).chars().take(LONGEST_STEP).collect();
            steps.push(TraceStep { after_us: self.elapsed_us(), statement, what });
        }
    }

    fn elapsed_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// What a statement asks the gateway to do; `None` if its outcome says more.
fn wish(effect: &Effect<'_>) -> Option<String> {
    Some(match effect {
        Effect::RewriteUri { to, .. } => format!("rewrites the path to {}", without_query(to)),
        Effect::SetBackend { base_url, .. } => format!("sets the backend to {}", without_query(base_url)),
        Effect::UseCertificate { selector, .. } => uses_certificate(selector),
        Effect::Forward(_) => "sends the request to the backend".to_owned(),
        Effect::Call(call) => {
            let url = call.url.as_deref().map_or("the address of the request", without_query);
            format!("sends a request to {url}")
        }
        Effect::Buffer { target } => format!("reads the body of the {}", target.in_words()),
        Effect::CacheStore { duration_s, .. } => format!("stores a value in the cache for {duration_s} s"),
        Effect::CacheRemove { .. } => "removes a value from the cache".to_owned(),
        Effect::Wait { ms } => format!("waits for {ms} ms"),
        Effect::EmitMetric(metric) => format!("adds to the metric {}", metric.name),
        _ => return effect.in_words(),
    })
}

/// The certificate as the document names it.
fn uses_certificate(selector: &CertificateSelector) -> String {
    match selector {
        CertificateSelector::Id(id) | CertificateSelector::Authority(id) => {
            format!("uses the certificate {id}")
        }
        CertificateSelector::Thumbprint(thumbprint) => {
            format!("uses the certificate with thumbprint {thumbprint}")
        }
    }
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

static HEADER: HeaderName = HeaderName::from_static("postern-trace");
const _: () = assert!(TRACE_HEADER.eq_ignore_ascii_case("postern-trace"));
const MOST_STEPS: usize = 2_000;
const LONGEST_STEP: usize = 500;
