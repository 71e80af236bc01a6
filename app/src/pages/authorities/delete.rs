//! Deleting a CA certificate: a question that names it, or, while it is named somewhere, a warning without a button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::authority::{AuthorityDetail, AuthorityId};
use domain::language::Language;

use crate::components::delete_page::{AskDelete, DeleteAnchor, InUse, NamedCertificate, Used};
use crate::components::form::Hidden;
use crate::error::PageError;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::authorities::detail::{AuthorityAt, authority};
use crate::pages::authorities::uses::UseList;
use crate::pages::authorities::{crumbs, page};
use crate::session::language;

/// The question, or the warning.
#[component]
pub fn DeleteAuthorityPage() -> impl IntoView {
    loaded(authority(parameter("id")), |at: AuthorityAt| {
        let detail = at.detail;
        let l = language();
        let crumbs = crumbs(l, Some(Crumb::new(detail.name.to_string(), page(&detail.id))));
        let title = if detail.uses.is_empty() {
            question(l)
        } else {
            l.say("This CA certificate is in use", "사용 중인 CA 인증서입니다")
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
fn Body(detail: AuthorityDetail) -> impl IntoView {
    let l = language();
    let back = page(&detail.id);
    let named = view! {
        <NamedCertificate
            name=detail.name.to_string()
            thumbprint=detail.facts.thumbprint
            subject=detail.facts.subject
        />
    }
    .into_any();
    if detail.uses.is_empty() {
        view! {
            <AskDelete named=named warning=consequence(l) action=DeleteAuthority::PATH back=back>
                <Hidden name="id" value=detail.id.to_string() />
            </AskDelete>
        }
        .into_any()
    } else {
        view! {
            <InUse
                named=named
                first=l.say(
                    "It can't be deleted while policies or backends reference it. First remove it from each of these places:",
                    "정책이나 백 엔드에서 참조하는 동안에는 삭제할 수 없습니다. 먼저 다음 위치에서 각각 제거하세요.",
                )
                back=back
                back_text=l.say("Back to the CA certificate", "CA 인증서로 돌아가기")
            >
                <UseList uses=detail.uses />
            </InUse>
        }
        .into_any()
    }
}

/// The link that leads here, and asks on the spot where it can.
#[component]
pub fn DeleteAuthorityLink(id: AuthorityId, named: String, subject: String, used: Used) -> impl IntoView {
    let l = language();
    view! {
        <DeleteAnchor
            page=format!("{}/delete", page(&id))
            action=DeleteAuthority::PATH
            field="id"
            id=id.to_string()
            named=named
            detail=subject
            title=question(l)
            warning=consequence(l)
            used=used
        />
    }
}

fn question(l: Language) -> &'static str {
    l.say("Delete this CA certificate?", "이 CA 인증서를 삭제하시겠습니까?")
}

fn consequence(l: Language) -> &'static str {
    l.say(
        "After deletion, certificates issued by this CA are no longer trusted: clients that present them are refused where a policy validates them, and so are backends. The revocation list is deleted too.",
        "삭제하면 이 CA가 발급한 인증서를 더 이상 신뢰하지 않습니다. 정책이 검증하는 곳에서 이 CA의 인증서를 제시하는 호출자가 거부되고 백 엔드도 거부됩니다. 인증서 해지 목록도 함께 삭제됩니다.",
    )
}

/// Deletes an authority that nothing names.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "authorities/delete")]
pub async fn delete_authority(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::components::delete_page::FORM;
    use crate::pages::authorities::LIST;
    use crate::post::{Next, Posted, changed};

    let id: AuthorityId = id.parse().map_err(|_| crate::context::not_found())?;
    Posted::on(format!("{}/delete", page(&id)), FORM)
        .run(
            move |management, actor| management.delete_authority(actor, &id),
            |saved, l| {
                Next::to(LIST).saying(changed(
                    l.say("The CA certificate was deleted.", "CA 인증서를 삭제했습니다."),
                    &saved,
                    l,
                ))
            },
        )
        .await
}
