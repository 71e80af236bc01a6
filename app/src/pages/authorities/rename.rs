//! Giving a CA certificate another name. Its id in policies stays.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::authority::AuthorityDetail;

use crate::components::field::TextField;
use crate::components::form::{Form, Hidden};
use crate::error::PageError;
use crate::forms::refill;
use crate::session::language;

/// The form on the authority's page.
#[component]
pub fn RenameForm(detail: AuthorityDetail) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <section class="card">
            <h2>{l.say("Rename", "이름 바꾸기")}</h2>
            <Form refill=form.clone() action=RenameAuthority::PATH>
                <Hidden name="id" value=detail.id.to_string() />
                <div class="max-w-md">
                    <TextField
                        refill=form
                        name="name"
                        label=l.say("Name", "이름")
                        hint=l.say(
                            "Only for people: policies go by the id, which stays.",
                            "사람이 알아보기 위한 이름입니다. 정책에서 쓰는 ID는 바뀌지 않습니다.",
                        )
                        value=detail.name.to_string()
                        longest=100
                        required=true
                    />
                </div>
                <div class="actions">
                    <button class="button">{l.say("Rename", "이름 바꾸기")}</button>
                </div>
            </Form>
        </section>
    }
}

/// Renames an authority.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "authorities/rename")]
pub async fn rename_authority(
    #[server(default)] id: String,
    #[server(default)] name: String,
) -> Result<(), PageError> {
    use crate::pages::authorities::page;
    use crate::post::{Next, Posted};

    let id: domain::authority::AuthorityId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    Posted::on(address.clone(), FORM)
        .with("name", &name)
        .run(
            move |management, actor| management.rename_authority(actor, &id, &name),
            |(), l| Next::to(address).saying(l.say("Renamed.", "이름을 바꿨습니다.")),
        )
        .await
}

const FORM: &str = "rename";
