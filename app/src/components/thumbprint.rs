//! A thumbprint with its last four digits set apart, which people go by.

use leptos::prelude::*;

use domain::certificate::Thumbprint;

use crate::islands::copy::CopyButton;
use crate::session::language;

/// The whole thumbprint, with a button that copies it.
#[component]
pub fn ThumbprintText(thumbprint: Thumbprint) -> impl IntoView {
    let l = language();
    let (front, last) = thumbprint.parted();
    let label =
        l.say(format!("Copy the thumbprint ending in {last}"), format!("{last}(으)로 끝나는 지문 복사"));
    view! {
        <span class="thumbprint">
            <span class="front">{front.to_owned()}</span>
            <strong>{last.to_owned()}</strong>
        </span>
        <CopyButton
            text=thumbprint.as_str().to_owned()
            label=label
            done=l.say("copied", "복사됨").to_owned()
        />
    }
}

/// `…C0DE`, for places where there is little room.
#[must_use]
pub fn last_four(thumbprint: &Thumbprint) -> String {
    format!("\u{2026}{}", thumbprint.parted().1)
}
