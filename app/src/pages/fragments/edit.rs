//! The page of a fragment: its text, checked and saved, and the documents that include it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::fragment::{DocumentLink, FragmentDetail};

use crate::components::broken::BrokenDocuments;
use crate::components::delete_page::Used;
use crate::components::diagnostics::Diagnostics;
use crate::components::document_link::DocumentLinks;
use crate::components::faults::FaultsOf;
use crate::components::field::TextArea;
use crate::components::form::{Form, Hidden, field_id};
use crate::components::notice::{Callout, Tone};
use crate::components::when::Moment;
use crate::error::PageError;
use crate::forms::{Detail, Refill, refill};
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::apis::api::Revision;
use crate::pages::fragments::create::FORM;
use crate::pages::fragments::delete::DeleteFragmentLink;
use crate::pages::fragments::{crumbs, page};
use crate::session::language;

/// The page.
#[component]
pub fn Fragment() -> impl IntoView {
    loaded(fragment(parameter("id")), |detail| view! { <DetailView detail=detail /> }.into_any())
}

#[component]
fn DetailView(detail: FragmentDetail) -> impl IntoView {
    let l = language();
    let row = detail.row.clone();
    let actions = view! { <DeleteFragmentLink id=row.id.clone() used=Used::in_places(detail.uses.len()) /> };
    let form = refill(FORM);
    view! {
        <Page
            title=row.id.to_string()
            section=Section::Policies
            crumbs=crumbs(l, None)
            actions=actions.into_any()
        >
            <FaultsOf kind="fragment" id=row.id.to_string() />
            <section class="card">
                <Form refill=form.clone() action=SaveFragment::PATH>
                    <BrokenDocuments refill=form.clone() />
                    <Hidden name="id" value=row.id.to_string() />
                    <Revision refill=form.clone() present=detail.revision />
                    <TextFields refill=form value=detail.text />
                    <div class="actions">
                        <button class="button primary">{l.say("Save", "저장")}</button>
                        <button class="button" formaction=CheckFragment::PATH>
                            {l.say("Check", "검사")}
                        </button>
                    </div>
                    <p class="hint">
                        {l.say("Last saved ", "마지막 저장: ")} <Moment at=row.changed_at />
                        {l.say(format!(" by {}. ", row.changed_by), format!(" ({} 님). ", row.changed_by))}
                        {l.say(
                            "Every document that includes it is checked against the new text first.",
                            "먼저 이 정책 조각을 포함하는 모든 문서를 새 텍스트로 검사합니다.",
                        )}
                    </p>
                </Form>
            </section>
            <Uses uses=detail.uses />
        </Page>
    }
}

/// The text with what was found in it.
#[component]
pub fn TextFields(refill: Refill, value: String) -> impl IntoView {
    let l = language();
    let found = match &refill.detail {
        Detail::Policy(found) => Some(found.clone()),
        _ => None,
    };
    let fine = found.as_ref().is_some_and(Vec::is_empty).then(|| {
        view! {
            <Callout tone=Tone::Good>
                <p>
                    {l.say("No errors found. Nothing has been saved yet.", "오류가 없습니다. 아직 저장되지 않았습니다.")}
                </p>
            </Callout>
        }
    });
    let field = field_id(&refill.form, "text");
    view! {
        <TextArea
            refill=refill
            name="text"
            label=l.say("Fragment", "정책 조각")
            hint=l.say(
                "Statements inside <fragment>, without sections. Passwords are shown as dots. Leave the dots to keep a password.",
                "<fragment> 안에 섹션 없이 정책 문을 작성하세요. 암호는 점으로 표시됩니다. 암호를 유지하려면 점을 그대로 두세요.",
            )
            value=value
            rows=14
        />
        {fine}
        {found
            .filter(|found| !found.is_empty())
            .map(|found| {
                view! {
                    <section aria-label=l.say("Check results", "검사 결과")>
                        <Diagnostics problems=found field=field />
                    </section>
                }
            })}
    }
}

#[component]
fn Uses(uses: Vec<DocumentLink>) -> impl IntoView {
    let l = language();
    let places = if uses.is_empty() {
        view! { <p class="text-muted">{l.say("Not included in any document.", "포함하는 문서가 없습니다.")}</p> }
            .into_any()
    } else {
        view! { <DocumentLinks links=uses /> }.into_any()
    };
    view! {
        <section class="card" id="uses">
            <h2>{l.say("Included by", "포함하는 문서")}</h2>
            {places}
        </section>
    }
}

/// One fragment.
///
/// # Errors
/// Nobody has signed in, there is no such fragment, or the store can't be read.
#[server(endpoint = "fragments/show")]
pub async fn fragment(#[server(default)] id: String) -> Result<FragmentDetail, PageError> {
    let id = id.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| management.fragment(actor, &id)).await
}

/// Checks a draft and comes back with what was found. Without a revision it is that of a new fragment.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "fragments/check")]
pub async fn check_fragment(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] text: String,
) -> Result<(), PageError> {
    use crate::pages::fragments::CREATE;
    use crate::post::{Posted, with_plain_line_ends};

    let text = with_plain_line_ends(&text);
    let posted = if revision.is_empty() {
        Posted::on(CREATE, FORM).with("id", &id)
    } else {
        let id = id.parse().map_err(|_| crate::context::not_found())?;
        Posted::on(page(&id), FORM).with("revision", &revision)
    };
    let posted = posted.with("text", &text);
    match crate::context::ask(move |management, actor| management.check_fragment(actor, &id, &text)).await {
        Ok(problems) => posted.answer(Detail::Policy(problems)),
        Err(error) => posted.refuse(&error),
    }
}

/// Saves a draft; it is in force at once.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "fragments/save")]
pub async fn save_fragment(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] text: String,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted, saved_notice, with_plain_line_ends};

    let id: domain::fragment::FragmentId = id.parse().map_err(|_| crate::context::not_found())?;
    let (address, text) = (page(&id), with_plain_line_ends(&text));
    let expected = revision.parse().unwrap_or(0);
    Posted::on(address.clone(), FORM)
        .with("revision", &revision)
        .with("text", &text)
        .run(
            move |management, actor| management.save_fragment(actor, &id, &text, expected),
            |saved, l| Next::to(address).saying(saved_notice(&saved, l)),
        )
        .await
}
