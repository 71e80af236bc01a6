//! The way to a document that names something: a policy of some scope, or a fragment.

use leptos::prelude::*;

use domain::fragment::DocumentLink;
use domain::language::Language;
use domain::policy_document::ScopeLink;

use crate::pages::{fragments, policies};
use crate::session::language;

/// A link to the document, with the name that people know it by.
#[component]
pub fn DocumentAnchor(link: DocumentLink) -> impl IntoView {
    let l = language();
    match link {
        DocumentLink::Fragment(id) => {
            let text = l.say(format!("Fragment {id}"), format!("정책 조각 {id}"));
            view! { <a href=fragments::page(&id)>{text}</a> }
        }
        DocumentLink::Policy(scope) => {
            view! { <a href=policies::page(&policies::scope_of(&scope))>{scope_text(&scope, l)}</a> }
        }
    }
}

/// The documents as a list of links.
#[component]
pub fn DocumentLinks(links: Vec<DocumentLink>) -> impl IntoView {
    let link = |link: DocumentLink| view! { <li><DocumentAnchor link=link /></li> };
    view! { <ul class="flex list-disc flex-col gap-1.5 ps-5">{links.into_iter().map(link).collect_view()}</ul> }
}

/// What a policy is called after its scope.
#[must_use]
pub fn scope_text(scope: &ScopeLink, l: Language) -> String {
    match scope {
        ScopeLink::All => l.say("Policies of all APIs", "모든 API의 정책").to_owned(),
        ScopeLink::Api(api) => api.name.to_string(),
        ScopeLink::Operation(api, operation) => l.say(
            format!("{}, operation {}", api.name, operation.name),
            format!("{} API의 작업 {}", api.name, operation.name),
        ),
    }
}
