//! The fields of a form in the browser: whether they differ from what the server sent, what they hold, and how that is put
//! back.

use leptos::wasm_bindgen::{JsCast, JsValue};
use serde::{Deserialize, Serialize};
use web_sys::js_sys::{JsString, Reflect, RegExp};
use web_sys::{Element, Event, EventInit, HtmlFormElement};

use crate::islands::browser;

/// What a person has entered into one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    name: String,
    value: String,
    /// Whether the box is ticked; of no meaning for other fields.
    ticked: bool,
}

/// Whether something in the form isn't what is saved.
#[must_use]
pub fn has_changed(form: &HtmlFormElement) -> bool {
    fields(form).iter().any(is_changed)
}

/// Whether something was entered that must not or can't be kept: a secret, a file.
#[must_use]
pub fn holds_unkeepable(form: &HtmlFormElement) -> bool {
    fields(form).iter().any(|field| matches!(kind(field), Kind::Secret | Kind::File) && is_changed(field))
}

/// What stands in the fields that may be kept.
#[must_use]
pub fn entered(form: &HtmlFormElement) -> Vec<Entered> {
    let fields = fields(form);
    let kept = fields.iter().filter(|field| matches!(kind(field), Kind::Box | Kind::Choice | Kind::Text));
    let one = |field: &Element| Entered {
        name: text(field, "name"),
        value: without_passwords(&text(field, "value")),
        ticked: is(field, "checked"),
    };
    kept.map(one).collect()
}

/// Puts it back, and tells the page as if a person had done so. A field that was changed already, by the browser or by
/// somebody who is quick, stays as it is.
pub fn put(form: &HtmlFormElement, all: &[Entered]) {
    for field in fields(form).into_iter().filter(|field| !is_changed(field)) {
        let name = text(&field, "name");
        let mut of_this_name = all.iter().filter(|one| one.name == name);
        match kind(&field) {
            Kind::Box => {
                let value = text(&field, "value");
                let Some(one) = of_this_name.find(|one| one.value == value) else { continue };
                set(&field, "checked", &JsValue::from_bool(one.ticked));
            }
            Kind::Choice | Kind::Text => {
                let Some(one) = of_this_name.next() else { continue };
                set(&field, "value", &JsValue::from_str(&one.value));
            }
            Kind::File | Kind::Other | Kind::Secret => continue,
        }
        tell(&field);
    }
}

/// The revision that the form was begun on.
#[must_use]
pub fn revision(form: &HtmlFormElement) -> Option<String> {
    Some(text(&revision_field(form)?, "value"))
}

/// Goes back to an earlier revision, so that saving notices what others saved meanwhile.
pub fn set_revision(form: &HtmlFormElement, revision: &str) {
    if let Some(field) = revision_field(form) {
        set(&field, "value", &JsValue::from_str(revision));
    }
}

fn revision_field(form: &HtmlFormElement) -> Option<Element> {
    form.query_selector("input[name=revision]").ok().flatten()
}

/// How a field is dealt with.
enum Kind {
    Box,
    Choice,
    File,
    /// Nothing that a person enters, or that the browser fills in by itself.
    Other,
    Secret,
    Text,
}

fn kind(field: &Element) -> Kind {
    match (field.tag_name().as_str(), text(field, "type").as_str()) {
        ("TEXTAREA", _) if is_meant_to_be_secret(field) => Kind::Secret,
        ("TEXTAREA", _) => Kind::Text,
        ("SELECT", _) => Kind::Choice,
        ("INPUT", "checkbox" | "radio") => Kind::Box,
        ("INPUT", "file") => Kind::File,
        ("INPUT", "password") if text(field, "autocomplete") == "current-password" => Kind::Other,
        ("INPUT", "password") => Kind::Secret,
        ("INPUT", "hidden" | "submit" | "button" | "reset" | "image") => Kind::Other,
        ("INPUT", _) if !is(field, "readOnly") => Kind::Text,
        _ => Kind::Other,
    }
}

/// Whether the box is ticked by which a person makes this text a secret.
fn is_meant_to_be_secret(field: &Element) -> bool {
    let named = field.get_attribute(SECRET_IF).and_then(|id| browser::element(&id));
    named.is_some_and(|ticked| is(&ticked, "checked"))
}

fn is_changed(field: &Element) -> bool {
    match kind(field) {
        _ if field.has_attribute(UNSAVED) => true,
        Kind::Other => false,
        Kind::Box => is(field, "checked") != is(field, "defaultChecked"),
        Kind::Choice => text(field, "value") != sent_choice(field),
        Kind::File => !text(field, "value").is_empty(),
        Kind::Secret | Kind::Text => {
            with_plain_line_ends(&text(field, "value")) != with_plain_line_ends(&text(field, "defaultValue"))
        }
    }
}

/// The entry that the server has chosen; the first one where it has chosen none (HTML, 4.10.7).
fn sent_choice(field: &Element) -> String {
    let Ok(entries) = field.query_selector_all("option") else { return String::new() };
    let entries = (0..entries.length()).filter_map(|at| entries.get(at)?.dyn_into::<Element>().ok());
    let entries: Vec<Element> = entries.collect();
    let chosen = entries.iter().rfind(|entry| is(entry, "defaultSelected")).or(entries.first());
    chosen.map(|entry| text(entry, "value")).unwrap_or_default()
}

fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A policy document with the passwords that were typed into `authentication-basic` taken out. Dots that stand for a saved
/// one, expressions and named values stay.
fn without_passwords(value: &str) -> String {
    let pattern = RegExp::new(PASSWORDS, "gi");
    JsString::from(value).replace_by_pattern(&pattern, "$1\"\"").into()
}

fn fields(form: &HtmlFormElement) -> Vec<Element> {
    let elements = form.elements();
    (0..elements.length()).filter_map(|at| elements.item(at)).collect()
}

/// What the editor, and whatever else follows a field, listens to.
fn tell(field: &Element) {
    let init = EventInit::new();
    init.set_bubbles(true);
    for name in ["input", "change"] {
        if let Ok(event) = Event::new_with_event_init_dict(name, &init) {
            let _ = field.dispatch_event(&event);
        }
    }
}

fn text(field: &Element, property: &str) -> String {
    Reflect::get(field, &JsValue::from_str(property)).ok().and_then(|it| it.as_string()).unwrap_or_default()
}

fn is(field: &Element, property: &str) -> bool {
    Reflect::get(field, &JsValue::from_str(property)).is_ok_and(|it| it.is_truthy())
}

fn set(field: &Element, property: &str, value: &JsValue) {
    let _ = Reflect::set(field, &JsValue::from_str(property), value);
}

/// The attribute of a field that holds something else than what is saved already when the page comes.
pub const UNSAVED: &str = "data-unsaved";
/// The attribute of a text with the id of the box that makes it a secret.
pub const SECRET_IF: &str = "data-secret-if";
const PASSWORDS: &str = r#"(<authentication-basic\b[^>]*?\bpassword\s*=\s*)(?:"(?!•+"|@[({]|\{\{)[^"]*"|'(?!•+'|@[({]|\{\{)[^']*')"#;
