//! The certificate in force and the one that is to replace it, side by side.

use leptos::prelude::*;

use domain::certificate::CertificateFacts;
use domain::replacement::Replacement;

use crate::components::icon::{Icon, Symbol};
use crate::components::notice::{Callout, Tone};
use crate::components::thumbprint::ThumbprintText;
use crate::components::when::Day;
use crate::session::language;

/// The table, with a warning where the new certificate may be somebody else's.
#[component]
pub fn Comparison(replacement: Replacement) -> impl IntoView {
    let l = language();
    let another = replacement.is_of_another().then(|| view! { <Another /> });
    let Replacement { present, waiting, .. } = replacement;
    let (present_names, waiting_names) = (names(&present), names(&waiting));
    view! {
        <section class="card" aria-labelledby="changes">
            <h2 id="changes">{l.say("What changes", "바뀌는 내용")}</h2>
            {another}
            <div class="table-box">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">
                                <span class="sr-only">{l.say("Property", "속성")}</span>
                            </th>
                            <th scope="col">{l.say("Current certificate", "현재 인증서")}</th>
                            <th scope="col">{l.say("New certificate", "새 인증서")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <TextRow
                            label=l.say("Subject", "주체")
                            present=present.subject
                            waiting=waiting.subject
                            differs=Tone::Warning
                        />
                        <TextRow
                            label=l.say("Issuer", "발급자")
                            present=present.issuer
                            waiting=waiting.issuer
                            differs=Tone::Warning
                        />
                        <TextRow
                            label=l.say("Alternative names", "대체 이름")
                            present=present_names
                            waiting=waiting_names
                            differs=Tone::Info
                        />
                        <TextRow
                            label=l.say("Key", "키")
                            present=present.key_type
                            waiting=waiting.key_type
                            differs=Tone::Info
                        />
                        <Row label=l.say("Valid from", "유효 시작")>
                            <Cell new=false><Day at=present.not_before /></Cell>
                            <Cell new=true><Day at=waiting.not_before /></Cell>
                        </Row>
                        <Row label=l.say("Expires", "만료")>
                            <Cell new=false><Day at=present.not_after /></Cell>
                            <Cell new=true><Day at=waiting.not_after /></Cell>
                        </Row>
                        <Row label=l.say("Thumbprint", "지문")>
                            <Cell new=false><ThumbprintText thumbprint=present.thumbprint /></Cell>
                            <Cell new=true><ThumbprintText thumbprint=waiting.thumbprint /></Cell>
                        </Row>
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Another() -> impl IntoView {
    view! {
        <Callout tone=Tone::Warning>
            <p>
                {language()
                    .say(
                        "Subject or issuer differ from the current certificate. Check that this is the renewed certificate and not another one.",
                        "주체나 발급자가 현재 인증서와 다릅니다. 다른 인증서가 아니라 갱신된 인증서인지 확인하세요.",
                    )}
            </p>
        </Callout>
    }
}

#[component]
fn TextRow(
    label: &'static str,
    present: String,
    waiting: String,
    /// How a difference is marked.
    differs: Tone,
) -> impl IntoView {
    let l = language();
    let mark = (present != waiting).then(|| {
        view! {
            <span class=format!("badge {}", differs.class())>
                {(differs == Tone::Warning).then(|| view! { <Icon symbol=Symbol::Warning /> })}
                {l.say("different", "다름")}
            </span>
        }
    });
    view! {
        <Row label=label>
            <Cell new=false>{present}</Cell>
            <Cell new=true>{waiting} " " {mark}</Cell>
        </Row>
    }
}

#[component]
fn Row(label: &'static str, children: Children) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{label}</th>
            {children()}
        </tr>
    }
}

#[component]
fn Cell(new: bool, children: Children) -> impl IntoView {
    let l = language();
    let label = if new {
        l.say("New certificate", "새 인증서")
    } else {
        l.say("Current certificate", "현재 인증서")
    };
    view! { <td data-label=label>{children()}</td> }
}

fn names(facts: &CertificateFacts) -> String {
    match facts.alternative_names.as_slice() {
        [] => language().say("none", "없음").to_owned(),
        names => names.join(", "),
    }
}
