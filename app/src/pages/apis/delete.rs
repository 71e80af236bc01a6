//! Deleting an API: a question that names it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::api::ApiDetail;

use crate::components::delete_page::AskDelete;
use crate::components::form::Hidden;
use crate::error::PageError;
use crate::gateway::for_callers;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::apis::api::{api, crumbs};
use crate::pages::apis::page;
use crate::session::language;

/// The question.
#[component]
pub fn DeleteApiPage() -> impl IntoView {
    loaded(api(parameter("api")), |api: ApiDetail| {
        let l = language();
        let title = l.say("Delete this API?", "이 API를 삭제하시겠습니까?").to_owned();
        let crumbs = crumbs(l, Some(Crumb::new(api.settings.name.to_string(), page(&api.id))));
        view! {
            <Page title=title section=Section::Apis crumbs=crumbs>
                <Question api=api />
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Question(api: ApiDetail) -> impl IntoView {
    let l = language();
    let named = view! {
        <p>
            <strong>{api.settings.name.to_string()}</strong>
            <br />
            <code class="font-mono text-sm">{for_callers(api.settings.suffix.as_str())}</code>
        </p>
    };
    view! {
        <AskDelete
            named=named.into_any()
            warning=l.say(
                "Clients that use this address get 404 immediately. The API's settings and policy are deleted; this can't be undone. Certificates are kept.",
                "이 주소의 호출자는 즉시 404 응답을 받습니다. API의 설정과 정책이 삭제되며 되돌릴 수 없습니다. 인증서는 유지됩니다.",
            )
            action=DeleteApi::PATH
            back=page(&api.id)
        >
            <Hidden name="id" value=api.id.to_string() />
        </AskDelete>
    }
}

/// Deletes an API.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "apis/delete")]
pub async fn delete_api(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::components::delete_page::FORM;
    use crate::pages::apis::LIST;
    use crate::post::{Next, Posted, changed};

    let id: domain::name::ApiId = id.parse().map_err(|_| crate::context::not_found())?;
    Posted::on(format!("{}/delete", page(&id)), FORM)
        .run(
            move |management, actor| {
                let name = management.api(actor, &id)?.settings.name;
                Ok((name, management.delete_api(actor, &id)?))
            },
            |(name, saved), l| {
                let done = l.say(
                    format!("\u{201c}{name}\u{201d} was deleted."),
                    format!("‘{name}’ API를 삭제했습니다."),
                );
                Next::to(LIST).saying(changed(&done, &saved, l))
            },
        )
        .await
}
