//! Deleting a named value: a question that names it, or, while documents name it, a warning without a button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::language::Language;
use domain::named_value::{NamedValueDetail, NamedValueName};

use crate::components::delete_page::{DeleteAnchor, DeleteNamed, DeleteWords, Used};
use crate::error::PageError;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::named_values::edit::named_value;
use crate::pages::named_values::{LIST, crumbs, page};
use crate::session::language;

/// The question, or the warning.
#[component]
pub fn DeleteNamedValuePage() -> impl IntoView {
    loaded(named_value(parameter("name")), |detail: NamedValueDetail| {
        let l = language();
        let name = detail.row.name;
        let crumbs = crumbs(l, Some(Crumb::new(name.to_string(), page(&name))));
        let words = words(l, &name);
        let title = if detail.uses.is_empty() { words.title.clone() } else { words.in_use.clone() };
        view! {
            <Page title=title section=Section::Security crumbs=crumbs>
                <DeleteNamed
                    words=words
                    action=DeleteNamedValue::PATH
                    field="name"
                    back=page(&name)
                    uses=detail.uses
                />
            </Page>
        }
        .into_any()
    })
}

/// The link that leads here, and asks on the spot where it can.
#[component]
pub fn DeleteNamedValueLink(name: NamedValueName, used: Used) -> impl IntoView {
    let words = words(language(), &name);
    view! {
        <DeleteAnchor
            page=delete_page(&name)
            action=DeleteNamedValue::PATH
            field="name"
            id=name.to_string()
            named=words.named
            title=words.title
            warning=words.warning
            used=used
        />
    }
}

fn words(l: Language, name: &NamedValueName) -> DeleteWords {
    DeleteWords {
        title: l.say("Delete this named value?", "이 명명된 값을 삭제하시겠습니까?").to_owned(),
        in_use: l.say("This named value is in use", "사용 중인 명명된 값입니다").to_owned(),
        named: name.to_string(),
        warning: l
            .say("Its text is erased. This can't be undone.", "값이 지워지며 되돌릴 수 없습니다.")
            .to_owned(),
        first: l
            .say(
                "It can't be deleted while documents use it. First remove it from each of these:",
                "문서에서 사용하는 동안에는 삭제할 수 없습니다. 먼저 다음 문서에서 각각 제거하세요.",
            )
            .to_owned(),
    }
}

fn delete_page(name: &NamedValueName) -> String {
    format!("{LIST}/{name}/delete")
}

/// Deletes a named value that nothing names.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "named-values/delete")]
pub async fn delete_named_value(#[server(default)] name: String) -> Result<(), PageError> {
    use crate::components::delete_page::FORM;
    use crate::post::{Next, Posted, changed};

    let name: NamedValueName = name.parse().map_err(|_| crate::context::not_found())?;
    Posted::on(delete_page(&name), FORM)
        .run(
            move |management, actor| management.delete_named_value(actor, &name),
            |saved, l| {
                Next::to(LIST).saying(changed(
                    l.say("The named value was deleted.", "명명된 값을 삭제했습니다."),
                    &saved,
                    l,
                ))
            },
        )
        .await
}
