//! The list of CA certificates: searched, sorted, in pages.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::authority::{AuthorityRow, Signs, Unlisted};
use domain::certificate::Status;
use domain::list::{AuthoritySort, ListPage};

use crate::components::icon::{Icon, Symbol};
use crate::components::listing::Listing;
use crate::components::pager::Position;
use crate::components::status::StatusBadge;
use crate::components::table::{Asked, Empty, SortHeading, direction};
use crate::components::thumbprint::last_four;
use crate::components::when::Day;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, query};
use crate::pages::authorities::{LIST, UPLOAD, page};
use crate::pages::security::{self, SecurityTab, tabs};
use crate::session::language;
use crate::words::dates;

/// A page of the list, and what time it was made at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorityList {
    pub found: ListPage<AuthorityRow>,
    pub now: OffsetDateTime,
}

/// The list. The address says what is searched for (`search`), the order (`sort`, `order`), the page, and which row
/// is new.
#[component]
pub fn Authorities() -> impl IntoView {
    let asked = Asked::here(LIST, "expires");
    let load = list_authorities(
        asked.search.clone(),
        asked.sort.clone(),
        query("order"),
        query("page"),
        query("new"),
    );
    loaded(load, move |list| view! { <ListView asked=asked list=list /> }.into_any())
}

#[component]
fn ListView(asked: Asked, list: AuthorityList) -> impl IntoView {
    let l = language();
    let AuthorityList { found, now } = list;
    let position = Position::of(&found);
    let first = view! { <FirstAuthority /> }.into_any();
    let body = view! {
        <Listing
            asked=asked.clone()
            position=position
            label=l.say("Subject, issuer, thumbprint, serial number or name", "주체, 발급자, 지문, 일련번호 또는 이름")
            hint=l.say(
                "Enter part of a subject, issuer or name, or a thumbprint in any format.",
                "주체, 발급자, 이름의 일부나 어떤 형식의 지문으로도 검색할 수 있습니다.",
            )
            first=first
        >
            <Rows asked=asked rows=found.rows now=now />
        </Listing>
    };
    let upload = view! {
        <a class="button primary" href=UPLOAD>
            <Icon symbol=Symbol::Upload />
            {l.say("Upload CA certificate", "CA 인증서 업로드")}
        </a>
    };
    view! {
        <Page
            title=l.say("CA certificates", "CA 인증서").to_owned()
            section=Section::Security
            crumbs=vec![security::crumb(l)]
            actions=upload.into_any()
            tabs=tabs(SecurityTab::Authorities)
        >
            {body}
        </Page>
    }
}

