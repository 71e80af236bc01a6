//! Making an operation.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::api::ApiDetail;

use crate::components::form::{Form, Hidden};
use crate::error::PageError;
use crate::forms::refill;
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::apis::api::api;
use crate::pages::apis::operations_page;
use crate::pages::operations::fields::OperationFields;
use crate::pages::operations::operation::way;
use crate::session::language;

/// The form for a new operation.
#[component]
pub fn CreateOperationPage() -> impl IntoView {
    loaded(api(parameter("api")), |api: ApiDetail| {
        let l = language();
        let form = refill(FORM);
        let title = l.say("Create an operation", "작업 만들기").to_owned();
        let back = operations_page(&api.id);
        view! {
            <Page title=title section=Section::Apis crumbs=way(&api, l)>
                <div class="card max-w-3xl">
                    <Form refill=form.clone() action=CreateOperation::PATH>
                        <Hidden name="api" value=api.id.to_string() />
                        <OperationFields refill=form api=api present=None />
                        <div class="actions">
                            <button class="button primary">{l.say("Create", "만들기")}</button>
                            <a class="button" href=back>
                                {l.say("Cancel", "취소")}
                            </a>
                        </div>
                    </Form>
                </div>
            </Page>
        }
        .into_any()
    })
}

/// Makes an operation and goes back to the list.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "operations/create")]
pub async fn create_operation(
    #[server(default)] api: String,
    #[server(default)] name: String,
    #[server(default)] method: String,
    #[server(default)] template: String,
) -> Result<(), PageError> {
    use crate::pages::operations::create_page;
    use crate::post::{Next, Posted, created};
    use management::operations::OperationForm;

    let api: domain::name::ApiId = api.parse().map_err(|_| crate::context::not_found())?;
    let posted = Posted::on(create_page(&api), FORM)
        .with("name", &name)
        .with("method", &method)
        .with("template", &template);
    let list = operations_page(&api);
    let called = name.trim().to_owned();
    let form = OperationForm { name, method, template };
    posted
        .run(
            move |management, actor| management.create_operation(actor, &api, &form),
            move |(_, saved), l| {
                let live = l.say(
                    format!("\u{201c}{called}\u{201d} was created and is already accepting requests."),
                    format!("‘{called}’ 작업을 만들었습니다. 이미 요청을 받고 있습니다."),
                );
                let done = l.say(
                    format!("\u{201c}{called}\u{201d} was created."),
                    format!("‘{called}’ 작업을 만들었습니다."),
                );
                Next::to(list).saying(created(&live, &done, "", &saved, l))
            },
        )
        .await
}

const FORM: &str = "create";
