//! The documents that a change elsewhere would break.

use leptos::prelude::*;

use crate::components::document_link::DocumentAnchor;
use crate::forms::{Broken, Detail, Refill};
use crate::session::language;

/// Each document with the first mistake that it would have; nothing where there are none.
#[component]
pub fn BrokenDocuments(refill: Refill) -> impl IntoView {
    let l = language();
    let Detail::Broken(broken) = refill.detail else { return ().into_any() };
    let line = |one: Broken| {
        view! {
            <li>
                <DocumentAnchor link=one.document />
                <p class="hint" lang="en">
                    {one.sentence}
                </p>
            </li>
        }
    };
    view! {
        <div>
            <p class="font-medium">{l.say("These documents could not be read with it:", "다음 문서를 읽을 수 없게 됩니다:")}</p>
            <ul class="flex list-disc flex-col gap-1.5 ps-5">{broken.into_iter().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}
