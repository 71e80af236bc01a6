//! Request out, answer back, bodies streamed.

use std::rc::Rc;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HOST, TE, TRAILER, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Request, Response, Version};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::answer::AnswerBody;
use crate::compiled::CompiledApi;
use crate::error::{Cause, Error, Retry, Step};
use crate::exchange::Exchange;
use crate::respond::REQUEST_ID;
use crate::upstream::body::{Phase, Progress, RequestBody};
use crate::upstream::connect::{Connected, History};
use crate::upstream::ending::Unannounced;
use crate::upstream::pool::Lease;
use crate::upstream::{codings, upgrade};
use crate::whole::{self, Whole};
use crate::{headers, proxy};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct NoAnswer {
    pub(crate) error: Error,
    /// The request, if nothing of it was sent.
    pub(crate) unsent: Option<Request<RequestBody>>,
}

/// Whether an exchange keeps a request that goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Only if the policy may ask for it later.
    AsAsked,
    Anyhow,
}

/// How long an answer is waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Since something was last done about the request.
    pub(crate) first_byte: Duration,
    /// Between two pieces of the response's body.
    pub(crate) idle: Duration,
    /// At the very latest.
    pub(crate) end: Instant,
}

/// Makes a request's head one that a backend may see; policy changes it further.
pub(crate) fn prepare(exchange: &mut Exchange, api: &CompiledApi) {
    let proxies = &exchange.connection.worker.shared.settings.proxies;
    let claims = proxy::claims(proxies, exchange.connection.caller.ip);
    let head = &mut exchange.head;
    exchange.upgrade =
        upgrade::wish(head).filter(|_| exchange.body.as_ref().is_some_and(RequestBody::is_none));
    let host = headers::asked_host(&head.headers, &exchange.asked);
    headers::clean_request(&mut head.headers, &proxies.identity_fields, claims);
    // That is all that is left of it.
    exchange.takes_trailers = head.headers.contains_key(TE);
    headers::join_cookies(&mut head.headers, head.version);
    exchange.host.clone_from(&host);
    headers::introduce(&mut head.headers, &exchange.caller, host);
    head.headers.insert(HOST, api.authority.clone());
    head.headers.insert(REQUEST_ID, exchange.id.header_value());
}

