//! One refused call: everything that is known of it, and the way to try it again.

use leptos::prelude::*;

use domain::policy_document::Scope;
use domain::traffic::{CallerCertificate, RefusedCall};

use crate::address::with_query;
use crate::components::statement::StatementAnchor;
use crate::components::when::{Day, Moment};
use crate::document::browser_library_is_built;
use crate::error::PageError;
use crate::islands::copy::CopyButton;
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::apis;
use crate::pages::policies::playground_page;
use crate::pages::traffic::crumbs;
use crate::pages::traffic::list::{CallerName, NoCertificate, Verdict};
use crate::session::language;
use crate::words::steps::StepText;

/// The page: `/traffic/calls/{request id}`.
#[component]
pub fn RefusedCallPage() -> impl IntoView {
    loaded(show_refused_call(parameter("id")), |call| view! { <CallView call=call /> }.into_any())
}

#[component]
fn CallView(call: RefusedCall) -> impl IntoView {
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
    // A response that was cut off has no statement to blame.
    let title = match call.statement {
        Some(_) => l.say(format!("Refused: {what}"), format!("거부됨: {what}")),
        None => l.say(format!("Cut off: {what}"), format!("중단됨: {what}")),
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
fn Facts(call: RefusedCall) -> impl IntoView {
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
    let message = (!call.message.is_empty()).then(|| {
        view! {
            <dt>{l.say("Result", "결과")}</dt>
            <dd>
                <StepText what=call.message.clone() />
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
            {message}
            {statement}
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
                {match call.caller.certificate {
                    Some(shown) => view! { <CallerName subject=shown.subject thumbprint=shown.thumbprint /> }.into_any(),
                    None => view! { <NoCertificate address=call.caller.address /> }.into_any(),
                }}
            </dd>
            <dt>{l.say("Request ID", "요청 ID")}</dt>
            <dd>
                <code class="font-mono text-sm">{call.request_id}</code>
            </dd>
        </dl>
    }
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

/// A refused call.
///
/// # Errors
/// Nobody has signed in, or there is no such call (any more).
#[server(endpoint = "traffic/call")]
pub async fn show_refused_call(#[server(default)] id: String) -> Result<RefusedCall, PageError> {
    crate::context::look(move |management, actor| management.refused_call(actor, &id)).await
}
