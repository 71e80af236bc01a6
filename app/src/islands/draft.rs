//! Keeps what was entered and not saved: leaving asks, and a page that is opened again in the same tab has it again. What
//! is kept lies in the tab's session storage, for the person who entered it; never a secret, never a file.

use leptos::prelude::*;
use leptos::serde_json;
use leptos::wasm_bindgen::JsCast;
use serde::{Deserialize, Serialize};
use web_sys::{Element, Event, HtmlFormElement};

use crate::components::icon::{Icon, Symbol};
use crate::islands::browser;
use crate::islands::fields::{self, Entered};

/// A form as its tab keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Draft {
    /// Whether it was on its way to the server when the page was left.
    sent: bool,
    revision: Option<String>,
    fields: Vec<Entered>,
}

/// How the page is being left.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leaving {
    /// By any way that isn't known to keep what was entered.
    Somehow,
    /// To a page that leads back to this one. `sent` is the id of the form that goes to the server, if one does.
    Keeping { sent: String },
    /// Without what was entered, as the person wants it.
    Discarding,
    /// To the sign-in, because the person wants to.
    SigningOut,
}

/// Watches the forms of the page. `person` is who has signed in, the others are its words: what is said when something
/// was brought back, and the button that drops it.
#[island]
pub fn DraftKeeper(person: String, restored: String, discard: String) -> impl IntoView {
    let is_restored = RwSignal::new(false);
    let leaving = StoredValue::new(Leaving::Somehow);
    let keeper = StoredValue::new(person);
    Effect::new(move |_| {
        let person = keeper.get_value();
        settle_sent();
        let brought_back = forms().iter().filter(|form| bring_back(form, &person)).count();
        is_restored.set(brought_back > 0);
        watch(leaving, person);
    });
    let notice = move || {
        is_restored.get().then(|| {
            view! {
                <div class="callout info" role="status">
                    <Icon symbol=Symbol::Info />
                    <p class="grow">{restored.clone()}</p>
                    <button type="button" class="button" on:click=move |_| browser::reload() data-discards>
                        {discard.clone()}
                    </button>
                </div>
            }
        })
    };
    view! { {notice} }
}

fn watch(leaving: StoredValue<Leaving>, person: String) {
    browser::on_page("submit", move |event| {
        if let Some(way) = way_of_submit(&event) {
            leaving.set_value(way);
        }
    });
    browser::on_page("click", move |event| {
        leaving.set_value(way_of_click(&event).unwrap_or(Leaving::Somehow));
    });
    // A person who goes on writing has stayed.
    browser::on_page("input", move |_| leaving.set_value(Leaving::Somehow));
    browser::on_page("beforeunload", move |event| {
        if asks(&leaving.get_value()) {
            event.prevent_default();
        }
    });
    browser::on_page("pagehide", move |_| match leaving.get_value() {
        Leaving::SigningOut => browser::kept_names(PREFIX).iter().for_each(|name| browser::forget(name)),
        Leaving::Discarding => forms().iter().for_each(|form| browser::forget(&name(form, &person))),
        Leaving::Keeping { sent } => keep(&person, &sent),
        Leaving::Somehow => keep(&person, ""),
    });
}

/// Whether the browser is to ask before the page is left.
fn asks(leaving: &Leaving) -> bool {
    let forms = forms();
    match leaving {
        Leaving::Discarding => false,
        Leaving::Somehow | Leaving::SigningOut => forms.iter().any(fields::has_changed),
        // A secret or a file in another form would be lost.
        Leaving::Keeping { sent } => {
            forms.iter().any(|form| id(form) != *sent && fields::holds_unkeepable(form))
        }
    }
}

fn way_of_submit(event: &Event) -> Option<Leaving> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    if event.default_prevented() || form.get_attribute("method").as_deref() != Some("post") {
        return None;
    }
    let ends = form.has_attribute(SIGNS_OUT);
    Some(if ends { Leaving::SigningOut } else { Leaving::Keeping { sent: id(&form) } })
}

fn way_of_click(event: &Event) -> Option<Leaving> {
    if event.default_prevented() || browser::opens_elsewhere(event) {
        return None;
    }
    let clicked = event.target()?.dyn_into::<Element>().ok()?;
    let is_in = |selector: String| clicked.closest(&selector).is_ok_and(|found| found.is_some());
    if is_in(format!("[{DISCARDS}]")) {
        return Some(Leaving::Discarding);
    }
    is_in(format!("[{KEEPS}] a[href]")).then(|| Leaving::Keeping { sent: String::new() })
}

/// What was sent is settled by the first page after it: saved, or handed back by the server – unless that page says that
/// it could not be taken, or the browser went back because there was no such page.
fn settle_sent() {
    let is_taken = browser::first_with(NOT_TAKEN).is_none() && !browser::came_back();
    for name in browser::kept_names(PREFIX) {
        let Some(draft) = kept(&name).filter(|draft| draft.sent) else { continue };
        if is_taken { browser::forget(&name) } else { store(&name, &Draft { sent: false, ..draft }) }
    }
}

/// Puts into the form what was entered earlier, and says whether there was anything. What the server hands back goes
/// before that.
fn bring_back(form: &HtmlFormElement, person: &str) -> bool {
    let name = name(form, person);
    if form.has_attribute(RETURNED) {
        browser::forget(&name);
        return false;
    }
    let Some(draft) = kept(&name) else { return false };
    fields::put(form, &draft.fields);
    if !fields::has_changed(form) {
        browser::forget(&name);
        return false;
    }
    if let Some(revision) = draft.revision {
        fields::set_revision(form, &revision);
    }
    true
}

fn keep(person: &str, sent: &str) {
    for form in forms() {
        let name = name(&form, person);
        if fields::has_changed(&form) {
            let (revision, fields) = (fields::revision(&form), fields::entered(&form));
            store(&name, &Draft { sent: id(&form) == sent, revision, fields });
        } else {
            browser::forget(&name);
        }
    }
}

/// The forms that change something and have a name; none on pages in place of others.
fn forms() -> Vec<HtmlFormElement> {
    let all = browser::all("form[method=post][id]");
    let all = all.into_iter().filter_map(|form| form.dyn_into::<HtmlFormElement>().ok());
    if browser::first_with(NOT_TAKEN).is_some() { Vec::new() } else { all.collect() }
}

fn name(form: &HtmlFormElement, person: &str) -> String {
    format!("{PREFIX}{person} {} {}", browser::path(), id(form))
}

/// By its attribute: a field called `id` takes the place of the form's own property.
fn id(form: &HtmlFormElement) -> String {
    form.get_attribute("id").unwrap_or_default()
}

fn kept(name: &str) -> Option<Draft> {
    serde_json::from_str(&browser::kept(name)?).ok()
}

fn store(name: &str, draft: &Draft) {
    if let Ok(text) = serde_json::to_string(draft) {
        browser::keep(name, &text);
    }
}

/// The attribute of a form that came back from the server with what was entered.
pub const RETURNED: &str = "data-returned";
/// The attribute around links to pages from which one comes back to the form.
pub const KEEPS: &str = "data-keeps";
/// The attribute of a link or button that drops what was entered.
pub const DISCARDS: &str = "data-discards";
/// The attribute of the form that signs out.
pub const SIGNS_OUT: &str = "data-signs-out";
/// The attribute of a page that stands in place of one that could not be shown: an error, the sign-in.
pub const NOT_TAKEN: &str = "data-not-taken";
const PREFIX: &str = "draft ";
