//! The form for a new fragment.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::fragment::EMPTY_FRAGMENT;

use crate::components::field::TextField;
use crate::components::form::Form;
use crate::error::PageError;
use crate::forms::refill;
use crate::layout::{Page, Section};
use crate::pages::fragments::edit::{CheckFragment, TextFields};
use crate::pages::fragments::{LIST, crumbs};
use crate::session::language;

/// The page with the form.
#[component]
pub fn CreateFragmentPage() -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <Page title=l.say("Create fragment", "정책 조각 만들기").to_owned() section=Section::Policies crumbs=crumbs(l, None)>
            <section class="card">
                <Form refill=form.clone() action=CreateFragment::PATH>
                    <TextField
                        refill=form.clone()
                        name="id"
                        label=l.say("Fragment ID", "정책 조각 ID")
                        hint=l.say(
                            "Letters, digits, and the characters _ . - ; no spaces. Documents use it as fragment-id. It can't be changed later.",
                            "공백 없이 문자, 숫자와 _ . - 기호만 사용하세요. 문서의 fragment-id에 사용하며 나중에 바꿀 수 없습니다.",
                        )
                        longest=80
                        required=true
                        monospace=true
                    />
                    <TextFields refill=form value=EMPTY_FRAGMENT.to_owned() />
                    <div class="actions">
                        <button class="button primary">{l.say("Create", "만들기")}</button>
                        <button class="button" formaction=CheckFragment::PATH>
                            {l.say("Check", "검사")}
                        </button>
                        <a class="button" href=LIST>
                            {l.say("Cancel", "취소")}
                        </a>
                    </div>
                </Form>
            </section>
        </Page>
    }
}

/// Makes a fragment.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "fragments/create")]
pub async fn create_fragment(
    #[server(default)] id: String,
    #[server(default)] text: String,
) -> Result<(), PageError> {
    use crate::address::with_query;
    use crate::pages::fragments::CREATE;
    use crate::post::{Next, Posted, created, with_plain_line_ends};

    let text = with_plain_line_ends(&text);
    Posted::on(CREATE, FORM)
        .with("id", &id)
        .with("text", &text)
        .run(
            move |management, actor| management.create_fragment(actor, &id, &text),
            |(id, saved), l| {
                let next = l.say(
                    format!("Include it with <include-fragment fragment-id=\"{id}\" />."),
                    format!("정책에서 <include-fragment fragment-id=\"{id}\" />로 포함합니다."),
                );
                let done = l.say("Created.", "만들었습니다.");
                let notice = created(done, done, &next, &saved, l);
                Next::to(with_query(LIST, &[("new", id.as_str())])).saying(notice)
            },
        )
        .await
}

/// The form's name, the same for a new fragment and a changed one.
pub const FORM: &str = "fragment";