#[component]
fn Rows(asked: Asked, rows: Vec<AuthorityRow>, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let new = query("new");
    let row = move |row: AuthorityRow| view! { <Row new=row.id.as_str() == new row=row now=now /> };
    view! {
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <SortHeading asked=asked.clone() column="name" text=l.say("Name", "이름") />
                        <SortHeading asked=asked.clone() column="subject" text=l.say("Subject", "주체") />
                        <SortHeading asked=asked.clone() column="expires" text=l.say("Expires", "만료") />
                        <th scope="col">{l.say("Status", "상태")}</th>
                        <th scope="col">{l.say("Revocation list", "인증서 해지 목록")}</th>
                        <SortHeading asked=asked column="uses" text=l.say("Used by", "사용처") />
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: AuthorityRow, new: bool, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let status = Status::at(now, row.not_before, row.not_after);
    let address = page(&row.id);
    let only_itself = (row.signs == Signs::OnlyItself).then(|| {
        view! {
            <span class="badge info ms-2">
                <Icon symbol=Symbol::Info />
                {l.say("not a CA", "CA 아님")}
            </span>
        }
    });
    let used = if row.uses == 0 {
        view! { <span class="text-muted">{l.say("not referenced", "이름으로 참조되지 않음")}</span> }
            .into_any()
    } else {
        let text = l.say(dates::counted(i64::from(row.uses), "place"), format!("{}곳", row.uses));
        view! { <a href=format!("{address}#uses")>{text}</a> }.into_any()
    };
    view! {
        <tr class=if new { "new" } else { "" }>
            <th scope="row">
                <a class="font-medium text-accent hover:underline" href=address.clone()>
                    {row.name.to_string()}
                </a>
                {new.then(|| view! { <span class="badge good ms-2">{l.say("new", "신규")}</span> })}
            </th>
            <td data-label=l.say("Subject", "주체")>
                <p>{row.common_name} {only_itself}</p>
                <p class="hint">
                    {row.subject} " " <span class="font-mono">{format!("({})", last_four(&row.thumbprint))}</span>
                </p>
            </td>
            <td data-label=l.say("Expires", "만료") class="whitespace-nowrap">
                <p>
                    <Day at=row.not_after />
                </p>
                <p class="hint">{dates::distance(now, row.not_after, l)}</p>
            </td>
            <td data-label=l.say("Status", "상태")>
                <StatusBadge status=status />
            </td>
            <td data-label=l.say("Revocation list", "인증서 해지 목록")>
                <ListState next_update=row.next_update unlisted=row.unlisted now=now />
            </td>
            <td data-label=l.say("Used by", "사용처")>{used}</td>
        </tr>
    }
}

/// Whether there is a current list, and what happens to callers where there is none.
#[component]
fn ListState(next_update: Option<OffsetDateTime>, unlisted: Unlisted, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let without = match unlisted {
        Unlisted::Pass => l.say("clients allowed", "호출 허용"),
        Unlisted::Refuse => l.say("clients refused", "호출 거부"),
    };
    let (class, symbol, word, hint) = match next_update {
        Some(next) if next >= now => {
            let due = dates::distance(now, next, l);
            let hint = l.say(format!("next list {due}"), format!("다음 목록 {due}"));
            ("badge good", Symbol::Check, l.say("current", "최신"), hint)
        }
        Some(_) => ("badge bad", Symbol::Warning, l.say("out of date", "기한 지남"), without.to_owned()),
        None => ("badge", Symbol::Info, l.say("none", "없음"), without.to_owned()),
    };
    view! {
        <p>
            <span class=class>
                <Icon symbol=symbol />
                {word}
            </span>
        </p>
        <p class="hint">{hint}</p>
    }
}

#[component]
fn FirstAuthority() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No CA certificates yet", "아직 CA 인증서가 없습니다")>
            <p>
                {l.say(
                    "CA certificates define which certificates are trusted. Policies with validate-client-certificate accept clients whose certificates the CA issued, and backends with certificates from a private CA are trusted. Upload it as .pem, .crt, .cer, .der or .p7b.",
                    "CA 인증서는 어떤 인증서를 신뢰할지 정합니다. validate-client-certificate 정책은 이 CA가 발급한 인증서를 제시하는 호출자를 허용하고, 사설 CA의 인증서를 사용하는 백 엔드도 신뢰합니다. .pem, .crt, .cer, .der 또는 .p7b 파일로 업로드하세요.",
                )}
            </p>
            <a class="button primary" href=UPLOAD>
                <Icon symbol=Symbol::Upload />
                {l.say("Upload CA certificate", "CA 인증서 업로드")}
            </a>
        </Empty>
    }
}

/// A page of the list.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "authorities/list")]
pub async fn list_authorities(
    #[server(default)] search: String,
    #[server(default)] sort: String,
    #[server(default)] order: String,
    #[server(default)] page: String,
    #[server(default)] new: String,
) -> Result<AuthorityList, PageError> {
    use domain::list::ListQuery;

    let query = ListQuery {
        search,
        sort: column(&sort),
        direction: direction(&order),
        page: page.parse().unwrap_or(1).max(1),
        first: new,
    };
    crate::context::look(move |management, actor| {
        let found = management.list_authorities(actor, &query)?;
        Ok(AuthorityList { found, now: management.now() })
    })
    .await
}

/// The column of a word in the address.
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "only the server sorts"))]
fn column(word: &str) -> AuthoritySort {
    match word {
        "name" => AuthoritySort::Name,
        "subject" => AuthoritySort::Subject,
        "uses" => AuthoritySort::Uses,
        _ => AuthoritySort::Expires,
    }
}
