//! Putting the new certificate in force, or dropping it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::replacement::Replacement;

use crate::components::form::{Form, Hidden};
use crate::error::PageError;
use crate::forms::refill;
use crate::pages::certificates::page;
use crate::session::language;
use crate::words::probe::is_fine;

/// The buttons at the end of the page.
#[component]
pub fn Decision(replacement: Replacement) -> impl IntoView {
    let l = language();
    let tried = &replacement.trials.tried;
    let is_sure =
        !replacement.is_of_another() && tried.iter().all(|trial| trial.report.as_ref().is_some_and(is_fine));
    let text = if is_sure { l.say("Replace", "교체") } else { l.say("Replace anyway", "그래도 교체") };
    let id = replacement.id.to_string();
    view! {
        <Form refill=refill(FORM) action=PutInForce::PATH class="form">
            <Hidden name="id" value=id />
            <Hidden name="version" value=replacement.version.to_string() />
            <p class="hint">
                {l.say(
                    "Every API that uses the certificate changes to the new one immediately. The current one is kept and can be restored.",
                    "이 인증서를 사용하는 모든 API가 즉시 새 인증서로 바뀝니다. 현재 인증서는 보관되며 복원할 수 있습니다.",
                )}
            </p>
            <div class="actions">
                <button class="button primary">{text}</button>
                <a class="button" href=format!("{}/replace", page(&replacement.id))>
                    {l.say("Upload another file", "다른 파일 업로드")}
                </a>
                <button class="button" formaction=DiscardReplacement::PATH>
                    {l.say("Discard the new certificate", "새 인증서 삭제")}
                </button>
            </div>
        </Form>
    }
}

/// Puts what waits for a slot in force.
///
/// # Errors
/// Only towards scripts; a person is led back to the page.
#[server(endpoint = "certificates/replacement/use")]
pub async fn put_in_force(
    #[server(default)] id: String,
    #[server(default)] version: String,
) -> Result<(), PageError> {
    use crate::pages::certificates::review_page;
    use crate::post::{Next, Posted, changed};

    let id: domain::name::CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    let version = version.parse().map_err(|_| crate::context::not_found())?;
    let address = review_page(&id);
    Posted::on(address.clone(), FORM)
        .run(
            move |management, actor| management.put_in_force(actor, &id, version),
            |saved, l| {
                let done = l.say("The certificate was replaced.", "인증서를 교체했습니다.");
                Next::to(address).saying(changed(done, &saved, l))
            },
        )
        .await
}

/// Drops what waits for a slot.
///
/// # Errors
/// Only towards scripts; a person is led back to the page.
#[server(endpoint = "certificates/replacement/discard")]
pub async fn discard_replacement(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::pages::certificates::review_page;
    use crate::post::{Next, Posted};

    let id: domain::name::CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    Posted::on(review_page(&id), FORM)
        .run(
            move |management, actor| management.discard_replacement(actor, &id),
            |(), l| {
                let done = l.say(
                    "The new certificate was discarded. The current one stays in use.",
                    "새 인증서를 삭제했습니다. 현재 인증서를 계속 사용합니다.",
                );
                Next::to(address).saying(done)
            },
        )
        .await
}

const FORM: &str = "replacement-decision";
