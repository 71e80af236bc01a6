//! Deleting a CA certificate: a question that names it, or, while it is named somewhere, a warning without a button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::authority::{AuthorityDetail, AuthorityId};
use domain::language::Language;

use crate::components::form::{Form, Hidden};
use crate::components::notice::{Callout, Tone};
use crate::components::thumbprint::last_four;
use crate::error::PageError;
use crate::forms::refill;
use crate::islands::delete::{DeleteLink, Question};
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
        let (title, body) = if detail.uses.is_empty() {
            let title = l.say("Delete this CA certificate?", "이 CA 인증서를 삭제하시겠습니까?");
            (title, view! { <AskPage detail=detail /> }.into_any())
        } else {
            let title = l.say("This CA certificate is in use", "사용 중인 CA 인증서입니다");
            (title, view! { <InUse detail=detail /> }.into_any())
        };
        view! {
            <Page title=title.to_owned() section=Section::Security crumbs=crumbs>
                {body}
            </Page>
        }
        .into_any()
    })
}

#[component]
fn AskPage(detail: AuthorityDetail) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <section class="card max-w-2xl">
            <Named detail=detail.clone() />
            <p>{consequence(l)}</p>
            <Form refill=form action=DeleteAuthority::PATH>
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
fn InUse(detail: AuthorityDetail) -> impl IntoView {
    let l = language();
    let address = page(&detail.id);
    view! {
        <section class="card max-w-2xl">
            <Callout tone=Tone::Warning>
                <p>
                    {l.say(
                        "It can't be deleted while policies or backends name it. First remove it from each of these places:",
                        "정책이나 백 엔드에서 지정한 동안에는 삭제할 수 없습니다. 먼저 다음 위치에서 각각 제거하세요.",
                    )}
                </p>
            </Callout>
            <Named detail=detail.clone() />
            <UseList uses=detail.uses />
            <div class="actions">
                <a class="button" href=address>
                    {l.say("Back to the CA certificate", "CA 인증서로 돌아가기")}
                </a>
            </div>
        </section>
    }
}

/// The link that leads here, and asks on the spot where it can. An authority that is named somewhere has no question:
/// the page says where.
#[component]
pub fn DeleteAuthorityLink(id: AuthorityId, named: String, subject: String, is_used: bool) -> impl IntoView {
    let l = language();
    let address = format!("{}/delete", page(&id));
    let link = l.say("Delete", "삭제").to_owned();
    let label = l.say(format!("Delete {named}"), format!("{named} 삭제"));
    if is_used {
        return view! {
            <a class="button" href=address aria-label=label>
                {link}
            </a>
        }
        .into_any();
    }
    let question = Question {
        page: address,
        action: DeleteAuthority::PATH.to_owned(),
        field: "id".to_owned(),
        id: id.to_string(),
        link,
        label,
        title: l.say("Delete this CA certificate?", "이 CA 인증서를 삭제하시겠습니까?").to_owned(),
        named,
        detail: subject,
        warning: consequence(l).to_owned(),
        yes: l.say("Yes, delete it", "예, 삭제합니다").to_owned(),
        no: l.say("No, keep it", "아니요, 유지합니다").to_owned(),
    };
    view! { <DeleteLink question=question class="button".to_owned() /> }.into_any()
}

fn consequence(l: Language) -> &'static str {
    l.say(
        "From then on nobody is trusted because of it: callers with its certificates are refused where a policy validates them, and so are backends. Its revocation list goes with it.",
        "삭제하면 이 CA로는 아무도 신뢰하지 않습니다. 정책이 검증하는 곳에서 이 CA의 인증서를 가진 호출자가 거부되고 백 엔드도 마찬가지입니다. 인증서 해지 목록도 함께 삭제됩니다.",
    )
}

/// Name, subject and the last four digits: enough to know which one is meant.
#[component]
fn Named(detail: AuthorityDetail) -> impl IntoView {
    view! {
        <p>
            <strong>{detail.name.to_string()}</strong>
            " "
            <span class="font-mono">{format!("({})", last_four(&detail.facts.thumbprint))}</span>
            <br />
            <span class="text-muted">{detail.facts.subject}</span>
        </p>
    }
}

/// Deletes an authority that nothing names.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "authorities/delete")]
pub async fn delete_authority(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::pages::authorities::LIST;
    use crate::post::{Next, Posted};

    let id: AuthorityId = id.parse().map_err(|_| crate::context::not_found())?;
    Posted::on(format!("{}/delete", page(&id)), FORM)
        .run(
            move |management, actor| management.delete_authority(actor, &id),
            |(), l| {
                Next::to(LIST).saying(l.say("The CA certificate was deleted.", "CA 인증서를 삭제했습니다."))
            },
        )
        .await
}

const FORM: &str = "delete";
