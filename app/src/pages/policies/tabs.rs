//! The tabs of the section Policies.

use leptos::prelude::*;

use crate::components::tabs::{Here, Tab, Tabs};
use crate::pages::{fragments, policies};
use crate::session::language;

/// A tab of the section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoliciesTab {
    All,
    Fragments,
}

/// The tabs, this one the present page.
#[must_use]
pub fn tabs(here: PoliciesTab) -> AnyView {
    let l = language();
    let tab = |tab: PoliciesTab, address: &str, text: &str| Tab {
        text: text.to_owned(),
        address: address.to_owned(),
        here: Here::when(tab, here),
    };
    let tabs = vec![
        tab(PoliciesTab::All, policies::ALL, l.say("All APIs", "모든 API")),
        tab(PoliciesTab::Fragments, fragments::LIST, l.say("Fragments", "정책 조각")),
    ];
    view! { <Tabs label=l.say("Policies", "정책").to_owned() tabs=tabs /> }.into_any()
}
