//! The choice of a file.

use leptos::prelude::*;

use crate::components::field::{Label, MistakeLine, described_by};
use crate::components::form::field_id;
use crate::forms::Refill;
use crate::session::language;

/// A file that must be chosen. Browsers don't keep one when the form comes back, which is said then.
#[component]
pub fn FileField(
    refill: Refill,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    /// Endings and types that the chooser offers.
    accept: &'static str,
) -> impl IntoView {
    let l = language();
    let id = field_id(&refill.form, name);
    let again = refill.is_refused().then(|| {
        let text = match refill.value(name, "").as_str() {
            "" => l
                .say(
                    "Browsers don't keep a chosen file. Choose it again.",
                    "브라우저에 선택한 파일이 남아 있지 않습니다. 다시 선택하세요.",
                )
                .to_owned(),
            file => l.say(
                format!("Browsers don't keep a chosen file. Choose {file} again."),
                format!("브라우저에 선택한 파일이 남아 있지 않습니다. {file} 파일을 다시 선택하세요."),
            ),
        };
        view! {
            <p class="hint" id=field_id(&refill.form, "again")>
                {text}
            </p>
        }
    });
    view! {
        <div class="field">
            <Label id=id.clone() text=label hint=hint.clone() />
            <input
                class="input"
                type="file"
                id=id
                name=name
                accept=accept
                required=true
                aria-invalid=refill.mistake(name).map(|_| "true")
                aria-describedby=described_by(&refill, name, &hint)
                autofocus=refill.begins_with(name)
            />
            {again}
            <MistakeLine refill=refill name=name />
        </div>
    }
}
