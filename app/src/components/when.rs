//! Points in time: short for people, exact for machines and in the title.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::islands::time::{LocalTime, Precision};
use crate::words::dates;

/// A day, in UTC until a script can tell the reader's zone; the exact time in UTC is its title.
#[component]
pub fn Day(at: OffsetDateTime) -> impl IntoView {
    view! { <LocalTime machine=dates::machine(at) text=dates::day(at) title=dates::moment(at) precision=Precision::Day /> }
}

/// A time said in other words, such as how long ago it was; the exact time in UTC is its title.
#[component]
pub fn Said(at: OffsetDateTime, text: String) -> impl IntoView {
    view! {
        <time datetime=dates::machine(at) title=dates::moment(at)>
            {text}
        </time>
    }
}

/// A day and time, otherwise as [`Day`].
#[component]
pub fn Moment(at: OffsetDateTime) -> impl IntoView {
    view! {
        <LocalTime machine=dates::machine(at) text=dates::moment(at) title=dates::moment(at) precision=Precision::Minute />
    }
}
