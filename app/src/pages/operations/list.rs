//! The Operations tab of an API: its operations, searched, sorted, in pages.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::api::ApiDetail;
use domain::list::{ListPage, OperationSort};
use domain::name::ApiId;
use domain::operation::OperationRow;
use domain::policy_document::Scope;

use crate::components::icon::{Icon, Symbol};
use crate::components::listing::Listing;
use crate::components::pager::Position;
use crate::components::table::{Asked, Empty, SortHeading, direction};
use crate::error::PageError;
use crate::load::{loaded, parameter, query};
use crate::pages::apis::api::{ApiPage, ApiTab};
use crate::pages::apis::operations_page;
use crate::pages::operations::{create_page, page};
use crate::pages::policies;
use crate::session::language;

/// A page of the list, with the API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OperationList {
    pub api: ApiDetail,
    pub found: ListPage<OperationRow>,
}

/// The tab. The address says what is searched for (`search`), the order (`sort`, `order`) and the page.
#[component]
pub fn Operations() -> impl IntoView {
    let api = parameter("api");
    // An id that isn't one has no page; its address is never shown.
    let path = api.parse().map(|id: ApiId| operations_page(&id)).unwrap_or_default();
    let asked = Asked::here(path, "template");
    let load = list_operations(api, asked.search.clone(), asked.sort.clone(), query("order"), query("page"));
    loaded(load, move |list: OperationList| {
        let actions = view! { <CreateLink api=list.api.id.clone() /> }.into_any();
        view! {
            <ApiPage api=list.api.clone() tab=ApiTab::Operations actions=actions>
                <ListView asked=asked list=list />
            </ApiPage>
        }
        .into_any()
    })
}

#[component]
fn ListView(asked: Asked, list: OperationList) -> impl IntoView {
    let l = language();
    let OperationList { api, found } = list;
    let about = (found.total > 0 || !asked.search.is_empty()).then(|| {
        view! {
            <p class="max-w-prose text-muted">
                {l.say(
                    "Requests that match none of these operations get 404.",
                    "다음 작업 중 하나와 일치하지 않는 요청은 404 응답을 받습니다.",
                )}
            </p>
        }
    });
    let first = view! { <FirstOperation api=api.id.clone() /> }.into_any();
    view! {
        {about}
        <Listing
            asked=asked.clone()
            position=Position::of(&found)
            label=l.say("Name, method or URL template", "이름, 메서드 또는 URL 템플릿")
            hint=l.say(
                "Enter part of a name or URL template, or a method.",
                "이름이나 URL 템플릿의 일부, 또는 메서드를 입력해도 됩니다.",
            )
            first=first
        >
            <Rows asked=asked api=api.id rows=found.rows />
        </Listing>
    }
}

#[component]
fn Rows(asked: Asked, api: ApiId, rows: Vec<OperationRow>) -> impl IntoView {
    let l = language();
    let row = move |row| view! { <Row api=api.clone() row=row /> };
    view! {
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <SortHeading asked=asked.clone() column="name" text=l.say("Name", "이름") />
                        <SortHeading asked=asked.clone() column="method" text=l.say("Method", "메서드") />
                        <SortHeading asked=asked column="template" text=l.say("URL template", "URL 템플릿") />
                        <th scope="col">{l.say("Own policy", "자체 정책")}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(api: ApiId, row: OperationRow) -> impl IntoView {
    let l = language();
    let OperationRow { id, settings, has_policy } = row;
    let address = page(&api, &id);
    let document = policies::page(&Scope::Operation(api, id));
    let has = if has_policy { l.say("yes", "있음") } else { l.say("none", "없음") };
    view! {
        <tr>
            <th scope="row">
                <a class="font-medium text-accent hover:underline" href=address>
                    {settings.name.to_string()}
                </a>
            </th>
            <td data-label=l.say("Method", "메서드")>
                <code class="font-mono text-sm">{settings.method.to_string()}</code>
            </td>
            <td data-label=l.say("URL template", "URL 템플릿")>
                <code class="font-mono text-sm">{settings.template.to_string()}</code>
            </td>
            <td data-label=l.say("Own policy", "자체 정책")>
                <a href=document>{has}</a>
            </td>
        </tr>
    }
}

#[component]
fn CreateLink(api: ApiId) -> impl IntoView {
    view! {
        <a class="button primary" href=create_page(&api)>
            <Icon symbol=Symbol::Plus />
            {language().say("Create operation", "작업 만들기")}
        </a>
    }
}

#[component]
fn FirstOperation(api: ApiId) -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No operations yet", "아직 작업이 없습니다")>
            <p>
                {l.say(
                    "Without operations, this API accepts and forwards all requests. If you create operations, each with a method and a URL template, only requests that match one of them are accepted. Each operation can have its own policy.",
                    "작업이 없으면 이 API는 모든 요청을 받아 전달합니다. 메서드와 URL 템플릿으로 작업을 만들면 그중 하나와 일치하는 요청만 받으며, 작업마다 자체 정책을 둘 수 있습니다.",
                )}
            </p>
            <CreateLink api=api />
        </Empty>
    }
}

/// A page of the list.
///
/// # Errors
/// Nobody has signed in, there is no such API, or the store can't be read.
#[server(endpoint = "operations/list")]
pub async fn list_operations(
    #[server(default)] api: String,
    #[server(default)] search: String,
    #[server(default)] sort: String,
    #[server(default)] order: String,
    #[server(default)] page: String,
) -> Result<OperationList, PageError> {
    use domain::list::ListQuery;

    let api: ApiId = api.parse().map_err(|_| crate::context::not_found())?;
    let query = ListQuery {
        search,
        sort: column(&sort),
        direction: direction(&order),
        page: page.parse().unwrap_or(1).max(1),
        first: String::new(),
    };
    crate::context::look(move |management, actor| {
        let found = management.list_operations(actor, &api, &query)?;
        Ok(OperationList { api: management.api(actor, &api)?, found })
    })
    .await
}

/// The column of a word in the address.
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "only the server sorts"))]
fn column(word: &str) -> OperationSort {
    match word {
        "method" => OperationSort::Method,
        "name" => OperationSort::Name,
        _ => OperationSort::Template,
    }
}
