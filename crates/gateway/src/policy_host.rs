//! Runs an API's policy on an exchange: hands the program what became of its last wish, does the next.

use policy::client_certificate::{CertificateChecks, CertificateProblem};
use policy::effect::{Effect, Forward, Metric, Target, Trace, TraceSeverity};
use policy::failure::Failure;
use policy::program::Program;
use policy::run::{Outcome, Run};
use tokio::time::{Duration, Instant, sleep_until};

use crate::compiled::CompiledApi;
use crate::effects::address::Others;
use crate::effects::{address, call, caller_certificate, credential, jwt, message};
use crate::error::{Cause, Error};
use crate::exchange::Exchange;
use crate::failed::Failed;
use crate::worker::Shared;
use crate::{failure, whole};

/// A program in the middle of its run.
#[derive(Debug)]
pub(crate) struct PolicyHost<'p> {
    run: Run<'p>,
    outcome: Outcome,
}

impl<'p> PolicyHost<'p> {
    /// A run that hasn't begun.
    pub(crate) fn new(program: &'p Program, exchange: &Exchange) -> Self {
        let run = Run::new(program);
        let run = if exchange.tracing.is_some() { run.watched() } else { run };
        Self { run, outcome: Outcome::Start }
    }

    /// A run that begins with `on-error`: the call failed before any statement.
    pub(crate) fn after(program: &'p Program, failure: Failure, exchange: &Exchange) -> Self {
        Self { outcome: Outcome::Failed(failure), ..Self::new(program, exchange) }
    }

    /// Runs up to the next wish to forward the call; none when all that is left is to answer.
    pub(crate) async fn advance(
        &mut self,
        exchange: &mut Exchange,
        api: &CompiledApi,
    ) -> Option<std::borrow::Cow<'p, Forward>> {
        loop {
            let outcome = std::mem::replace(&mut self.outcome, Outcome::Done);
            let effect = self.run.next(outcome, exchange);
            if let Some(tracing) = &exchange.tracing {
                tracing.note_wish(&mut self.run, &effect);
            }
            let done = match effect {
                Effect::Answer => return None,
                Effect::Forward(forward) => return Some(forward),
                effect => perform(effect, exchange, api).await,
            };
            self.resume(exchange, done);
        }
    }

    /// Takes in what became of a wish. What failed is answered with an error, which `on-error` may still change.
    pub(crate) fn resume(&mut self, exchange: &mut Exchange, done: Result<Outcome, Error>) {
        self.outcome = done.unwrap_or_else(|error| {
            exchange.fail(&error, self.run.place());
            Outcome::Failed(failure::of(&error))
        });
    }
}

