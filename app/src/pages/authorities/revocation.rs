//! Revocation of one CA's certificates: the list at hand, where the next comes from, and what happens without.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use time::OffsetDateTime;

use domain::authority::{AuthorityDetail, ListAddress, ListFacts, ListFailure, Revocation, Unlisted};

use crate::components::field::{Choice, SelectField, TextField};
use crate::components::file_field::FileField;
use crate::components::form::{Form, Hidden, Summary};
use crate::components::icon::{Icon, Symbol};
use crate::components::notice::{Callout, Tone};
use crate::components::when::Moment;
use crate::error::PageError;
use crate::forms::{Refill, refill};
use crate::pages::authorities::page;
use crate::session::language;
use crate::words::dates;

/// The part of an authority's page that is about revocation.
#[component]
pub fn RevocationCard(detail: AuthorityDetail, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let id = detail.id.to_string();
    let Revocation { unlisted, address, list, failure } = detail.revocation;
    let fetch = address.clone().map(|_| view! { <FetchForm id=id.clone() /> });
    let forget = list.clone().map(|_| view! { <ForgetForm id=id.clone() /> });
    view! {
        <section class="card" id="revocation">
            <h2>{l.say("Revocation", "인증서 해지")}</h2>
            <p class="text-muted">
                {l.say(
                    "A CA publishes a list (CRL) of the certificates that it has revoked. Policies with validate-client-certificate check it unless they set validate-revocation=\"false\".",
                    "CA는 해지된 인증서의 목록(CRL)을 게시합니다. validate-client-certificate 정책은 validate-revocation=\"false\"가 아니면 이 목록을 확인합니다.",
                )}
            </p>
            <ListState list=list unlisted=unlisted now=now />
            {failure.map(|failure| view! { <Failure failure=failure /> })}
            <div class="actions">{fetch} {forget}</div>
            <SettingsForm id=id.clone() unlisted=unlisted address=address />
            <UploadForm address=page(&detail.id) />
        </section>
    }
}

#[component]
fn ListState(list: Option<ListFacts>, unlisted: Unlisted, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let refuses = unlisted == Unlisted::Refuse;
    let Some(list) = list else {
        let (tone, text) = if refuses {
            (
                Tone::Warning,
                l.say(
                    "There is no revocation list. Policies that check revocation refuse all clients of this CA until you add a list or choose below to allow them.",
                    "해지 목록이 없습니다. 목록을 등록하거나 아래에서 허용을 선택할 때까지, 해지를 확인하는 정책은 이 CA의 모든 호출자를 거부합니다.",
                ),
            )
        } else {
            (
                Tone::Info,
                l.say(
                    "There is no revocation list, and clients are allowed without one: certificates that the CA has revoked are still accepted.",
                    "해지 목록이 없으며 목록 없이도 호출자가 허용됩니다. CA가 해지한 인증서도 허용됩니다.",
                ),
            )
        };
        return view! { <Callout tone=tone><p>{text}</p></Callout> }.into_any();
    };
    let stale = list.next_update < now;
    let warning = stale.then(|| {
        let text = if refuses {
            l.say(
                "The list is out of date. Policies that check revocation refuse all clients of this CA until you add a newer list.",
                "목록의 기한이 지났습니다. 새 목록을 등록할 때까지, 해지를 확인하는 정책은 이 CA의 모든 호출자를 거부합니다.",
            )
        } else {
            l.say(
                "The list is out of date. Certificates on the list are refused, but certificates revoked since then are still accepted.",
                "목록의 기한이 지났습니다. 목록에 있는 인증서는 거부되지만 이후 해지된 인증서는 허용됩니다.",
            )
        };
        view! { <Callout tone=Tone::Warning><p>{text}</p></Callout> }
    });
    let (class, symbol, word) = if stale {
        ("badge bad", Symbol::Warning, l.say("out of date", "기한 지남"))
    } else {
        ("badge good", Symbol::Check, l.say("current", "최신"))
    };
    let from = match list.received_by {
        Some(by) => l.say(format!(", uploaded by {by}"), format!(", {by} 님이 업로드")),
        None => l.say(", fetched", ", 자동으로 받음").to_owned(),
    };
    view! {
        {warning}
        <dl class="facts">
            <dt>{l.say("List", "목록")}</dt>
            <dd>
                <span class=class>
                    <Icon symbol=symbol />
                    {word}
                </span>
            </dd>
            <dt>{l.say("Revoked certificates", "해지된 인증서")}</dt>
            <dd>{list.revoked}</dd>
            <dt>{l.say("Issued", "발행")}</dt>
            <dd>
                <Moment at=list.this_update />
            </dd>
            <dt>{l.say("Next list due", "다음 목록 예정")}</dt>
            <dd>
                <Moment at=list.next_update />
                <span class="text-muted">" (" {dates::distance(now, list.next_update, l)} ")"</span>
            </dd>
            <dt>{l.say("Received", "받은 시각")}</dt>
            <dd>
                <Moment at=list.received_at />
                {from}
            </dd>
        </dl>
    }
    .into_any()
}

