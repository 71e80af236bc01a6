//! Boxes that tell something: what was done, what to beware of.

use leptos::prelude::*;

use crate::components::icon::{Icon, Symbol};
use crate::forms::{Notice, Told};
use crate::session::{language, visitor};

/// How a box is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Info,
    Warning,
    Bad,
}

impl Tone {
    /// The class that colours it.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// The drawing beside its words.
    #[must_use]
    pub fn symbol(self) -> Symbol {
        match self {
            Self::Good => Symbol::Check,
            Self::Info => Symbol::Info,
            Self::Warning => Symbol::Warning,
            Self::Bad => Symbol::Warning,
        }
    }
}

/// A box with a drawing and whatever is said in it.
#[component]
pub fn Callout(tone: Tone, children: Children) -> impl IntoView {
    view! {
        <div class=format!("callout {}", tone.class())>
            <Icon symbol=tone.symbol() />
            <div class="min-w-0">{children()}</div>
        </div>
    }
}

/// What the page before had to tell. It stays until it is closed or the page is left.
#[component]
pub fn Notices() -> impl IntoView {
    let l = language();
    let told = use_context::<Told>().unwrap_or_default();
    let address = visitor().address;
    let notice = move |notice: Notice| {
        view! {
            <div class=format!("callout {}", notice.tone.class()) role="status">
                <Icon symbol=notice.tone.symbol() />
                <p class="grow">{notice.text}</p>
                <a class="icon-button" href=address.clone() aria-label=l.say("Close this message", "메시지 닫기")>
                    <Icon symbol=Symbol::Cross />
                </a>
            </div>
        }
    };
    told.notices.into_iter().map(notice).collect_view()
}
