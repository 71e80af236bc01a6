//! Runs an API's policy on an exchange: hands the program what became of its last wish, does the next.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use hyper::ext::ReasonPhrase;
use policy::effect::{Effect, Forward, HeaderAction, Reply, SetHeader, Target};
use policy::failure::Failure;
use policy::program::Program;
use policy::run::{Outcome, Run};

use crate::answer::AnswerBody;
use crate::compiled::CompiledApi;
use crate::error::{Cause, Error};
use crate::exchange::Exchange;
use crate::respond;
use crate::upstream::pick;

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
    pub(crate) fn advance(&mut self, exchange: &mut Exchange, api: &CompiledApi) -> Option<Cow<'p, Forward>> {
        loop {
            let outcome = std::mem::replace(&mut self.outcome, Outcome::Done);
            let done = match self.run.next(outcome, exchange) {
                Effect::Answer => return None,
                Effect::Forward(forward) => return Some(forward),
                effect => apply(effect, exchange, api),
            };
            self.resume(exchange, done);
        }
    }

    /// Takes in what became of a wish. What failed is answered with an error, which `on-error` may still change.
    pub(crate) fn resume(&mut self, exchange: &mut Exchange, done: Result<(), Error>) {
        self.outcome = match done {
            Ok(()) => Outcome::Done,
            Err(error) => {
                exchange.fail(&error);
                Outcome::Failed(failure(&error))
            }
        };
    }
}

fn apply(effect: Effect<'_>, exchange: &mut Exchange, api: &CompiledApi) -> Result<(), Error> {
    match effect {
        Effect::UseCertificate { selector, at } => {
            exchange.credential = pick::certificate(api, &selector, at)?;
            Ok(())
        }
        Effect::UseBasic { username, password } => {
            let credentials = BASE64_STANDARD.encode(format!("{username}:{password}"));
            let mut value = HeaderValue::try_from(format!("Basic {credentials}")).map_err(unsendable)?;
            value.set_sensitive(true);
            exchange.head.headers.insert(AUTHORIZATION, value);
            Ok(())
        }
        Effect::SetHeader { target: Target::Request, header } => {
            set_header(&mut exchange.head.headers, &header)
        }
        Effect::SetHeader { target: Target::Response, header } => match &mut exchange.response {
            Some(response) => set_header(response.headers_mut(), &header),
            None => Ok(()),
        },
        Effect::Return { reply, .. } => {
            exchange.response = Some(response(&reply)?);
            Ok(())
        }
        Effect::Fail { failure, at } => {
            let (element, line) = (at.element, at.line);
            Err(Error::policy(Cause::Statement { element, line, message: failure.message }))
        }
        Effect::Forward(_) | Effect::Answer => Ok(()),
        _ => Err(Error::policy(Cause::Unable)),
    }
}

/// What the program is told of a failure of the gateway's own.
fn failure(error: &Error) -> Failure {
    Failure::hidden("InternalError", error.to_string(), respond::status(error).0.as_u16())
}

/// The answer that a document gives itself. Its reason goes out on HTTP/1.1; later versions have none.
fn response(reply: &Reply) -> Result<Response<AnswerBody>, Error> {
    let mut response = Response::new(AnswerBody::local(reply.body.clone().unwrap_or_default().0));
    *response.status_mut() = StatusCode::from_u16(reply.status).map_err(unsendable)?;
    if let Some(reason) = &reply.reason {
        let reason = ReasonPhrase::try_from(reason.as_bytes()).map_err(unsendable)?;
        response.extensions_mut().insert(reason);
    }
    for header in &reply.headers {
        set_header(response.headers_mut(), header)?;
    }
    Ok(response)
}

fn set_header(headers: &mut HeaderMap, change: &SetHeader) -> Result<(), Error> {
    let name = HeaderName::try_from(change.name.as_str()).map_err(unsendable)?;
    match change.action {
        HeaderAction::Skip if headers.contains_key(&name) => return Ok(()),
        HeaderAction::Override | HeaderAction::Delete => {
            headers.remove(&name);
        }
        HeaderAction::Skip | HeaderAction::Append => {}
    }
    for value in &change.values {
        let value = HeaderValue::try_from(value.as_str()).map_err(unsendable)?;
        headers.append(name.clone(), value);
    }
    Ok(())
}

fn unsendable<E>(_: E) -> Error {
    Error::policy(Cause::Header)
}
