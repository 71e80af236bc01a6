//! What the pages of one operation share: the frame with its tabs, and the operation with its API.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::api::ApiDetail;
use domain::language::Language;
use domain::operation::{OperationDetail, StoredOperation};
use domain::policy_document::Scope;

use crate::components::ending::EndingOf;
use crate::components::faults::FaultsOf;
use crate::components::tabs::{Here, Tab, Tabs};
use crate::error::PageError;
use crate::gateway::for_callers;
use crate::layout::{Crumb, Page, Section};
use crate::pages::apis::api::crumbs;
use crate::pages::apis::{self, operations_page};
use crate::pages::{operations, policies};
use crate::session::language;

/// An operation with its API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OperationAt {
    pub api: ApiDetail,
    pub operation: OperationDetail,
}

/// One of an operation's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationTab {
    Policies,
    Settings,
}

/// A page of an operation: its name, method and address, the tabs.
#[component]
pub fn OperationPage(
    api: ApiDetail,
    operation: OperationDetail,
    tab: OperationTab,
    /// What the tab shows, where it has several views.
    #[prop(optional, into)]
    view: String,
    children: Children,
) -> impl IntoView {
    let l = language();
    let api_id = api.id.to_string();
    view! {
        <Page
            title=operation.settings.name.to_string()
            section=Section::Apis
            crumbs=way_to(&api, &operation, tab, &view, l)
            part=if view.is_empty() { tab_name(tab, l).to_owned() } else { view }
            tabs=tabs(&api, &operation, tab, l).into_any()
        >
            <FaultsOf kind="api" id=api_id />
            <EndingOf scope=Scope::Api(api.id.clone()).to_string() />
            <p class="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-sm text-muted">
                <span>{l.say("Request URL", "요청 URL")}</span>
                <Address api=api settings=operation.settings />
            </p>
            {children()}
        </Page>
    }
}

/// Method and address as callers use them.
#[component]
pub fn Address(api: ApiDetail, settings: StoredOperation) -> impl IntoView {
    let suffix = api.settings.suffix.as_str().to_owned();
    let address = format!("{}{}", for_callers(&suffix).trim_end_matches('/'), settings.template);
    view! {
        <code class="font-mono text-sm text-ink">{format!("{} {address}", settings.method)}</code>
    }
}

/// The way to an operation's page.
#[must_use]
pub fn way(api: &ApiDetail, l: Language) -> Vec<Crumb> {
    let mut way = crumbs(l, Some(Crumb::new(api.settings.name.to_string(), apis::page(&api.id))));
    way.push(Crumb::new(l.say("Operations", "작업"), operations_page(&api.id)));
    way
}

/// The way to a tab of an operation, or to a view of it.
fn way_to(
    api: &ApiDetail,
    operation: &OperationDetail,
    tab: OperationTab,
    view: &str,
    l: Language,
) -> Vec<Crumb> {
    let mut way = way(api, l);
    let own = address(api, operation, OperationTab::Settings);
    way.push(Crumb::new(operation.settings.name.to_string(), own));
    way.extend((!view.is_empty()).then(|| Crumb::new(tab_name(tab, l), address(api, operation, tab))));
    way
}

fn tab_name(tab: OperationTab, l: Language) -> &'static str {
    match tab {
        OperationTab::Policies => l.say("Policies", "정책"),
        OperationTab::Settings => l.say("Settings", "설정"),
    }
}

fn address(api: &ApiDetail, operation: &OperationDetail, tab: OperationTab) -> String {
    match tab {
        OperationTab::Policies => policies::page(&Scope::Operation(api.id.clone(), operation.id.clone())),
        OperationTab::Settings => operations::page(&api.id, &operation.id),
    }
}

fn tabs(api: &ApiDetail, operation: &OperationDetail, here: OperationTab, l: Language) -> impl IntoView {
    let tab = |tab| Tab {
        text: tab_name(tab, l).to_owned(),
        address: address(api, operation, tab),
        here: Here::when(tab, here),
    };
    let all = [OperationTab::Settings, OperationTab::Policies].map(tab).to_vec();
    let name = &operation.settings.name;
    let label = l.say(format!("Parts of {name}"), format!("{name} 구성"));
    view! { <Tabs label=label tabs=all /> }
}

/// One operation.
///
/// # Errors
/// Nobody has signed in, there is no such operation, or the store can't be read.
#[server(endpoint = "operations/show")]
pub async fn operation(
    #[server(default)] api: String,
    #[server(default)] id: String,
) -> Result<OperationAt, PageError> {
    let api = api.parse().map_err(|_| crate::context::not_found())?;
    let id = id.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| {
        let operation = management.operation(actor, &api, &id)?;
        Ok(OperationAt { api: management.api(actor, &api)?, operation })
    })
    .await
}
