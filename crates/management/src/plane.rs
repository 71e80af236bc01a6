//! The gateway as management sees it: what it can be asked.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use domain::authority::ListAddress;
use domain::authority_file::FetchProblem;
use domain::failed_call::Failures;
use domain::fault::Fault;
use domain::name::{ApiId, CertificateId};
use domain::probe::{ProbeReport, ProbeTarget};
use domain::snapshot::Snapshot;
use domain::traffic::{CallTrace, TraceToken};

/// Answers once every new request sees the snapshot, or says why the one before stays.
type Publish = Box<dyn Fn(Arc<Snapshot>) -> Result<(), String> + Send + Sync>;
/// Tries a connection.
type Probe = Box<dyn Fn(ProbeTarget) -> Pin<Box<dyn Future<Output = ProbeReport> + Send>> + Send + Sync>;

/// When the thing with this id was last used, in Unix seconds.
type LastUsed<K> = Box<dyn Fn(&K) -> Option<i64> + Send + Sync>;

/// Fetches a revocation list.
type FetchList = Box<
    dyn Fn(ListAddress) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchProblem>> + Send>> + Send + Sync,
>;

/// The trace of a call by its request id.
type Trace = Box<dyn Fn(&str) -> Option<CallTrace> + Send + Sync>;

/// Whether policies see a header of this name when somebody at this address sends it.
type Passes = Box<dyn Fn(&str, IpAddr) -> bool + Send + Sync>;

/// The running gateway, put together by the program that starts both.
pub struct Plane {
    pub publish: Publish,
    pub probe: Probe,
    pub fetch_list: FetchList,
    /// What of the configuration that is served can't be used.
    pub faults: Box<dyn Fn() -> Arc<Vec<Fault>> + Send + Sync>,
    /// The revision that is served.
    pub served: Box<dyn Fn() -> Option<u64> + Send + Sync>,
    /// When a certificate was last presented to a backend.
    pub certificate_used: LastUsed<CertificateId>,
    /// When a request last reached an API.
    pub api_used: LastUsed<ApiId>,
    /// What failed since this was last asked; the gateway forgets it.
    pub take_failures: Box<dyn Fn() -> Failures + Send + Sync>,
    /// A token for calls to this API; none if no gateway runs.
    pub start_trace: Box<dyn Fn(ApiId) -> Option<TraceToken> + Send + Sync>,
    pub trace: Trace,
    pub passes: Passes,
}
