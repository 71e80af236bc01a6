//! The Test tab of an API: tracing a real call, and the ways to what was refused and what would be.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::api::ApiDetail;
use domain::policy_document::Scope;
use domain::traffic::{TRACE_HEADER, TraceToken};

use crate::components::form::{Form, Hidden};
use crate::components::icon::Icon;
use crate::components::notice::Tone;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::forms::{Detail, refill};
use crate::gateway::for_callers;
use crate::islands::copy::CopyButton;
use crate::load::{loaded, parameter};
use crate::pages::apis::api::{ApiPage, ApiTab, api};
use crate::pages::policies::playground_page;
use crate::pages::traffic::failures_of;
use crate::pages::traffic::trace::Lookup;
use crate::session::language;

/// The page: `/apis/{api}/test`.
#[component]
pub fn ApiTestPage() -> impl IntoView {
    loaded(api(parameter("api")), |api: ApiDetail| {
        let l = language();
        let (playground, failed) = (playground_page(&Scope::Api(api.id.clone())), failures_of(&api.id));
        view! {
            <ApiPage api=api.clone() tab=ApiTab::Test>
                <TraceCall api=api />
                <section class="card">
                    <h2>{l.say("Without sending a request", "요청을 보내지 않고 확인")}</h2>
                    <ul class="flex list-disc flex-col gap-1.5 ps-5">
                        <li>
                            <a href=playground>{l.say("Playground", "모의 실행")}</a>
                            {l.say(
                                ": see how the policies would process a simulated request.",
                                ": 모의 요청을 정책이 어떻게 처리하는지 확인합니다.",
                            )}
                        </li>
                        <li>
                            <a href=failed>{l.say("Failed requests", "실패한 요청")}</a>
                            {l.say(": requests to this API that were refused or failed, with the reasons.", ": 이 API에서 거부되거나 실패한 요청과 이유입니다.")}
                        </li>
                    </ul>
                </section>
            </ApiPage>
        }
        .into_any()
    })
}

#[component]
fn TraceCall(api: ApiDetail) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let told = match &form.detail {
        Detail::Tracing(token) => {
            let address = for_callers(api.settings.suffix.as_str());
            Some(view! { <Token token=token.clone() address=address /> })
        }
        _ => None,
    };
    view! {
        <section class="card">
            <h2>{l.say("Trace a request", "요청 추적")}</h2>
            <p class="max-w-prose text-muted">
                {l.say(
                    "For each request to this API that carries the token, the gateway records the result and time of every statement. Header values, queries and bodies are not recorded.",
                    "이 API에 토큰과 함께 보낸 요청마다 게이트웨이가 각 정책 문의 결과와 시각을 기록합니다. 헤더 값, 쿼리, 본문은 기록하지 않습니다.",
                )}
            </p>
            {told}
            <Form refill=form action=StartTrace::PATH>
                <Hidden name="id" value=api.id.to_string() />
                <div class="actions">
                    <button class="button primary">{l.say("Create token", "토큰 만들기")}</button>
                </div>
            </Form>
            <h3>{l.say("View a trace", "추적 결과 보기")}</h3>
            <Lookup />
        </section>
    }
}

/// The token, shown this once.
#[component]
fn Token(token: TraceToken, address: String) -> impl IntoView {
    let l = language();
    let line = format!("curl -i -H '{TRACE_HEADER}: {}' '{address}'", token.token);
    view! {
        <div class="callout good" role="status" id=ANSWER tabindex="-1">
            <Icon symbol=Tone::Good.symbol() />
            <div class="flex min-w-0 grow flex-col gap-2">
                <p>
                    {l.say(
                        "This token is shown only once. Send a request with it, then find the trace by the x-request-id of the response.",
                        "이 토큰은 한 번만 표시됩니다. 이 토큰으로 요청을 보낸 다음 응답의 x-request-id로 추적을 찾으세요.",
                    )}
                </p>
                <pre class="excerpt mt-0 break-all whitespace-pre-wrap text-ink">{line.clone()}</pre>
                <p class="flex flex-wrap items-center gap-1 text-sm">
                    {l.say("Valid until ", "만료: ")} <Moment at=token.expires_at />
                    <CopyButton
                        text=line
                        label=l.say("Copy command", "명령 복사").to_owned()
                        done=l.say("copied", "복사됨").to_owned()
                    />
                </p>
            </div>
        </div>
    }
}

/// Makes a token for traces and shows it on the page.
///
/// # Errors
/// Only towards scripts; a person is led back to the page.
#[server(endpoint = "apis/trace")]
pub async fn start_trace(#[server(default)] id: String) -> Result<(), PageError> {
    let id: domain::name::ApiId = id.parse().map_err(|_| crate::context::not_found())?;
    let page = format!("{}#{ANSWER}", crate::pages::apis::test_page(&id));
    let form = crate::post::Posted::on(page, FORM);
    match crate::context::ask(move |management, actor| management.start_trace(actor, &id)).await {
        Ok(token) => form.answer(Detail::Tracing(token)),
        Err(error) => form.refuse(&error),
    }
}

const FORM: &str = "trace";
const ANSWER: &str = "token";
