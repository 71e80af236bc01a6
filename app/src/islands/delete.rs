//! The link to a page that asks before something is deleted; alive, it asks in a dialog on the spot.

use leptos::html::Dialog;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is to be deleted, and all words of the question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    /// The page that asks the same.
    pub page: String,
    /// The server function that deletes, its field, and the id it wants.
    pub action: String,
    pub field: String,
    pub id: String,
    /// The link, in short and whole.
    pub link: String,
    pub label: String,
    pub title: String,
    /// What is meant, and the line beneath it.
    pub named: String,
    pub detail: String,
    pub warning: String,
    pub yes: String,
    pub no: String,
}

/// The link and its dialog.
#[island]
pub fn DeleteLink(question: Question, class: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let dialog = NodeRef::<Dialog>::new();
    let title_id = format!("delete-{}", question.id);
    let Question { page, action, field, id, link, label, title, named, detail, warning, yes, no } = question;
    Effect::new(move |_| {
        if open.get()
            && let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let labelled = title_id.clone();
    let contents = move || {
        open.get().then(|| {
            view! {
                <form method="post" action=action.clone() class="form">
                    <h2 id=title_id.clone()>{title.clone()}</h2>
                    <p>
                        <strong>{named.clone()}</strong>
                        <br />
                        <span class="text-muted">{detail.clone()}</span>
                    </p>
                    <p>{warning.clone()}</p>
                    <input type="hidden" name=field.clone() value=id.clone() />
                    <div class="actions">
                        <button class="button danger">{yes.clone()}</button>
                        <button type="button" class="button" autofocus=true on:click=close>
                            {no.clone()}
                        </button>
                    </div>
                </form>
            }
        })
    };
    view! {
        <a
            class=class
            href=page
            aria-label=label
            on:click=move |event| {
                event.prevent_default();
                open.set(true);
            }
        >
            {link}
        </a>
        <dialog class="dialog" node_ref=dialog aria-labelledby=labelled on:close=move |_| open.set(false)>
            {contents}
        </dialog>
    }
}
