//! The Settings tab of an API: what it is called, where callers find it and where its backend is.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::api::ApiDetail;

use crate::components::delete_page::DeleteCard;
use crate::components::form::{Form, Hidden};
use crate::components::last_used::LastUsed;
use crate::components::record_facts::RecordFacts;
use crate::error::PageError;
use crate::forms::refill;
use crate::load::{loaded, parameter};
use crate::pages::apis::api::{ApiPage, ApiTab, Revision};
use crate::pages::apis::fields::SettingsFields;
use crate::pages::apis::page;
use crate::pages::apis::timeouts::TimeoutsCard;
use crate::session::language;

/// An API, and what time it was looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiAt {
    pub api: ApiDetail,
    pub now: OffsetDateTime,
}

/// The tab.
#[component]
pub fn ApiSettingsPage() -> impl IntoView {
    loaded(api_settings(parameter("api")), |ApiAt { api, now }| {
        let l = language();
        view! {
            <ApiPage api=api.clone() tab=ApiTab::Settings>
                <SettingsForm api=api.clone() />
                <TimeoutsCard api=api.clone() />
                <RecordFacts
                    title=l.say("About this API", "API 정보")
                    id=api.id.to_string()
                    created_at=api.created_at
                    changed_at=api.changed_at
                    changed_by=api.changed_by
                >
                    <dt>{l.say("Use", "사용")}</dt>
                    <dd>
                        <LastUsed at=api.last_used now=now />
                    </dd>
                </RecordFacts>
                <DeleteCard
                    hint=l.say(
                        "After deletion, clients get 404. You are asked to confirm first.",
                        "삭제하면 호출자는 404 응답을 받습니다. 삭제하기 전에 한 번 더 확인합니다.",
                    )
                    link=l.say("Delete this API", "이 API 삭제")
                    address=format!("{}/delete", page(&api.id))
                />
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

/// What the tab shows.
///
/// # Errors
/// Nobody has signed in, there is no such API, or the store can't be read.
#[server(endpoint = "apis/settings")]
pub async fn api_settings(#[server(default)] id: String) -> Result<ApiAt, PageError> {
    let id = id.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| {
        Ok(ApiAt { api: management.api(actor, &id)?, now: management.now() })
    })
    .await
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
