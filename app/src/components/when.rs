//! Points in time: short for people, exact for machines and in the title.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::words::dates;

/// A day, with the exact time in UTC in its title.
#[component]
pub fn Day(at: OffsetDateTime) -> impl IntoView {
    view! {
        <time datetime=dates::machine(at) title=format!("{} UTC", dates::date_time(at))>
            {dates::date(at)}
        </time>
    }
}

/// A day and time in UTC.
#[component]
pub fn Moment(at: OffsetDateTime) -> impl IntoView {
    let text = format!("{} UTC", dates::date_time(at));
    view! {
        <time datetime=dates::machine(at) title=text.clone()>
            {text.clone()}
        </time>
    }
}
