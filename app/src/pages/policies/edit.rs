//! The policy document of a scope as text, checked and saved.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

use domain::certificate::CertificateChoice;
use domain::language::Language;
#[cfg(feature = "ssr")]
use domain::policy_document::Scope;
use domain::policy_document::{Changed, PolicyDocument, PolicyProblem, Severity};

use crate::components::diagnostics::Diagnostics;
use crate::components::editor::Editor;
use crate::components::field::TextArea;
use crate::components::form::{Form, Hidden, field_id};
use crate::components::icon::Icon;
use crate::components::notice::Tone;
use crate::components::thumbprint::last_four;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::forms::{Detail, Mistake, Refill, refill};
use crate::load::loaded;
use crate::pages::apis::api::Revision;
use crate::pages::certificates;
use crate::pages::policies::page;
use crate::pages::policies::place::{Place, PolicyPage, PolicyView, scope_here};
use crate::pages::policies::template::Templates;
use crate::session::language;

/// Everything that the page shows, as the store has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PolicyAt {
    pub place: Place,
    pub document: PolicyDocument,
    /// What the checker has to say about the saved document.
    pub problems: Vec<PolicyProblem>,
    /// The certificates that it names.
    pub certificates: Vec<CertificateChoice>,
}

/// The page: `/policies`, and the Policies tabs of APIs and operations.
#[component]
pub fn PoliciesPage() -> impl IntoView {
    loaded(policy(scope_here()), |at: PolicyAt| {
        view! {
            <PolicyPage place=at.place.clone() shown=PolicyView::Document>
                <PolicyForm at=at.clone() />
                <NamedCertificates certificates=at.certificates />
            </PolicyPage>
        }
        .into_any()
    })
}

#[component]
fn PolicyForm(at: PolicyAt) -> impl IntoView {
    let l = language();
    let PolicyAt { place, document, problems, .. } = at;
    let scope = place.scope();
    let form = with_first_error(refill(FORM), l);
    let touched = !form.value("text", "").is_empty();
    let checked = match &form.detail {
        Detail::Policy(found) => Some(found.clone()),
        _ => None,
    };
    // A draft that came back unchecked says nothing about the saved document's problems.
    let problems = checked.clone().unwrap_or(if touched { Vec::new() } else { problems });
    let inserted = matches!(form.detail, Detail::Inserted).then(|| view! { <Inserted /> });
    let answer = checked.filter(|_| !form.is_refused()).map(|found| view! { <CheckResult problems=found /> });
    let meanwhile = match &form.detail {
        Detail::ChangedMeanwhile { .. } => Some(view! { <Meanwhile document=document.clone() /> }),
        _ => None,
    };
    let described = if problems.is_empty() { "" } else { PROBLEMS };
    let rows = rows(&form.value("text", &document.text));
    let address = page(&scope);
    view! {
        <section class="card">
            <Form refill=form.clone() action=SavePolicy::PATH>
                <Hidden name="scope" value=scope.to_string() />
                <Revision refill=form.clone() present=document.revision />
                {meanwhile}
                <TextArea
                    refill=form.clone()
                    name="text"
                    label=l.say("Policy document", "정책 문서")
                    hint=l.say(
                        "Passwords are shown as dots. Leave the dots to keep a password.",
                        "암호는 점으로 표시됩니다. 암호를 유지하려면 점을 그대로 두세요.",
                    )
                    value=document.text
                    rows=rows
                    described=described
                    editor=true
                />
                <Editor />
                {answer}
                {inserted}
                <Problems problems=problems field=field_id(&form.form, "text") />
                <div class="actions">
                    <button class="button primary">{l.say("Save", "저장")}</button>
                    <button class="button" formaction=CheckPolicy::PATH>
                        {l.say("Check", "검사")}
                    </button>
                    {touched
                        .then(|| {
                            view! {
                                <a class="button quiet" href=address data-discards>
                                    {l.say("Discard draft", "초안 버리기")}
                                </a>
                            }
                        })}
                </div>
                <Templates refill=form />
            </Form>
            <LastChange changed=document.changed />
        </section>
    }
}

/// So many rows that what stands beneath the text is seen beside it, and a long text is still read in comfort.
fn rows(text: &str) -> u32 {
    u32::try_from(text.lines().count()).unwrap_or(u32::MAX).saturating_add(2).clamp(10, 24)
}

#[component]
fn LastChange(changed: Option<Changed>) -> impl IntoView {
    let l = language();
    let text = match changed {
        Some(Changed { at, by }) => view! {
            {l.say("Last saved ", "마지막 저장: ")} <Moment at=at />
            {l.say(format!(" by {by}."), format!(" ({by} 님)."))}
        }
        .into_any(),
        None => l
            .say(
                "No policy saved yet. This default applies until you save one.",
                "아직 저장된 정책이 없습니다. 저장하기 전까지 이 기본 정책이 적용됩니다.",
            )
            .into_any(),
    };
    view! { <p class="hint">{text}</p> }
}

/// What somebody else saved while this draft was written.
#[component]
fn Meanwhile(document: PolicyDocument) -> impl IntoView {
    let l = language();
    let PolicyDocument { text, changed, .. } = document;
    let changed_by = changed.map(|changed| changed.by).unwrap_or_default();
    view! {
        <details class="rounded-md border border-line p-3" open>
            <summary class="cursor-pointer font-medium">
                {l.say(format!("Saved by {changed_by}"), format!("{changed_by} 님이 저장한 문서"))}
            </summary>
            <pre class="excerpt">{text}</pre>
        </details>
        <p class="font-medium">{l.say("Your draft:", "내 초안:")}</p>
    }
}

