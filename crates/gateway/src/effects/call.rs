//! Calls of a policy's own: `send-request`, whose answer it waits for, and `send-one-way-request`, which runs beside.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use domain::address::BackendAddress;
use domain::causes::causes;
use domain::trust::Trust;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use policy::call_out::{CallCredential, CallOut};
use policy::message::Message;
use policy::run::Outcome;
use tokio::time::{Instant, timeout_at};

use crate::answer::{AnswerBody, BodyError};
use crate::compiled::CompiledApi;
use crate::effects::address::sendable;
use crate::effects::{credential, message};
use crate::error::{Cause, Error, Retry, Step};
use crate::exchange::{Credential, Exchange};
use crate::headers;
use crate::upstream::body::RequestBody;
use crate::upstream::peer::Peer;
use crate::upstream::send::{self, Patience};
use crate::upstream::{pick, retry};
use crate::whole::{self, CollectError, Empty, Whole};
use crate::worker::{Background, Worker};

/// A call that is ready to go out.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) worker: Rc<Worker>,
    pub(crate) peer: Arc<Peer>,
    pub(crate) request: Request<RequestBody>,
    pub(crate) limit: Duration,
    /// The latest that the call which it is made for may end.
    pub(crate) end: Instant,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) message: Message,
    /// Whether only an end of the connection without notice ended it.
    pub(crate) is_unannounced: bool,
}

/// Makes a call, and waits for its answer if anybody does.
///
/// # Errors
/// It can't be made, or no whole answer comes in time.
pub(crate) async fn call(
    exchange: &mut Exchange,
    api: &CompiledApi,
    call: &CallOut<'_>,
) -> Result<Outcome, Error> {
    let answered = match prepare(exchange, api, call).await {
        Ok(ready) if call.one_way => {
            run_beside(exchange, ready);
            return Ok(Outcome::Done);
        }
        Ok(ready) => send(ready).await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(Answered { message, is_unannounced }) => {
            if is_unannounced {
                exchange.note_unannounced_end(Some(call.at));
            }
            Ok(Outcome::Answered(Some(Arc::new(message))))
        }
        Err(error) if call.ignore_error => {
            let (id, reason) = (exchange.id.as_str(), causes(&error));
            tracing::info!(request.id = id, line = call.at.line, reason, "a call of the policy failed");
            Ok(Outcome::Answered(None))
        }
        Err(error) => Err(error),
    }
}

/// Sends a call and reads its whole answer.
///
/// # Errors
/// There is none in time, it breaks off, or it is larger than a body that is read whole may be.
pub(crate) async fn send(ready: Ready) -> Result<Answered, Error> {
    let Ready { worker, peer, request, limit, end } = ready;
    let end = end.min(Instant::now() + limit);
    let late = || {
        let cause = Cause::AnswerTimeout { limit_ms: limit.as_millis() };
        Error::upstream(Step::Send, Retry::Never, cause)
    };
    let patience = Patience { first_byte: limit, idle: limit, end };
    let exchange = async {
        let (response, lease) = retry::forward(&worker, &peer, request, patience).await?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(Error::upstream(Step::Send, Retry::Never, Cause::UnaskedUpgrade));
        }
        let settings = &worker.shared.settings;
        let (head, body): (_, Incoming) = response.into_parts();
        let ending = send::ending(&head.headers, &lease);
        let body = AnswerBody::streamed(body, Some(lease), patience, ending);
        let ending = body.ending();
        let body = whole::collect(body, settings.limits.max_whole_body_bytes).await;
        let body = body.map_err(|error| match error {
            CollectError::Body(BodyError::Stalled { .. } | BodyError::TooLong) => late(),
            error => unread(error),
        })?;
        let is_unannounced = ending.is_some_and(|ending| ending.is_seen());
        Ok(Answered { message: describe(Response::from_parts(head, body)), is_unannounced })
    };
    timeout_at(end, exchange).await.map_err(|_| late())?
}

