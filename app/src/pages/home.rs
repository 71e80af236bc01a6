//! The overview: what there is, and what needs attention soon.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::certificate::{CertificateRow, CertificateUse, Status};
use domain::fault::{Fault, Item};
use domain::overview::{EndingRow, Overview};
use domain::policy_document::Scope;

use crate::components::icon::{Icon, Symbol};
use crate::components::notice::{Callout, Tone};
use crate::components::status::StatusBadge;
use crate::components::thumbprint::last_four;
use crate::components::when::Day;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::loaded;
use crate::pages::certificates::uses::UseLink;
use crate::pages::{apis, authorities, certificates, fragments, named_values, policies, traffic};
use crate::session::language;
use crate::words::dates;
use crate::words::faults as words;

/// The figures, and what time they were taken at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OverviewAt {
    pub overview: Overview,
    pub now: OffsetDateTime,
}

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    loaded(show_overview(), |at| view! { <HomeView at=at /> }.into_any())
}

#[component]
fn HomeView(at: OverviewAt) -> impl IntoView {
    let l = language();
    let OverviewAt { overview, now } = at;
    let fresh = overview.apis == 0 || overview.certificates == 0;
    view! {
        <Page title=l.say("Overview", "개요").to_owned() section=Section::Overview>
            <GatewayState revision=overview.revision served=overview.served />
            <Faults faults=overview.faults.clone() />
            <Figures overview=overview.clone() />
            {fresh.then(|| view! { <FirstSteps /> })}
            <Soonest rows=overview.soonest now=now />
        </Page>
    }
}

#[component]
fn GatewayState(revision: u64, served: Option<u64>) -> impl IntoView {
    let l = language();
    let (tone, text) = match served {
        None => (
            Tone::Info,
            l.say(
                "No gateway is running in this process.".to_owned(),
                "이 프로세스에서 실행 중인 게이트웨이가 없습니다.".to_owned(),
            ),
        ),
        Some(served) if served == revision => (
            Tone::Good,
            l.say(
                format!("The gateway uses the latest configuration (revision {revision})."),
                format!("게이트웨이에 최신 구성(리비전 {revision})이 적용되어 있습니다."),
            ),
        ),
        Some(served) => (
            Tone::Bad,
            l.say(
                format!("The gateway still uses revision {served}; the latest is {revision}. See the gateway log."),
                format!("게이트웨이에 아직 리비전 {served}이(가) 적용되어 있습니다. 최신 리비전은 {revision}입니다. 게이트웨이 로그를 확인하세요."),
            ),
        ),
    };
    if tone == Tone::Good {
        return view! {
            <p class="flex items-center gap-2 text-good">
                <Icon symbol=tone.symbol() />
                {text}
            </p>
        }
        .into_any();
    }
    view! {
        <Callout tone=tone>
            <p>{text}</p>
        </Callout>
    }
    .into_any()
}

/// What of the configuration can't be used, with the way to where it can be mended.
#[component]
fn Faults(faults: Vec<Fault>) -> impl IntoView {
    let l = language();
    let row = move |fault: Fault| {
        let sentence = words::sentence(&fault.item, l);
        let sentence = match mend(&fault.item) {
            Some(href) => view! { <a href=href>{sentence}</a> }.into_any(),
            None => view! { <span>{sentence}</span> }.into_any(),
        };
        view! {
            <li class="border-t border-line py-2.5 first:border-0">
                {sentence}
                <p class="hint break-words" lang="en">
                    {fault.reason}
                </p>
            </li>
        }
    };
    (!faults.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="faults">
                <h2 id="faults" class="flex items-center gap-2 text-bad">
                    <Icon symbol=Symbol::Warning />
                    {l.say("Not in use", "사용할 수 없는 항목")}
                </h2>
                <p class="max-w-prose text-muted">
                    {l.say(
                        "These can't be used as stored. Everything else is live. Open an item to correct or delete it.",
                        "저장된 상태로는 사용할 수 없는 항목입니다. 나머지는 모두 적용되어 있습니다. 항목을 열어 수정하거나 삭제하세요.",
                    )}
                </p>
                <ul>{faults.into_iter().map(row).collect_view()}</ul>
            </section>
        }
    })
}

/// Where it can be mended.
fn mend(item: &Item) -> Option<String> {
    Some(match item {
        Item::AllApis => policies::page(&Scope::All),
        Item::Api { id, .. } => apis::page(id),
        Item::Authority(id) => authorities::page(&id.parse().ok()?),
        Item::Certificate(id) => certificates::page(&id.parse().ok()?),
        Item::Fragment(id) => fragments::page(&id.parse().ok()?),
        Item::NamedValue(name) => named_values::page(&name.parse().ok()?),
        Item::UnknownApi { .. } => return None,
    })
}

