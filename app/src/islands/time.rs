//! A point in time in the reader's own zone; UTC stays in the title, and is shown until the island is alive.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use serde::{Deserialize, Serialize};

use web_sys::HtmlElement;

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

/// Puts the reader's zone into the entries of the dropdown with this id, where HTML has no place for an element. An
/// entry names its times in `data-times`.
#[island]
pub fn LocalChoices(field: String) -> impl IntoView {
    Effect::new(move |_| {
        let entries =
            browser::element(&field).and_then(|field| field.query_selector_all("[data-times]").ok());
        let Some(entries) = entries else { return };
        for at in 0..entries.length() {
            if let Some(entry) = entries.get(at).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                tell_local_times(&entry);
            }
        }
    });
}

fn tell_local_times(entry: &HtmlElement) {
    let in_utc = entry.text_content().unwrap_or_default();
    let mut text = in_utc.clone();
    for machine in entry.get_attribute("data-times").unwrap_or_default().split(' ') {
        for precision in [Precision::Minute, Precision::Day] {
            if let Some(local) = browser::local_time(machine, precision) {
                text = text.replace(&written_in_utc(machine, precision), &local);
            }
        }
    }
    entry.set_title(&in_utc);
    entry.set_text_content(Some(&text));
}

/// As `words::dates` writes a time on the server, from its writing after RFC 3339.
fn written_in_utc(machine: &str, precision: Precision) -> String {
    let day = machine.get(..10).unwrap_or_default();
    match precision {
        Precision::Day => format!("{day} UTC"),
        Precision::Minute => format!("{day} {} UTC", machine.get(11..16).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{Precision, written_in_utc};
    use crate::words::dates::{day, machine, moment};

    #[test]
    fn the_browser_finds_what_the_server_wrote() {
        let at = datetime!(2027-03-01 9:30:05 UTC);
        assert_eq!(written_in_utc(&machine(at), Precision::Day), day(at));
        assert_eq!(written_in_utc(&machine(at), Precision::Minute), moment(at));
    }
}
