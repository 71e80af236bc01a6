//! One request and its answer, with all that is known so far.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::address::BackendAddress;
use http::header::CONNECTION;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, Uri, Version};
use hyper::body::Incoming;
use policy::effect::Place;
use policy::failure::Failure;
use policy::program::Program;
use tokio::time::Instant;

use crate::access_log::Entry;
use crate::answer::AnswerBody;
use crate::caller::Caller;
use crate::compiled::{CompiledApi, CompiledIdentity};
use crate::connection::{Connection, InFlight};
use crate::error::{Error, Step};
use crate::failed::Failed;
use crate::leftover::Leftover;
use crate::operations::Matched;
use crate::request_id::RequestId;
use crate::respond;
use crate::trace::Tracing;
use crate::upstream::body::RequestBody;
use crate::upstream::ending;
use crate::upstream::peer::{Peer, Showable};
use crate::upstream::send::Patience;
use crate::upstream::upgrade::Wish;
use crate::whole::{self, Empty, Whole};

/// Everything about one call; each step of `serve` adds to it.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) connection: Rc<Connection>,
    pub(crate) caller: Rc<Caller>,
    pub(crate) id: RequestId,
    pub(crate) started: Instant,
    /// The address as the caller wrote it.
    pub(crate) asked: Uri,
    /// The method that the caller wrote.
    pub(crate) asked_method: Method,
    /// The host that the caller asked.
    pub(crate) host: Option<HeaderValue>,
    /// The head on its way to the backend.
    pub(crate) head: Parts,
    /// `None` once it was given to a backend.
    pub(crate) body: Option<RequestBody>,
    /// What is left of the body, wherever it went; `None` if there was none.
    leftover: Option<Leftover>,
    /// Whether the caller asked for trailers.
    pub(crate) takes_trailers: bool,
    /// The caller's wish to go on in another protocol.
    pub(crate) upgrade: Option<Wish>,
    pub(crate) api: Option<Arc<CompiledApi>>,
    /// None while the API has no operations.
    pub(crate) matched: Option<Matched>,
    pub(crate) credential: Credential,
    /// Another backend than the API's, if the policy says so.
    pub(crate) backend: Option<Box<Backend>>,
    pub(crate) whole_request: RefCell<Whole>,
    pub(crate) whole_response: RefCell<Whole>,
    pub(crate) response: Option<Response<AnswerBody>>,
    pub(crate) entry: Entry,
    /// What was found out about the caller's certificate last, for publishers.
    pub(crate) detail: Option<Rc<str>>,
    /// Why the call failed, if it did.
    pub(crate) failed: Option<Box<Failed>>,
    pub(crate) tracing: Option<Box<Tracing>>,
    in_flight: InFlight,
}

/// How the gateway shows itself to the backend over TLS.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    None,
    /// An uploaded certificate; with the API's own backend shown it, if that was made ready.
    Certificate {
        identity: Arc<CompiledIdentity>,
        peer: Option<Arc<Peer>>,
    },
    /// The certificate of a file that the policy brought along.
    Pfx(Arc<Showable>),
}

/// A backend that a policy chose.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) address: BackendAddress,
    /// The backend's `Host`.
    pub(crate) authority: HeaderValue,
}

impl Exchange {
    /// Takes a request as it came in.
    pub(crate) fn begin(in_flight: InFlight, request: Request<Incoming>) -> Self {
        let connection = Rc::clone(in_flight.connection());
        let id = RequestId::random();
        let started = Instant::now();
        let (head, body) = request.into_parts();
        let entry = Entry::begin(&connection, id, started, &head);
        let leftover = Leftover::of(body);
        let body = RequestBody::new(leftover.clone(), &connection);
        Self {
            leftover,
            caller: Rc::clone(&connection.caller),
            id,
            started,
            asked: head.uri.clone(),
            asked_method: head.method.clone(),
            host: None,
            head,
            body: Some(body),
            takes_trailers: false,
            upgrade: None,
            api: None,
            matched: None,
            credential: Credential::None,
            backend: None,
            whole_request: RefCell::default(),
            whole_response: RefCell::default(),
            response: None,
            entry,
            detail: None,
            failed: None,
            tracing: None,
            in_flight,
            connection,
        }
    }

    /// Notes that somebody else calls than who is at the other end of the connection.
    pub(crate) fn call_by(&mut self, caller: Rc<Caller>) {
        self.entry.call_by(&caller);
        self.caller = caller;
    }

    /// What is run for it: the policy of its operation, or that of its API.
    pub(crate) fn program(&self, api: &CompiledApi) -> Arc<Program> {
        Arc::clone(self.matched.as_ref().map_or(&api.program, |matched| &matched.operation.program))
    }