async fn prepare(exchange: &Exchange, api: &CompiledApi, call: &CallOut<'_>) -> Result<Ready, Error> {
    let wrong = || Error::policy(Cause::Backend { line: call.at.line });
    let (address, target) = match &call.url {
        Some(url) => take_apart(url).ok_or_else(wrong)?,
        None => {
            let address = exchange.backend_address().cloned().ok_or_else(wrong)?;
            (address, exchange.head.uri.clone())
        }
    };
    let credential = shown(exchange, api, call).await?;
    let worker = Rc::clone(&exchange.connection.worker);
    credential.mark_used(worker.now_s.get());
    let peer = {
        let live = worker.shared.live.current();
        worker.made.peer(&live, &address, &Trust::default(), credential.showable()?)?
    };
    let mut request = Request::new(body(exchange, call));
    *request.method_mut() = match &call.method {
        Some(method) => Method::from_bytes(method.as_bytes()).map_err(|_| wrong())?,
        None if call.copy => exchange.head.method.clone(),
        None => Method::GET,
    };
    *request.uri_mut() = target;
    *request.headers_mut() = fields(exchange, call, &address)?;
    let end = exchange.patience().end;
    Ok(Ready { worker, peer, request, limit: Duration::from_millis(call.timeout_ms), end })
}

/// An absolute address as a backend and what is asked of it.
pub(crate) fn take_apart(url: &str) -> Option<(BackendAddress, Uri)> {
    let url = url.trim().split('#').next().unwrap_or_default();
    let uri = Uri::try_from(sendable(url).as_ref()).ok()?;
    let address = format!("{}://{}", uri.scheme_str()?, uri.authority()?).parse().ok()?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    Some((address, Uri::try_from(target).ok()?))
}

async fn shown(exchange: &Exchange, api: &CompiledApi, call: &CallOut<'_>) -> Result<Credential, Error> {
    let shared = &exchange.connection.worker.shared;
    match &call.credential {
        CallCredential::None => Ok(Credential::None),
        CallCredential::Certificate(selector) => {
            pick::certificate(&shared.live.current(), api, selector, call.at)
        }
        CallCredential::Pfx(pfx) => {
            credential::opened(&shared.opened_files, pfx.clone(), call.at).await.map(Credential::Pfx)
        }
    }
}

fn body(exchange: &Exchange, call: &CallOut<'_>) -> RequestBody {
    match (&call.body, &*exchange.whole_request.borrow()) {
        (Some(body), _) => RequestBody::whole(body.0.clone().into()),
        (None, Whole::Read(bytes)) if call.copy => RequestBody::whole(whole::shared(bytes)),
        (None, _) => RequestBody::none(),
    }
}

fn fields(exchange: &Exchange, call: &CallOut<'_>, address: &BackendAddress) -> Result<HeaderMap, Error> {
    let mut fields = if call.copy { exchange.head.headers.clone() } else { HeaderMap::new() };
    let host = HeaderValue::try_from(address.authority()).map_err(|_| Error::policy(Cause::Header))?;
    fields.insert(HOST, host);
    if call.body.is_some() {
        // The copied head is the one of another body.
        whole::fit(&mut fields, 0, Empty::Unsaid);
        whole::fit_charset(&mut fields, call.form);
    }
    for change in &call.headers {
        message::change_request(&mut fields, change)?;
    }
    // How long the body is the library knows best.
    fields.remove(CONTENT_LENGTH);
    fields.remove(TRANSFER_ENCODING);
    Ok(fields)
}

/// Lets a call run beside the one that it was made for. The thread doesn't end before it does.
fn run_beside(exchange: &Exchange, ready: Ready) {
    let Some(background) = Background::begin(&exchange.connection.worker) else {
        tracing::warn!(request.id = exchange.id.as_str(), "left a one-way call out: too many are under way");
        return;
    };
    let (id, connection) = (exchange.id, Rc::clone(&exchange.connection));
    // It has its own time: the call that it was made for may long be over.
    let ready = Ready { end: Instant::now() + ready.limit, ..ready };
    tokio::task::spawn_local(async move {
        if let Err(error) = send(ready).await {
            tracing::warn!(request.id = id.as_str(), reason = causes(&error), "a one-way call failed");
        }
        drop((background, connection));
    });
}

fn describe(response: Response<Vec<u8>>) -> Message {
    let (mut head, body) = response.into_parts();
    headers::clean_response(&mut head.headers);
    let reason = match head.extensions.get::<ReasonPhrase>() {
        Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
        None if head.version > Version::HTTP_11 => String::new(),
        None => head.status.canonical_reason().unwrap_or_default().to_owned(),
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    Message { status: head.status.as_u16(), reason, headers: headers.collect(), body: body.into() }
}

fn unread(error: CollectError) -> Error {
    let cause = match error {
        CollectError::TooLarge { limit_bytes } => Cause::AnswerTooLarge { limit_bytes },
        CollectError::Body(BodyError::Broken(error)) => Cause::Broken(error),
        CollectError::Body(error) => Cause::AnswerBody(error),
    };
    Error::upstream(Step::Body, Retry::Never, cause)
}
