//! The fields of a named value, the same for a new one and a changed one.

use leptos::prelude::*;

use domain::named_value::Secrecy;

use crate::components::field::{CheckField, TextArea, TextField};
use crate::components::form::field_id;
use crate::forms::Refill;
use crate::session::language;

/// What stands in the field, and whether it can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Present {
    New,
    Open(String),
    Secret,
}

/// Value and secrecy. A secret is typed where nobody can read it; it never comes back to the page.
#[component]
pub fn ValueFields(refill: Refill, present: Present) -> impl IntoView {
    let l = language();
    let value = match present.clone() {
        Present::Secret => view! {
            <TextField
                refill=refill.clone()
                name="value"
                kind="password"
                label=l.say("New value", "새 값")
                hint=l.say(
                    "The current value is secret and is not shown. Leave empty to keep it.",
                    "현재 값은 비밀이라 표시하지 않습니다. 유지하려면 비워 두세요.",
                )
                longest=16384
            />
        }
        .into_any(),
        Present::New | Present::Open(_) => {
            let value = if let Present::Open(value) = present.clone() { value } else { String::new() };
            view! {
                <TextArea
                    refill=refill.clone()
                    name="value"
                    label=l.say("Value", "값")
                    hint=l.say(
                        "Replaces {{name}} in policies, including inside expressions.",
                        "정책의 {{이름}} 자리에 그대로 삽입됩니다. 식 안에서도 같습니다.",
                    )
                    value=value
                    rows=4
                    secret_if=field_id(&refill.form, "secret")
                />
            }
            .into_any()
        }
    };
    let secret = (present != Present::Secret).then(|| {
        view! {
            <CheckField
                refill=refill
                name="secret"
                value=SECRET
                label=l.say(
                    "Secret: stored encrypted, never shown again, can only be replaced",
                    "비밀: 암호화하여 저장하고 다시 표시하지 않으며 교체만 가능",
                )
            />
        }
    });
    view! {
        {value}
        {secret}
    }
}

/// What the box means.
#[must_use]
pub fn secrecy(word: &str) -> Secrecy {
    if word == SECRET { Secrecy::Secret } else { Secrecy::Open }
}

/// The value of the box.
pub const SECRET: &str = "secret";
