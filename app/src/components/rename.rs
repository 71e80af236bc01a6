//! Giving something that policies name by an id another name.

use leptos::prelude::*;

use crate::components::field::TextField;
use crate::components::form::{Form, Hidden};
use crate::forms::refill;
use crate::session::language;

/// The form on the page of what is renamed.
#[component]
pub fn RenameForm(
    /// The server function that renames.
    action: &'static str,
    id: String,
    name: String,
) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <section class="card">
            <h2>{l.say("Rename", "이름 바꾸기")}</h2>
            <Form refill=form.clone() action=action>
                <Hidden name="id" value=id />
                <div class="max-w-md">
                    <TextField
                        refill=form
                        name="name"
                        label=l.say("Name", "이름")
                        hint=l.say(
                            "A display name. Policies use the ID, which doesn't change.",
                            "표시 이름입니다. 정책에서 사용하는 ID는 바뀌지 않습니다.",
                        )
                        value=name
                        longest=100
                        required=true
                    />
                </div>
                <div class="actions">
                    <button class="button">{l.say("Rename", "이름 바꾸기")}</button>
                </div>
            </Form>
        </section>
    }
}

/// The form's name.
pub const FORM: &str = "rename";
