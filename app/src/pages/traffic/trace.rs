//! The trace of one call: every statement, what it came to, and when.

use leptos::prelude::*;

use domain::traffic::{CallTrace, TraceStep};

use crate::components::icon::{Icon, Symbol};
use crate::components::notice::{Callout, Tone};
use crate::components::statement::StatementAnchor;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, query};
use crate::pages::traffic::client::ClientName;
use crate::pages::traffic::{TRACES, crumbs};
use crate::session::language;
use crate::words::steps::StepText;

/// The page: `/traffic/traces?id={request id}`; without an id it asks for one.
#[component]
pub fn TracePage() -> impl IntoView {
    let id = query("id");
    loaded(show_trace(id.clone()), move |found| {
        let l = language();
        let body = match (found, id.is_empty()) {
            (Some(trace), _) => view! { <Trace trace=trace /> }.into_any(),
            (None, true) => ().into_any(),
            (None, false) => view! { <NotTraced /> }.into_any(),
        };
        view! {
            <Page title=l.say("Request trace", "요청 추적").to_owned() section=Section::Traffic crumbs=crumbs(l)>
                <p class="max-w-prose text-muted">
                    {l.say(
                        "A request is traced if it carries a token from the Test tab of its API. The gateway keeps the last 100 traces.",
                        "API의 테스트 탭에서 만든 토큰과 함께 보낸 요청만 추적합니다. 게이트웨이는 최근 추적 100건을 보관합니다.",
                    )}
                </p>
                <Lookup id=id />
                {body}
            </Page>
        }
        .into_any()
    })
}

/// The form that asks for a request id.
#[component]
pub fn Lookup(#[prop(optional)] id: String) -> impl IntoView {
    let l = language();
    let label =
        l.say("Request ID, from the response header x-request-id", "응답 헤더 x-request-id의 요청 ID");
    view! {
        <form class="search" method="get" action=TRACES role="search">
            <input
                class="input font-mono"
                name="id"
                value=id
                aria-label=label
                placeholder=label
                maxlength="100"
                autocomplete="off"
                spellcheck="false"
            />
            <button class="button">
                <Icon symbol=Symbol::Search />
                {l.say("Show trace", "추적 보기")}
            </button>
        </form>
    }
}

#[component]
fn NotTraced() -> impl IntoView {
    view! {
        <Callout tone=Tone::Info>
            <p>
                {language()
                    .say(
                        "There is no trace of this request: it carried no valid token, it was sent to another API, or its trace is no longer kept.",
                        "이 요청의 추적이 없습니다. 유효한 토큰이 없었거나, 다른 API로 보냈거나, 더 이상 보관되지 않습니다.",
                    )}
            </p>
        </Callout>
    }
}

#[component]
fn Trace(trace: CallTrace) -> impl IntoView {
    let l = language();
    let call = trace.call.clone();
    let step = move |step: TraceStep| {
        let scope = step.statement.as_ref().and_then(|statement| call.scope_of(statement));
        let statement = step.statement.map(|one| view! { <StatementAnchor statement=one scope=scope /> });
        view! {
            <tr>
                <td class="font-mono text-sm whitespace-nowrap tabular-nums" data-label=l.say("Elapsed", "경과")>
                    {milliseconds(step.after_us)}
                </td>
                <td data-label=l.say("Statement", "정책 문")>{statement}</td>
                <td data-label=l.say("Result", "결과")>
                    <StepText what=step.what />
                </td>
            </tr>
        }
    };
    view! {
        <section class="card">
            <dl class="facts">
                <dt>{l.say("Request", "요청")}</dt>
                <dd>
                    <code class="font-mono text-sm">{format!("{} {}", trace.call.method, trace.call.path)}</code>
                </dd>
                <dt>{l.say("Response", "응답")}</dt>
                <dd>{l.say(format!("status {}, after {}", trace.status, milliseconds(trace.duration_us)), format!("상태 {}, {} 후", trace.status, milliseconds(trace.duration_us)))}</dd>
                <dt>{l.say("Time", "시각")}</dt>
                <dd>
                    <Moment at=trace.at />
                </dd>
                <dt>{l.say("Client", "호출자")}</dt>
                <dd>
                    <ClientName caller=trace.caller />
                </dd>
            </dl>
        </section>
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{l.say("Elapsed", "경과")}</th>
                        <th scope="col">{l.say("Statement", "정책 문")}</th>
                        <th scope="col">{l.say("Result", "결과")}</th>
                    </tr>
                </thead>
                <tbody>{trace.steps.into_iter().map(step).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// `1.234 ms`.
fn milliseconds(us: u64) -> String {
    format!("{}.{:03} ms", us / 1_000, us % 1_000)
}

/// The trace of the call with this request id, as long as it is kept.
///
/// # Errors
/// Nobody has signed in.
#[server(endpoint = "traffic/trace")]
pub async fn show_trace(#[server(default)] id: String) -> Result<Option<CallTrace>, PageError> {
    use management::error::Error;

    crate::context::look(move |management, actor| match management.trace(actor, id.trim()) {
        Ok(trace) => Ok(Some(trace)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    })
    .await
}
