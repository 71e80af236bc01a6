//! When something was last used.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::components::when::Said;
use crate::session::language;
use crate::words::dates;

/// `Last used 3 minutes ago`, with the exact time in its title, or `Not used yet`.
#[component]
pub fn LastUsed(at: Option<OffsetDateTime>, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let Some(at) = at else { return l.say("Not used yet", "아직 사용되지 않음").into_any() };
    let text = if (now - at).whole_minutes() < 1 {
        l.say("Last used just now", "마지막 사용: 방금").to_owned()
    } else {
        let distance = dates::distance(now, at, l);
        l.say(format!("Last used {distance}"), format!("마지막 사용: {distance}"))
    };
    view! { <Said at=at text=text /> }.into_any()
}
