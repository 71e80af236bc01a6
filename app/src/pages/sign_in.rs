//! Signing in with user name and password.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::language::Language;

use crate::components::field::TextField;
use crate::components::form::{Form, Hidden};
use crate::components::needs_https::NeedsHttps;
use crate::components::notice::{Callout, Tone};
use crate::error::PageError;
use crate::forms::{Password, refill};
use crate::layout::CardPage;
use crate::load::{loaded, query};
use crate::session::{Reached, language, visitor};
use crate::words::sessions;

/// The sign-in. `next` in the address says where to go afterwards.
#[component]
pub fn SignIn() -> impl IntoView {
    let next = crate::address::local(&query("next")).to_owned();
    loaded(sign_in_is_set_up(), move |set_up| view! { <SignInForm next=next set_up=set_up /> }.into_any())
}

#[component]
fn SignInForm(next: String, set_up: bool) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let title = l.say("Sign in", "로그인").to_owned();
    if visitor().reached == Reached::Plainly {
        return view! { <NeedsHttps title=title /> }.into_any();
    }
    let reason = reason(&next, l);
    view! {
        <CardPage title=title>
            {reason.map(|reason| view! { <p role="status">{reason}</p> })}
            {(!set_up)
                .then(|| {
                    view! {
                        <Callout tone=Tone::Info>
                            <p>
                                {l.say(
                                    "There are no user accounts yet. To create the first administrator account, open the one-time link that the program printed at startup.",
                                    "아직 사용자 계정이 없습니다. 프로그램이 시작할 때 출력한 일회용 링크를 열어 첫 관리자 계정을 만드세요.",
                                )}
                            </p>
                        </Callout>
                    }
                })} <Form refill=form.clone() action=PostSignIn::PATH>
                <Hidden name="next" value=next />
                <TextField
                    refill=form.clone()
                    name="name"
                    label=l.say("User name", "사용자 이름")
                    autocomplete="username"
                    required=true
                />
                <TextField
                    refill=form
                    name="password"
                    label=l.say("Password", "암호")
                    kind="password"
                    autocomplete="current-password"
                    required=true
                />
                <button class="button primary w-full">{l.say("Sign in", "로그인")}</button>
            </Form>
        </CardPage>
    }
    .into_any()
}

/// Why somebody is here who asked for something else, or was signed in until now.
fn reason(next: &str, l: Language) -> Option<&'static str> {
    let visitor = visitor();
    let asked = next != "/";
    if visitor.former.is_some() && (asked || visitor.token.is_some()) {
        return Some(sessions::ended(l));
    }
    asked.then(|| {
        l.say("Sign in to open the page that you asked for.", "요청한 페이지를 열려면 로그인하세요.")
    })
}

/// Whether there is a user at all.
///
/// # Errors
/// The store can't be read.
#[cfg(feature = "ssr")]
pub(crate) async fn sign_in_is_set_up() -> Result<bool, PageError> {
    crate::context::look(|management, _| management.needs_setup().map(|needed| !needed)).await
}

#[cfg(not(feature = "ssr"))]
pub(crate) async fn sign_in_is_set_up() -> Result<bool, PageError> {
    Ok(true)
}

/// Signs in and goes on to `next`.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "sign-in")]
pub async fn post_sign_in(
    #[server(default)] name: String,
    #[server(default)] password: Password,
    #[server(default)] next: String,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted};
    use domain::secret::Secret;
    use management::users::Origin;

    if visitor().reached == Reached::Plainly {
        // The page says that nobody can sign in this way.
        crate::answer::see_other(crate::address::SIGN_IN);
        return Ok(());
    }
    let next = crate::address::local(&next).to_owned();
    let form = Posted::on(crate::address::sign_in(&next), FORM).with("name", &name);
    let password = Secret::from(password);
    let visitor = visitor();
    form.run(
        move |management, _| {
            let from = Origin { address: &visitor.peer, browser: visitor.browser.as_ref() };
            management.sign_in(&name, &password, from)
        },
        |session, _| {
            crate::session::begin(&session);
            Next::to(next)
        },
    )
    .await
}

const FORM: &str = "sign-in";
