//! Deleting a client certificate: a question that names it, or, while it is in use, a warning without a button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::certificate::CertificateDetail;
use domain::language::Language;
use domain::name::CertificateId;

use crate::components::delete_page::{AskDelete, DeleteAnchor, InUse, NamedCertificate, Used};
use crate::components::form::Hidden;
use crate::error::PageError;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::certificates::detail::{CertificateAt, certificate};
use crate::pages::certificates::uses::UseList;
use crate::pages::certificates::{crumbs, page};
use crate::session::language;

/// The question, or the warning.
#[component]
pub fn DeleteCertificatePage() -> impl IntoView {
    loaded(certificate(parameter("id")), |at: CertificateAt| {
        let detail = at.detail;
        let l = language();
        let crumbs = crumbs(l, Some(Crumb::new(detail.name.to_string(), page(&detail.id))));
        let title = if detail.uses.is_empty() {
            question(l)
        } else {
            l.say("This certificate is in use", "사용 중인 인증서입니다")
        };
        view! {
            <Page title=title.to_owned() section=Section::Security crumbs=crumbs>
                <Body detail=detail />
            </Page>
        }
        .into_any()
    })
}

#[component]
fn Body(detail: CertificateDetail) -> impl IntoView {
    let l = language();
    let back = page(&detail.id);
    let named = view! {
        <NamedCertificate
            name=detail.name.to_string()
            thumbprint=detail.leaf.thumbprint
            subject=detail.leaf.subject
        />
    }
    .into_any();
    if detail.uses.is_empty() {
        view! {
            <AskDelete named=named warning=erased(l) action=DeleteCertificate::PATH back=back>
                <Hidden name="id" value=detail.id.to_string() />
            </AskDelete>
        }
        .into_any()
    } else {
        view! {
            <InUse
                named=named
                first=l.say(
                    "It can't be deleted while policies present it to backends. First remove it from each of these places:",
                    "정책에서 백 엔드에 제시하는 동안에는 삭제할 수 없습니다. 먼저 다음 위치에서 각각 제거하세요.",
                )
                back=back
                back_text=l.say("Back to the certificate", "인증서로 돌아가기")
            >
                <UseList uses=detail.uses />
            </InUse>
        }
        .into_any()
    }
}

/// The link that leads here, and asks on the spot where it can.
#[component]
pub fn DeleteCertificateLink(
    id: CertificateId,
    named: String,
    subject: String,
    used: Used,
    class: &'static str,
) -> impl IntoView {
    let l = language();
    view! {
        <DeleteAnchor
            page=format!("{}/delete", page(&id))
            action=DeleteCertificate::PATH
            field="id"
            id=id.to_string()
            named=named
            detail=subject
            title=question(l)
            warning=erased(l)
            used=used
            class=class
        />
    }
}

fn question(l: Language) -> &'static str {
    l.say("Delete this certificate?", "이 인증서를 삭제하시겠습니까?")
}

fn erased(l: Language) -> &'static str {
    l.say(
        "Its private key and all earlier versions are erased too. This can't be undone.",
        "개인 키와 모든 이전 버전도 함께 지워지며 되돌릴 수 없습니다.",
    )
}

/// Deletes a certificate that nothing uses.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "certificates/delete")]
pub async fn delete_certificate(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::components::delete_page::FORM;
    use crate::pages::certificates::LIST;
    use crate::post::{Next, Posted, changed};

    let id: CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    Posted::on(format!("{}/delete", page(&id)), FORM)
        .run(
            move |management, actor| management.delete_certificate(actor, &id),
            |saved, l| {
                Next::to(LIST).saying(changed(
                    l.say("The certificate was deleted.", "인증서를 삭제했습니다."),
                    &saved,
                    l,
                ))
            },
        )
        .await
}
