//! The tabs of the section Security.

use leptos::prelude::*;

use domain::language::Language;

use crate::components::tabs::{Here, Tab, Tabs};
use crate::layout::Crumb;
use crate::pages::{authorities, certificates, named_values};
use crate::session::language;

/// A tab of the section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityTab {
    Authorities,
    Certificates,
    NamedValues,
}

/// The first step of the way to a page of the section.
#[must_use]
pub fn crumb(l: Language) -> Crumb {
    Crumb::new(l.say("Security", "보안"), certificates::LIST)
}

/// The tabs, this one the present page.
#[must_use]
pub fn tabs(here: SecurityTab) -> AnyView {
    let l = language();
    let tab = |tab: SecurityTab, address: &str, text: &str| Tab {
        text: text.to_owned(),
        address: address.to_owned(),
        here: Here::when(tab, here),
    };
    let tabs = vec![
        tab(SecurityTab::Certificates, certificates::LIST, l.say("Client certificates", "클라이언트 인증서")),
        tab(SecurityTab::Authorities, authorities::LIST, l.say("CA certificates", "CA 인증서")),
        tab(SecurityTab::NamedValues, named_values::LIST, l.say("Named values", "명명된 값")),
    ];
    view! { <Tabs label=l.say("Security", "보안").to_owned() tabs=tabs /> }.into_any()
}
