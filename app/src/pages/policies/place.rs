//! What the pages of policies share: which scope they are about, and the frame of its other pages around them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::api::ApiDetail;
use domain::language::Language;
use domain::operation::OperationDetail;
use domain::policy_document::Scope;

use crate::components::ending::EndingOf;
use crate::components::faults::FaultsOf;
use crate::components::tabs::Here;
use crate::layout::{Crumb, Page, Section};
use crate::load::parameter;
use crate::pages::apis::api::{ApiPage, ApiTab};
use crate::pages::operations::operation::{OperationPage, OperationTab};
use crate::pages::policies::tabs::{PoliciesTab, tabs};
use crate::pages::policies::{effective_page, history_page, page, playground_page};
use crate::session::language;

/// A scope with all that its pages say about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    All,
    Api(ApiDetail),
    Operation(ApiDetail, OperationDetail),
}

impl Place {
    /// The scope.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            Self::All => Scope::All,
            Self::Api(api) => Scope::Api(api.id.clone()),
            Self::Operation(api, operation) => Scope::Operation(api.id.clone(), operation.id.clone()),
        }
    }

    /// Asks for it.
    ///
    /// # Errors
    /// There is no such API or operation, or nobody may look.
    #[cfg(feature = "ssr")]
    pub fn of(
        scope: &Scope,
        management: &management::Management,
        actor: &domain::user::Actor,
    ) -> Result<Self, management::error::Error> {
        Ok(match scope {
            Scope::All => Self::All,
            Scope::Api(api) => Self::Api(management.api(actor, api)?),
            Scope::Operation(api, operation) => {
                Self::Operation(management.api(actor, api)?, management.operation(actor, api, operation)?)
            }
        })
    }
}

/// The scope that the present address is about, as text.
#[must_use]
pub fn scope_here() -> String {
    let (api, operation) = (parameter("api"), parameter("operation"));
    match (api.is_empty(), operation.is_empty()) {
        (true, _) => Scope::All.to_string(),
        (false, true) => format!("api/{api}"),
        (false, false) => format!("operation/{api}/{operation}"),
    }
}

/// One of the pages of a scope's policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyView {
    Document,
    Effective,
    History,
    Playground,
}

/// The page of a scope around its policy.
#[component]
pub fn PolicyPage(place: Place, shown: PolicyView, children: Children) -> impl IntoView {
    let l = language();
    let views = view! { <Views scope=place.scope() here=shown /> };
    let part = if shown == PolicyView::Document { "" } else { view_name(shown, l) };
    match place {
        Place::All => view! {
            <Page
                title=l.say("Policies of all APIs", "모든 API의 정책").to_owned()
                section=Section::Policies
                crumbs=all_crumbs(shown, l)
                part=part
                tabs=tabs(PoliciesTab::All)
            >
                <FaultsOf kind="all" />
                <EndingOf scope=Scope::All.to_string() />
                <p class="max-w-prose text-muted">
                    {l.say(
                        "This document applies to every request. API and operation policies include it where they contain <base />.",
                        "이 문서는 모든 요청에 적용됩니다. API 정책과 작업 정책에서는 <base /> 위치에 포함됩니다.",
                    )}
                </p>
                {views}
                {children()}
            </Page>
        }
        .into_any(),
        Place::Api(api) => view! {
            <ApiPage api=api tab=ApiTab::Policies view=part>
                {views}
                {children()}
            </ApiPage>
        }
        .into_any(),
        Place::Operation(api, operation) => view! {
            <OperationPage api=api operation=operation tab=OperationTab::Policies view=part>
                {views}
                {children()}
            </OperationPage>
        }
        .into_any(),
    }
}

/// The ways to look at a policy.
#[component]
fn Views(scope: Scope, here: PolicyView) -> impl IntoView {
    let l = language();
    let mut views = vec![
        (PolicyView::Document, page(&scope)),
        (PolicyView::Effective, effective_page(&scope)),
        (PolicyView::History, history_page(&scope)),
    ];
    // A call is always one of some API's.
    if scope != Scope::All {
        views.push((PolicyView::Playground, playground_page(&scope)));
    }
    let link = |(view, address): (PolicyView, String)| {
        let here = Here::when(view, here);
        let class = if here == Here::Yes { "button quiet underline" } else { "button quiet" };
        view! {
            <li>
                <a class=class href=address aria-current=here.aria()>
                    {view_name(view, l)}
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label=l.say("Policy views", "정책 보기") data-keeps>
            <ul class="flex flex-wrap gap-1">{views.into_iter().map(link).collect_view()}</ul>
        </nav>
    }
}

fn view_name(view: PolicyView, l: Language) -> &'static str {
    match view {
        PolicyView::Document => l.say("Document", "문서"),
        PolicyView::Effective => l.say("Effective policy", "유효 정책"),
        PolicyView::History => l.say("History", "변경 기록"),
        PolicyView::Playground => l.say("Playground", "모의 실행"),
    }
}

/// The way to a view of the policy of all APIs.
fn all_crumbs(shown: PolicyView, l: Language) -> Vec<Crumb> {
    let document = Crumb::new(l.say("Policies of all APIs", "모든 API의 정책"), page(&Scope::All));
    if shown == PolicyView::Document { Vec::new() } else { vec![document] }
}

/// What a scope is called beside others.
#[must_use]
pub fn scope_name(scope: &Scope, l: Language) -> &'static str {
    match scope {
        Scope::All => l.say("All APIs", "모든 API"),
        Scope::Api(_) => l.say("API", "API"),
        Scope::Operation(..) => l.say("Operation", "작업"),
    }
}
