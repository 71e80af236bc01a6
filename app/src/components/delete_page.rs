//! What stands before a deletion: the link, the question, or, while something is in use, where it is.

use leptos::prelude::*;

use domain::certificate::Thumbprint;
use domain::fragment::DocumentLink;

use crate::components::document_link::DocumentLinks;
use crate::components::form::{Form, Hidden};
use crate::components::notice::{Callout, Tone};
use crate::components::thumbprint::last_four;
use crate::forms::refill;
use crate::islands::delete::{DeleteLink, Question};
use crate::session::language;

/// Whether anything uses what is to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    Nowhere,
    Somewhere,
}

impl Used {
    /// By how many places use it.
    #[must_use]
    pub fn in_places(count: usize) -> Self {
        if count == 0 { Self::Nowhere } else { Self::Somewhere }
    }
}

/// The link to the page that asks; it asks on the spot where it can. What is in use has no question: the page says
/// where it is used.
#[component]
pub fn DeleteAnchor(
    /// The page that asks.
    page: String,
    /// The server function that deletes, its field, and the id it wants.
    action: &'static str,
    field: &'static str,
    id: String,
    /// What is meant, and the line beneath it.
    named: String,
    #[prop(optional)] detail: String,
    #[prop(into)] title: String,
    #[prop(into)] warning: String,
    used: Used,
    #[prop(default = "button")] class: &'static str,
) -> impl IntoView {
    let l = language();
    let link = l.say("Delete", "삭제").to_owned();
    let label = l.say(format!("Delete {named}"), format!("{named} 삭제"));
    if used == Used::Somewhere {
        return view! {
            <a class=class href=page aria-label=label>
                {link}
            </a>
        }
        .into_any();
    }
    let question = Question {
        page,
        action: action.to_owned(),
        field: field.to_owned(),
        id,
        link,
        label,
        title,
        named,
        detail,
        warning,
        yes: l.say("Yes, delete it", "예, 삭제합니다").to_owned(),
        no: l.say("No, keep it", "아니요, 유지합니다").to_owned(),
    };
    view! { <DeleteLink question=question class=class.to_owned() /> }.into_any()
}

/// The question. `children` are the fields that say what is to be deleted.
#[component]
pub fn AskDelete(
    named: AnyView,
    #[prop(into)] warning: String,
    /// The server function that deletes.
    action: &'static str,
    /// Where "no" leads.
    back: String,
    children: Children,
) -> impl IntoView {
    let l = language();
    view! {
        <section class="card max-w-2xl">
            {named}
            <p>{warning}</p>
            <Form refill=refill(FORM) action=action>
                {children()}
                <div class="actions">
                    <button class="button danger">{l.say("Yes, delete it", "예, 삭제합니다")}</button>
                    <a class="button" href=back>
                        {l.say("No, keep it", "아니요, 유지합니다")}
                    </a>
                </div>
            </Form>
        </section>
    }
}

/// In place of the question: `children` are the places that use it.
#[component]
pub fn InUse(
    named: AnyView,
    /// What to do first.
    #[prop(into)]
    first: String,
    back: String,
    #[prop(into)] back_text: String,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card max-w-2xl">
            <Callout tone=Tone::Warning>
                <p>{first}</p>
            </Callout>
            {named}
            {children()}
            <div class="actions">
                <a class="button" href=back>
                    {back_text}
                </a>
            </div>
        </section>
    }
}

/// Where a page leads to the question.
#[component]
pub fn DeleteCard(#[prop(into)] hint: String, #[prop(into)] link: String, address: String) -> impl IntoView {
    let l = language();
    view! {
        <section class="card max-w-3xl">
            <h2>{l.say("Delete", "삭제")}</h2>
            <p class="text-muted">{hint}</p>
            <div class="actions">
                <a class="button" href=address>
                    {link}
                </a>
            </div>
        </section>
    }
}

/// Name, subject and the last four digits: enough to know which certificate is meant.
#[component]
pub fn NamedCertificate(name: String, thumbprint: Thumbprint, subject: String) -> impl IntoView {
    view! {
        <p>
            <strong>{name}</strong>
            " "
            <span class="font-mono">{format!("({})", last_four(&thumbprint))}</span>
            <br />
            <span class="text-muted">{subject}</span>
        </p>
    }
}

/// All words of the page of something that documents name.
#[derive(Clone, Debug)]
pub struct DeleteWords {
    pub title: String,
    pub in_use: String,
    pub named: String,
    pub warning: String,
    /// What to do first, above the list of documents.
    pub first: String,
}

/// The body of that page: the question, or the documents.
#[component]
pub fn DeleteNamed(
    words: DeleteWords,
    /// The server function that deletes; its field has the name.
    action: &'static str,
    field: &'static str,
    back: String,
    uses: Vec<DocumentLink>,
) -> impl IntoView {
    let l = language();
    let DeleteWords { named: name, warning, first, .. } = words;
    let named = view! { <p><strong class="font-mono">{name.clone()}</strong></p> }.into_any();
    if uses.is_empty() {
        view! {
            <AskDelete named=named warning=warning action=action back=back>
                <Hidden name=field value=name />
            </AskDelete>
        }
        .into_any()
    } else {
        view! {
            <InUse named=named first=first back=back back_text=l.say("Back", "돌아가기")>
                <DocumentLinks links=uses />
            </InUse>
        }
        .into_any()
    }
}

/// The form's name.
pub const FORM: &str = "delete";