/// Does what a program wishes for, but for forwarding and answering.
async fn perform(effect: Effect<'_>, exchange: &mut Exchange, api: &CompiledApi) -> Result<Outcome, Error> {
    match effect {
        Effect::SetHeader { target, header } => message::set_header(exchange, target, &header)?,
        Effect::SetBody { target, body, media_type, form } => {
            message::set_body(exchange, target, body.0, (media_type, form));
        }
        Effect::SetStatus { code, reason } => message::set_status(exchange, code, reason.as_deref())?,
        Effect::SetMethod { method } => address::set_method(exchange, &method)?,
        Effect::RewriteUri { to, copy_unmatched } => {
            let others = if copy_unmatched { Others::Kept } else { Others::LeftOut };
            address::rewrite(exchange, &to, others)?;
        }
        Effect::SetQueryParameter { name, action, values } => {
            address::set_query_parameter(exchange, &name, action, &values)?;
        }
        Effect::SetBackend { base_url, at } => address::set_backend(exchange, &base_url, at)?,
        Effect::UseCertificate { selector, at } => {
            credential::use_certificate(exchange, api, &selector, at)?;
        }
        Effect::UsePfx { pfx, at } => credential::use_pfx(exchange, pfx, at).await?,
        Effect::UseBasic { username, password } => message::use_basic(exchange, &username, &password)?,
        Effect::Buffer { target: Target::Request } => whole::read_request(exchange).await?,
        Effect::Buffer { target: Target::Response } => whole::read_response(exchange).await?,
        Effect::Wait { ms } => wait(exchange, ms).await?,
        Effect::Call(call) => return Box::pin(call::call(exchange, api, &call)).await,
        Effect::CacheLookup { key } => return Ok(Outcome::Cached(shared(exchange).cache.value(&key))),
        Effect::CacheStore { key, value, duration_s } => shared(exchange).cache.put(key, value, duration_s),
        Effect::CacheRemove { key } => shared(exchange).cache.remove(&key),
        Effect::ValidateCertificate(checks) => return Ok(Outcome::Judged(judged(exchange, checks))),
        Effect::ValidateJwt(checks) => {
            return Ok(Outcome::Jwt(Box::pin(jwt::judge(exchange, &checks)).await));
        }
        Effect::Count(counter) => return Ok(Outcome::Counted(shared(exchange).counters.count(counter))),
        Effect::Return { reply, at } => {
            let response = message::reply(&reply)?;
            // What `on-error` returns tells clients of the failure before it, which is the one to know about.
            if reply.status >= 400 && exchange.failed.is_none() {
                exchange.failed = Some(Box::new(Failed::of_reply(reply.reason.as_deref(), at)));
            }
            exchange.answer_with(response);
        }
        // The program knows of it already.
        Effect::Fail { failure, at } => exchange.refuse(&failure, at),
        Effect::Trace(trace) => log_trace(exchange, &trace),
        Effect::EmitMetric(metric) => log_metric(exchange, &metric),
        Effect::Forward(_) | Effect::Answer => {}
    }
    Ok(Outcome::Done)
}

/// Judges the caller's certificate; publishers get to know more about it than the program.
fn judged(exchange: &mut Exchange, checks: &CertificateChecks) -> Result<(), CertificateProblem> {
    caller_certificate::judge(exchange, checks).map_err(|refused| {
        if let Some(tracing) = &exchange.tracing {
            tracing.note(None, refused.sentence.to_string());
        }
        exchange.detail = Some(refused.sentence);
        refused.problem
    })
}

/// A line of the policy's own in the log. What is verbose is only for traces.
fn log_trace(exchange: &Exchange, trace: &Trace<'_>) {
    let (id, line) = (exchange.id.as_str(), trace.at.line);
    if trace.severity == TraceSeverity::Verbose {
        return;
    }
    let live = shared(exchange).live.current();
    let hidden = |text: String| live.surroundings.without_secrets(text);
    let (source, message) = (hidden(trace.source.to_string()), hidden(trace.message.clone()));
    let metadata = (!trace.metadata.is_empty()).then(|| hidden(format!("{:?}", trace.metadata)));
    if trace.severity == TraceSeverity::Error {
        tracing::error!(target: "policy", { request.id = id, line, source, metadata }, "{message}");
    } else {
        tracing::info!(target: "policy", { request.id = id, line, source, metadata }, "{message}");
    }
}

/// There is no collector of metrics yet; whoever reads the log finds them there.
fn log_metric(exchange: &Exchange, metric: &Metric) {
    let Metric { namespace, name, value, dimensions } = metric;
    let live = shared(exchange).live.current();
    let hidden = |text: String| live.surroundings.without_secrets(text);
    let (id, name, dimensions) =
        (exchange.id.as_str(), hidden(name.clone()), hidden(format!("{dimensions:?}")));
    tracing::info!(target: "metric", { request.id = id, namespace, name, value, dimensions }, "metric");
}

fn shared(exchange: &Exchange) -> &Shared {
    &exchange.connection.worker.shared
}

/// Waits, but never beyond the time that the whole call has.
async fn wait(exchange: &Exchange, ms: u64) -> Result<(), Error> {
    let end = exchange.patience().end;
    let until = Instant::now() + Duration::from_millis(ms);
    sleep_until(until.min(end)).await;
    if until > end { Err(Error::policy(Cause::WaitedTooLong)) } else { Ok(()) }
}