#[component]
fn Figures(overview: Overview) -> impl IntoView {
    let l = language();
    let [within_30, within_14, within_7, within_1] = overview.expiring;
    let details = l.say(
        format!("14 days: {within_14} \u{b7} 7 days: {within_7} \u{b7} 1 day: {within_1}"),
        format!("14일: {within_14} \u{b7} 7일: {within_7} \u{b7} 1일: {within_1}"),
    );
    view! {
        <div class="grid gap-4 sm:grid-cols-2 xl:grid-cols-5">
            <Figure href=apis::LIST count=overview.apis text=l.say("APIs", "API") />
            <Figure href=certificates::LIST count=overview.certificates text=l.say("Client certificates", "클라이언트 인증서") />
            <Figure
                href=certificates::LIST
                count=within_30
                text=l.say("expire within 30 days", "30일 이내 만료")
                details=details
            />
            <Figure href=certificates::LIST count=overview.expired text=l.say("expired", "만료됨") />
            <Figure
                href=traffic::LAST_HOUR
                count=overview.failed_last_hour
                text=l.say("requests failed in the last hour", "최근 1시간 동안 실패한 요청")
            />
        </div>
    }
}

#[component]
fn Figure(
    href: &'static str,
    count: u64,
    text: &'static str,
    #[prop(optional, into)] details: String,
) -> impl IntoView {
    view! {
        <a class="figure" href=href>
            <strong>{count}</strong>
            <span>{text}</span>
            {(!details.is_empty()).then(|| view! { <span class="hint">{details}</span> })}
        </a>
    }
}

#[component]
fn FirstSteps() -> impl IntoView {
    let l = language();
    view! {
        <section class="card">
            <h2>{l.say("Three steps to your first request", "첫 요청까지 세 단계")}</h2>
            <ol class="flex list-decimal flex-col gap-1.5 ps-5">
                <li>
                    <a href=certificates::UPLOAD>{l.say("Upload the client certificate", "클라이언트 인증서 업로드")}</a>
                    {l.say(" that the backend requires: a .pfx or .p12 file.", ": 백 엔드가 요구하는 .pfx 또는 .p12 파일.")}
                </li>
                <li>
                    <a href=apis::CREATE>{l.say("Create an API", "API 만들기")}</a>
                    {l.say(" in front of the backend.", ": 백 엔드 앞에 둘 API.")}
                </li>
                <li>
                    {l.say(
                        "Choose the certificate on the API's Security tab and save. The gateway presents it from the next request on.",
                        "API의 보안 탭에서 인증서를 선택하고 저장하세요. 다음 요청부터 제시됩니다.",
                    )}
                </li>
            </ol>
        </section>
    }
}

#[component]
fn Soonest(rows: Vec<EndingRow>, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let row = move |EndingRow { certificate: row, uses }: EndingRow| {
        let status = Status::at(now, row.not_before, row.not_after);
        let stops = (status != Status::Valid).then(|| view! { <Stops uses=uses row=row.clone() /> });
        view! {
            <li class="border-t border-line py-2.5 first:border-0">
                <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
                    <a href=certificates::page(&row.id)>{row.name.to_string()}</a>
                    <span class="font-mono text-sm text-muted">{last_four(&row.thumbprint)}</span>
                    <span class="grow">{dates::distance(now, row.not_after, l)}</span>
                    <Day at=row.not_after />
                    <StatusBadge status=status />
                </div>
                {stops}
            </li>
        }
    };
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2 class="flex items-center gap-2">
                    <Icon symbol=Symbol::Clock />
                    {l.say("Expiring first", "가장 먼저 만료되는 인증서")}
                </h2>
                <ul>{rows.into_iter().map(row).collect_view()}</ul>
            </section>
        }
    })
}

/// The APIs whose requests the backend refuses without the certificate.
#[component]
fn Stops(uses: Vec<CertificateUse>, row: CertificateRow) -> impl IntoView {
    let l = language();
    let more = (row.uses as usize).saturating_sub(uses.len());
    let more = (more > 0).then(|| {
        let text = l.say(format!("and {more} more"), format!("외 {more}곳"));
        view! { <li><a href=format!("{}#uses", certificates::page(&row.id))>{text}</a></li> }
    });
    let link = move |one: CertificateUse| view! { <li><UseLink scope=one.scope /></li> };
    (!uses.is_empty()).then(|| {
        view! {
            <div class="flex flex-wrap gap-x-2 text-sm">
                <span class="text-muted">{l.say("Stops:", "중단되는 API:")}</span>
                <ul class="flex flex-wrap gap-x-3">{uses.into_iter().map(link).collect_view()} {more}</ul>
            </div>
        }
    })
}

/// The figures of the overview.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "overview")]
pub async fn show_overview() -> Result<OverviewAt, PageError> {
    crate::context::look(|management, actor| {
        Ok(OverviewAt { overview: management.overview(actor)?, now: management.now() })
    })
    .await
}
