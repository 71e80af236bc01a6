//! A form that posts to a server function, with what was wrong with it the last time on top.

use leptos::prelude::*;

use crate::components::icon::{Icon, Symbol};
use crate::forms::{Mistake, Refill};
use crate::session::language;

/// A form. `action` is the address of the server function.
#[component]
pub fn Form(
    refill: Refill,
    #[prop(into)] action: String,
    #[prop(default = "form")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let (id, returned) = (refill.form.clone(), refill.holds_work());
    view! {
        <form method="post" action=action class=class id=id data-returned=returned>
            <Summary refill=refill />
            {children()}
        </form>
    }
}

/// What is wrong with a form: announced, and each line leads to its field. It has the focus when no field has.
#[component]
pub fn Summary(refill: Refill) -> impl IntoView {
    let l = language();
    let form = refill.form.clone();
    let no_field = refill.mistakes.is_empty();
    let line = move |one: Mistake| {
        view! {
            <li>
                <a href=format!("#{}", field_id(&form, &one.field))>{one.sentence}</a>
            </li>
        }
    };
    refill.is_refused().then(|| {
        view! {
            <div class="callout bad" role="alert" tabindex="-1" autofocus=no_field>
                <Icon symbol=Symbol::Warning />
                <div class="min-w-0">
                    <p class="font-semibold">
                        {refill
                            .summary
                            .clone()
                            .unwrap_or_else(|| l.say("Check the following:", "다음 항목을 확인하세요:").to_owned())}
                    </p>
                    {(!refill.mistakes.is_empty())
                        .then(|| view! { <ul class="list-disc ps-5">{refill.mistakes.into_iter().map(line).collect_view()}</ul> })}
                </div>
            </div>
        }
    })
}

/// A hidden field.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// The id of a field in the page.
#[must_use]
pub fn field_id(form: &str, field: &str) -> String {
    format!("{form}-{field}")
}
