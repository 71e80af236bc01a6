//! The form for a new named value.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::field::TextField;
use crate::components::form::Form;
use crate::error::PageError;
use crate::forms::{Password, refill};
use crate::layout::{Page, Section};
use crate::pages::named_values::fields::{Present, ValueFields};
use crate::pages::named_values::{LIST, crumbs};
use crate::session::language;

/// The page with the form.
#[component]
pub fn CreateNamedValuePage() -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <Page
            title=l.say("Create named value", "명명된 값 만들기").to_owned()
            section=Section::Security
            crumbs=crumbs(l, None)
        >
            <div class="card max-w-2xl">
                <Form refill=form.clone() action=CreateNamedValue::PATH>
                    <TextField
                        refill=form.clone()
                        name="name"
                        label=l.say("Name", "이름")
                        hint=l.say(
                            "Letters, digits, and the characters _ . - ; no spaces. Policies use it between {{ and }}. It can't be changed later.",
                            "공백 없이 문자, 숫자와 _ . - 기호만 사용하세요. 정책에서 {{ 와 }} 사이에 사용하며 나중에 바꿀 수 없습니다.",
                        )
                        longest=100
                        required=true
                        monospace=true
                    />
                    <ValueFields refill=form present=Present::New />
                    <div class="actions">
                        <button class="button primary">{l.say("Create", "만들기")}</button>
                        <a class="button" href=LIST>
                            {l.say("Cancel", "취소")}
                        </a>
                    </div>
                </Form>
            </div>
        </Page>
    }
}

/// Makes a named value. What was meant to be secret doesn't come back to the page.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "named-values/create")]
pub async fn create_named_value(
    #[server(default)] name: String,
    #[server(default)] value: Password,
    #[server(default)] secret: String,
) -> Result<(), PageError> {
    use crate::address::with_query;
    use crate::pages::named_values::CREATE;
    use crate::pages::named_values::fields::secrecy;
    use crate::post::{Next, Posted, created, with_plain_line_ends};
    use domain::named_value::Secrecy;
    use domain::secret::Secret;
    use management::named_values::NewValue;

    let secrecy = secrecy(&secret);
    let mut posted = Posted::on(CREATE, FORM).with("name", &name).with("secret", &secret);
    if secrecy == Secrecy::Open {
        posted = posted.with("value", value.expose());
    }
    let text = Secret::from(with_plain_line_ends(value.expose()));
    let new = NewValue { text: Some(text), secrecy };
    posted
        .run(
            move |management, actor| management.create_named_value(actor, &name, &new),
            |(name, saved), l| {
                let next = l.say(
                    format!("You can now use {{{{{name}}}}} in policies."),
                    format!("이제 정책에서 {{{{{name}}}}}을(를) 사용할 수 있습니다."),
                );
                let done = l.say("Created.", "만들었습니다.");
                let notice = created(done, done, &next, &saved, l);
                Next::to(with_query(LIST, &[("new", name.as_str())])).saying(notice)
            },
        )
        .await
}

const FORM: &str = "named-value";