#[component]
fn Failure(failure: ListFailure) -> impl IntoView {
    let l = language();
    view! {
        <Callout tone=Tone::Bad>
            <p>
                {l.say("The last fetch failed (", "마지막 시도에서 목록을 받지 못했습니다(")}
                <Moment at=failure.at />
                "): "
                {failure.problem.sentence(l)}
            </p>
            <p class="hint">
                {l.say(
                    "The gateway tries again every five minutes. The previous list stays in use.",
                    "게이트웨이가 5분마다 다시 시도합니다. 이전 목록은 계속 사용됩니다.",
                )}
            </p>
        </Callout>
    }
}

#[component]
fn SettingsForm(id: String, unlisted: Unlisted, address: Option<ListAddress>) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let choices = vec![
        Choice::new(REFUSE, l.say("Refuse the client (safe)", "호출자를 거부(안전)")),
        Choice::new(PASS, l.say("Allow the client", "호출자를 허용")),
    ];
    let present = match unlisted {
        Unlisted::Pass => PASS,
        Unlisted::Refuse => REFUSE,
    };
    view! {
        <Form refill=form.clone() action=SaveRevocation::PATH>
            <Hidden name="id" value=id />
            <SelectField
                refill=form.clone()
                name="unlisted"
                label=l.say("If there is no current list", "최신 목록이 없을 때")
                hint=l.say(
                    "Refusing is safe, but if the CA's list can't be fetched, its clients are blocked. Allowing keeps requests flowing, but stolen certificates that were revoked are accepted again. Certificates on the list are always refused, however old the list is.",
                    "거부하면 안전하지만 목록을 가져오지 못하면 이 CA의 호출자가 차단됩니다. 허용하면 요청은 계속 처리되지만 해지된 도난 인증서도 다시 허용됩니다. 목록에 있는 인증서는 목록이 오래되어도 항상 거부됩니다.",
                )
                choices=choices
                value=present
            />
            <TextField
                refill=form
                name="address"
                label=l.say("Address of the list (optional)", "목록 주소(선택)")
                hint=l.say(
                    "An http:// or https:// address, often found in the certificates under CRL distribution points. The gateway fetches the list when you save, and again before the next list is due.",
                    "http:// 또는 https:// 주소이며, 대개 인증서의 CRL 배포 지점에 있습니다. 저장할 때 목록을 가져오고, 다음 목록 예정 시각 전에 다시 가져옵니다.",
                )
                value=address.map(String::from).unwrap_or_default()
                monospace=true
                longest=2000
            />
            <div class="actions">
                <button class="button">{l.say("Save", "저장")}</button>
            </div>
        </Form>
    }
}

#[component]
fn FetchForm(id: String) -> impl IntoView {
    let l = language();
    view! {
        <Form refill=Refill::default() action=FetchList::PATH class="">
            <Hidden name="id" value=id />
            <button class="button">{l.say("Fetch list now", "지금 목록 가져오기")}</button>
        </Form>
    }
}

#[component]
fn ForgetForm(id: String) -> impl IntoView {
    let l = language();
    view! {
        <Form refill=Refill::default() action=DeleteList::PATH class="">
            <Hidden name="id" value=id />
            <button class="button">{l.say("Delete list", "목록 삭제")}</button>
        </Form>
    }
}

