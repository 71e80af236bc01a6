//! What is asked of client certificates: checks that are written into the policy, or the way to those that a person
//! wrote there.

use leptos::prelude::*;

use domain::caller_checks::{CallerChecks, Callers};

use crate::components::field::{CheckField, Choice, SelectField, TextField};
use crate::components::form::Hidden;
use crate::components::notice::{Callout, Tone};
use crate::forms::Refill;
use crate::pages::apis::policies_page;
use crate::pages::apis::security::SecurityAt;
use crate::pages::apis::security::entered::{CHECKED, NONE, OWN, YES};
use crate::pages::apis::security::vouchers::VoucherFields;
use crate::session::language;

/// The part of the form.
#[component]
pub fn CallersFields(refill: Refill, at: SecurityAt) -> impl IntoView {
    let l = language();
    let policy = policies_page(&at.api.id);
    let fields = match at.callers.clone() {
        Callers::Own => view! { <OwnCheck policy=policy /> }.into_any(),
        Callers::Unchecked => view! { <Builder refill=refill saved=None at=at policy=policy /> }.into_any(),
        Callers::Checked(checks) => {
            view! { <Builder refill=refill saved=Some(checks) at=at policy=policy /> }.into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="security-callers-title">
            <h2 id="security-callers-title">{l.say("Client certificate validation", "클라이언트 인증서 유효성 검사")}</h2>
            {fields}
        </section>
    }
}

#[component]
fn OwnCheck(policy: String) -> impl IntoView {
    let l = language();
    view! {
        <Hidden name="callers" value=OWN />
        <Callout tone=Tone::Info>
            <p>
                {l.say(
                    "The policy of this API validates client certificates with custom statements, which are kept as they are. View or change them on the ",
                    "이 API의 정책에 클라이언트 인증서를 검사하는 정책 문이 직접 작성되어 있으며 그대로 유지됩니다. 확인 및 변경: ",
                )} <a href=policy>{l.say("Policies tab", "정책 탭")}</a>
            </p>
        </Callout>
    }
}

#[component]
fn Builder(refill: Refill, saved: Option<CallerChecks>, at: SecurityAt, policy: String) -> impl IntoView {
    let l = language();
    let choices = vec![
        Choice::new(NONE, l.say("Not checked", "검사하지 않음")),
        Choice::new(CHECKED, l.say("Checked by policy", "정책으로 검사")),
    ];
    let effective = format!("{policy}/effective");
    let chosen = if saved.is_some() { CHECKED } else { NONE };
    view! {
        <SelectField
            refill=refill.clone()
            name="callers"
            label=l.say("Check client certificates", "클라이언트 인증서 검사")
            choices=choices
            value=chosen
        />
        <div class="when-checked flex flex-col gap-4">
            <p class="hint">
                {l.say(
                    "The client's certificate must pass every selected check. Otherwise, or if the client presents no certificate, the client gets 401 or 403 Invalid client certificate.",
                    "클라이언트 인증서는 선택한 검사를 모두 통과해야 합니다. 하나라도 통과하지 못하거나 인증서를 제시하지 않으면 클라이언트가 401 또는 403 응답을 받습니다.",
                )}
            </p>
            <VoucherFields refill=refill.clone() saved=saved.clone() uploaded=at.uploaded now=at.now />
            <NarrowingFields refill=refill saved=saved />
        </div>
        <p class="hint">
            {l.say(
                "The checks are part of this API's policy. View or edit them on the ",
                "검사는 이 API의 정책에 포함됩니다. 보기 및 편집: ",
            )} <a href=policy>{l.say("Policies tab", "정책 탭")}</a>
            ". "
            {l.say(
                "Policies of all APIs and of operations can also validate clients. See ",
                "모든 API의 정책과 작업의 정책에서도 클라이언트를 검사할 수 있습니다. 참조: ",
            )} <a href=effective>{l.say("Effective policy", "유효 정책")}</a>
        </p>
    }
}

/// What narrows down whom the checks above let in.
#[component]
fn NarrowingFields(refill: Refill, saved: Option<CallerChecks>) -> impl IntoView {
    let l = language();
    // Where nothing is checked yet, an expired certificate is refused.
    let not_expired = saved.as_ref().is_none_or(|saved| saved.not_expired);
    let present = saved.unwrap_or_default();
    let names = present.issuer.is_some() || present.subject.is_some();
    view! {
        <fieldset class="flex flex-col gap-3">
            <legend class="label">{l.say("And only if", "추가 조건")}</legend>
            <CheckField
                refill=refill.clone()
                name="check_expired"
                value=YES
                present=not_expired
                label=l.say("it is not expired", "만료되지 않음")
            />
            <CheckField
                refill=refill.clone()
                name="check_names"
                value=YES
                present=names
                label=l.say("it has this issuer and this subject", "발급자와 주체가 일치함")
            />
            <NameFields refill=refill issuer=present.issuer subject=present.subject />
        </fieldset>
    }
}

#[component]
fn NameFields(refill: Refill, issuer: Option<String>, subject: Option<String>) -> impl IntoView {
    let l = language();
    view! {
        <div class="when-names grid gap-4 ps-7 md:grid-cols-2">
            <TextField
                refill=refill.clone()
                name="issuer"
                label=l.say("Issuer", "발급자")
                hint=l.say(
                    "The full name in any common form and order, such as CN=Partner CA, O=Partner. Leave empty to allow any. With selected CA certificates, their names are the issuer.",
                    "전체 이름을 일반적인 형식과 순서로 입력합니다(예: CN=파트너, O=회사). 비워 두면 모두 허용합니다. CA 인증서를 선택하면 그 이름이 발급자가 됩니다.",
                )
                value=issuer.unwrap_or_default()
            />
            <TextField
                refill=refill
                name="subject"
                label=l.say("Subject", "주체")
                hint=l.say(
                    "The full name in any common form and order, such as CN=client, O=Partner. Leave empty to allow any.",
                    "전체 이름을 일반적인 형식과 순서로 입력합니다(예: CN=클라이언트, O=회사). 비워 두면 모두 허용합니다.",
                )
                value=subject.unwrap_or_default()
            />
        </div>
    }
}