/// That a check found nothing that would keep the draft from being saved.
#[component]
fn CheckResult(problems: Vec<PolicyProblem>) -> impl IntoView {
    let l = language();
    let (tone, text) = if problems.is_empty() {
        (
            Tone::Good,
            l.say(
                "No errors found. Nothing has been saved yet.",
                "오류가 없습니다. 아직 저장되지 않았습니다.",
            ),
        )
    } else {
        (
            Tone::Warning,
            l.say(
                "The policy can be saved, but check the warnings. Nothing has been saved yet.",
                "저장할 수 있지만 경고를 확인하세요. 아직 저장되지 않았습니다.",
            ),
        )
    };
    view! {
        <div class=format!("callout {}", tone.class()) role="status" id=ANSWER tabindex="-1">
            <Icon symbol=tone.symbol() />
            <p>{text}</p>
        </div>
    }
}

/// That a template is in the draft now.
#[component]
fn Inserted() -> impl IntoView {
    view! {
        <div class="callout info" role="status" id=ANSWER tabindex="-1">
            <Icon symbol=Tone::Info.symbol() />
            <p>
                {language()
                    .say(
                        "The template was inserted into the draft above. Replace the sample values, then save. Nothing has been saved yet.",
                        "위 초안에 템플릿을 삽입했습니다. 예제 값을 바꾼 다음 저장하세요. 아직 저장되지 않았습니다.",
                    )}
            </p>
        </div>
    }
}

#[component]
fn Problems(problems: Vec<PolicyProblem>, field: String) -> impl IntoView {
    let l = language();
    (!problems.is_empty()).then(|| {
        view! {
            <section id=PROBLEMS aria-label=l.say("Check results", "검사 결과")>
                <Diagnostics problems=problems field=field />
            </section>
        }
    })
}

#[component]
fn NamedCertificates(certificates: Vec<CertificateChoice>) -> impl IntoView {
    let l = language();
    let certificate = |one: CertificateChoice| {
        view! {
            <li>
                <a href=certificates::page(&one.id)>{one.name.to_string()}</a>
                <span class="ms-2 text-muted">{format!("{} ({})", one.common_name, last_four(&one.thumbprint))}</span>
                <code class="ms-2 font-mono text-sm text-muted">{one.id.to_string()}</code>
            </li>
        }
    };
    (!certificates.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{l.say("Certificates used in this policy", "이 정책에서 사용하는 인증서")}</h2>
                <ul class="list-disc ps-5">{certificates.into_iter().map(certificate).collect_view()}</ul>
            </section>
        }
    })
}

/// The form with the errors of the document as a mistake of its field, so that the message leads there.
fn with_first_error(mut form: Refill, l: Language) -> Refill {
    let Detail::Policy(found) = &form.detail else { return form };
    let errors: Vec<&PolicyProblem> = found.iter().filter(|one| one.severity == Severity::Error).collect();
    let Some(first) = errors.first() else { return form };
    let (count, line) = (errors.len(), first.line);
    let sentence = if count == 1 {
        l.say(format!("Error in line {line}"), format!("{line}행에 오류가 있습니다"))
    } else {
        l.say(
            format!("{count} errors, the first in line {line}"),
            format!("오류 {count}개, 첫 번째는 {line}행"),
        )
    };
    form.mistakes.push(Mistake { field: "text".to_owned(), sentence });
    form
}

/// What the page shows.
///
/// # Errors
/// Nobody has signed in, there is no such API or operation, or the store can't be read.
#[server(endpoint = "policies/show")]
pub async fn policy(#[server(default)] scope: String) -> Result<PolicyAt, PageError> {
    let scope = scope.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| {
        let document = management.policy(actor, &scope)?;
        Ok(PolicyAt {
            place: Place::of(&scope, management, actor)?,
            problems: management.check_policy(actor, &scope, &document.text)?,
            certificates: management.certificates_named(actor, &scope)?,
            document,
        })
    })
    .await
}

/// Checks a draft and comes back with what was found.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "policies/check")]
pub async fn check_policy(
    #[server(default)] scope: String,
    #[server(default)] revision: String,
    #[server(default)] text: String,
) -> Result<(), PageError> {
    let scope: Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    let text = crate::post::with_plain_line_ends(&text);
    let form = posted(&scope, &revision, &text);
    match crate::context::ask(move |management, actor| management.check_policy(actor, &scope, &text)).await {
        Ok(problems) => form.answer(Detail::Policy(problems)),
        Err(error) => form.refuse(&error),
    }
}

/// Saves a draft; it is in force at once.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "policies/save")]
pub async fn save_policy(
    #[server(default)] scope: String,
    #[server(default)] revision: String,
    #[server(default)] text: String,
) -> Result<(), PageError> {
    use crate::components::ending::EndingAt;
    use crate::post::{Next, saved_with, with_plain_line_ends};

    let scope: Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&scope);
    let expected = revision.parse().unwrap_or(u64::MAX);
    let text = with_plain_line_ends(&text);
    posted(&scope, &revision, &text)
        .run(
            move |management, actor| {
                let saved = management.save_policy(actor, &scope, &text, expected)?;
                Ok((saved, EndingAt::of(&scope, management, actor)?))
            },
            |(saved, ending), l| Next::to(address).saying(saved_with(&saved, &ending, l)),
        )
        .await
}

/// The form on its page, with the draft.
#[cfg(feature = "ssr")]
#[must_use]
pub fn posted(scope: &Scope, revision: &str, text: &str) -> crate::post::Posted {
    crate::post::Posted::on(format!("{}#{ANSWER}", page(scope)), FORM)
        .with("revision", revision)
        .with("text", text)
}

const FORM: &str = "policy";
const ANSWER: &str = "answer";
const PROBLEMS: &str = "problems";
