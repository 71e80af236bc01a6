//! What is asked of callers' certificates: checks that are written into the policy, or the way to those that a person
//! wrote there.

use leptos::prelude::*;

use domain::caller_checks::{CallerChecks, Callers};

use crate::components::field::{CheckField, Choice, SelectField, TextArea, TextField};
use crate::components::form::Hidden;
use crate::components::notice::{Callout, Tone};
use crate::forms::Refill;
use crate::pages::apis::policies_page;
use crate::pages::apis::security::SecurityAt;
use crate::pages::apis::security::entered::{CHECKED, NONE, OWN, YES};
use crate::session::language;

/// The part of the form.
#[component]
pub fn CallersFields(refill: Refill, at: SecurityAt) -> impl IntoView {
    let l = language();
    let policy = policies_page(&at.api.id);
    let fields = match at.callers {
        Callers::Own => view! { <OwnCheck policy=policy /> }.into_any(),
        Callers::Unchecked => view! { <Builder refill=refill present=None policy=policy /> }.into_any(),
        Callers::Checked(checks) => {
            view! { <Builder refill=refill present=Some(checks) policy=policy /> }.into_any()
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
fn Builder(refill: Refill, present: Option<CallerChecks>, policy: String) -> impl IntoView {
    let l = language();
    let choices = vec![
        Choice::new(NONE, l.say("Not checked", "검사하지 않음")),
        Choice::new(CHECKED, l.say("Checked by policy", "정책으로 검사")),
    ];
    let effective = format!("{policy}/effective");
    let chosen = if present.is_some() { CHECKED } else { NONE };
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
                    "The client's certificate must pass every selected check. Otherwise, or if the client presents no certificate, the client gets 403 Invalid client certificate.",
                    "클라이언트 인증서는 선택한 검사를 모두 통과해야 합니다. 하나라도 통과하지 못하거나 인증서를 제시하지 않으면 클라이언트가 403 응답을 받습니다.",
                )}
            </p>
            <Checks refill=refill present=present.unwrap_or_default() />
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

#[component]
fn Checks(refill: Refill, present: CallerChecks) -> impl IntoView {
    let l = language();
    let names = present.issuer.is_some() || present.subject.is_some();
    let thumbprints: Vec<String> = present.thumbprints.iter().map(ToString::to_string).collect();
    view! {
        <fieldset class="flex flex-col gap-3">
            <legend class="label">{l.say("The certificate", "인증서 검사 항목")}</legend>
            <CheckField
                refill=refill.clone()
                name="check_expired"
                value=YES
                present=present.not_expired
                label=l.say("is not expired", "만료되지 않음")
            />
            <CheckField
                refill=refill.clone()
                name="check_names"
                value=YES
                present=names
                label=l.say("has this issuer and this subject", "발급자와 주체가 일치함")
            />
            <NameFields refill=refill.clone() issuer=present.issuer subject=present.subject />
            <CheckField
                refill=refill.clone()
                name="check_thumbprints"
                value=YES
                present=!thumbprints.is_empty()
                label=l.say("has one of these thumbprints", "지문이 다음 중 하나임")
            />
            <div class="when-thumbprints ps-7">
                <TextArea
                    refill=refill.clone()
                    name="thumbprints"
                    label=l.say("Thumbprints", "지문")
                    hint=l.say(
                        "One per line, with or without spaces and colons.",
                        "한 줄에 하나씩 입력합니다. 공백이나 콜론이 있어도 됩니다.",
                    )
                    value=thumbprints.join("\n")
                    rows=4
                />
            </div>
            <CheckField
                refill=refill
                name="check_uploaded"
                value=YES
                present=present.uploaded
                label=l.say("is one of the uploaded client certificates", "업로드된 클라이언트 인증서 중 하나임")
            />
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
                    "The full name as shown on a certificate's page, such as CN=Partner CA, O=Partner. Leave empty to allow any.",
                    "인증서 페이지에 표시되는 전체 이름입니다(예: CN=파트너, O=회사). 비워 두면 모두 허용합니다.",
                )
                value=issuer.unwrap_or_default()
            />
            <TextField
                refill=refill
                name="subject"
                label=l.say("Subject", "주체")
                hint=l.say(
                    "The full name, such as CN=client, O=Partner. Leave empty to allow any.",
                    "전체 이름입니다(예: CN=클라이언트, O=회사). 비워 두면 모두 허용합니다.",
                )
                value=subject.unwrap_or_default()
            />
        </div>
    }
}