    /// Makes the answer of an error, and logs it. `at` is the statement that asked for what failed.
    pub(crate) fn fail(&mut self, error: &Error, at: Option<&Place>) {
        crate::access_log::problem(self, error);
        self.failed = Some(Box::new(Failed::of_error(error, at)));
        let mut response = respond::refusal(self.id, error);
        if error.step == Step::Read && self.head.version < Version::HTTP_2 {
            // Whoever sends what can be read in two ways isn't believed about where the next request begins.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.answer_with(response);
    }

    /// Makes the answer of a failure that the policy made, and logs it.
    pub(crate) fn refuse(&mut self, failure: &Failure, at: &Place) {
        crate::access_log::refusal(self, failure, at);
        self.failed = Some(Box::new(Failed::of_failure(failure, self.detail.as_deref(), at)));
        self.answer_with(respond::failure(self.id, failure));
    }

    /// Puts an answer in the place of what there is.
    pub(crate) fn answer_with(&mut self, response: Response<AnswerBody>) {
        self.whole_response.replace(Whole::Unread);
        self.response = Some(response);
    }

    /// The answer as it is so far.
    pub(crate) fn answer(&mut self) -> &mut Response<AnswerBody> {
        self.response.get_or_insert_with(respond::nothing)
    }

    /// Notes that a response which was read whole may be incomplete; `at` is the statement that called for it.
    pub(crate) fn note_unannounced_end(&self, at: Option<&Place>) {
        crate::access_log::unannounced_end(self.id.as_str(), self.api.as_ref().map(|api| &api.id));
        if let Some(tracing) = &self.tracing {
            tracing.note(at, ending::NOTE.to_owned());
        }
    }

    /// Keeps what publishers may look up about the call, which is nothing for most.
    fn record(&mut self) {
        let (failed, tracing) = (self.failed.take(), self.tracing.take());
        if failed.is_none() && tracing.is_none() {
            return;
        }
        let status = self.answer().status();
        let traffic = &self.connection.worker.shared.traffic;
        if let Some(failed) = failed
            && (status.is_client_error() || status.is_server_error())
        {
            let failed = Failed { shown: self.credential.uploaded().cloned(), ..*failed };
            traffic.note_failed(&self.entry, failed, status.as_u16());
        }
        if let Some(tracing) = tracing {
            traffic.note_trace(tracing.finish(self, status));
            // Whoever traces a call looks it up by its id.
            let id = self.id.header_value();
            self.answer().headers_mut().insert(respond::REQUEST_ID, id);
        }
    }

    /// The address of the backend that the call goes to.
    pub(crate) fn backend_address(&self) -> Option<&BackendAddress> {
        let chosen = self.backend.as_ref().map(|backend| &backend.address);
        chosen.or_else(|| self.api.as_ref().map(|api| &api.source.backend))
    }

    /// The backend's `Host`.
    pub(crate) fn authority(&self) -> Option<&HeaderValue> {
        let chosen = self.backend.as_ref().map(|backend| &backend.authority);
        chosen.or_else(|| self.api.as_ref().map(|api| &api.authority))
    }

    /// The path in front of whatever the call goes to behind the backend's address.
    pub(crate) fn base_path(&self) -> &str {
        self.backend_address().map_or("", BackendAddress::path)
    }

    /// How long its backend may take.
    pub(crate) fn patience(&self) -> Patience {
        let timeouts = &self.connection.worker.shared.settings.timeouts;
        let own = self.api.as_ref().map(|api| api.source.timeouts).unwrap_or_default();
        let seconds = |own: Option<u32>| own.map(|seconds| Duration::from_secs(seconds.into()));
        let whole = seconds(own.whole_s).or(timeouts.whole);
        Patience {
            first_byte: seconds(own.first_byte_s).unwrap_or(timeouts.first_byte),
            idle: seconds(own.idle_s).unwrap_or(timeouts.backend_idle),
            end: self.started + whole.unwrap_or(FOR_EVER),
        }
    }

    /// Reads what has come of a body that nobody wanted. If more is to come, callers over HTTP/1 are told that the
    /// connection ends with this response.
    async fn leave_request_behind(&mut self) {
        self.body = None;
        let Some(leftover) = &self.leftover else { return };
        leftover.drain_what_came().await;
        if !leftover.is_end_stream() && self.head.version < Version::HTTP_2 {
            self.answer().headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }

    /// The response, with all that lasts until its last byte was sent.
    pub(crate) async fn finish(mut self) -> Response<AnswerBody> {
        self.record();
        self.leave_request_behind().await;
        self.connection.interim.end();
        let mut response = self.response.unwrap_or_else(respond::nothing);
        if let Whole::Taken = self.whole_response.into_inner() {
            let empty = Empty::of_answer(&self.asked_method, response.status());
            whole::fit(response.headers_mut(), 0, empty);
            *response.body_mut() = AnswerBody::local(Bytes::new());
        }
        let mut entry = self.entry;
        entry.answer(response.status());
        response.body_mut().keep(entry, self.in_flight, self.leftover);
        response
    }
}

/// Longer than any exchange: thirty years.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
