//! Giving a CA certificate another name. Its id in policies stays.

use leptos::prelude::*;

use crate::error::PageError;

/// Renames an authority.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "authorities/rename")]
pub async fn rename_authority(
    #[server(default)] id: String,
    #[server(default)] name: String,
) -> Result<(), PageError> {
    use crate::components::rename::FORM;
    use crate::pages::authorities::page;
    use crate::post::{Next, Posted, changed};

    let id: domain::authority::AuthorityId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    Posted::on(address.clone(), FORM)
        .with("name", &name)
        .run(
            move |management, actor| management.rename_authority(actor, &id, &name),
            |saved, l| Next::to(address).saying(changed(l.say("Renamed.", "이름을 바꿨습니다."), &saved, l)),
        )
        .await
}
