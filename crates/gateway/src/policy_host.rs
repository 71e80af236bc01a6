//! Runs an API's policy on an exchange: hands the program what became of its last wish, does the next.

use policy::effect::{Effect, Forward, Target};
use policy::program::Program;
use policy::run::{Outcome, Run};
use tokio::time::{Duration, Instant, sleep_until};

use crate::compiled::CompiledApi;
use crate::effects::{address, credential, message};
use crate::error::{Cause, Error};
use crate::exchange::Exchange;
use crate::{failure, whole};

/// A program in the middle of its run.
#[derive(Debug)]
pub(crate) struct PolicyHost<'p> {
    run: Run<'p>,
    outcome: Outcome,
}

impl<'p> PolicyHost<'p> {
    /// A run that hasn't begun.
    pub(crate) fn new(program: &'p Program) -> Self {
        Self { run: Run::new(program), outcome: Outcome::Start }
    }

    /// Runs up to the next wish to forward the call; none when all that is left is to answer.
    pub(crate) async fn advance(
        &mut self,
        exchange: &mut Exchange,
        api: &CompiledApi,
    ) -> Option<std::borrow::Cow<'p, Forward>> {
        loop {
            let outcome = std::mem::replace(&mut self.outcome, Outcome::Done);
            let done = match self.run.next(outcome, exchange) {
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
            exchange.fail(&error);
            Outcome::Failed(failure::of(&error))
        });
    }
}

/// Does what a program wishes for, but for forwarding and answering.
async fn perform(effect: Effect<'_>, exchange: &mut Exchange, api: &CompiledApi) -> Result<Outcome, Error> {
    match effect {
        Effect::SetHeader { target, header } => message::set_header(exchange, target, &header)?,
        Effect::SetBody { target, body } => message::set_body(exchange, target, body.0),
        Effect::SetStatus { code, reason } => message::set_status(exchange, code, reason.as_deref())?,
        Effect::SetMethod { method } => address::set_method(exchange, &method)?,
        Effect::RewriteUri { to, copy_unmatched } => address::rewrite(exchange, &to, copy_unmatched)?,
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
        Effect::Return { reply, .. } => {
            let response = message::reply(&reply)?;
            exchange.answer_with(response);
        }
        // The program knows of it already.
        Effect::Fail { failure, at } => exchange.refuse(&failure, at),
        Effect::Forward(_) | Effect::Answer => {}
        _ => return Err(Error::policy(Cause::Unable)),
    }
    Ok(Outcome::Done)
}

/// Waits, but never beyond the time that the whole call has.
async fn wait(exchange: &Exchange, ms: u64) -> Result<(), Error> {
    let end = exchange.started + exchange.connection.worker.shared.settings.timeouts.whole;
    let until = Instant::now() + Duration::from_millis(ms);
    sleep_until(until.min(end)).await;
    if until > end { Err(Error::policy(Cause::WaitedTooLong)) } else { Ok(()) }
}
