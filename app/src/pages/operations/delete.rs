//! Deleting an operation: a question that names it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::delete_page::AskDelete;
use crate::components::form::Hidden;
use crate::error::PageError;
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
    let OperationAt { api, operation } = at;
    let back = page(&api.id, &operation.id);
    let named = view! {
        <p>
            <strong>{operation.settings.name.to_string()}</strong>
            <br />
            <Address api=api.clone() settings=operation.settings />
        </p>
    };
    view! {
        <AskDelete
            named=named.into_any()
            warning=l.say(
                "Requests that match only this operation get 404 immediately. If it is the last operation, the API accepts all requests again. Its policy and the policy's history are deleted; this can't be undone.",
                "이 작업에만 일치하는 요청은 즉시 404 응답을 받습니다. 마지막 작업을 삭제하면 API가 다시 모든 요청을 받습니다. 작업의 정책과 정책의 변경 기록이 삭제되며 되돌릴 수 없습니다.",
            )
            action=DeleteOperation::PATH
            back=back
        >
            <Hidden name="api" value=api.id.to_string() />
            <Hidden name="id" value=operation.id.to_string() />
        </AskDelete>
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
    use crate::components::delete_page::FORM;
    use crate::pages::apis::operations_page;
    use crate::post::{Next, Posted, changed};

    let api: domain::name::ApiId = api.parse().map_err(|_| crate::context::not_found())?;
    let id: domain::name::OperationId = id.parse().map_err(|_| crate::context::not_found())?;
    let list = operations_page(&api);
    Posted::on(format!("{}/delete", page(&api, &id)), FORM)
        .run(
            move |management, actor| {
                let name = management.operation(actor, &api, &id)?.settings.name;
                Ok((name, management.delete_operation(actor, &api, &id)?))
            },
            |(name, saved), l| {
                let done = l.say(
                    format!("\u{201c}{name}\u{201d} was deleted."),
                    format!("‘{name}’ 작업을 삭제했습니다."),
                );
                Next::to(list).saying(changed(&done, &saved, l))
            },
        )
        .await
}
