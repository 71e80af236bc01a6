//! Where a client certificate is used, each place with the way to it.

use leptos::prelude::*;
use time::OffsetDateTime;

use domain::certificate::{CertificateUse, NamedBy};
use domain::policy_document::ScopeLink;

use crate::components::document_link::scope_text;
use crate::components::last_used::LastUsed;
use crate::pages::{apis, policies};
use crate::session::language;

/// The part of a certificate's page that says where it is used.
#[component]
pub fn Uses(
    uses: Vec<CertificateUse>,
    /// When it was last presented to a backend.
    last_used: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> impl IntoView {
    let l = language();
    let places = if uses.is_empty() {
        let none = l.say(
            "Not used. Choose it on the Security tab of an API.",
            "사용되지 않습니다. API의 보안 탭에서 선택하세요.",
        );
        view! { <p class="text-muted">{none}</p> }.into_any()
    } else {
        view! { <UseList uses=uses /> }.into_any()
    };
    view! {
        <section class="card" id="uses">
            <h2>{l.say("Used by", "사용처")}</h2>
            {places}
            <p class="text-muted">
                <LastUsed at=last_used now=now />
            </p>
        </section>
    }
}

/// The places as a list of links.
#[component]
pub fn UseList(uses: Vec<CertificateUse>) -> impl IntoView {
    let l = language();
    let place = move |place: CertificateUse| {
        let how = match place.named_by {
            NamedBy::Id => l.say("referenced by ID", "ID로 참조"),
            NamedBy::Thumbprint => l.say("referenced by thumbprint", "지문으로 참조"),
        };
        view! {
            <li>
                <UseLink scope=place.scope />
                <span class="ms-2 text-sm text-muted">{how}</span>
            </li>
        }
    };
    view! { <ul class="flex list-disc flex-col gap-1.5 ps-5">{uses.into_iter().map(place).collect_view()}</ul> }
}

/// The way to where a policy can be changed: for an API the tab with the choice of its certificate.
#[component]
pub fn UseLink(scope: ScopeLink) -> impl IntoView {
    let address = match &scope {
        ScopeLink::Api(api) => apis::security_page(&api.id),
        ScopeLink::All | ScopeLink::Operation(..) => policies::page(&policies::scope_of(&scope)),
    };
    view! { <a href=address>{scope_text(&scope, language())}</a> }
}
