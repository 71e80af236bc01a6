//! Whether a certificate is valid now: drawing, word and colour together.

use leptos::prelude::*;

use domain::certificate::Status;
use domain::language::Language;

use crate::components::icon::{Icon, Symbol};
use crate::session::language;

/// The status as a small badge.
#[component]
pub fn StatusBadge(status: Status) -> impl IntoView {
    let (class, symbol) = match status {
        Status::Expired => ("badge bad", Symbol::Warning),
        Status::Expiring => ("badge warning", Symbol::Clock),
        Status::NotYetValid => ("badge info", Symbol::Clock),
        Status::Valid => ("badge good", Symbol::Check),
    };
    view! {
        <span class=class>
            <Icon symbol=symbol />
            {word(status, language())}
        </span>
    }
}

/// The word for a status.
#[must_use]
pub fn word(status: Status, l: Language) -> &'static str {
    match status {
        Status::Expired => l.say("expired", "만료됨"),
        Status::Expiring => l.say("expiring", "만료 임박"),
        Status::NotYetValid => l.say("not yet valid", "유효 기간 전"),
        Status::Valid => l.say("valid", "유효함"),
    }
}
