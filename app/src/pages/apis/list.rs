//! The list of APIs: searched, sorted, in pages.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::api::ApiRow;
use domain::credential::Credential;
use domain::list::{ApiSort, ListPage};

use crate::components::icon::{Icon, Symbol};
use crate::components::last_used::LastUsed;
use crate::components::listing::Listing;
use crate::components::pager::Position;
use crate::components::status::StatusBadge;
use crate::components::table::{Asked, Empty, SortHeading, direction};
use crate::components::thumbprint::last_four;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, query};
use crate::pages::apis::{CREATE, LIST, page, security_page};
use crate::session::language;
use crate::words::credential;

/// A page of the list, and what time it was made at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiList {
    pub found: ListPage<ApiRow>,
    pub now: OffsetDateTime,
}

/// The list. The address says what is searched for (`search`), the order (`sort`, `order`) and the page.
#[component]
pub fn Apis() -> impl IntoView {
    let asked = Asked::here(LIST, "name");
    let load = list_apis(asked.search.clone(), asked.sort.clone(), query("order"), query("page"));
    loaded(load, move |list| view! { <ListView asked=asked list=list /> }.into_any())
}

#[component]
fn ListView(asked: Asked, list: ApiList) -> impl IntoView {
    let l = language();
    let ApiList { found, now } = list;
    let position = Position::of(&found);
    let first = view! { <FirstApi /> }.into_any();
    let body = view! {
        <Listing
            asked=asked.clone()
            position=position
            label=l.say("Name, URL suffix or backend", "이름, URL 접미사 또는 백 엔드")
            hint=l.say(
                "Enter part of a name, URL suffix or backend address.",
                "이름, URL 접미사, 백 엔드 주소의 일부만 입력해도 됩니다.",
            )
            first=first
        >
            <Rows asked=asked rows=found.rows now=now />
        </Listing>
    };
    let actions = view! { <CreateLink /> }.into_any();
    view! {
        <Page title=l.say("APIs", "API").to_owned() section=Section::Apis actions=actions>
            {body}
        </Page>
    }
}

#[component]
fn Rows(asked: Asked, rows: Vec<ApiRow>, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    view! {
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <SortHeading asked=asked.clone() column="name" text=l.say("Name", "이름") />
                        <SortHeading asked=asked.clone() column="suffix" text=l.say("URL suffix", "URL 접미사") />
                        <SortHeading asked=asked column="backend" text=l.say("Backend", "백 엔드") />
                        <th scope="col">{l.say("Credentials", "자격 증명")}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| view! { <Row row=row now=now /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: ApiRow, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let ApiRow { id, settings, credential, ending, last_used } = row;
    view! {
        <tr>
            <th scope="row">
                <a class="font-medium text-accent hover:underline" href=page(&id)>
                    {settings.name.to_string()}
                </a>
                <p class="hint">
                    <LastUsed at=last_used now=now />
                </p>
            </th>
            <td data-label=l.say("URL suffix", "URL 접미사")>
                <code class="font-mono text-sm">{format!("/{}", settings.suffix)}</code>
            </td>
            <td data-label=l.say("Backend", "백 엔드")>
                <code class="font-mono text-sm">{settings.backend.to_string()}</code>
            </td>
            <td data-label=l.say("Credentials", "자격 증명")>
                <a href=security_page(&id)>{credential::kind(&credential, l)}</a>
                {which(&credential).map(|which| view! { <p class="hint">{which}</p> })}
                {ending.map(|ending| view! { <StatusBadge status=ending.status(now) /> })}
            </td>
        </tr>
    }
}

/// Which user or which certificate it is.
fn which(credential: &Credential) -> Option<String> {
    match credential {
        Credential::Basic { username } => Some(username.clone()),
        Credential::Certificate(id) => Some(id.to_string()),
        Credential::CertificateByThumbprint(thumbprint) => Some(last_four(thumbprint)),
        Credential::None => None,
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    view! {
        <a class="button primary" href=CREATE>
            <Icon symbol=Symbol::Plus />
            {language().say("Create API", "API 만들기")}
        </a>
    }
}

#[component]
fn FirstApi() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No APIs yet", "아직 API가 없습니다")>
            <p>
                {l.say(
                    "An API maps a part of the gateway's address to a backend. Create one, then choose on its Security tab which client certificate the gateway presents to the backend.",
                    "API는 게이트웨이 주소의 일부를 백 엔드에 연결합니다. API를 만든 다음 보안 탭에서 게이트웨이가 백 엔드에 제시할 클라이언트 인증서를 선택하세요.",
                )}
            </p>
            <CreateLink />
        </Empty>
    }
}

/// A page of the list.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "apis/list")]
pub async fn list_apis(
    #[server(default)] search: String,
    #[server(default)] sort: String,
    #[server(default)] order: String,
    #[server(default)] page: String,
) -> Result<ApiList, PageError> {
    use domain::list::ListQuery;

    let query = ListQuery {
        search,
        sort: column(&sort),
        direction: direction(&order),
        page: page.parse().unwrap_or(1).max(1),
        first: String::new(),
    };
    crate::context::look(move |management, actor| {
        let found = management.list_apis(actor, &query)?;
        Ok(ApiList { found, now: management.now() })
    })
    .await
}

/// The column of a word in the address.
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "only the server sorts"))]
fn column(word: &str) -> ApiSort {
    match word {
        "backend" => ApiSort::Backend,
        "suffix" => ApiSort::Suffix,
        _ => ApiSort::Name,
    }
}
