//! Making an API.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::form::Form;
use crate::error::PageError;
use crate::forms::refill;
use crate::layout::{Page, Section};
use crate::pages::apis::LIST;
use crate::pages::apis::api::crumbs;
use crate::pages::apis::fields::SettingsFields;
use crate::session::language;

/// The form for a new API.
#[component]
pub fn CreateApiPage() -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <Page
            title=l.say("Create an API", "API 만들기").to_owned()
            section=Section::Apis
            crumbs=crumbs(l, None)
        >
            <div class="card max-w-3xl">
                <Form refill=form.clone() action=CreateApi::PATH>
                    <SettingsFields refill=form present=None />
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

/// Makes an API and goes on to its Security tab.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "apis/create")]
pub async fn create_api(
    #[server(default)] name: String,
    #[server(default)] suffix: String,
    #[server(default)] backend: String,
) -> Result<(), PageError> {
    use crate::pages::apis::{CREATE, security_page};
    use crate::post::{Next, Posted, created};
    use management::apis::ApiForm;

    let posted =
        Posted::on(CREATE, FORM).with("name", &name).with("suffix", &suffix).with("backend", &backend);
    let called = name.trim().to_owned();
    let form = ApiForm { name, suffix, backend };
    posted
        .run(
            move |management, actor| management.create_api(actor, &form),
            move |(id, saved), l| {
                let live = l.say(
                    format!("\u{201c}{called}\u{201d} was created and is already accepting requests."),
                    format!("‘{called}’ API를 만들었습니다. 이미 요청을 받고 있습니다."),
                );
                let done = l.say(
                    format!("\u{201c}{called}\u{201d} was created."),
                    format!("‘{called}’ API를 만들었습니다."),
                );
                let next = l.say(
                    "Now choose how the gateway authenticates to the backend.",
                    "이제 게이트웨이가 백 엔드에 제시할 자격 증명을 선택하세요.",
                );
                Next::to(security_page(&id)).saying(created(&live, &done, next, &saved, l))
            },
        )
        .await
}

const FORM: &str = "create";
