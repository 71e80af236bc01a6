//! What happened at the gateway: refused calls, and traces of single calls. Neither is stored.

use domain::name::ApiId;
use domain::traffic::{CallTrace, RefusedCall, RefusedFilter, TraceToken};
use domain::user::Actor;

use crate::Management;
use crate::authorize::{Act, allow};
use crate::error::Error;

impl Management {
    /// The calls that policies refused last, the newest first.
    ///
    /// # Errors
    /// [`Error::NotAllowed`].
    pub fn refused_calls(&self, actor: &Actor, filter: &RefusedFilter) -> Result<Vec<RefusedCall>, Error> {
        allow(actor, Act::Look)?;
        Ok((self.plane.refused_calls)(filter))
    }

    /// The refused call with this request id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there was none, or it is forgotten by now.
    pub fn refused_call(&self, actor: &Actor, request_id: &str) -> Result<RefusedCall, Error> {
        allow(actor, Act::Look)?;
        self.kept_call(request_id).ok_or(Error::NotFound)
    }

    pub(crate) fn kept_call(&self, request_id: &str) -> Option<RefusedCall> {
        let filter = RefusedFilter { text: request_id.to_owned(), ..RefusedFilter::default() };
        (self.plane.refused_calls)(&filter).into_iter().find(|call| call.request_id == request_id)
    }

    /// A token that makes the gateway trace the calls to this API that bring it. A trace shows how policies work
    /// inside, so that only who may change them begins one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API, or no gateway in this process.
    pub fn start_trace(&self, actor: &Actor, api: &ApiId) -> Result<TraceToken, Error> {
        allow(actor, Act::Publish)?;
        self.store.read(|view| view.api(api))?.ok_or(Error::NotFound)?;
        (self.plane.start_trace)(api.clone()).ok_or(Error::NotFound)
    }

    /// The trace of the call with this request id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it wasn't traced, or is forgotten by now.
    pub fn trace(&self, actor: &Actor, request_id: &str) -> Result<CallTrace, Error> {
        allow(actor, Act::Look)?;
        (self.plane.trace)(request_id).ok_or(Error::NotFound)
    }
}
