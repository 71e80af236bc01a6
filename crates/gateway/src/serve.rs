//! The life of a request, step by step, readable from top to bottom.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use policy::effect::{Forward, HttpVersion};
use policy::run::Outcome;

use crate::answer::AnswerBody;
use crate::compiled::CompiledApi;
use crate::connection::InFlight;
use crate::error::{Cause, Error, Step};
use crate::exchange::Exchange;
use crate::operations::Asked;
use crate::policy_host::PolicyHost;
use crate::upstream::send::Keep;
use crate::upstream::{pick, redirect, retry, send};
use crate::{expect, failure, proxy, route, shape, trace, whole};

/// One request from its head to the head of its answer. Its body, and the line in the log, come when the caller has
/// taken the last byte.
pub(crate) async fn serve(in_flight: InFlight, request: Request<Incoming>) -> Response<AnswerBody> {
    let mut exchange = Exchange::begin(in_flight, request);
    expect::begin(&exchange).await;
    match begin(&mut exchange) {
        Ok(api) => run(&mut exchange, &api).await,
        Err(error) => {
            exchange.fail(&error, None);
            if let (Cause::NoOperation, Some(api)) = (&error.cause, exchange.api.clone()) {
                let mut policy = PolicyHost::after(&api.program, failure::of(&error), &exchange);
                // Nothing is forwarded in `on-error`.
                while policy.advance(&mut exchange, &api).await.is_some() {}
            }
        }
    }
    exchange.finish().await
}

/// Before policy: is it a request at all, and whose?
fn begin(exchange: &mut Exchange) -> Result<Arc<CompiledApi>, Error> {
    shape::check(exchange)?;
    proxy::identify(exchange)?;
    shape::check_name(exchange)?;
    let api = route::choose(exchange)?;
    trace::begin(exchange);
    send::prepare(exchange, &api);
    Ok(api)
}

/// The API's policy from `inbound` to `outbound`, with the call to the backend where the policy says so.
async fn run(exchange: &mut Exchange, api: &CompiledApi) {
    let program = exchange.program(api);
    let mut policy = PolicyHost::new(&program, exchange);
    while let Some(wish) = policy.advance(exchange, api).await {
        let done = forward(exchange, api, &wish).await;
        policy.resume(exchange, done);
    }
}

/// One call to the backend: which peer, over which connection, and what came back.
async fn forward(exchange: &mut Exchange, api: &CompiledApi, wish: &Forward) -> Result<Outcome, Error> {
    if exchange.matched.as_ref().is_some_and(|matched| matched.asked == Asked::Preflight) {
        return Err(Error::client(Step::Route, Cause::NoOperation));
    }
    if wish.http_version == HttpVersion::Two {
        return Err(Error::policy(Cause::HttpVersion));
    }
    if wish.buffer_request_body || wish.follow_redirects {
        whole::read_request(exchange).await?;
    }
    // An answer of before, if this is another try, would hold its connection.
    exchange.response = None;
    let peer = pick::peer(exchange, api)?;
    let mut patience = exchange.patience();
    if let Some(timeout_ms) = wish.timeout_ms {
        patience.first_byte = Duration::from_millis(timeout_ms);
    }
    let worker = Rc::clone(&exchange.connection.worker);
    let (response, lease) = if wish.follow_redirects {
        redirect::forward(exchange, api, &peer, patience).await?
    } else {
        let mut request = send::outgoing(exchange, Keep::AsAsked)?;
        expect::pass_on(exchange, &mut request);
        retry::forward(&worker, &peer, request, patience).await?
    };
    let response = send::answer(exchange, response, lease, patience)?;
    let status = response.status();
    if let Some(tracing) = &exchange.tracing {
        tracing.note(None, format!("the backend returned status {}", status.as_u16()));
    }
    exchange.answer_with(response);
    if wish.fail_on_error_status && (status.is_client_error() || status.is_server_error()) {
        return Ok(Outcome::Failed(failure::of_status(status.as_u16())));
    }
    Ok(Outcome::Done)
}
