//! Deleting a fragment: a question that names it, or, while documents include it, a warning without a button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::fragment::{FragmentDetail, FragmentId};
use domain::language::Language;

use crate::components::delete_page::{DeleteAnchor, DeleteNamed, DeleteWords, Used};
use crate::error::PageError;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::fragments::edit::fragment;
use crate::pages::fragments::{LIST, crumbs, page};
use crate::session::language;

/// The question, or the warning.
#[component]
pub fn DeleteFragmentPage() -> impl IntoView {
    loaded(fragment(parameter("id")), |detail: FragmentDetail| {
        let l = language();
        let id = detail.row.id;
        let crumbs = crumbs(l, Some(Crumb::new(id.to_string(), page(&id))));
        let words = words(l, &id);
        let title = if detail.uses.is_empty() { words.title.clone() } else { words.in_use.clone() };
        view! {
            <Page title=title section=Section::Policies crumbs=crumbs>
                <DeleteNamed
                    words=words
                    action=DeleteFragment::PATH
                    field="id"
                    back=page(&id)
                    uses=detail.uses
                />
            </Page>
        }
        .into_any()
    })
}

/// The link that leads here, and asks on the spot where it can.
#[component]
pub fn DeleteFragmentLink(id: FragmentId, used: Used) -> impl IntoView {
    let words = words(language(), &id);
    view! {
        <DeleteAnchor
            page=delete_page(&id)
            action=DeleteFragment::PATH
            field="id"
            id=id.to_string()
            named=words.named
            title=words.title
            warning=words.warning
            used=used
        />
    }
}

fn words(l: Language, id: &FragmentId) -> DeleteWords {
    DeleteWords {
        title: l.say("Delete this fragment?", "이 정책 조각을 삭제하시겠습니까?").to_owned(),
        in_use: l.say("This fragment is in use", "사용 중인 정책 조각입니다").to_owned(),
        named: id.to_string(),
        warning: l
            .say("Its text is erased. This can't be undone.", "텍스트가 지워지며 되돌릴 수 없습니다.")
            .to_owned(),
        first: l
            .say(
                "It can't be deleted while documents include it. First remove it from each of these:",
                "문서에 포함된 동안에는 삭제할 수 없습니다. 먼저 다음 문서에서 각각 제거하세요.",
            )
            .to_owned(),
    }
}

fn delete_page(id: &FragmentId) -> String {
    format!("{LIST}/{id}/delete")
}

/// Deletes a fragment that nothing includes.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "fragments/delete")]
pub async fn delete_fragment(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::components::delete_page::FORM;
    use crate::post::{Next, Posted, changed};

    let id: FragmentId = id.parse().map_err(|_| crate::context::not_found())?;
    Posted::on(delete_page(&id), FORM)
        .run(
            move |management, actor| management.delete_fragment(actor, &id),
            |saved, l| {
                Next::to(LIST).saying(changed(
                    l.say("The fragment was deleted.", "정책 조각을 삭제했습니다."),
                    &saved,
                    l,
                ))
            },
        )
        .await
}
