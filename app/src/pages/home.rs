//! The overview: what there is, and what needs attention soon.

use leptos::prelude::*;

use crate::layout::{Page, Section};
use crate::session::language;

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    let l = language();
    view! { <Page title=l.say("Overview", "개요").to_owned() section=Section::Overview>""</Page> }
}
