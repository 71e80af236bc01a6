//! Traffic: the requests that failed, and traces of single requests.

use domain::language::Language;
use domain::name::ApiId;

use crate::layout::Crumb;

pub mod call;
pub mod client;
pub mod filter;
pub mod list;
pub mod remedy;
pub mod trace;

/// The address of the list of failed requests.
pub const LIST: &str = "/traffic";
/// The address of those of the last hour.
pub const LAST_HOUR: &str = "/traffic?time=hour";
/// The address of the page that shows the trace of a call.
pub const TRACES: &str = "/traffic/traces";

/// The address of a failed request.
#[must_use]
pub fn call_page(request_id: &str) -> String {
    format!("{LIST}/calls/{}", crate::address::encoded(request_id))
}

/// The address of the failed requests of an API.
#[must_use]
pub fn failures_of(api: &ApiId) -> String {
    crate::address::with_query(LIST, &[("api", api.as_str())])
}

/// The address of a call's trace.
#[must_use]
pub fn trace_page(request_id: &str) -> String {
    crate::address::with_query(TRACES, &[("id", request_id)])
}

/// The way to a page beneath the list.
fn crumbs(l: Language) -> Vec<Crumb> {
    vec![Crumb::new(l.say("Traffic", "트래픽"), LIST)]
}
