//! Who made a request: the certificate that was presented, or the address.

use leptos::prelude::*;

use domain::traffic::Caller;

use crate::session::language;

/// A client by its certificate, the last four digits of the thumbprint set apart; without one by its address.
#[component]
pub fn ClientName(caller: Caller) -> impl IntoView {
    let Some(shown) = caller.certificate else {
        let address = caller.address;
        return language()
            .say(format!("no certificate, from {address}"), format!("인증서 없음, {address}에서 호출"))
            .into_any();
    };
    let (front, last) = shown.thumbprint.split_at(shown.thumbprint.len().saturating_sub(4));
    view! {
        <span>{shown.subject.clone()}</span>
        " "
        <span class="thumbprint">
            <span class="front">{front.to_owned()}</span>
            <strong>{last.to_owned()}</strong>
        </span>
    }
    .into_any()
}
