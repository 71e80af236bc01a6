//! Traffic: the calls that policies refused, and traces of single calls.

use domain::language::Language;

use crate::layout::Crumb;

pub mod call;
pub mod list;
pub mod trace;

/// The address of the list of refused calls.
pub const LIST: &str = "/traffic";
/// The address of the page that shows the trace of a call.
pub const TRACES: &str = "/traffic/traces";

/// The address of a refused call.
#[must_use]
pub fn call_page(request_id: &str) -> String {
    format!("{LIST}/calls/{}", crate::address::encoded(request_id))
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
