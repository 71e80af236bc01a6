//! Points in time: short for people, exact for machines and in the title.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::islands::time::{LocalTime, Precision};
use crate::words::dates;

/// A day, with the exact time in UTC in its title.
#[component]
pub fn Day(at: OffsetDateTime) -> impl IntoView {
    view! { <LocalTime machine=dates::machine(at) text=dates::date(at) title=utc(at) precision=Precision::Day /> }
}

/// A day and time, in UTC until a script can tell the reader's zone.
#[component]
pub fn Moment(at: OffsetDateTime) -> impl IntoView {
    view! { <LocalTime machine=dates::machine(at) text=utc(at) title=utc(at) precision=Precision::Minute /> }
}

fn utc(at: OffsetDateTime) -> String {
    format!("{} UTC", dates::date_time(at))
}
