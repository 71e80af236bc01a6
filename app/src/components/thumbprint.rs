//! A thumbprint with its last four digits set apart, which people go by.

use leptos::prelude::*;

use domain::certificate::Thumbprint;

/// The whole thumbprint.
#[component]
pub fn ThumbprintText(thumbprint: Thumbprint) -> impl IntoView {
    let (front, last) = thumbprint.parted();
    view! {
        <span class="thumbprint">
            <span class="front">{front.to_owned()}</span>
            <strong>{last.to_owned()}</strong>
        </span>
    }
}

/// `…C0DE`, for places where there is little room.
#[must_use]
pub fn last_four(thumbprint: &Thumbprint) -> String {
    format!("\u{2026}{}", thumbprint.parted().1)
}
