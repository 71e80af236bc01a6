//! The page of a named value: its text, and the documents that name it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::fragment::DocumentLink;
use domain::named_value::NamedValueDetail;

use crate::components::broken::BrokenDocuments;
use crate::components::delete_page::Used;
use crate::components::document_link::DocumentLinks;
use crate::components::faults::FaultsOf;
use crate::components::form::{Form, Hidden};
use crate::components::when::Moment;
use crate::error::PageError;
use crate::forms::{Password, refill};
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::apis::api::Revision;
use crate::pages::named_values::delete::DeleteNamedValueLink;
use crate::pages::named_values::fields::{Present, ValueFields};
use crate::pages::named_values::list::SecretBadge;
use crate::pages::named_values::{LIST, crumbs, page};
use crate::session::language;

/// The page.
#[component]
pub fn NamedValue() -> impl IntoView {
    loaded(named_value(parameter("name")), |detail| view! { <DetailView detail=detail /> }.into_any())
}

#[component]
fn DetailView(detail: NamedValueDetail) -> impl IntoView {
    let l = language();
    let row = detail.row.clone();
    let is_secret = row.value.is_none();
    let actions =
        view! { <DeleteNamedValueLink name=row.name.clone() used=Used::in_places(detail.uses.len()) /> };
    view! {
        <Page
            title=row.name.to_string()
            section=Section::Security
            crumbs=crumbs(l, None)
            actions=actions.into_any()
        >
            <FaultsOf kind="named-value" id=row.name.to_string() />
            <section class="card max-w-4xl">
                <p class="flex flex-wrap items-center gap-3">
                    <code class="font-mono">{format!("{{{{{}}}}}", row.name)}</code>
                    {is_secret.then(|| view! { <SecretBadge /> })}
                    <span class="text-muted">
                        {l.say("last changed ", "마지막 변경: ")} <Moment at=row.changed_at />
                        {l.say(format!(" by {}", row.changed_by), format!(" ({} 님)", row.changed_by))}
                    </span>
                </p>
                <ValueForm detail=detail.clone() />
            </section>
            <Uses uses=detail.uses />
        </Page>
    }
}

#[component]
fn ValueForm(detail: NamedValueDetail) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let present = detail.row.value.map_or(Present::Secret, Present::Open);
    view! {
        <Form refill=form.clone() action=SaveNamedValue::PATH>
            <BrokenDocuments refill=form.clone() />
            <Hidden name="name" value=detail.row.name.to_string() />
            <Revision refill=form.clone() present=detail.revision />
            <Hidden name="shown" value=if present == Present::Secret { "" } else { SHOWN } />
            <ValueFields refill=form present=present />
            <div class="actions">
                <button class="button primary">{l.say("Save", "저장")}</button>
                <a class="button" href=LIST>
                    {l.say("Cancel", "취소")}
                </a>
            </div>
            <p class="hint">
                {l.say(
                    "Every document below is checked against the new value first. If one would become invalid, nothing is saved. Otherwise the value applies immediately.",
                    "먼저 아래의 모든 문서를 새 값으로 검사합니다. 하나라도 오류가 생기면 저장하지 않고, 문제가 없으면 즉시 적용합니다.",
                )}
            </p>
        </Form>
    }
}

#[component]
fn Uses(uses: Vec<DocumentLink>) -> impl IntoView {
    let l = language();
    let places = if uses.is_empty() {
        view! { <p class="text-muted">{l.say("Not used in any policy.", "사용하는 정책이 없습니다.")}</p> }
            .into_any()
    } else {
        view! { <DocumentLinks links=uses /> }.into_any()
    };
    view! {
        <section class="card max-w-4xl" id="uses">
            <h2>{l.say("Used by", "사용처")}</h2>
            {places}
        </section>
    }
}

/// One named value; a secret comes without its text.
///
/// # Errors
/// Nobody has signed in, there is no such name, or the store can't be read.
#[server(endpoint = "named-values/show")]
pub async fn named_value(#[server(default)] name: String) -> Result<NamedValueDetail, PageError> {
    let name = name.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| management.named_value(actor, &name)).await
}

/// Puts another text under the name. That of a secret doesn't come back to the page; `shown` says that its field was one
/// in which the text can be read.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "named-values/save")]
pub async fn save_named_value(
    #[server(default)] name: String,
    #[server(default)] revision: String,
    #[server(default)] value: Password,
    #[server(default)] secret: String,
    #[server(default)] shown: String,
) -> Result<(), PageError> {
    use crate::pages::named_values::fields::secrecy;
    use crate::post::{Next, Posted, saved_notice, with_plain_line_ends};
    use domain::named_value::{NamedValueName, Secrecy};
    use domain::secret::Secret;
    use management::named_values::NewValue;

    let name: NamedValueName = name.parse().map_err(|_| crate::context::not_found())?;
    let is_secret = shown != SHOWN;
    let mut posted = Posted::on(page(&name), FORM).with("revision", &revision).with("secret", &secret);
    if !is_secret && secrecy(&secret) == Secrecy::Open {
        posted = posted.with("value", value.expose());
    }
    // An open value that was emptied is a mistake; an empty field of a secret keeps it.
    let keeps = is_secret && value.expose().is_empty();
    let text = (!keeps).then(|| Secret::from(with_plain_line_ends(value.expose())));
    let new = NewValue { text, secrecy: secrecy(&secret) };
    let expected = revision.parse().unwrap_or(0);
    let address = page(&name);
    posted
        .run(
            move |management, actor| management.save_named_value(actor, &name, &new, expected),
            |saved, l| Next::to(address).saying(saved_notice(&saved, l)),
        )
        .await
}

const FORM: &str = "named-value";
/// The value of the hidden field in the form of a value that can be read.
const SHOWN: &str = "shown";
