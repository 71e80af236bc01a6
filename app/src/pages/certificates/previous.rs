//! The earlier versions of a client certificate, each of which can be brought back.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::certificate::{CertificateDetail, CertificateVersion};

use crate::components::form::{Form, Hidden};
use crate::components::thumbprint::ThumbprintText;
use crate::components::when::{Day, Moment};
use crate::error::PageError;
use crate::forms::{Refill, refill};
use crate::session::language;

/// The versions, newest first; nothing at all where there are none.
#[component]
pub fn PreviousVersions(detail: CertificateDetail) -> impl IntoView {
    let l = language();
    let refused = refill(FORM);
    let id = detail.id.to_string();
    let row = move |version: CertificateVersion| view! { <Row id=id.clone() version=version /> };
    (!detail.previous.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{l.say("Earlier versions", "이전 버전")}</h2>
                <p class="hint">
                    {l.say(
                        "Restoring a version applies immediately to every API that uses this certificate.",
                        "버전을 복원하면 이 인증서를 사용하는 모든 API에 즉시 적용됩니다.",
                    )}
                </p>
                <crate::components::form::Summary refill=refused />
                <div class="table-box">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{l.say("Version", "버전")}</th>
                                <th scope="col">{l.say("Subject", "주체")}</th>
                                <th scope="col">{l.say("Thumbprint", "지문")}</th>
                                <th scope="col">{l.say("Expires", "만료")}</th>
                                <th scope="col">{l.say("Uploaded", "업로드 시각")}</th>
                                <th scope="col">
                                    <span class="sr-only">{l.say("Actions", "관리")}</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>{detail.previous.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}

#[component]
fn Row(id: String, version: CertificateVersion) -> impl IntoView {
    let l = language();
    let number = version.version;
    let label = l.say(format!("Restore version {number}"), format!("버전 {number} 복원"));
    view! {
        <tr>
            <th scope="row">{number}</th>
            <td data-label=l.say("Subject", "주체")>{version.subject}</td>
            <td data-label=l.say("Thumbprint", "지문")>
                <ThumbprintText thumbprint=version.thumbprint />
            </td>
            <td data-label=l.say("Expires", "만료")>
                <Day at=version.not_after />
            </td>
            <td data-label=l.say("Uploaded", "업로드 시각")>
                <Moment at=version.uploaded_at />
                <p class="hint">{version.uploaded_by}</p>
            </td>
            <td>
                <Form refill=Refill::default() action=RestoreCertificate::PATH class="">
                    <Hidden name="id" value=id />
                    <Hidden name="version" value=number.to_string() />
                    <button class="button" aria-label=label>
                        {l.say("Restore", "복원")}
                    </button>
                </Form>
            </td>
        </tr>
    }
}

/// Makes an earlier version the present one.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "certificates/restore")]
pub async fn restore_certificate(
    #[server(default)] id: String,
    #[server(default)] version: String,
) -> Result<(), PageError> {
    use crate::pages::certificates::page;
    use crate::post::{Next, Posted, saved_notice};

    let id: domain::name::CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    let version = version.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    Posted::on(address.clone(), FORM)
        .run(
            move |management, actor| management.restore_certificate(actor, &id, version),
            |saved, l| Next::to(address).saying(saved_notice(&saved, l)),
        )
        .await
}

const FORM: &str = "restore";
