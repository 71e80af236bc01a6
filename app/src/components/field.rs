//! Fields of a form: label, hint, what is wrong, what was entered before; all tied together.

use leptos::prelude::*;
use time::OffsetDateTime;

use crate::components::form::field_id;
use crate::components::literal::LiteralTextArea;
use crate::forms::Refill;
use crate::islands::time::LocalChoices;
use crate::words::dates;

/// One line of text.
#[component]
pub fn TextField(
    refill: Refill,
    name: &'static str,
    #[prop(into)] label: String,
    /// What stands there while nothing was entered.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] monospace: bool,
    /// What stands in front of what is typed, as part of the same box.
    #[prop(optional, into)]
    before: String,
    #[prop(default = 1000)] longest: u32,
    /// What is offered while typing; anything else can be typed too.
    #[prop(optional)]
    suggestions: Vec<&'static str>,
) -> impl IntoView {
    let id = field_id(&refill.form, name);
    let list = (!suggestions.is_empty()).then(|| format!("{id}-list"));
    // A password never comes back to the page.
    let text = if kind == "password" { String::new() } else { refill.value(name, &value) };
    let unsaved = text != value;
    let described = described_by(&refill, name, &hint);
    view! {
        <div class="field">
            <Label id=id.clone() text=label hint=hint />
            <div class="joined">
                {(!before.is_empty()).then(|| view! { <span class="before">{before}</span> })}
                <input
                    class=if monospace { "input font-mono" } else { "input" }
                    id=id
                    name=name
                    type=kind
                    value=text
                    data-unsaved=unsaved
                    autocomplete=autocomplete
                    list=list.clone()
                    spellcheck="false"
                    maxlength=longest
                    required=required
                    aria-invalid=refill.mistake(name).map(|_| "true")
                    aria-describedby=described
                    autofocus=refill.begins_with(name)
                />
                {list.map(|list| view! { <Suggestions id=list texts=suggestions /> })}
            </div>
            <MistakeLine refill=refill name=name />
        </div>
    }
}

#[component]
fn Suggestions(id: String, texts: Vec<&'static str>) -> impl IntoView {
    let option = |text: &'static str| view! { <option value=text></option> };
    view! { <datalist id=id>{texts.into_iter().map(option).collect_view()}</datalist> }
}

/// Many lines of text.
#[component]
pub fn TextArea(
    refill: Refill,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(default = 8)] rows: u32,
    /// The id of something else on the page that describes it; empty is nothing.
    #[prop(optional, into)]
    described: String,
    /// Whether the policy editor takes its place where scripts run.
    #[prop(optional)]
    editor: bool,
    /// The id of the box that makes the text a secret; empty if the text is never a secret.
    #[prop(optional, into)]
    secret_if: String,
) -> impl IntoView {
    let id = field_id(&refill.form, name);
    let also = (!described.is_empty()).then_some(described);
    let ids: Vec<String> = described_by(&refill, name, &hint).into_iter().chain(also).collect();
    let described = (!ids.is_empty()).then(|| ids.join(" "));
    let text = refill.value(name, &value);
    view! {
        <div class="field">
            <Label id=id.clone() text=label hint=hint />
            <LiteralTextArea
                id=id
                name=name
                unsaved=text != value
                text=text
                rows=rows
                editor=editor
                secret_if=secret_if
                invalid=refill.mistake(name).is_some()
                described=described
                autofocus=refill.begins_with(name)
            />
            <MistakeLine refill=refill name=name />
        </div>
    }
}

/// One entry of a dropdown.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub text: String,
    /// The times in the text, for machines.
    times: Vec<String>,
}

impl Choice {
    /// An entry that sends `value` and shows `text`.
    #[must_use]
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), times: Vec::new() }
    }

    /// The same with the times that its text names in UTC, so that scripts can tell them in the reader's zone.
    #[must_use]
    pub fn at(mut self, times: &[OffsetDateTime]) -> Self {
        self.times = times.iter().copied().map(dates::machine).collect();
        self
    }
}

/// A dropdown.
#[component]
pub fn SelectField(
    refill: Refill,
    name: &'static str,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    /// What is chosen while nothing was entered.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: String,
) -> impl IntoView {
    let id = field_id(&refill.form, name);
    let chosen = refill.value(name, &value);
    let unsaved = chosen != value;
    let described = described_by(&refill, name, &hint);
    let has_times = choices.iter().any(|choice| !choice.times.is_empty());
    let local = has_times.then(|| view! { <LocalChoices field=id.clone() /> });
    let option = |choice: Choice| {
        let selected = choice.value == chosen;
        let times = (!choice.times.is_empty()).then(|| choice.times.join(" "));
        view! {
            <option value=choice.value selected=selected data-times=times>
                {choice.text}
            </option>
        }
    };
    view! {
        <div class="field">
            <Label id=id.clone() text=label hint=hint />
            <select
                class="input"
                id=id
                name=name
                data-unsaved=unsaved
                aria-invalid=refill.mistake(name).map(|_| "true")
                aria-describedby=described
                autofocus=refill.begins_with(name)
            >
                {choices.into_iter().map(option).collect_view()}
            </select>
            {local}
            <MistakeLine refill=refill name=name />
        </div>
    }
}

/// A box to tick; it sends `value` when it is.
#[component]
pub fn CheckField(
    refill: Refill,
    name: &'static str,
    value: &'static str,
    #[prop(into)] label: String,
    /// Whether it is ticked while nothing was entered.
    #[prop(optional)]
    present: bool,
) -> impl IntoView {
    let id = field_id(&refill.form, name);
    let described = described_by(&refill, name, "");
    let ticked = refill.value(name, if present { value } else { "" }) == value;
    view! {
        <div class="field">
            <label class="check">
                <input
                    type="checkbox"
                    id=id
                    name=name
                    value=value
                    checked=ticked
                    data-unsaved=ticked != present
                    aria-invalid=refill.mistake(name).map(|_| "true")
                    aria-describedby=described
                    autofocus=refill.begins_with(name)
                />
                {label}
            </label>
            <MistakeLine refill=refill name=name />
        </div>
    }
}

/// A field's name and what to know before filling it in.
#[component]
pub fn Label(id: String, text: String, #[prop(optional, into)] hint: String) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <label class="label" for=id>
            {text}
        </label>
        {(!hint.is_empty())
            .then(|| {
                view! {
                    <p class="hint" id=hint_id>
                        {hint}
                    </p>
                }
            })}
    }
}

/// What is wrong with a field, beneath it.
#[component]
pub fn MistakeLine(refill: Refill, name: &'static str) -> impl IntoView {
    let id = format!("{}-mistake", field_id(&refill.form, name));
    refill.mistake(name).map(str::to_owned).map(|sentence| {
        view! {
            <p class="mistake" id=id>
                {sentence}
            </p>
        }
    })
}

/// The ids of the hint and the mistake of a field, for `aria-describedby`.
#[must_use]
pub fn described_by(refill: &Refill, name: &str, hint: &str) -> Option<String> {
    let id = field_id(&refill.form, name);
    let hint = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let mistake = refill.mistake(name).map(|_| format!("{id}-mistake"));
    let ids: Vec<String> = hint.into_iter().chain(mistake).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
