//! What the pages of one API share: the frame with its tabs, and the API itself.

use leptos::prelude::*;

use domain::api::ApiDetail;
use domain::language::Language;
use domain::name::ApiId;
use domain::policy_document::Scope;

use crate::components::ending::EndingOf;
use crate::components::faults::FaultsOf;
use crate::components::form::Hidden;
use crate::components::tabs::{Here, Tab, Tabs};
use crate::error::PageError;
use crate::forms::Refill;
use crate::gateway::for_callers;
use crate::layout::{Crumb, Page, Section};
use crate::pages::apis::{LIST, operations_page, page, policies_page, security_page, test_page};
use crate::session::language;

/// One of an API's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiTab {
    Operations,
    Policies,
    Security,
    Settings,
    Test,
}

/// A page of an API: its name, its two addresses, the tabs.
#[component]
pub fn ApiPage(
    api: ApiDetail,
    tab: ApiTab,
    /// What the tab shows, where it has several views.
    #[prop(optional, into)]
    view: String,
    /// Buttons beside the heading.
    #[prop(optional)]
    actions: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let l = language();
    let callers = for_callers(api.settings.suffix.as_str());
    let backend = api.settings.backend.clone();
    let api_id = api.id.to_string();
    view! {
        <Page
            title=api.settings.name.to_string()
            section=Section::Apis
            crumbs=way(&api, tab, &view, l)
            part=if view.is_empty() { tab_name(tab, l).to_owned() } else { view }
            actions=actions
            tabs=tabs(&api, tab, l).into_any()
        >
            <FaultsOf kind="api" id=api_id />
            <EndingOf scope=Scope::Api(api.id.clone()).to_string() />
            <p class="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-sm text-muted">
                <span>{l.say("Request URL", "요청 URL")}</span>
                <code class="font-mono text-ink">{callers}</code>
                <span>{l.say("\u{2192} Backend", "\u{2192} 백 엔드")}</span>
                <code class="font-mono text-ink">{backend}</code>
            </p>
            {children()}
        </Page>
    }
}

fn tabs(api: &ApiDetail, here: ApiTab, l: Language) -> impl IntoView {
    let tab = |tab| Tab {
        text: tab_name(tab, l).to_owned(),
        address: address(tab, &api.id),
        here: Here::when(tab, here),
    };
    let all =
        [ApiTab::Settings, ApiTab::Operations, ApiTab::Security, ApiTab::Policies, ApiTab::Test].map(tab);
    let label = l.say(format!("Parts of {}", api.settings.name), format!("{} 구성", api.settings.name));
    view! { <Tabs label=label tabs=all.to_vec() /> }
}

fn tab_name(tab: ApiTab, l: Language) -> &'static str {
    match tab {
        ApiTab::Operations => l.say("Operations", "작업"),
        ApiTab::Policies => l.say("Policies", "정책"),
        ApiTab::Security => l.say("Security", "보안"),
        ApiTab::Settings => l.say("Settings", "설정"),
        ApiTab::Test => l.say("Test", "테스트"),
    }
}

fn address(tab: ApiTab, id: &ApiId) -> String {
    match tab {
        ApiTab::Operations => operations_page(id),
        ApiTab::Policies => policies_page(id),
        ApiTab::Security => security_page(id),
        ApiTab::Settings => page(id),
        ApiTab::Test => test_page(id),
    }
}

/// The way to a tab, or to a view of it.
fn way(api: &ApiDetail, tab: ApiTab, view: &str, l: Language) -> Vec<Crumb> {
    let mut way = crumbs(l, Some(Crumb::new(api.settings.name.to_string(), page(&api.id))));
    way.extend((!view.is_empty()).then(|| Crumb::new(tab_name(tab, l), address(tab, &api.id))));
    way
}

/// The way to a page beneath the list.
#[must_use]
pub fn crumbs(l: Language, further: Option<Crumb>) -> Vec<Crumb> {
    let list = Crumb::new(l.say("APIs", "API"), LIST);
    std::iter::once(list).chain(further).collect()
}

/// The revision that a form was begun on. It stays the same while the form comes back with mistakes, and is the
/// present one once its sender was told that somebody else saved meanwhile.
#[component]
pub fn Revision(refill: Refill, present: u64) -> impl IntoView {
    view! { <Hidden name="revision" value=refill.value("revision", &present.to_string()) /> }
}

/// One API.
///
/// # Errors
/// Nobody has signed in, there is no such API, or the store can't be read.
#[server(endpoint = "apis/show")]
pub async fn api(#[server(default)] id: String) -> Result<ApiDetail, PageError> {
    let id = id.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| management.api(actor, &id)).await
}
