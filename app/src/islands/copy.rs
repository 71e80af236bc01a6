//! A button that puts a text on the clipboard.

use leptos::prelude::*;

use crate::components::icon::{Icon, Symbol};
use crate::islands::browser;

/// The button. Its place is kept free until it is alive, so that nothing moves.
#[island]
pub fn CopyButton(
    text: String,
    /// What it does, and what is said when it is done.
    label: String,
    done: String,
) -> impl IntoView {
    let awake = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let copy = move |_| {
        browser::copy(&text);
        copied.set(true);
    };
    view! {
        <button
            type="button"
            class="icon-button copy"
            class:invisible=move || !awake.get()
            title=label.clone()
            aria-label=label
            on:click=copy
        >
            <Icon symbol=Symbol::Copy />
        </button>
        <span class="text-sm text-good" role="status">
            {move || if copied.get() { done.clone() } else { String::new() }}
        </span>
    }
}
