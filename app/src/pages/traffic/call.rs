//! One failed request: everything that is known of it, what to do, and the way to try it again.

use leptos::prelude::*;

use domain::failed_call::FailedCall;
use domain::name::CertificateId;
use domain::policy_document::Scope;
use domain::problem::Problem;
use domain::traffic::CallerCertificate;

use crate::address::with_query;
use crate::components::statement::StatementAnchor;
use crate::components::when::{Day, Moment};
use crate::document::browser_library_is_built;
use crate::error::PageError;
use crate::islands::copy::CopyButton;
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::policies::playground_page;
use crate::pages::traffic::client::ClientName;
use crate::pages::traffic::crumbs;
use crate::pages::traffic::list::{Explanation, Verdict};
use crate::pages::traffic::remedy::Remedy;
use crate::pages::{apis, certificates};
use crate::session::language;
use crate::words::failures;

/// The page: `/traffic/calls/{request id}`.
#[component]
pub fn FailedRequestPage() -> impl IntoView {
    loaded(show_failed_request(parameter("id")), |call| view! { <CallView call=call /> }.into_any())
}

#[component]
fn CallView(call: FailedCall) -> impl IntoView {
    let l = language();
    let what = format!("{} {}", call.call.method, call.call.path);
    let try_it = call.call.api.clone().map(|api| {
        let page = with_query(&playground_page(&Scope::Api(api)), &[("call", &call.request_id)]);
        view! {
            <a class="button primary" href=page>
                {l.say("Open in the playground", "모의 실행에서 열기")}
            </a>
        }
        .into_any()
    });
    let title = match call.problem {
        Problem::Refused => l.say(format!("Refused: {what}"), format!("거부됨: {what}")),
        _ => l.say(format!("Failed: {what}"), format!("실패: {what}")),
    };
    view! {
        <Page
            title=title
            section=Section::Traffic
            crumbs=crumbs(l)
            actions=try_it
        >
            <section class="card">
                <Facts call=call.clone() />
            </section>
            {call.caller.certificate.map(|shown| view! { <Certificate shown=shown /> })}
        </Page>
    }
}

#[component]
fn Facts(call: FailedCall) -> impl IntoView {
    let l = language();
    let statement = call.statement.clone().map(|statement| {
        let scope = call.call.scope_of(&statement);
        let path = statement.path.clone();
        let section = statement.section.clone();
        view! {
            <dt>{l.say("Statement", "정책 문")}</dt>
            <dd>
                <StatementAnchor statement=statement scope=scope />
                <code class="ms-2 font-mono text-sm text-muted">{format!("{section}/{path}")}</code>
            </dd>
        }
    });
    let is_explained = failures::sentence(&call.problem, l).is_some() || !call.detail.is_empty();
    let result = is_explained.then(|| {
        view! {
            <dt>{l.say("Result", "결과")}</dt>
            <dd class="flex flex-col gap-2">
                <Explanation problem=call.problem.clone() detail=call.detail.clone() />
                <Remedy problem=call.problem.clone() api=call.call.api.clone() />
                <Detail problem=call.problem.clone() detail=call.detail.clone() />
            </dd>
        }
    });
    let api = call.call.api.clone().map(|api| {
        view! {
            <dt>{l.say("API", "API")}</dt>
            <dd>
                <a href=apis::page(&api)>
                    <code class="font-mono text-sm">{api.to_string()}</code>
                </a>
            </dd>
        }
    });
    let operation = call.call.operation.clone().map(|operation| {
        view! {
            <dt>{l.say("Operation", "작업")}</dt>
            <dd>
                <code class="font-mono text-sm">{operation}</code>
            </dd>
        }
    });
    view! {
        <dl class="facts">
            <dt>{l.say("Response", "응답")}</dt>
            <dd class="flex flex-wrap items-center gap-2">
                <Verdict status=call.status reason=call.reason />
            </dd>
            <dt>{l.say("Kind", "유형")}</dt>
            <dd>{failures::kind(call.problem.kind(), l)}</dd>
            {result}
            {statement}
            <Backend address=call.backend shown=call.shown />
            <dt>{l.say("Time", "시각")}</dt>
            <dd>
                <Moment at=call.at />
            </dd>
            {api}
            {operation}
            <dt>{l.say("Client address", "호출자 주소")}</dt>
            <dd>{call.caller.address.clone()}</dd>
            <dt>{l.say("Client", "호출자")}</dt>
            <dd>
                <ClientName caller=call.caller />
            </dd>
            <dt>{l.say("Request ID", "요청 ID")}</dt>
            <dd>
                <code class="font-mono text-sm">{call.request_id}</code>
            </dd>
        </dl>
    }
}

/// What the library or the system says, where a sentence of ours stands before it.
#[component]
fn Detail(problem: Problem, detail: String) -> impl IntoView {
    let is_ours = failures::sentence(&problem, language()).is_some();
    (is_ours && !detail.is_empty()).then(|| {
        view! {
            <p class="hint break-words" lang="en">
                {detail}
            </p>
        }
    })
}

/// The backend that was called, and the certificate that was chosen for it.
#[component]
fn Backend(address: Option<String>, shown: Option<CertificateId>) -> impl IntoView {
    let l = language();
    let backend = address.map(|backend| {
        view! {
            <dt>{l.say("Backend", "백 엔드")}</dt>
            <dd>
                <code class="font-mono text-sm">{backend}</code>
            </dd>
        }
    });
    let shown = shown.map(|id| {
        view! {
            <dt>{l.say("Client certificate for the backend", "백 엔드용 클라이언트 인증서")}</dt>
            <dd>
                <a href=certificates::page(&id)>{id.to_string()}</a>
            </dd>
        }
    });
    view! { {backend} {shown} }
}

#[component]
fn Certificate(shown: CallerCertificate) -> impl IntoView {
    let l = language();
    let day = |text, at: Option<_>| at.map(|at| view! { <dt>{text}</dt><dd><Day at=at /></dd> });
    view! {
        <section class="card">
            <h2>{l.say("Certificate presented by the client", "호출자가 제시한 인증서")}</h2>
            <dl class="facts">
                <dt>{l.say("Subject", "주체")}</dt>
                <dd>{shown.subject}</dd>
                <dt>{l.say("Issuer", "발급자")}</dt>
                <dd>{shown.issuer}</dd>
                <dt>{l.say("Serial number", "일련번호")}</dt>
                <dd class="thumbprint">{shown.serial_number}</dd>
                {day(l.say("Valid from", "유효 기간 시작"), shown.not_before)}
                {day(l.say("Expires", "만료"), shown.not_after)}
            </dl>
            <details>
                <summary class="cursor-pointer font-medium">{l.say("PEM", "PEM")}</summary>
                <pre class="excerpt">{shown.pem.clone()}</pre>
            </details>
            {browser_library_is_built()
                .then(|| {
                    view! {
                        <p class="flex items-center gap-1">
                            <span class="scripted">{l.say("Copy PEM", "PEM 복사")}</span>
                            <CopyButton
                                text=shown.pem
                                label=l.say("Copy PEM", "PEM 복사").to_owned()
                                done=l.say("copied", "복사됨").to_owned()
                            />
                        </p>
                    }
                })}
        </section>
    }
}

/// A failed request.
///
/// # Errors
/// Nobody has signed in, or it is not kept.
#[server(endpoint = "traffic/call")]
pub async fn show_failed_request(#[server(default)] id: String) -> Result<FailedCall, PageError> {
    crate::context::look(move |management, actor| management.failed_call(actor, &id)).await
}
