//! The Settings tab of an operation: what it is called, and which requests it is about.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::delete_page::DeleteCard;
use crate::components::form::{Form, Hidden};
use crate::components::record_facts::RecordFacts;
use crate::error::PageError;
use crate::forms::refill;
use crate::load::{loaded, parameter};
use crate::pages::apis::api::Revision;
use crate::pages::operations::fields::OperationFields;
use crate::pages::operations::operation::{OperationAt, OperationPage, OperationTab, operation};
use crate::pages::operations::page;
use crate::session::language;

/// The tab.
#[component]
pub fn OperationSettingsPage() -> impl IntoView {
    loaded(operation(parameter("api"), parameter("operation")), |at: OperationAt| {
        let l = language();
        let delete = format!("{}/delete", page(&at.api.id, &at.operation.id));
        view! {
            <OperationPage api=at.api.clone() operation=at.operation.clone() tab=OperationTab::Settings>
                <SettingsForm at=at.clone() />
                <RecordFacts
                    title=l.say("About this operation", "작업 정보")
                    id=at.operation.id.to_string()
                    created_at=at.operation.created_at
                    changed_at=at.operation.changed_at
                    changed_by=at.operation.changed_by
                />
                <DeleteCard
                    hint=l.say(
                        "You are asked to confirm first.",
                        "삭제하기 전에 한 번 더 확인합니다.",
                    )
                    link=l.say("Delete this operation", "이 작업 삭제")
                    address=delete
                />
            </OperationPage>
        }
        .into_any()
    })
}

#[component]
fn SettingsForm(at: OperationAt) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let OperationAt { api, operation } = at;
    view! {
        <section class="card max-w-3xl">
            <Form refill=form.clone() action=SaveOperation::PATH>
                <Hidden name="api" value=api.id.to_string() />
                <Hidden name="id" value=operation.id.to_string() />
                <Revision refill=form.clone() present=operation.revision />
                <OperationFields refill=form api=api present=Some(operation.settings) />
                <div class="actions">
                    <button class="button primary">{l.say("Save", "저장")}</button>
                </div>
            </Form>
        </section>
    }
}

/// Saves name, method and template.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "operations/save")]
pub async fn save_operation(
    #[server(default)] api: String,
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] name: String,
    #[server(default)] method: String,
    #[server(default)] template: String,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted, saved_notice};
    use management::operations::OperationForm;

    let api: domain::name::ApiId = api.parse().map_err(|_| crate::context::not_found())?;
    let id: domain::name::OperationId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&api, &id);
    let posted = Posted::on(address.clone(), FORM)
        .with("revision", &revision)
        .with("name", &name)
        .with("method", &method)
        .with("template", &template);
    let expected = revision.parse().unwrap_or(0);
    let form = OperationForm { name, method, template };
    posted
        .run(
            move |management, actor| management.save_operation(actor, &api, &id, &form, expected),
            |saved, l| Next::to(address).saying(saved_notice(&saved, l)),
        )
        .await
}

const FORM: &str = "settings";
