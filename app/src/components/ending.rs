//! The client certificates in use that backends refuse now or soon, on the pages of what they stop.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::certificate::{EndingCertificate, Status};

use crate::components::notice::{Callout, Tone};
use crate::error::PageError;
use crate::load::loaded;
use crate::pages::certificates;
use crate::session::language;
use crate::words::ending::sentence;

/// What was found, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndingAt {
    pub found: Vec<EndingCertificate>,
    pub now: OffsetDateTime,
}

#[cfg(feature = "ssr")]
impl EndingAt {
    /// The certificates that stop a scope, as the store has them now.
    ///
    /// # Errors
    /// Nobody has signed in, or the store can't be read.
    pub fn of(
        scope: &domain::policy_document::Scope,
        management: &management::Management,
        actor: &domain::user::Actor,
    ) -> Result<Self, management::error::Error> {
        Ok(Self { found: management.ending_certificates(actor, scope)?, now: management.now() })
    }
}

/// A box for each certificate; nothing is shown if all are valid for long. `scope` is written as in addresses.
#[component]
pub fn EndingOf(#[prop(into)] scope: String) -> impl IntoView {
    loaded(show_ending(scope), |at: EndingAt| {
        let now = at.now;
        let one = move |one: EndingCertificate| view! { <EndingBox one=one now=now /> };
        at.found.into_iter().map(one).collect_view().into_any()
    })
}

#[component]
fn EndingBox(one: EndingCertificate, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let tone = if one.status(now) == Status::Expired { Tone::Bad } else { Tone::Warning };
    view! {
        <Callout tone=tone>
            <p>
                {sentence(&one, now, l)} " "
                <a href=certificates::page(&one.id)>{l.say("Open the certificate", "인증서 열기")}</a>
            </p>
        </Callout>
    }
}

/// The certificates that stop a scope.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "ending")]
pub async fn show_ending(#[server(default)] scope: String) -> Result<EndingAt, PageError> {
    let scope = scope.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| EndingAt::of(&scope, management, actor)).await
}
