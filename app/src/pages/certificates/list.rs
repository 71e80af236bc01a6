//! The list of client certificates: searched, sorted, in pages.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::certificate::{CertificateRow, Status};
use domain::list::{CertificateSort, ListPage};

use crate::components::delete_page::Used;
use crate::components::icon::{Icon, Symbol};
use crate::components::last_used::LastUsed;
use crate::components::listing::Listing;
use crate::components::pager::Position;
use crate::components::status::StatusBadge;
use crate::components::table::{Asked, Empty, SortHeading, direction};
use crate::components::thumbprint::{ThumbprintText, last_four};
use crate::components::when::Day;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, query};
use crate::pages::certificates::delete::DeleteCertificateLink;
use crate::pages::certificates::{LIST, UPLOAD, page};
use crate::pages::security::{self, SecurityTab, tabs};
use crate::session::language;
use crate::words::dates;

/// A page of the list, and what time it was made at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CertificateList {
    pub found: ListPage<CertificateRow>,
    pub now: OffsetDateTime,
}

/// The list. The address says what is searched for (`search`), the order (`sort`, `order`), the page, and which row
/// is new.
#[component]
pub fn Certificates() -> impl IntoView {
    let asked = Asked::here(LIST, "expires");
    let load = list_certificates(
        asked.search.clone(),
        asked.sort.clone(),
        query("order"),
        query("page"),
        query("new"),
    );
    loaded(load, move |list| view! { <ListView asked=asked list=list /> }.into_any())
}

#[component]
fn ListView(asked: Asked, list: CertificateList) -> impl IntoView {
    let l = language();
    let CertificateList { found, now } = list;
    let position = Position::of(&found);
    let first = view! { <FirstCertificate /> }.into_any();
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
            {l.say("Upload certificate", "인증서 업로드")}
        </a>
    };
    view! {
        <Page
            title=l.say("Client certificates", "클라이언트 인증서").to_owned()
            section=Section::Security
            crumbs=vec![security::crumb(l)]
            actions=upload.into_any()
            tabs=tabs(SecurityTab::Certificates)
        >
            {body}
        </Page>
    }
}

#[component]
fn Rows(asked: Asked, rows: Vec<CertificateRow>, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let new = query("new");
    let row = move |row: CertificateRow| view! { <Row new=row.id.as_str() == new row=row now=now /> };
    view! {
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <SortHeading asked=asked.clone() column="name" text=l.say("Name", "이름") />
                        <SortHeading asked=asked.clone() column="subject" text=l.say("Subject", "주체") />
                        <SortHeading asked=asked.clone() column="thumbprint" text=l.say("Thumbprint", "지문") />
                        <SortHeading asked=asked.clone() column="expires" text=l.say("Expires", "만료") />
                        <th scope="col">{l.say("Status", "상태")}</th>
                        <SortHeading asked=asked column="uses" text=l.say("Used by", "사용처") />
                        <th scope="col">
                            <span class="sr-only">{l.say("Actions", "관리")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: CertificateRow, new: bool, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let status = Status::at(now, row.not_before, row.not_after);
    let address = page(&row.id);
    let uses = row.uses;
    let used = if uses == 0 {
        view! { <span class="text-muted">{l.say("not used", "없음")}</span> }.into_any()
    } else {
        let text = l.say(dates::counted(i64::from(uses), "place"), format!("{uses}곳"));
        view! { <a href=format!("{address}#uses")>{text}</a> }.into_any()
    };
    let named = format!("{} ({})", row.name, last_four(&row.thumbprint));
    view! {
        <tr class=if new { "new" } else { "" }>
            <th scope="row">
                <a class="font-medium text-accent hover:underline" href=address.clone()>
                    {row.name.to_string()}
                </a>
                {new.then(|| view! { <span class="badge good ms-2">{l.say("new", "신규")}</span> })}
            </th>
            <td data-label=l.say("Subject", "주체")>
                <p>{row.common_name}</p>
                <p class="hint">{row.subject.clone()}</p>
            </td>
            <td data-label=l.say("Thumbprint", "지문")>
                <ThumbprintText thumbprint=row.thumbprint />
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
            <td data-label=l.say("Used by", "사용처")>
                {used}
                <p class="hint">
                    <LastUsed at=row.last_used now=now />
                </p>
            </td>
            <td>
                <DeleteCertificateLink
                    id=row.id
                    named=named
                    subject=row.subject
                    used=Used::in_places(uses as usize)
                    class="button quiet"
                />
            </td>
        </tr>
    }
}

#[component]
fn FirstCertificate() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No client certificates yet", "아직 클라이언트 인증서가 없습니다")>
            <p>
                {l.say(
                    "The gateway presents a client certificate to a backend to prove its identity. Upload the .pfx or .p12 file that you were given, then choose it on the Security tab of an API.",
                    "클라이언트 인증서는 게이트웨이가 백 엔드에 자신을 증명하는 수단입니다. 받은 .pfx 또는 .p12 파일을 업로드한 다음 API의 보안 탭에서 선택하세요.",
                )}
            </p>
            <a class="button primary" href=UPLOAD>
                <Icon symbol=Symbol::Upload />
                {l.say("Upload certificate", "인증서 업로드")}
            </a>
        </Empty>
    }
}

/// A page of the list.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "certificates/list")]
pub async fn list_certificates(
    #[server(default)] search: String,
    #[server(default)] sort: String,
    #[server(default)] order: String,
    #[server(default)] page: String,
    #[server(default)] new: String,
) -> Result<CertificateList, PageError> {
    use domain::list::ListQuery;

    let query = ListQuery {
        search,
        sort: column(&sort),
        direction: direction(&order),
        page: page.parse().unwrap_or(1).max(1),
        first: new,
    };
    crate::context::look(move |management, actor| {
        let found = management.list_certificates(actor, &query)?;
        Ok(CertificateList { found, now: management.now() })
    })
    .await
}

/// The column of a word in the address.
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "only the server sorts"))]
fn column(word: &str) -> CertificateSort {
    match word {
        "name" => CertificateSort::Name,
        "subject" => CertificateSort::Subject,
        "thumbprint" => CertificateSort::Thumbprint,
        "uses" => CertificateSort::Uses,
        _ => CertificateSort::Expires,
    }
}
