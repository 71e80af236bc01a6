//! One's own account: password, sessions.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::user::{Actor, Role};

use crate::components::field::TextField;
use crate::components::form::Form;
use crate::error::PageError;
use crate::forms::{Password, refill};
use crate::layout::{Page, Section};
use crate::session::{language, visitor};

/// The account of whoever is signed in.
#[component]
pub fn Account() -> impl IntoView {
    let l = language();
    view! {
        <Page title=l.say("Your account", "내 계정").to_owned() section=Section::Account>
            <WhoIsIt />
            <PasswordForm />
            <Sessions />
        </Page>
    }
}

#[component]
fn WhoIsIt() -> impl IntoView {
    let l = language();
    let actor = visitor().actor;
    let role = match &actor {
        Actor::User { role: Role::Administrator, .. } => l.say("Administrator", "관리자"),
        Actor::User { role: Role::Publisher, .. } => l.say("Publisher", "게시자"),
        Actor::User { role: Role::Viewer, .. } => l.say("Viewer", "읽기 권한자"),
        Actor::Anonymous | Actor::System => "",
    };
    view! {
        <section class="card max-w-2xl">
            <dl class="facts">
                <dt>{l.say("User name", "사용자 이름")}</dt>
                <dd>{actor.name().to_owned()}</dd>
                <dt>{l.say("Role", "역할")}</dt>
                <dd>{role}</dd>
            </dl>
        </section>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let l = language();
    let form = refill(PASSWORD);
    view! {
        <section class="card max-w-2xl">
            <h2>{l.say("Change password", "암호 변경")}</h2>
            <Form refill=form.clone() action=ChangePassword::PATH>
                // A password manager files the new password under this name.
                <input
                    class="hidden"
                    type="text"
                    name="username"
                    value=visitor().actor.name().to_owned()
                    autocomplete="username"
                    readonly=true
                    tabindex="-1"
                    aria-hidden="true"
                />
                <TextField
                    refill=form.clone()
                    name="old"
                    kind="password"
                    label=l.say("Current password", "현재 암호")
                    autocomplete="current-password"
                    required=true
                />
                <TextField
                    refill=form.clone()
                    name="new"
                    kind="password"
                    label=l.say("New password", "새 암호")
                    hint=l.say(
                        "At least 10 characters. Several words in a row are easy to remember and hard to guess.",
                        "10자 이상. 여러 단어를 이어 쓰면 기억하기 쉽고 추측하기 어렵습니다.",
                    )
                    autocomplete="new-password"
                    required=true
                />
                <TextField
                    refill=form
                    name="again"
                    kind="password"
                    label=l.say("Confirm new password", "새 암호 확인")
                    autocomplete="new-password"
                    required=true
                />
                <div class="actions">
                    <button class="button primary">{l.say("Change password", "암호 변경")}</button>
                </div>
            </Form>
        </section>
    }
}

#[component]
fn Sessions() -> impl IntoView {
    let l = language();
    view! {
        <section class="card max-w-2xl">
            <h2>{l.say("Sign out everywhere", "모든 곳에서 로그아웃")}</h2>
            <p class="text-muted">
                {l.say(
                    "Ends all sessions of this account, including this one. Use it when a device is lost.",
                    "현재 세션을 포함하여 이 계정의 모든 세션을 종료합니다. 기기를 분실했을 때 사용하세요.",
                )}
            </p>
            <Form refill=refill(EVERYWHERE) action=SignOutEverywhere::PATH>
                <div class="actions">
                    <button class="button">{l.say("Sign out everywhere", "모든 곳에서 로그아웃")}</button>
                </div>
            </Form>
        </section>
    }
}

/// Changes one's own password; other sessions end.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "account/password")]
pub async fn change_password(
    #[server(default)] old: Password,
    #[server(default)] new: Password,
    #[server(default)] again: Password,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted};
    use domain::secret::Secret;

    let form = Posted::on("/account", PASSWORD);
    let (old, new, again) = (Secret::from(old), Secret::from(new), Secret::from(again));
    if !visitor().is_anonymous() && new != again {
        let sentence = language().say(
            "The new passwords don't match. Enter the same password twice.",
            "새 암호가 일치하지 않습니다. 같은 암호를 두 번 입력하세요.",
        );
        return form.mistake("again", sentence.to_owned());
    }
    form.run(
        move |management, actor| management.change_password(actor, &old, &new),
        |session, l| {
            crate::session::begin(&session);
            let notice = l.say(
                "Password changed. All other sessions were ended.",
                "암호를 변경했습니다. 다른 모든 세션은 종료되었습니다.",
            );
            Next::to("/account").saying(notice)
        },
    )
    .await
}

/// Ends this session.
///
/// # Errors
/// Only towards scripts.
#[server(endpoint = "account/sign-out")]
pub async fn sign_out() -> Result<(), PageError> {
    use crate::post::{Next, Posted};

    let visitor = visitor();
    let Some(token) = visitor.token.clone().filter(|_| !visitor.is_anonymous()) else {
        // The session has ended already.
        crate::session::end();
        Next::to(crate::address::SIGN_IN).go();
        return Ok(());
    };
    Posted::on("/account", "sign-out")
        .run(
            move |management, _| management.sign_out(&token),
            |(), _| {
                crate::session::end();
                Next::to(crate::address::SIGN_IN)
            },
        )
        .await
}

/// Ends all sessions of the account.
///
/// # Errors
/// Only towards scripts.
#[server(endpoint = "account/sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), PageError> {
    use crate::post::{Next, Posted};

    Posted::on("/account", EVERYWHERE)
        .run(
            |management, actor| management.sign_out_everywhere(actor),
            |(), _| {
                crate::session::end();
                Next::to(crate::address::SIGN_IN)
            },
        )
        .await
}

const PASSWORD: &str = "password";
const EVERYWHERE: &str = "everywhere";
