//! The requests that failed, the newest first.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::api::ApiLink;
use domain::failed_call::{FailedCalls, RecordedCall};
use domain::name::ApiId;
use domain::problem::Problem;

use crate::components::icon::{Icon, Symbol};
use crate::components::notice::{Callout, Tone};
use crate::components::statement::StatementAnchor;
use crate::components::table::Empty;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::loaded;
use crate::pages::traffic::client::ClientName;
use crate::pages::traffic::filter::{Asked, Filter};
use crate::pages::{apis, traffic};
use crate::session::language;
use crate::words::dates::{counted, grouped};
use crate::words::failures;
use crate::words::steps::StepText;

/// Everything that the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrafficAt {
    pub found: FailedCalls,
    /// The APIs that have failed requests.
    pub apis: Vec<ApiLink>,
    /// How many of each kind are kept; 0 if none is recorded.
    pub kept: u32,
    /// For how many days, if that is limited.
    pub days: Option<i64>,
}

/// The page. The address says what is asked for.
#[component]
pub fn FailedRequests() -> impl IntoView {
    let asked = Asked::here();
    loaded(show_failed_requests(asked.clone()), move |at| view! { <ListView at=at asked=asked /> }.into_any())
}

#[component]
fn ListView(at: TrafficAt, asked: Asked) -> impl IntoView {
    let l = language();
    let TrafficAt { found, apis, kept, days } = at;
    let names = apis.clone();
    let row = move |recorded| view! { <Row recorded=recorded apis=names.clone() /> };
    let is_unused = found.calls.is_empty() && asked.is_everything();
    let body = match (found.calls.is_empty(), is_unused) {
        (true, true) => view! { <Nothing /> }.into_any(),
        (true, false) => view! {
            <Empty title=l.say("No matching failed requests", "조건에 맞는 실패한 요청이 없습니다")>
                <p>
                    <a href=traffic::LIST>{l.say("Show all failed requests", "실패한 요청 모두 보기")}</a>
                </p>
            </Empty>
        }
        .into_any(),
        _ => view! {
            <ol class="flex flex-col gap-3">{found.calls.into_iter().map(row).collect_view()}</ol>
            <Pages asked=asked.clone() older=found.older />
        }
        .into_any(),
    };
    let actions = view! {
        <a class="button" href=traffic::TRACES>
            {l.say("Show a trace", "추적 보기")}
        </a>
    };
    view! {
        <Page title=l.say("Failed requests", "실패한 요청").to_owned() section=Section::Traffic actions=actions.into_any()>
            <Kept kept=kept days=days />
            {(!is_unused).then(|| view! { <Filter asked=asked apis=apis /> })}
            {body}
        </Page>
    }
}

/// What is recorded, and how long it is kept.
#[component]
fn Kept(kept: u32, days: Option<i64>) -> impl IntoView {
    let l = language();
    if kept == 0 {
        let text = l.say(
            "Failed requests are not recorded: the setting traffic.keep-count is 0.",
            "실패한 요청을 기록하지 않습니다. traffic.keep-count 설정이 0입니다.",
        );
        return view! { <Callout tone=Tone::Info><p>{text}</p></Callout> }.into_any();
    }
    let what = l.say(
        "Requests that were refused or failed, and responses that were cut off, with the reason and what to do.",
        "거부되거나 실패한 요청과 도중에 끊긴 응답을 이유 및 해결 방법과 함께 보여 줍니다.",
    );
    let how_many = grouped(u64::from(kept));
    let how_long = match days {
        Some(days) => l.say(
            format!("The last {how_many} of each kind are kept for {}, without queries, bodies and header values.", counted(days, "day")),
            format!("유형별로 최근 {how_many}건을 {days}일 동안 쿼리, 본문, 헤더 값 없이 보관합니다."),
        ),
        None => l.say(
            format!("The last {how_many} of each kind are kept, without queries, bodies and header values."),
            format!("유형별로 최근 {how_many}건을 쿼리, 본문, 헤더 값 없이 보관합니다."),
        ),
    };
    view! { <p class="max-w-prose text-muted">{what} " " {how_long}</p> }.into_any()
}

