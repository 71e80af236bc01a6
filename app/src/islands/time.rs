//! A point in time in the reader's own zone; UTC stays in the title, and is shown until the island is alive.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::islands::browser;

/// How exactly a time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    Day,
    Minute,
}

/// The time. `machine` is its writing after RFC 3339, `text` what stands there in UTC.
#[island]
pub fn LocalTime(machine: String, text: String, title: String, precision: Precision) -> impl IntoView {
    let shown = RwSignal::new(text);
    let at = machine.clone();
    Effect::new(move |_| {
        if let Some(local) = browser::local_time(&at, precision) {
            shown.set(local);
        }
    });
    view! {
        <time datetime=machine title=title>
            {move || shown.get()}
        </time>
    }
}
