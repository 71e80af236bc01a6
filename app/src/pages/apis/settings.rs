//! The Settings tab of an API: what it is called, where callers find it and where its backend is.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::api::ApiDetail;

use crate::components::form::{Form, Hidden};
use crate::components::when::Moment;
use crate::error::PageError;
use crate::forms::refill;
use crate::load::{loaded, parameter};
use crate::pages::apis::api::{ApiPage, ApiTab, Revision, api};
use crate::pages::apis::fields::SettingsFields;
use crate::pages::apis::page;
use crate::session::language;

/// The tab.
#[component]
pub fn ApiSettingsPage() -> impl IntoView {
    loaded(api(parameter("api")), |api: ApiDetail| {
        view! {
            <ApiPage api=api.clone() tab=ApiTab::Settings>
                <SettingsForm api=api.clone() />
                <Facts api=api.clone() />
                <DeleteLink api=api />
            </ApiPage>
        }
        .into_any()
    })
}

#[component]
fn SettingsForm(api: ApiDetail) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <section class="card max-w-3xl">
            <Form refill=form.clone() action=SaveApi::PATH>
                <Hidden name="id" value=api.id.to_string() />
                <Revision refill=form.clone() present=api.revision />
                <SettingsFields refill=form present=Some(api.settings) />
                <div class="actions">
                    <button class="button primary">{l.say("Save", "저장")}</button>
                </div>
            </Form>
        </section>
    }
}

#[component]
fn Facts(api: ApiDetail) -> impl IntoView {
    let l = language();
    view! {
        <section class="card max-w-3xl">
            <h2>{l.say("About this API", "API 정보")}</h2>
            <dl class="facts">
                <dt>{l.say("Id in addresses and logs", "주소와 로그의 ID")}</dt>
                <dd>
                    <code class="font-mono text-sm">{api.id.to_string()}</code>
                </dd>
                <dt>{l.say("Created", "만든 날짜")}</dt>
                <dd>
                    <Moment at=api.created_at />
                </dd>
                <dt>{l.say("Last changed", "마지막 변경")}</dt>
                <dd>
                    <Moment at=api.changed_at />
                    {l.say(format!(" by {}", api.changed_by), format!(", {} 님이 변경", api.changed_by))}
                </dd>
            </dl>
        </section>
    }
}

#[component]
fn DeleteLink(api: ApiDetail) -> impl IntoView {
    let l = language();
    view! {
        <section class="card max-w-3xl">
            <h2>{l.say("Delete", "삭제")}</h2>
            <p class="text-muted">
                {l.say(
                    "Callers get 404 from then on. You are asked once more before anything happens.",
                    "삭제하면 호출자는 404 응답을 받습니다. 삭제하기 전에 한 번 더 확인합니다.",
                )}
            </p>
            <div class="actions">
                <a class="button" href=format!("{}/delete", page(&api.id))>
                    {l.say("Delete this API", "이 API 삭제")}
                </a>
            </div>
        </section>
    }
}

/// Saves name, suffix and backend.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "apis/save")]
pub async fn save_api(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] name: String,
    #[server(default)] suffix: String,
    #[server(default)] backend: String,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted, saved_notice};
    use management::apis::ApiForm;

    let id: domain::name::ApiId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    let posted = Posted::on(address.clone(), FORM)
        .with("revision", &revision)
        .with("name", &name)
        .with("suffix", &suffix)
        .with("backend", &backend);
    let expected = revision.parse().unwrap_or(0);
    let form = ApiForm { name, suffix, backend };
    posted
        .run(
            move |management, actor| management.save_api(actor, &id, &form, expected),
            |saved, l| Next::to(address).saying(saved_notice(&saved, l)),
        )
        .await
}

const FORM: &str = "settings";