#[component]
fn Row(recorded: RecordedCall, apis: Vec<ApiLink>) -> impl IntoView {
    let l = language();
    let RecordedCall { call, missed, .. } = recorded;
    let api = call.call.api.clone().map(|id| view! { <ApiAnchor id=id apis=apis /> });
    let statement = call.statement.clone().map(|statement| {
        let scope = call.call.scope_of(&statement);
        view! { <StatementAnchor statement=statement scope=scope /> }
    });
    let page = traffic::call_page(&call.request_id);
    let missed = (missed > 0).then(|| {
        let count = grouped(missed);
        let text = l.say(
            format!("{count} more of this kind were not recorded."),
            format!("같은 유형 {count}건은 기록하지 않았습니다."),
        );
        view! { <p class="hint">{text}</p> }
    });
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
                <Verdict status=call.status reason=call.reason.clone() />
                <span>{failures::kind(call.problem.kind(), l)}</span>
                {statement}
            </p>
            <Explanation problem=call.problem detail=call.detail />
            <p class="text-sm">
                <ClientName caller=call.caller />
            </p>
            {missed}
        </li>
    }
}

/// What happened: a sentence in the reader's language, or what the policy says.
#[component]
pub fn Explanation(problem: Problem, detail: String) -> impl IntoView {
    match failures::sentence(&problem, language()) {
        Some(sentence) => Some(view! { <p class="max-w-prose">{sentence}</p> }.into_any()),
        None if detail.is_empty() => None,
        None => Some(view! { <p class="max-w-prose"><StepText what=detail /></p> }.into_any()),
    }
}

#[component]
fn ApiAnchor(id: ApiId, apis: Vec<ApiLink>) -> impl IntoView {
    let known = apis.into_iter().find(|one| one.id == id);
    let name = known.map_or_else(|| id.to_string(), |one| one.name.to_string());
    view! { <a href=apis::page(&id)>{name}</a> }
}

/// Status and reason of a response.
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

/// The way to older and back to the newest ones.
#[component]
fn Pages(asked: Asked, older: Option<i64>) -> impl IntoView {
    let l = language();
    let newest =
        (!asked.before.is_empty()).then(|| Asked { before: String::new(), ..asked.clone() }.address());
    let older = older.map(|number| Asked { before: number.to_string(), ..asked }.address());
    (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=l.say("Pages", "페이지")>
                <div class="flex gap-2">
                    {newest.map(|href| view! { <a class="button" href=href>{l.say("Newest", "최신")}</a> })}
                    {older.map(|href| view! { <a class="button" rel="next" href=href>{l.say("Older", "이전 요청")}</a> })}
                </div>
            </nav>
        }
    })
}

#[component]
fn Nothing() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No failed requests", "실패한 요청이 없습니다")>
            <p>
                {l.say(
                    "When a request is refused or fails, it appears here within moments, with the client, the reason and what to do. You can repeat it in the playground.",
                    "요청이 거부되거나 실패하면 곧바로 여기에 표시됩니다. 호출자, 이유, 해결 방법을 확인하고 모의 실행에서 요청을 다시 실행할 수 있습니다.",
                )}
            </p>
        </Empty>
    }
}

/// What the page shows.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "traffic/failed")]
pub async fn show_failed_requests(#[server(default)] asked: Asked) -> Result<TrafficAt, PageError> {
    crate::context::look(move |management, actor| {
        let found = match asked.filter(management.now()) {
            Some(filter) => management.failed_calls(actor, &filter, asked.before.parse().ok())?,
            None => FailedCalls::default(),
        };
        let limits = management.traffic_limits();
        Ok(TrafficAt {
            found,
            apis: management.failing_apis(actor)?,
            kept: limits.most_of_a_kind,
            days: limits.longest.map(|longest| longest.whole_days()),
        })
    })
    .await
}
