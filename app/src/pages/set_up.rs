//! Making the first administrator, through the one-time link that the program prints.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::field::TextField;
use crate::components::form::{Form, Hidden};
use crate::components::needs_https::NeedsHttps;
use crate::error::PageError;
use crate::forms::{Password, refill};
use crate::layout::CardPage;
use crate::load::{loaded, query};
use crate::pages::sign_in::sign_in_is_set_up;
use crate::session::{Reached, language, visitor};

/// The form for the first administrator. The link's token moves from the address into the form; used once, it is
/// worth nothing any more wherever it was written down.
#[component]
pub fn SetUp() -> impl IntoView {
    loaded(sign_in_is_set_up(), |set_up| {
        // The link was used already: set-up is done, and its visitor can sign in.
        #[cfg(feature = "ssr")]
        if set_up {
            crate::answer::see_other(crate::address::SIGN_IN);
            return ().into_any();
        }
        let _ = set_up;
        view! { <SetUpForm /> }.into_any()
    })
}

#[component]
fn SetUpForm() -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let title = l.say("Create the first administrator account", "첫 관리자 계정 만들기").to_owned();
    if visitor().reached == Reached::Plainly {
        return view! { <NeedsHttps title=title /> }.into_any();
    }
    let token = form.value("token", &query("token"));
    view! {
        <CardPage title=title>
            <p class="text-muted">
                {l.say(
                    "This user has full access to the portal. This link works only once.",
                    "이 사용자는 포털의 모든 작업을 할 수 있습니다. 이 링크는 한 번만 사용할 수 있습니다.",
                )}
            </p>
            <Form refill=form.clone() action=PostSetUp::PATH>
                <Hidden name="token" value=token />
                <TextField
                    refill=form.clone()
                    name="name"
                    label=l.say("User name", "사용자 이름")
                    value="admin"
                    autocomplete="username"
                    required=true
                />
                <TextField
                    refill=form
                    name="password"
                    label=l.say("Password", "암호")
                    hint=l.say(
                        "At least 10 characters. Several words in a row are easy to remember and hard to guess.",
                        "10자 이상. 여러 단어를 이어 쓰면 기억하기 쉽고 추측하기 어렵습니다.",
                    )
                    kind="password"
                    autocomplete="new-password"
                    required=true
                />
                <button class="button primary w-full">{l.say("Create administrator account", "관리자 계정 만들기")}</button>
            </Form>
        </CardPage>
    }
    .into_any()
}

/// Makes the first administrator and signs in.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "set-up")]
pub async fn post_set_up(
    #[server(default)] token: Password,
    #[server(default)] name: String,
    #[server(default)] password: Password,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted};
    use domain::secret::Secret;
    use management::error::Error;
    use management::users::Origin;

    if visitor().reached == Reached::Plainly {
        // The link stays good: nobody would be signed in after it.
        crate::answer::see_other("/setup");
        return Ok(());
    }
    // The form needs the link's token again when it comes back, but no address does.
    let form = Posted::on("/setup", FORM).with("name", &name).with("token", token.expose());
    let (token, password) = (Secret::from(token), Secret::from(password));
    let visitor = visitor();
    let made = crate::context::ask(move |management, _| {
        let from = Origin { address: &visitor.peer, browser: visitor.browser.as_ref() };
        management.setup(&token, &name, &password, from)
    })
    .await;
    match made {
        Ok(session) => {
            crate::session::begin(&session);
            Next::to("/").go();
            Ok(())
        }
        Err(Error::NotAllowed) => form.sorry(
            language()
                .say(
                    "This link was already used or is incomplete. Restart the program to get a new one, or sign in.",
                    "이미 사용되었거나 불완전한 링크입니다. 프로그램을 다시 시작하여 새 링크를 받거나 로그인하세요.",
                )
                .to_owned(),
        ),
        Err(error) => form.refuse(&error),
    }
}

const FORM: &str = "set-up";
