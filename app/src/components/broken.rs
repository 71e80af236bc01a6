//! The documents that a change elsewhere would break.

use leptos::prelude::*;

use crate::components::document_link::DocumentAnchor;
use crate::forms::{Broken, Detail, Refill};
use crate::session::language;
use crate::words::diagnostics::{Paragraph, told};

/// Each document with the first mistake that it would have; nothing where there are none.
#[component]
pub fn BrokenDocuments(refill: Refill) -> impl IntoView {
    let l = language();
    let Detail::Broken(broken) = refill.detail else { return ().into_any() };
    let line = move |one: Broken| {
        view! {
            <li>
                <DocumentAnchor link=one.document />
                {told(&one.problem, l)
                    .sentences
                    .into_iter()
                    .map(|Paragraph { text, lang }| view! { <p class="hint" lang=lang>{text}</p> })
                    .collect_view()}
            </li>
        }
    };
    view! {
        <div>
            <p class="font-medium">{l.say("These documents would become invalid:", "다음 문서에 오류가 생깁니다:")}</p>
            <ul class="flex list-disc flex-col gap-1.5 ps-5">{broken.into_iter().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}
