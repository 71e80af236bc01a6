//! One request and its answer, with all that is known so far.

use std::rc::Rc;
use std::sync::Arc;

use http::header::CONNECTION;
use http::request::Parts;
use http::{HeaderValue, Request, Response, Uri, Version};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::access_log::Entry;
use crate::answer::AnswerBody;
use crate::caller::Caller;
use crate::compiled::{CompiledApi, CompiledIdentity};
use crate::connection::{Connection, InFlight};
use crate::error::{Error, Step};
use crate::request_id::RequestId;
use crate::respond;
use crate::upstream::body::RequestBody;
use crate::upstream::peer::Peer;
use crate::upstream::upgrade::Wish;

/// Everything about one call; each step of `serve` adds to it.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) connection: Rc<Connection>,
    pub(crate) caller: Rc<Caller>,
    pub(crate) id: RequestId,
    pub(crate) started: Instant,
    /// The address as the caller wrote it.
    pub(crate) asked: Uri,
    /// The host that the caller asked.
    pub(crate) host: Option<HeaderValue>,
    /// The head on its way to the backend.
    pub(crate) head: Parts,
    /// None once it was given to a backend.
    pub(crate) body: Option<RequestBody>,
    /// The caller's wish to go on in another protocol.
    pub(crate) upgrade: Option<Wish>,
    pub(crate) api: Option<Arc<CompiledApi>>,
    pub(crate) credential: Credential,
    pub(crate) response: Option<Response<AnswerBody>>,
    pub(crate) entry: Entry,
    in_flight: InFlight,
}

/// How the gateway shows itself to the backend over TLS.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    None,
    Certificate { identity: Arc<CompiledIdentity>, peer: Arc<Peer> },
}

impl Exchange {
    /// Takes a request as it came in.
    pub(crate) fn begin(connection: Rc<Connection>, request: Request<Incoming>) -> Self {
        let id = RequestId::random();
        let started = Instant::now();
        let in_flight = InFlight::begin(&connection);
        let (head, body) = request.into_parts();
        let entry = Entry::begin(&connection, id, started, &head);
        let limits = &connection.worker.shared.settings.timeouts;
        let body = RequestBody::new(body, limits.idle);
        Self {
            caller: Rc::clone(&connection.caller),
            id,
            started,
            asked: head.uri.clone(),
            host: None,
            head,
            body: Some(body),
            upgrade: None,
            api: None,
            credential: Credential::None,
            response: None,
            entry,
            in_flight,
            connection,
        }
    }

    /// Notes that somebody else calls than who is at the other end of the connection.
    pub(crate) fn call_by(&mut self, caller: Rc<Caller>) {
        self.entry.call_by(&caller);
        self.caller = caller;
    }

    /// Makes the answer of an error, and logs it.
    pub(crate) fn fail(&mut self, error: &Error) {
        crate::access_log::problem(self, error);
        let mut response = respond::refusal(self.id, error);
        if error.step == Step::Read && self.head.version < Version::HTTP_2 {
            // Whoever sends what can be read in two ways isn't believed about where the next request begins.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.response = Some(response);
    }

    /// The answer, with all that lasts until its last byte was sent.
    pub(crate) fn finish(self) -> Response<AnswerBody> {
        let mut response = self.response.unwrap_or_else(respond::nothing);
        let mut entry = self.entry;
        entry.answer(response.status());
        response.body_mut().keep(entry, self.in_flight);
        response
    }
}
