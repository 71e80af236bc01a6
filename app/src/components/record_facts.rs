//! What there is to know of something besides its settings: its id, when it was made, who changed it last.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::components::when::Moment;
use crate::session::language;

/// The part of a settings page that says so.
#[component]
pub fn RecordFacts(
    #[prop(into)] title: String,
    id: String,
    created_at: OffsetDateTime,
    changed_at: OffsetDateTime,
    changed_by: String,
    /// Further facts.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let l = language();
    view! {
        <section class="card max-w-3xl">
            <h2>{title}</h2>
            <dl class="facts">
                <dt>{l.say("ID in URLs and logs", "주소와 로그의 ID")}</dt>
                <dd>
                    <code class="font-mono text-sm">{id}</code>
                </dd>
                <dt>{l.say("Created", "만든 날짜")}</dt>
                <dd>
                    <Moment at=created_at />
                </dd>
                <dt>{l.say("Last changed", "마지막 변경")}</dt>
                <dd>
                    <Moment at=changed_at />
                    {l.say(format!(" by {changed_by}"), format!(", {changed_by} 님이 변경"))}
                </dd>
                {children.map(|children| children())}
            </dl>
        </section>
    }
}
