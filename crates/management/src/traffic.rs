//! What happened at the gateway: failed calls, which are stored, and traces of single calls, which aren't.

use domain::api::ApiLink;
use domain::causes::causes;
use domain::failed_call::{FailedCall, FailedCalls, FailedFilter, Failures, RecordedCall};
use domain::name::ApiId;
use domain::traffic::{CallTrace, TraceToken};
use domain::user::Actor;
use time::Duration;

use crate::Management;
use crate::authorize::{Act, allow};
use crate::error::Error;

/// How many failed calls are kept, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrafficLimits {
    /// The most of each kind; 0 for none at all.
    pub most_of_a_kind: u32,
    /// `None`: as long as there is room.
    pub longest: Option<Duration>,
}

impl Management {
    /// The failed calls that are meant, the newest first, beginning below the number `before`.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn failed_calls(
        &self,
        actor: &Actor,
        filter: &FailedFilter,
        before: Option<i64>,
    ) -> Result<FailedCalls, Error> {
        allow(actor, Act::Look)?;
        self.keep_failures_before_reading();
        Ok(self.store.read(|view| view.failed_calls(filter, before))?)
    }

    /// The failed call with this request id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there was none, or it is no longer kept.
    pub fn failed_call(&self, actor: &Actor, request_id: &str) -> Result<FailedCall, Error> {
        allow(actor, Act::Look)?;
        Ok(self.kept_call(request_id)?.ok_or(Error::NotFound)?.call)
    }

    /// The APIs that have failed calls, by name.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], or when the store can't be read.
    pub fn failing_apis(&self, actor: &Actor) -> Result<Vec<ApiLink>, Error> {
        allow(actor, Act::Look)?;
        Ok(self.store.read(|view| view.failing_apis())?)
    }

    /// How many failed calls are kept, and how long.
    #[must_use]
    pub fn traffic_limits(&self) -> TrafficLimits {
        self.traffic
    }

    /// Stores what has failed at the gateway since the last time.
    ///
    /// # Errors
    /// When the store can't be written; what was to be stored is lost then.
    pub fn keep_failures(&self) -> Result<(), Error> {
        let _one_at_a_time = crate::lock(&self.keeping_failures);
        self.store_failures(&(self.plane.take_failures)())
    }

    /// Stores what a gateway that has ended handed over.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn store_failures(&self, failures: &Failures) -> Result<(), Error> {
        if failures.is_empty() {
            return Ok(());
        }
        Ok(self.store.write(|change| change.add_failures(failures, self.traffic.most_of_a_kind))?)
    }

    /// Forgets the failed calls that are too old or too many; called now and then.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn forget_old_failures(&self) -> Result<(), Error> {
        let before = self.traffic.longest.map(|longest| self.now() - longest);
        Ok(self.store.write(|change| change.forget_failed_calls(before, self.traffic.most_of_a_kind))?)
    }

    /// Stores what has failed a moment ago, so that whoever looks sees it. If that fails, what is stored can still be
    /// read.
    pub(crate) fn keep_failures_before_reading(&self) {
        if let Err(error) = self.keep_failures() {
            tracing::warn!(error = causes(&error), "could not store failed calls");
        }
    }

    pub(crate) fn kept_call(&self, request_id: &str) -> Result<Option<RecordedCall>, Error> {
        self.keep_failures_before_reading();
        Ok(self.store.read(|view| view.failed_call(request_id))?)
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
