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
            <h2 id="security-callers-title">{l.say("Client certificates of callers", "호출자의 클라이언트 인증서")}</h2>
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
                    "The policy of this API judges callers' certificates in a way of its own, which stays as it is. It can be read and changed there: ",
                    "이 API의 정책에 호출자 인증서를 검사하는 내용이 직접 작성되어 있으며 그대로 유지됩니다. 확인하고 변경하려면: ",
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
            label=l.say("Callers' certificates", "호출자 인증서")
            choices=choices
            value=chosen
        />
        <div class="when-checked flex flex-col gap-4">
            <p class="hint">
                {l.say(
                    "A caller's certificate must pass every check that is ticked; whoever fails one, or shows no certificate, gets 403 Invalid client certificate.",
                    "호출자의 인증서는 선택한 검사를 모두 통과해야 합니다. 하나라도 통과하지 못하거나 인증서가 없으면 403 응답을 받습니다.",
                )}
            </p>
            <Checks refill=refill present=present.unwrap_or_default() />
        </div>
        <p class="hint">
            {l.say(
                "The checks are written into the policy of this API and can be read and edited there: ",
                "검사는 이 API의 정책에 기록되며 그곳에서 보고 편집할 수 있습니다: ",
            )} <a href=policy>{l.say("Policies tab", "정책 탭")}</a>
            ". "
            {l.say(
                "Policies of all APIs and of an operation may check callers too: ",
                "모든 API의 정책과 작업의 정책에서도 호출자를 검사할 수 있습니다: ",
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
                        "One a line, with or without blanks and colons.",
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
                    "The whole name, as a certificate's page shows it: CN=Partner CA, O=Partner. Empty takes any.",
                    "인증서 페이지에 표시되는 전체 이름입니다(예: CN=파트너, O=회사). 비워 두면 모두 허용합니다.",
                )
                value=issuer.unwrap_or_default()
            />
            <TextField
                refill=refill
                name="subject"
                label=l.say("Subject", "주체")
                hint=l.say(
                    "The whole name, such as CN=client, O=Partner. Empty takes any.",
                    "전체 이름입니다(예: CN=호출자, O=회사). 비워 두면 모두 허용합니다.",
                )
                value=subject.unwrap_or_default()
            />
        </div>
    }
}
