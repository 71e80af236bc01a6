//! What can't be used, with the reason, on the pages of what it is about.

use leptos::prelude::*;

use domain::fault::{Fault, Item};
use domain::name::ApiId;

use crate::components::notice::{Callout, Tone};
use crate::error::PageError;
use crate::load::loaded;
use crate::session::language;
use crate::words::faults;

/// A box for each fault of one thing; empty if there is no fault.
#[component]
pub fn FaultsOf(
    /// What is meant by a fault of it: `api`, `authority`, `certificate`, `fragment`, `named-value` or `all`.
    kind: &'static str,
    #[prop(optional, into)] id: String,
) -> impl IntoView {
    loaded(show_faults(kind.to_owned(), id), |found: Vec<Fault>| {
        found.into_iter().map(|fault| view! { <FaultBox fault=fault /> }).collect_view().into_any()
    })
}

/// One fault.
#[component]
pub fn FaultBox(fault: Fault) -> impl IntoView {
    let l = language();
    view! {
        <Callout tone=Tone::Bad>
            <p class="font-medium">{faults::sentence(&fault.item, l)}</p>
            <p class="hint break-words" lang="en">
                {fault.reason}
            </p>
        </Callout>
    }
}

/// What can't be used of one thing.
///
/// # Errors
/// Nobody has signed in.
#[server(endpoint = "faults")]
pub async fn show_faults(
    #[server(default)] kind: String,
    #[server(default)] id: String,
) -> Result<Vec<Fault>, PageError> {
    crate::context::look(move |management, actor| {
        let mut found = management.faults(actor)?;
        found.retain(|fault| is_of(fault, &kind, &id));
        Ok(found)
    })
    .await
}

#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "only the server looks for them"))]
fn is_of(fault: &Fault, kind: &str, id: &str) -> bool {
    match (&fault.item, kind) {
        (_, "api") => id.parse::<ApiId>().is_ok_and(|id| fault.stops(&id)),
        (Item::AllApis, "all") => true,
        (Item::Authority(one), "authority")
        | (Item::Certificate(one), "certificate")
        | (Item::Fragment(one), "fragment")
        | (Item::NamedValue(one), "named-value") => one == id,
        _ => false,
    }
}
