//! After a replacement: how the first requests went, and the way back.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::certificate::CertificateVersion;
use domain::failed_call::FailedCall;

use crate::address::with_query;
use crate::components::certificate_facts::Validity;
use crate::components::form::{Form, Hidden};
use crate::components::thumbprint::last_four;
use crate::components::when::Moment;
use crate::forms::Refill;
use crate::pages::certificates::detail::CertificateAt;
use crate::pages::certificates::previous::RestoreCertificate;
use crate::pages::certificates::replacement::review::InForce;
use crate::pages::traffic;
use crate::pages::traffic::list::Explanation;
use crate::session::language;

/// The certificate in force since its replacement.
#[component]
pub fn Replaced(present: InForce) -> impl IntoView {
    let l = language();
    let InForce { at: CertificateAt { detail, now }, failed } = present;
    let used = detail.last_used.filter(|used| *used >= detail.uploaded_at);
    let first = match used {
        Some(used) => view! {
            <p>
                {l.say("Last presented to a backend: ", "백 엔드에 마지막으로 제시한 시각: ")} <Moment at=used />
            </p>
        }
        .into_any(),
        None => view! {
            <p class="text-muted">
                {l.say(
                    "No request has been sent with the new certificate yet. Reload this page after the first one.",
                    "아직 새 인증서로 전송된 요청이 없습니다. 첫 요청 후 이 페이지를 새로 고치세요.",
                )}
            </p>
        }
        .into_any(),
    };
    let id = detail.id.to_string();
    let back = detail.previous.into_iter().next();
    view! {
        <Validity facts=detail.leaf now=now />
        <section class="card" aria-labelledby="first-requests">
            <h2 id="first-requests">{l.say("First requests", "첫 요청")}</h2>
            {first}
            <Failed id=id.clone() failed=failed />
        </section>
        {back.map(|version| view! { <WayBack id=id version=version /> })}
    }
}

/// The last requests that failed, with what to do.
#[component]
fn Failed(id: String, failed: Vec<FailedCall>) -> impl IntoView {
    let l = language();
    let row = |call: FailedCall| {
        let text = format!("{} {}", call.call.method, call.call.path);
        view! {
            <li class="border-t border-line py-2.5 first:border-0">
                <p>
                    <a href=traffic::call_page(&call.request_id)>{text}</a>
                    " "
                    <span class="text-sm text-muted">
                        <Moment at=call.at />
                    </span>
                </p>
                <Explanation problem=call.problem detail=call.detail />
            </li>
        }
    };
    (!failed.is_empty()).then(|| {
        view! {
            <p class="font-medium text-bad">{l.say("Requests have failed since then:", "교체한 후 실패한 요청:")}</p>
            <ul>{failed.into_iter().map(row).collect_view()}</ul>
            <p>
                <a href=with_query(traffic::LIST, &[("certificate", &id)])>
                    {l.say("All failed requests with this certificate", "이 인증서로 실패한 모든 요청")}
                </a>
            </p>
        }
    })
}

/// The button that brings back the version before.
#[component]
fn WayBack(id: String, version: CertificateVersion) -> impl IntoView {
    let l = language();
    let which = last_four(&version.thumbprint);
    view! {
        <section class="card" aria-labelledby="way-back">
            <h2 id="way-back">{l.say("Going back", "되돌리기")}</h2>
            <p>
                {l.say(
                    format!("If backends refuse the new certificate, restore the previous one ({which}). It applies immediately to every API that uses it."),
                    format!("백 엔드에서 새 인증서를 거부하면 이전 인증서({which})를 복원하세요. 이 인증서를 사용하는 모든 API에 즉시 적용됩니다."),
                )}
            </p>
            <Form refill=Refill::default() action=RestoreCertificate::PATH class="">
                <Hidden name="id" value=id />
                <Hidden name="version" value=version.version.to_string() />
                <button class="button">{l.say("Restore the previous certificate", "이전 인증서 복원")}</button>
            </Form>
        </section>
    }
}
