//! Giving a client certificate another name. Its id in policies stays.

use leptos::prelude::*;

use crate::error::PageError;

/// Renames a certificate.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "certificates/rename")]
pub async fn rename_certificate(
    #[server(default)] id: String,
    #[server(default)] name: String,
) -> Result<(), PageError> {
    use crate::components::rename::FORM;
    use crate::pages::certificates::page;
    use crate::post::{Next, Posted, changed};

    let id: domain::name::CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    Posted::on(address.clone(), FORM)
        .with("name", &name)
        .run(
            move |management, actor| management.rename_certificate(actor, &id, &name),
            |saved, l| Next::to(address).saying(changed(l.say("Renamed.", "이름을 바꿨습니다."), &saved, l)),
        )
        .await
}
