//! One line for each request, and one for each that failed. Neither has a query, a header or a body in it.

use std::rc::Rc;
use std::sync::Arc;

use domain::causes::causes;
use domain::name::ApiId;
use domain::traffic::Call;
use http::request::Parts;
use http::{Method, StatusCode, Uri};
use policy::effect::Place;
use policy::failure::Failure;
use tokio::time::Instant;

use crate::caller::Caller;
use crate::connection::Connection;
use crate::cut::Cut;
use crate::error::{Error, Fault};
use crate::exchange::Exchange;
use crate::failed::Failed;
use crate::operations::CompiledOperation;
use crate::request_id::RequestId;
use crate::route::Routed;
use crate::settings::AccessLog;
use crate::traffic::short;
use crate::upstream::ending;

/// The line of one request, written when the last byte of the answer is sent or the caller is gone.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) connection: Rc<Connection>,
    pub(crate) caller: Rc<Caller>,
    pub(crate) id: RequestId,
    started: Instant,
    method: Method,
    uri: Uri,
    api: Option<Routed>,
    /// None until there is an answer.
    status: Option<StatusCode>,
    /// Bytes of the response's body so far.
    pub(crate) sent_bytes: u64,
    operation: Option<Arc<CompiledOperation>>,
    cut: Option<Cut>,
}

impl Entry {
    pub(crate) fn begin(connection: &Rc<Connection>, id: RequestId, started: Instant, head: &Parts) -> Self {
        Self {
            connection: Rc::clone(connection),
            caller: Rc::clone(&connection.caller),
            id,
            started,
            method: head.method.clone(),
            uri: head.uri.clone(),
            api: None,
            status: None,
            sent_bytes: 0,
            operation: None,
            cut: None,
        }
    }

    pub(crate) fn call_by(&mut self, caller: &Rc<Caller>) {
        self.caller = Rc::clone(caller);
    }

    pub(crate) fn route(&mut self, api: &Routed) {
        self.api = Some(api.clone());
    }

    /// Notes the operation that was found.
    pub(crate) fn operate(&mut self, operation: &Arc<CompiledOperation>) {
        self.operation = Some(Arc::clone(operation));
    }

    /// The API that has the path, whether it can be used or not.
    pub(crate) fn api_id(&self) -> Option<&ApiId> {
        self.api.as_ref().map(Routed::id)
    }

    /// What was called, as far as it is known.
    pub(crate) fn call(&self) -> Call {
        Call {
            api: self.api_id().cloned(),
            operation: self.operation.as_ref().map(|operation| operation.id.to_string()),
            method: short(self.method.as_str()),
            path: short(self.uri.path()),
        }
    }

    pub(crate) fn answer(&mut self, status: StatusCode) {
        self.status = Some(status);
    }

    /// Notes that a response of unknown length ended with its connection, without a notice of TLS.
    pub(crate) fn note_unannounced_end(&self) {
        unannounced_end(self.id.as_str(), self.api_id());
        let shared = &self.connection.worker.shared;
        shared.traffic.add_to_trace(self.id.as_str(), self.started.elapsed(), ending::NOTE);
    }

    /// Notes that the response ended before its end. The first reason is the right one.
    pub(crate) fn cut(&mut self, cut: Cut) {
        if self.cut.is_some() {
            return;
        }
        self.cut = Some(cut);
        let Some(message) = cut.message() else { return };
        tracing::warn!(
            request.id = self.id.as_str(),
            api.id = self.api_id().map(ApiId::as_str),
            reason = cut.reason(),
            message,
            "cut a response off"
        );
        if let Some(failed) = Failed::of_cut(cut) {
            let status = self.status.map_or(0, |status| status.as_u16());
            self.connection.worker.shared.traffic.note_failed(self, failed, status);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.connection.worker.shared.settings.access_log == AccessLog::Off {
            return;
        }
        let certificate = self.caller.certificate.as_ref();
        tracing::info!(
            target: "access",
            method = %self.method,
            path = self.uri.path(),
            // 0: the caller went away before there was an answer.
            status = self.status.map_or(0, |status| status.as_u16()),
            api.id = self.api_id().map(ApiId::as_str),
            duration_us = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
            sent_bytes = self.sent_bytes,
            cut = self.cut.map(Cut::reason),
            caller.thumbprint = certificate.map(|certificate| certificate.thumbprint.as_str()),
            request.id = self.id.as_str(),
        );
    }
}

/// The line about a response that may be incomplete.
pub(crate) fn unannounced_end(request_id: &str, api: Option<&ApiId>) {
    let api = api.map(ApiId::as_str);
    tracing::info!(request.id = request_id, api.id = api, reason = "UnannouncedEnd", "{}", ending::NOTE);
}

/// The line that says why a request failed.
pub(crate) fn problem(exchange: &Exchange, error: &Error) {
    let api = exchange.api.as_ref().map(|api| api.id.as_str());
    let (id, step, fault) = (exchange.id.as_str(), error.step, error.fault);
    let reason = causes(error);
    match error.fault {
        Fault::Client => tracing::info!(request.id = id, api.id = api, ?step, ?fault, reason, "refused"),
        Fault::Gateway | Fault::Policy | Fault::Upstream => {
            tracing::warn!(request.id = id, api.id = api, ?step, ?fault, reason, "failed");
        }
    }
}

/// The line that says why a policy let a request fail: at which statement and in one word. Its message may hold what
/// callers sent.
pub(crate) fn refusal(exchange: &Exchange, failure: &Failure, at: &Place) {
    let api = exchange.api.as_ref().map(|api| api.id.as_str());
    let (id, reason) = (exchange.id.as_str(), failure.reason.as_ref());
    let (element, line, scope, status) = (at.element, at.line, at.scope_name(), failure.status);
    if failure.status < 500 {
        tracing::info!(request.id = id, api.id = api, status, element, line, scope, reason, "refused");
    } else {
        let message = failure.for_records();
        tracing::warn!(
            request.id = id,
            api.id = api,
            status,
            element,
            line,
            scope,
            reason,
            message,
            "failed"
        );
    }
}
