//! Deleting an operation: a question that names it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::form::{Form, Hidden};
use crate::error::PageError;
use crate::forms::refill;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::operations::operation::{Address, OperationAt, operation, way};
use crate::pages::operations::page;
use crate::session::language;

/// The question.
#[component]
pub fn DeleteOperationPage() -> impl IntoView {
    loaded(operation(parameter("api"), parameter("operation")), |at: OperationAt| {
        let l = language();
        let title = l.say("Delete this operation?", "이 작업을 삭제하시겠습니까?").to_owned();
        let mut crumbs = way(&at.api, l);
        let own = page(&at.api.id, &at.operation.id);
        crumbs.push(Crumb::new(at.operation.settings.name.to_string(), own));
        view! {
            <Page title=title section=Section::Apis crumbs=crumbs>
                <Question at=at />
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Question(at: OperationAt) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let OperationAt { api, operation } = at;
    let back = page(&api.id, &operation.id);
    view! {
        <section class="card max-w-2xl">
            <p>
                <strong>{operation.settings.name.to_string()}</strong>
                <br />
                <Address api=api.clone() settings=operation.settings />
            </p>
            <p>
                {l.say(
                    "Calls that match only it get 404 at once; with the last operation gone, the API takes every call again. Its policy and the history of that are deleted and can't be brought back.",
                    "이 작업에만 해당하는 호출은 즉시 404 응답을 받습니다. 마지막 작업을 삭제하면 API는 다시 모든 호출을 받습니다. 작업의 정책과 그 기록은 삭제되며 되돌릴 수 없습니다.",
                )}
            </p>
            <Form refill=form action=DeleteOperation::PATH>
                <Hidden name="api" value=api.id.to_string() />
                <Hidden name="id" value=operation.id.to_string() />
                <div class="actions">
                    <button class="button danger">{l.say("Yes, delete it", "예, 삭제합니다")}</button>
                    <a class="button" href=back>
                        {l.say("No, keep it", "아니요, 유지합니다")}
                    </a>
                </div>
            </Form>
        </section>
    }
}

/// Deletes an operation.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "operations/delete")]
pub async fn delete_operation(
    #[server(default)] api: String,
    #[server(default)] id: String,
) -> Result<(), PageError> {
    use crate::pages::apis::operations_page;
    use crate::post::{Next, Posted};

    let api: domain::name::ApiId = api.parse().map_err(|_| crate::context::not_found())?;
    let id: domain::name::OperationId = id.parse().map_err(|_| crate::context::not_found())?;
    let list = operations_page(&api);
    Posted::on(format!("{}/delete", page(&api, &id)), FORM)
        .run(
            move |management, actor| {
                let name = management.operation(actor, &api, &id)?.settings.name;
                management.delete_operation(actor, &api, &id)?;
                Ok(name)
            },
            |name, l| {
                Next::to(list).saying(l.say(
                    format!("\u{201c}{name}\u{201d} was deleted."),
                    format!("‘{name}’ 작업을 삭제했습니다."),
                ))
            },
        )
        .await
}

const FORM: &str = "delete";
