//! A list that is searched while one types. The form beside it does the same with its button.

use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::address::with_query;
use crate::islands::browser;

/// Watches the field with the id `search` and renews the element with the id `results`. `path` is the list's address,
/// `sort` and `order` what it is sorted by.
#[island]
pub fn SearchAsYouType(path: String, sort: String, order: String) -> impl IntoView {
    let found = RwSignal::new(String::new());
    Effect::new(move |_| watch(path.clone(), sort.clone(), order.clone(), found));
    view! {
        <span class="sr-only" role="status">
            {move || found.get()}
        </span>
    }
}

fn watch(path: String, sort: String, order: String, found: RwSignal<String>) {
    let Some(field) = browser::element("search").and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    let watched = field.clone();
    let pending = StoredValue::new(None::<TimeoutHandle>);
    browser::on(&watched, "input", move |_| {
        if let Some(earlier) = pending.get_value() {
            earlier.clear();
        }
        let (field, path, sort, order) = (field.clone(), path.clone(), sort.clone(), order.clone());
        let search = move || renew(field, &path, &sort, &order, found);
        pending.set_value(set_timeout_with_handle(search, PAUSE).ok());
    });
}

/// Asks for the list with what stands in the field; an answer that comes after more was typed is dropped.
fn renew(field: HtmlInputElement, path: &str, sort: &str, order: &str, found: RwSignal<String>) {
    let searched = field.value();
    let address = with_query(path, &[("search", &searched), ("sort", sort), ("order", order)]);
    let shown = address.clone();
    browser::fetch_page(&address, move |page| {
        if field.value() != searched {
            return;
        }
        if let Some(results) = browser::take_over(&page, RESULTS) {
            browser::rename_page(&shown);
            let summary = results.query_selector("[data-summary]").ok().flatten();
            found.set(summary.and_then(|it| it.text_content()).unwrap_or_default());
        }
    });
}

/// The id of the element that holds rows and pager of a list.
pub const RESULTS: &str = "results";
const PAUSE: Duration = Duration::from_millis(250);