/// The request as it goes out; the exchange keeps nothing of it, unless the policy may ask for it later.
///
/// # Errors
/// It went out already.
pub(crate) fn outgoing(exchange: &mut Exchange, keep: Keep) -> Result<Request<RequestBody>, Error> {
    let program = exchange.api.as_ref().map(|api| exchange.program(api));
    let asked = program.as_ref().is_some_and(|program| program.asks_after_forwarding());
    let keep = if asked { Keep::Anyhow } else { keep };
    let body = outgoing_body(exchange, keep).ok_or_else(|| Error::policy(Cause::ForwardedTwice))?;
    let mut request = Request::new(body);
    *request.method_mut() = exchange.head.method.clone();
    if keep == Keep::Anyhow {
        *request.uri_mut() = exchange.head.uri.clone();
        *request.headers_mut() = exchange.head.headers.clone();
    } else {
        *request.uri_mut() = std::mem::take(&mut exchange.head.uri);
        *request.headers_mut() = std::mem::take(&mut exchange.head.headers);
    }
    if program.is_some_and(|program| program.reads_response()) {
        codings::narrow(request.headers_mut());
    }
    if let Some(wish) = &exchange.upgrade {
        upgrade::ask(request.headers_mut(), wish.protocol.clone());
    }
    // Without a length the library sends no body with methods that seldom have one, unless it is told to.
    if !request.body().is_none() && !request.headers().contains_key(CONTENT_LENGTH) {
        request.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    Ok(request)
}

/// The body once more, for whom the answer points to.
///
/// # Errors
/// It went out already, and wasn't kept.
pub(crate) fn body_again(exchange: &mut Exchange) -> Result<RequestBody, Error> {
    outgoing_body(exchange, Keep::Anyhow).ok_or_else(|| Error::policy(Cause::ForwardedTwice))
}

/// The body as it goes out; none if it did already. One that was read whole, or that isn't there, can go out again as
/// long as the head is kept for that.
fn outgoing_body(exchange: &mut Exchange, keep: Keep) -> Option<RequestBody> {
    let body = match exchange.whole_request.get_mut() {
        Whole::Unread => {
            let body = exchange.body.take()?;
            if body.is_none() && keep == Keep::Anyhow {
                exchange.body = Some(RequestBody::none());
            }
            return Some(body);
        }
        Whole::Read(bytes) => RequestBody::whole(whole::shared(bytes)),
        Whole::Taken => {
            exchange.head.headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
            RequestBody::none()
        }
    };
    if keep == Keep::AsAsked {
        exchange.body = None;
        exchange.whole_request.replace(Whole::Unread);
    }
    Some(body)
}

/// The answer as it goes to the caller; its connection goes back to the pool at the end of its body.
///
/// # Errors
/// The backend changed the protocol, and nobody had asked it to.
pub(crate) fn answer(
    exchange: &mut Exchange,
    response: Response<Incoming>,
    lease: Lease,
    patience: Patience,
) -> Result<Response<AnswerBody>, Error> {
    let wish = exchange.upgrade.take();
    if upgrade::is_granted(&response) {
        let unasked = || Error::upstream(Step::Send, Retry::Never, Cause::UnaskedUpgrade);
        let wish = wish.ok_or_else(unasked)?;
        return Ok(upgrade::grant(&exchange.connection, wish.caller, response, patience.idle));
    }
    let (mut head, body) = response.into_parts();
    check_framing(&head.headers)?;
    let ending = ending(&head.headers, &lease);
    head.version = Version::default();
    headers::clean_response(&mut head.headers);
    if !takes_trailers(exchange) {
        head.headers.remove(TRAILER);
    }
    Ok(Response::from_parts(head, AnswerBody::streamed(body, Some(lease), patience, ending)))
}

/// How the connection of a response ended, if that is all that ends its body (RFC 9112, 6.3).
pub(crate) fn ending(headers: &HeaderMap, lease: &Lease) -> Option<Unannounced> {
    let has_length = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    (!has_length).then(|| lease.line.unannounced.clone())
}

/// Whether a caller gets the trailers that a response announces: over HTTP/1 only those who asked for them (RFC 9110,
/// 6.5.1).
fn takes_trailers(exchange: &Exchange) -> bool {
    exchange.head.version == Version::HTTP_2 || exchange.takes_trailers
}

/// Refuses a response that the caller could take for another than the gateway did (RFC 9112, 6.1 and 6.3).
fn check_framing(headers: &HeaderMap) -> Result<(), Error> {
    let count = |name| headers.get_all(name).iter().count();
    let (lengths, codings) = (count(CONTENT_LENGTH), count(TRANSFER_ENCODING));
    let what = if lengths > 0 && codings > 0 {
        "it has both `Content-Length` and `Transfer-Encoding`"
    } else if lengths > 1 {
        "it has more than one `Content-Length`"
    } else if !headers.get(CONTENT_LENGTH).is_none_or(|length| is_decimal(length.as_bytes())) {
        "its `Content-Length` is not a number"
    } else if codings > 1 || !headers.get(TRANSFER_ENCODING).is_none_or(is_chunked) {
        "its `Transfer-Encoding` is not `chunked`"
    } else {
        return Ok(());
    };
    Err(Error::upstream(Step::Send, Retry::Never, Cause::AmbiguousResponse(what)))
}

fn is_decimal(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn is_chunked(coding: &HeaderValue) -> bool {
    coding.as_bytes().eq_ignore_ascii_case(b"chunked")
}

/// Sends a request and waits for the head of its answer.
///
/// # Errors
/// The connection breaks, the caller's body breaks off, or the answer takes too long.
pub(crate) async fn send(
    connected: &mut Connected,
    request: Request<RequestBody>,
    patience: Patience,
) -> Result<Response<Incoming>, NoAnswer> {
    let progress = request.body().progress();
    progress.touch();
    let heard_before = connected.line.heard.bytes();
    let heard = connected.line.heard.clone();
    let sending = connected.line.sender.try_send_request(request);
    tokio::pin!(sending);
    let alarm = tokio::time::sleep_until(due(&progress, patience));
    tokio::pin!(alarm);
    loop {
        tokio::select! {
            biased;
            sent = &mut sending => {
                return sent.map_err(|mut failed| {
                    let unsent = failed.take_message();
                    let what = if unsent.is_some() {
                        Reached::Nothing
                    } else if heard.bytes() > heard_before {
                        Reached::Response
                    } else {
                        Reached::Backend
                    };
                    let error = broken(failed.into_error(), &progress, connected.history, what);
                    NoAnswer { error, unsent }
                });
            }
            () = &mut alarm => {
                let due = due(&progress, patience);
                if Instant::now() >= due {
                    return Err(NoAnswer { error: too_late(&progress, patience), unsent: None });
                }
                alarm.as_mut().reset(due);
            }
        }
    }
}

/// The moment at which waiting makes no sense any more. While the caller owes a part of the request the backend
/// owes nothing, and the body has a clock of its own.
fn due(progress: &Rc<Progress>, patience: Patience) -> Instant {
    let since = if progress.phase() == Phase::Caller { Instant::now() } else { progress.newest() };
    (since + patience.first_byte).min(patience.end)
}

fn too_late(progress: &Progress, patience: Patience) -> Error {
    let limit_ms = patience.first_byte.as_millis();
    let step = Step::Send;
    match progress.phase() {
        Phase::Caller => Error::client(step, Cause::RequestBodyTimeout),
        _ => Error::upstream(step, Retry::Never, Cause::AnswerTimeout { limit_ms }),
    }
}

/// How far a request came before its connection broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Nothing,
    /// Some of it may have reached the backend.
    Backend,
    /// The response had begun.
    Response,
}

fn broken(error: hyper::Error, progress: &Progress, history: History, reached: Reached) -> Error {
    let retry = match (reached, history) {
        (Reached::Nothing, _) => Retry::Always,
        (Reached::Backend, History::Reused) => Retry::IfIdempotent,
        (Reached::Backend, History::New) | (Reached::Response, _) => Retry::Never,
    };
    match progress.phase() {
        Phase::Broken => Error::client(Step::Send, Cause::RequestBody(error)),
        Phase::Stalled => Error::client(Step::Send, Cause::RequestBodyTimeout),
        Phase::Backend | Phase::Caller | Phase::Ended => {
            Error::upstream(Step::Send, retry, Cause::Broken(error))
        }
    }
}
