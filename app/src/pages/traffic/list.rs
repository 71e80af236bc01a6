//! The calls that policies refused last, the newest first.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::api::ApiLink;
use domain::name::ApiId;
use domain::traffic::RefusedCall;

use crate::address::with_query;
use crate::components::icon::{Icon, Symbol};
use crate::components::statement::StatementAnchor;
use crate::components::table::Empty;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, query};
use crate::pages::{apis, traffic};
use crate::session::language;

/// Everything that the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrafficAt {
    pub calls: Vec<RefusedCall>,
    /// How many more there are that aren't shown.
    pub more: usize,
    /// The APIs that refused calls.
    pub apis: Vec<ApiLink>,
}

/// The page. The address says which API is meant (`api`) and what must occur (`search`).
#[component]
pub fn RefusedCalls() -> impl IntoView {
    let (api, search) = (query("api"), query("search"));
    let load = show_refused_calls(api.clone(), search.clone());
    loaded(load, move |at| view! { <ListView at=at api=api search=search /> }.into_any())
}

#[component]
fn ListView(at: TrafficAt, api: String, search: String) -> impl IntoView {
    let l = language();
    let TrafficAt { calls, more, apis } = at;
    let names = apis.clone();
    let row = move |call| view! { <Row call=call apis=names.clone() /> };
    let body = match (calls.is_empty(), apis.is_empty()) {
        (true, true) => view! { <Nothing /> }.into_any(),
        (true, false) => view! {
            <Empty title=l.say("No matching refused requests", "조건에 맞는 거부된 요청이 없습니다")>
                <p>
                    <a href=traffic::LIST>{l.say("Show all refused requests", "거부된 요청 모두 보기")}</a>
                </p>
            </Empty>
        }
        .into_any(),
        _ => view! {
            <ol class="flex flex-col gap-3">{calls.into_iter().map(row).collect_view()}</ol>
            {(more > 0).then(|| view! { <p class="text-muted">{l.say(format!("{more} older requests are not shown. Search to find them."), format!("이전 요청 {more}건은 표시되지 않습니다. 검색해서 찾으세요."))}</p> })}
        }
        .into_any(),
    };
    let actions = view! {
        <a class="button" href=traffic::TRACES>
            {l.say("Show a trace", "추적 보기")}
        </a>
    };
    view! {
        <Page title=l.say("Recent refused requests", "최근 거부된 요청").to_owned() section=Section::Traffic actions=actions.into_any()>
            <p class="max-w-prose text-muted">
                {l.say(
                    "Requests that a policy refused, with the reason and the statement, and responses that were cut off. The gateway keeps the last 500 in memory, without queries, bodies and header values.",
                    "정책이 거부한 요청과 그 이유, 거부한 정책 문, 도중에 끊긴 응답입니다. 게이트웨이는 최근 500건을 쿼리, 본문, 헤더 값 없이 메모리에 보관합니다.",
                )}
            </p>
            {(!apis.is_empty()).then(|| view! { <Filter apis=apis api=api search=search /> })}
            {body}
        </Page>
    }
}

#[component]
fn Filter(apis: Vec<ApiLink>, api: String, search: String) -> impl IntoView {
    let l = language();
    let option = move |one: ApiLink| {
        let selected = one.id.as_str() == api;
        view! {
            <option value=one.id.to_string() selected=selected>
                {one.name.to_string()}
            </option>
        }
    };
    let label = l.say("Path, reason, subject or thumbprint", "경로, 이유, 주체 또는 지문");
    view! {
        <form class="search" method="get" action=traffic::LIST role="search">
            <select class="input w-auto" name="api" aria-label=l.say("API", "API")>
                <option value="">{l.say("All APIs", "모든 API")}</option>
                {apis.into_iter().map(option).collect_view()}
            </select>
            <input
                class="input"
                type="search"
                name="search"
                value=search
                aria-label=label
                placeholder=label
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
            />
            <button class="button">
                <Icon symbol=Symbol::Search />
                {l.say("Filter", "필터")}
            </button>
        </form>
    }
}

