//! One's own account: password, sessions.

use leptos::prelude::*;

use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::session::language;

/// The account of whoever is signed in.
#[component]
pub fn Account() -> impl IntoView {
    let l = language();
    view! { <Page title=l.say("Your account", "내 계정").to_owned() section=Section::Account>""</Page> }
}

/// Ends this session.
///
/// # Errors
/// Only towards scripts.
#[server(prefix = "/fn", endpoint = "account/sign-out")]
pub async fn sign_out() -> Result<(), PageError> {
    use crate::post::{Next, Posted};

    let visitor = crate::session::visitor();
    let form = Posted::on("/account", "sign-out");
    let Some(token) = visitor.token.filter(|_| visitor.actor != domain::user::Actor::Anonymous) else {
        return form.refuse(&management::error::Error::NotAllowed);
    };
    form.run(
        move |management, _| management.sign_out(&token),
        |(), _| {
            crate::session::end();
            Next::to("/sign-in")
        },
    )
    .await
}
