//! Uploading with a drop area and progress, and with the chosen file kept when it is refused.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use serde::{Deserialize, Serialize};
use web_sys::{
    FileList, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, ProgressEvent, XmlHttpRequest,
};

use crate::islands::browser;

/// What the receiver answers to a script, which can't see where a 303 leads before it has followed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Onward {
    /// Refused: the page with the form, which says why.
    Again(String),
    /// Done: the next page.
    Next(String),
    /// Nobody is signed in any more: where to sign in.
    SignIn(String),
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq)]
enum Sending {
    Not,
    /// From 0 to 1; then the server is at work.
    Part(f64),
    Failed,
    /// Nobody is signed in any more; the form and its file stay. Where to sign in.
    SignedOut(String),
}

/// All words of the assistant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UploadWords {
    pub drop_here: String,
    pub sending: String,
    /// When the connection breaks.
    pub broken: String,
    /// When the session has ended: that, the link to sign in beside this page, and what to do after that.
    pub ended: String,
    pub sign_in: String,
    pub then: String,
}

/// The drop area above the form with this id, its progress, and what keeps it from being sent.
#[island]
pub fn UploadAssistant(form: String, words: UploadWords) -> impl IntoView {
    let awake = RwSignal::new(false);
    let state = RwSignal::new(Sending::Not);
    let over = RwSignal::new(false);
    let watched = form.clone();
    Effect::new(move |_| {
        watch(&watched, state);
        awake.set(true);
    });
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
            choose(&form, &files);
        }
    };
    let UploadWords { drop_here, sending, broken, ended, sign_in, then } = words;
    let progress = move || match state.get() {
        Sending::Part(part) => view! {
            <label class="field">
                {sending.clone()} <progress class="w-full" max="1" value=part.to_string()></progress>
            </label>
        }
        .into_any(),
        Sending::Failed => view! {
            <p class="mistake" role="alert">
                {broken.clone()}
            </p>
        }
        .into_any(),
        Sending::SignedOut(address) => view! {
            <p class="mistake" role="alert">
                {ended.clone()} " " <a href=address target="_blank">{sign_in.clone()}</a> " " {then.clone()}
            </p>
        }
        .into_any(),
        Sending::Not => ().into_any(),
    };
    view! {
        <div
            class="drop"
            class:invisible=move || !awake.get()
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            {drop_here}
        </div>
        {progress}
    }
}

fn watch(form: &str, state: RwSignal<Sending>) {
    let Some(form) = browser::element(form).and_then(|it| it.dyn_into::<HtmlFormElement>().ok()) else {
        return;
    };
    let watched = form.clone();
    browser::on(&watched, "submit", move |event| {
        event.prevent_default();
        if !matches!(state.get_untracked(), Sending::Part(_)) && send(&form, state).is_none() {
            state.set(Sending::Failed);
        }
    });
}

fn send(form: &HtmlFormElement, state: RwSignal<Sending>) -> Option<()> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("POST", &form.action()).ok()?;
    request.set_request_header("Accept", "application/json").ok()?;
    let progressed = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        state.set(Sending::Part(event.loaded() / event.total().max(1.0)));
    });
    request.upload().ok()?.set_onprogress(Some(progressed.as_ref().unchecked_ref()));
    progressed.forget();
    let broken = Closure::once_into_js(move || state.set(Sending::Failed));
    request.set_onerror(Some(broken.unchecked_ref()));
    let (answered, form_id) = (request.clone(), form.id());
    let loaded = Closure::once_into_js(move || {
        if proceed(&answered, form_id, state).is_none() {
            state.set(Sending::Failed);
        }
    });
    request.set_onload(Some(loaded.unchecked_ref()));
    state.set(Sending::Part(0.0));
    request.send_with_opt_form_data(Some(&FormData::new_with_form(form).ok()?)).ok()
}

/// On to the next page, or the form with what is wrong, and the file still chosen.
fn proceed(request: &XmlHttpRequest, form: String, state: RwSignal<Sending>) -> Option<()> {
    let text = request.response_text().ok()??;
    match leptos::serde_json::from_str(&text).ok()? {
        Onward::Next(address) => {
            // Nothing is left to be lost.
            if let Some(form) = browser::element(&form).and_then(|it| it.dyn_into::<HtmlFormElement>().ok()) {
                form.reset();
            }
            browser::go(&address);
        }
        Onward::SignIn(address) => state.set(Sending::SignedOut(address)),
        Onward::Again(address) => browser::fetch_page(&address, move |page| {
            let files = file_field(&form).and_then(|field| field.files());
            let fresh = browser::take_over(&page, &form);
            if let Some(files) = files {
                choose(&form, &files);
            }
            let wrong = fresh.and_then(|form| form.query_selector("[autofocus]").ok().flatten());
            if let Some(field) = wrong.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
                let _ = field.focus();
            }
            state.set(Sending::Not);
        }),
    }
    Some(())
}

/// Puts files into the form's chooser, and away what says that they have to be chosen again.
fn choose(form: &str, files: &FileList) {
    let Some(field) = file_field(form) else { return };
    field.set_files(Some(files));
    if let Some(hint) = browser::element(&format!("{form}-again")) {
        hint.remove();
    }
}

fn file_field(form: &str) -> Option<HtmlInputElement> {
    browser::element(&format!("{form}-file"))?.dyn_into().ok()
}