#[component]
fn Row(call: RefusedCall, apis: Vec<ApiLink>) -> impl IntoView {
    let api = call.call.api.clone().map(|id| view! { <ApiAnchor id=id apis=apis /> });
    let statement = call.statement.clone().map(|statement| {
        let scope = call.call.scope_of(&statement);
        view! { <StatementAnchor statement=statement scope=scope /> }
    });
    let page = traffic::call_page(&call.request_id);
    let caller = call.caller.certificate.clone();
    view! {
        <li class="card gap-2">
            <p class="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <a class="font-mono font-medium text-accent underline" href=page>
                    {format!("{} {}", call.call.method, call.call.path)}
                </a>
                {api}
                <span class="ms-auto text-sm text-muted">
                    <Moment at=call.at />
                </span>
            </p>
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Verdict status=call.status reason=call.reason />
                {statement}
            </p>
            <p class="text-sm">
                {match caller {
                    Some(shown) => view! { <CallerName subject=shown.subject thumbprint=shown.thumbprint /> }.into_any(),
                    None => view! { <NoCertificate address=call.caller.address /> }.into_any(),
                }}
            </p>
        </li>
    }
}

#[component]
fn ApiAnchor(id: ApiId, apis: Vec<ApiLink>) -> impl IntoView {
    let known = apis.into_iter().find(|one| one.id == id);
    let name = known.map_or_else(|| id.to_string(), |one| one.name.to_string());
    view! { <a href=apis::page(&id)>{name}</a> }
}

/// Status and reason of an answer.
#[component]
pub fn Verdict(status: u16, reason: String) -> impl IntoView {
    view! {
        <span class="badge bad">
            <Icon symbol=Symbol::Cross />
            {status}
        </span>
        // The words that go out with the status, as the policy has them.
        <code class="font-mono text-sm">{reason}</code>
    }
}

/// A caller by its certificate, the last four digits of the thumbprint set apart.
#[component]
pub fn CallerName(subject: String, thumbprint: String) -> impl IntoView {
    let (front, last) = thumbprint.split_at(thumbprint.len().saturating_sub(4));
    view! {
        <span>{subject.clone()}</span>
        " "
        <span class="thumbprint">
            <span class="front">{front.to_owned()}</span>
            <strong>{last.to_owned()}</strong>
        </span>
    }
}

/// A caller that showed none.
#[component]
pub fn NoCertificate(address: String) -> impl IntoView {
    language().say(format!("no certificate, from {address}"), format!("인증서 없음, {address}에서 호출"))
}

#[component]
fn Nothing() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No refused requests", "거부된 요청이 없습니다")>
            <p>
                {l.say(
                    "When a policy refuses a request, it appears here within moments, with the client, the reason and the statement. You can repeat the request in the playground.",
                    "정책이 요청을 거부하면 곧바로 여기에 표시됩니다. 호출자, 거부된 이유, 거부한 정책 문을 확인하고 모의 실행에서 요청을 다시 실행할 수 있습니다.",
                )}
            </p>
        </Empty>
    }
}

/// What the page shows.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "traffic/refused")]
pub async fn show_refused_calls(
    #[server(default)] api: String,
    #[server(default)] search: String,
) -> Result<TrafficAt, PageError> {
    use domain::traffic::RefusedFilter;
    use management::error::Error;
    use std::collections::BTreeSet;

    crate::context::look(move |management, actor| {
        let all = management.refused_calls(actor, &RefusedFilter::default())?;
        let ids: BTreeSet<ApiId> = all.into_iter().filter_map(|call| call.call.api).collect();
        let mut apis = Vec::with_capacity(ids.len());
        for id in ids {
            match management.api(actor, &id) {
                Ok(detail) => apis.push(ApiLink { id, name: detail.settings.name }),
                // It was deleted after it had refused a call.
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let filter = RefusedFilter { api: api.parse().ok(), status: None, text: search };
        let mut calls = management.refused_calls(actor, &filter)?;
        let more = calls.len().saturating_sub(SHOWN);
        calls.truncate(SHOWN);
        Ok(TrafficAt { calls, more, apis })
    })
    .await
}

/// The address of the refused calls of an API.
#[must_use]
pub fn refused_by(api: &ApiId) -> String {
    with_query(traffic::LIST, &[("api", api.as_str())])
}

#[cfg(feature = "ssr")]
const SHOWN: usize = 50;
