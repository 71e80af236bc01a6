//! The page before something that documents name is deleted: a question, or, while they do, a list of them.

use leptos::prelude::*;

use domain::fragment::DocumentLink;

use crate::components::document_link::DocumentLinks;
use crate::components::form::{Form, Hidden};
use crate::components::notice::{Callout, Tone};
use crate::forms::refill;
use crate::session::language;

/// All words of the page, for the kind of thing that it is about.
#[derive(Clone, Debug)]
pub struct DeleteWords {
    pub title: String,
    pub in_use: String,
    pub named: String,
    pub warning: String,
    /// What to do first, above the list of documents.
    pub first: String,
}

/// The body of the page.
#[component]
pub fn DeletePage(
    words: DeleteWords,
    /// The server function that deletes, and its field.
    action: &'static str,
    field: &'static str,
    id: String,
    back: String,
    uses: Vec<DocumentLink>,
) -> impl IntoView {
    let l = language();
    let named = view! { <p><strong class="font-mono">{words.named}</strong></p> };
    if !uses.is_empty() {
        return view! {
            <section class="card max-w-2xl">
                <Callout tone=Tone::Warning>
                    <p>{words.first}</p>
                </Callout>
                {named}
                <DocumentLinks links=uses />
                <div class="actions">
                    <a class="button" href=back>
                        {l.say("Back", "돌아가기")}
                    </a>
                </div>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="card max-w-2xl">
            {named}
            <p>{words.warning}</p>
            <Form refill=refill(FORM) action=action>
                <Hidden name=field value=id />
                <div class="actions">
                    <button class="button danger">{l.say("Yes, delete it", "예, 삭제합니다")}</button>
                    <a class="button" href=back>
                        {l.say("No, keep it", "아니요, 유지합니다")}
                    </a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}

/// The form's name.
pub const FORM: &str = "delete";
