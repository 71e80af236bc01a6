//! Deleting a client certificate: a question that names it, or, while it is in use, a warning without a button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::certificate::CertificateDetail;
use domain::language::Language;
use domain::name::CertificateId;

use crate::components::form::{Form, Hidden};
use crate::components::notice::{Callout, Tone};
use crate::components::thumbprint::last_four;
use crate::error::PageError;
use crate::forms::refill;
use crate::islands::delete::{DeleteLink, Question};
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
        if detail.uses.is_empty() {
            let title = l.say("Delete this certificate?", "이 인증서를 삭제하시겠습니까?").to_owned();
            view! {
                <Page title=title section=Section::Security crumbs=crumbs>
                    <AskPage detail=detail />
                </Page>
            }
            .into_any()
        } else {
            let title = l.say("This certificate is in use", "사용 중인 인증서입니다").to_owned();
            view! {
                <Page title=title section=Section::Security crumbs=crumbs>
                    <InUse detail=detail />
                </Page>
            }
            .into_any()
        }
    })
}

#[component]
fn AskPage(detail: CertificateDetail) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <section class="card max-w-2xl">
            <Named detail=detail.clone() />
            <p>
                {erased(l)}
            </p>
            <Form refill=form action=DeleteCertificate::PATH>
                <Hidden name="id" value=detail.id.to_string() />
                <div class="actions">
                    <button class="button danger">{l.say("Yes, delete it", "예, 삭제합니다")}</button>
                    <a class="button" href=page(&detail.id)>
                        {l.say("No, keep it", "아니요, 유지합니다")}
                    </a>
                </div>
            </Form>
        </section>
    }
}

#[component]
fn InUse(detail: CertificateDetail) -> impl IntoView {
    let l = language();
    let address = page(&detail.id);
    view! {
        <section class="card max-w-2xl">
            <Callout tone=Tone::Warning>
                <p>
                    {l.say(
                        "It can't be deleted while policies name it, to show it to backends. First remove it from each of these places:",
                        "정책에서 백 엔드에 제시하도록 지정한 동안에는 삭제할 수 없습니다. 먼저 다음 위치에서 각각 제거하세요.",
                    )}
                </p>
            </Callout>
            <Named detail=detail.clone() />
            <UseList uses=detail.uses />
            <div class="actions">
                <a class="button" href=address>
                    {l.say("Back to the certificate", "인증서로 돌아가기")}
                </a>
            </div>
        </section>
    }
}

/// The link that leads here, and asks on the spot where it can. A certificate in use has no question: the page says
/// where it is used.
#[component]
pub fn DeleteCertificateLink(
    id: CertificateId,
    named: String,
    subject: String,
    uses: Used,
    class: &'static str,
) -> impl IntoView {
    let l = language();
    let address = format!("{}/delete", page(&id));
    let (link, label) =
        (l.say("Delete", "삭제").to_owned(), l.say(format!("Delete {named}"), format!("{named} 삭제")));
    if uses == Used::Somewhere {
        return view! {
            <a class=class href=address aria-label=label>
                {link}
            </a>
        }
        .into_any();
    }
    let question = Question {
        page: address,
        action: DeleteCertificate::PATH.to_owned(),
        field: "id".to_owned(),
        id: id.to_string(),
        link,
        label,
        title: l.say("Delete this certificate?", "이 인증서를 삭제하시겠습니까?").to_owned(),
        named,
        detail: subject,
        warning: erased(l).to_owned(),
        yes: l.say("Yes, delete it", "예, 삭제합니다").to_owned(),
        no: l.say("No, keep it", "아니요, 유지합니다").to_owned(),
    };
    view! { <DeleteLink question=question class=class.to_owned() /> }.into_any()
}

/// Whether anything uses a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    Nowhere,
    Somewhere,
}

impl Used {
    /// By how many places use it.
    #[must_use]
    pub fn in_places(count: usize) -> Self {
        if count == 0 { Self::Nowhere } else { Self::Somewhere }
    }
}

fn erased(l: Language) -> &'static str {
    l.say(
        "Its private key is erased with it, all earlier versions too. That can't be undone.",
        "개인 키와 모든 이전 버전도 함께 지워지며 되돌릴 수 없습니다.",
    )
}

/// Name, subject and the last four digits: enough to know which one is meant.
#[component]
fn Named(detail: CertificateDetail) -> impl IntoView {
    view! {
        <p>
            <strong>{detail.name.to_string()}</strong>
            " "
            <span class="font-mono">{format!("({})", last_four(&detail.leaf.thumbprint))}</span>
            <br />
            <span class="text-muted">{detail.leaf.subject}</span>
        </p>
    }
}

/// Deletes a certificate that nothing uses.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "certificates/delete")]
pub async fn delete_certificate(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::pages::certificates::LIST;
    use crate::post::{Next, Posted};

    let id: CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    Posted::on(format!("{}/delete", page(&id)), FORM)
        .run(
            move |management, actor| management.delete_certificate(actor, &id),
            |(), l| Next::to(LIST).saying(l.say("The certificate was deleted.", "인증서를 삭제했습니다.")),
        )
        .await
}

const FORM: &str = "delete";
