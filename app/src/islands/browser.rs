//! The few things the islands ask of the browser. On the server none of them is ever called.

use leptos::prelude::window;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{Date, Function, Reflect};
use web_sys::{Document, DomParser, Element, Event, EventTarget, Storage, SupportedType, XmlHttpRequest};

use crate::islands::time::Precision;

/// An element of the page.
#[must_use]
pub fn element(id: &str) -> Option<Element> {
    window().document()?.get_element_by_id(id)
}

/// Puts a text on the clipboard; where the browser has none, nothing happens.
pub fn copy(text: &str) {
    let navigator = window().navigator();
    if Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|it| !it.is_undefined()) {
        let _ = navigator.clipboard().write_text(text);
    }
}

/// A time in the reader's zone, from its writing after RFC 3339.
#[must_use]
pub fn local_time(machine: &str, precision: Precision) -> Option<String> {
    let date = Date::new(&JsValue::from_str(machine));
    if date.get_time().is_nan() {
        return None;
    }
    let day = format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date());
    Some(match precision {
        Precision::Day => day,
        Precision::Minute => format!("{day} {:02}:{:02}", date.get_hours(), date.get_minutes()),
    })
}

/// The address of the present page.
#[must_use]
pub fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// The elements of the page that a selector means.
#[must_use]
pub fn all(selector: &str) -> Vec<Element> {
    let found = window().document().and_then(|page| page.query_selector_all(selector).ok());
    found.map_or_else(Vec::new, |found| {
        (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
    })
}

/// The first element with this attribute.
#[must_use]
pub fn first_with(attribute: &str) -> Option<Element> {
    window().document()?.query_selector(&format!("[{attribute}]")).ok().flatten()
}

/// Runs `then` whenever this happens to the element, for as long as the page lives.
pub fn on(element: &EventTarget, event: &str, then: impl FnMut(Event) + 'static) {
    let listener = Closure::<dyn FnMut(Event)>::new(then);
    let _ = element.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

/// The same for whatever happens on the page, after the elements themselves have heard of it.
pub fn on_page(event: &str, then: impl FnMut(Event) + 'static) {
    on(&window(), event, then);
}

/// Whether a click on a link opens another tab or window, and leaves this page as it is.
#[must_use]
pub fn opens_elsewhere(click: &Event) -> bool {
    let held = |key| Reflect::get(click, &JsValue::from_str(key)).is_ok_and(|it| it.is_truthy());
    ["ctrlKey", "metaKey", "shiftKey", "altKey", "button"].into_iter().any(held)
}

/// The path of the page's address.
#[must_use]
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Loads the page once more.
pub fn reload() {
    let _ = window().location().reload();
}

/// Whether the browser went back or forward to this page.
#[must_use]
pub fn came_back() -> bool {
    let entries = window().performance().map(|it| it.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| Reflect::get(&entries.get(0), &JsValue::from_str("type")).ok());
    kind.and_then(|kind| kind.as_string()).as_deref() == Some("back_forward")
}

/// Keeps a text under a name for as long as the tab lives. A browser without room for it keeps nothing.
pub fn keep(name: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, text);
    }
}

/// The text that is kept under a name.
#[must_use]
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps it no longer.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}

/// The names that begin so and under which something is kept.
#[must_use]
pub fn kept_names(beginning: &str) -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let names = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok().flatten());
    names.filter(|name| name.starts_with(beginning)).collect()
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Goes to another page.
pub fn go(address: &str) {
    let _ = window().location().assign(address);
}

/// Shows another address for the present page, without a step in the history.
pub fn rename_page(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Fetches a page and hands it over; nothing is handed over when there is no answer.
pub fn fetch_page(address: &str, then: impl FnOnce(Document) + 'static) {
    let Ok(request) = XmlHttpRequest::new() else { return };
    if request.open("GET", address).is_err() || request.set_request_header("Accept", "text/html").is_err() {
        return;
    }
    let answered = request.clone();
    let done = Closure::once_into_js(move || {
        if let Some(page) = parsed(&answered) {
            then(page);
        }
    });
    request.set_onload(Some(done.unchecked_ref()));
    let _ = request.send();
}

/// Puts the contents of the element with this id in `page` in place of those in the present page, and wakes the
/// islands in them.
pub fn take_over(page: &Document, id: &str) -> Option<Element> {
    let fresh = page.get_element_by_id(id)?;
    let present = element(id)?;
    present.set_inner_html(&fresh.inner_html());
    wake_islands(&present);
    Some(present)
}

fn parsed(request: &XmlHttpRequest) -> Option<Document> {
    let text = request.response_text().ok()??;
    DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()
}

/// Leptos leaves a function on the window that wakes one island.
fn wake_islands(root: &Element) -> Option<()> {
    let wake = Reflect::get(&window(), &JsValue::from_str("__hydrateIsland")).ok()?;
    let wake: Function = wake.dyn_into().ok()?;
    let islands = root.query_selector_all("leptos-island").ok()?;
    for at in 0..islands.length() {
        let island: Element = islands.get(at)?.dyn_into().ok()?;
        let name = JsValue::from_str(&island.get_attribute("data-component")?);
        let _ = wake.call2(&JsValue::NULL, &island, &name);
    }
    Some(())
}