#[component]
fn UploadForm(address: String) -> impl IntoView {
    let l = language();
    let form = refill(LIST_FORM);
    view! {
        <form
            class="form"
            method="post"
            enctype="multipart/form-data"
            action=format!("{address}/list")
            id=LIST_FORM
        >
            <Summary refill=form.clone() />
            <FileField
                refill=form
                name="file"
                label=l.say("Or upload a list", "또는 목록 업로드")
                hint=l.say(
                    "A .crl file (DER or PEM) signed by this CA, at most 10 MiB. It replaces the current list.",
                    "이 CA가 서명한 .crl 파일(DER 또는 PEM), 최대 10MiB. 현재 목록을 대체합니다.",
                )
                accept=".crl,.pem,application/pkix-crl"
            />
            <div class="actions">
                <button class="button">
                    <Icon symbol=Symbol::Upload />
                    {l.say("Upload list", "목록 업로드")}
                </button>
            </div>
        </form>
    }
}

/// Saves where the list comes from and what happens without one, then fetches it.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "authorities/revocation")]
pub async fn save_revocation(
    #[server(default)] id: String,
    #[server(default)] unlisted: String,
    #[server(default)] address: String,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted, saved_notice};
    use management::revocation::{Fetched, RevocationForm};

    let id: domain::authority::AuthorityId = id.parse().map_err(|_| crate::context::not_found())?;
    let posted = Posted::on(format!("{}#revocation", page(&id)), FORM)
        .with("unlisted", &unlisted)
        .with("address", &address);
    let choice = if unlisted == PASS { Unlisted::Pass } else { Unlisted::Refuse };
    let form = RevocationForm { unlisted: choice, address };
    let has_address = !form.address.trim().is_empty();
    let saver = id.clone();
    let saved =
        crate::context::ask(move |management, actor| management.save_revocation(actor, &saver, &form));
    let saved = match saved.await {
        Ok(saved) => saved,
        Err(error) => return posted.refuse(&error),
    };
    // What is said is how it is after the last of both changes.
    let saved = match has_address {
        false => saved,
        true => match fetch_now(&id).await {
            Ok(Fetched::New(fetched)) => fetched,
            Ok(Fetched::Same | Fetched::Failed(_)) => saved,
            Err(error) => return posted.refuse(&error),
        },
    };
    Next::to(page(&id)).saying(saved_notice(&saved, language())).go();
    Ok(())
}

/// Fetches the list now. The page says what came of it.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "authorities/fetch")]
pub async fn fetch_list(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::post::{Next, Posted, changed};
    use management::revocation::Fetched;

    let id: domain::authority::AuthorityId = id.parse().map_err(|_| crate::context::not_found())?;
    let next = Next::to(format!("{}#revocation", page(&id)));
    let l = language();
    let received = l.say("Revocation list received.", "해지 목록을 받았습니다.");
    match fetch_now(&id).await {
        Ok(Fetched::New(saved)) => next.saying(changed(received, &saved, l)).go(),
        Ok(Fetched::Same) => next.saying(received).go(),
        Ok(Fetched::Failed(_)) => next.go(),
        Err(error) => return Posted::on(page(&id), FORM).refuse(&error),
    }
    Ok(())
}

/// Forgets the list.
///
/// # Errors
/// Only towards scripts; a person is led to a page that says what is wrong.
#[server(endpoint = "authorities/forget-list")]
pub async fn delete_list(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::post::{Next, Posted, saved_notice};

    let id: domain::authority::AuthorityId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    Posted::on(address.clone(), FORM)
        .run(
            move |management, actor| management.delete_list(actor, &id),
            |saved, l| Next::to(address).saying(saved_notice(&saved, l)),
        )
        .await
}

/// Gives what came of it.
#[cfg(feature = "ssr")]
async fn fetch_now(
    id: &domain::authority::AuthorityId,
) -> Result<management::revocation::Fetched, management::error::Error> {
    let (asker, taker) = (id.clone(), id.clone());
    let address =
        crate::context::ask(move |management, actor| management.list_address(actor, &asker)).await?;
    let fetched = crate::context::management()?.fetch(address).await;
    crate::context::ask(move |management, actor| management.take_fetched(actor, &taker, fetched)).await
}

const FORM: &str = "revocation-settings";
/// The name of the form that uploads a list.
pub const LIST_FORM: &str = "list";
const PASS: &str = "pass";
const REFUSE: &str = "refuse";
