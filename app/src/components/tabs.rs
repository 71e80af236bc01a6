//! Tabs that are links: each one is a page of its own.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab {
    pub text: String,
    pub address: String,
    pub here: Here,
}

/// Whether a tab or a menu entry is the present page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    Yes,
    No,
}

impl Here {
    /// Yes when both are the same.
    #[must_use]
    pub fn when<T: PartialEq>(one: T, other: T) -> Self {
        if one == other { Self::Yes } else { Self::No }
    }

    /// The value of `aria-current`, which is left out elsewhere.
    #[must_use]
    pub fn aria(self) -> Option<&'static str> {
        (self == Self::Yes).then_some("page")
    }
}

/// A row of tabs; `label` says what they are tabs of.
#[component]
pub fn Tabs(label: String, tabs: Vec<Tab>) -> impl IntoView {
    let tab = |tab: Tab| {
        view! {
            <li>
                <a href=tab.address aria-current=tab.here.aria()>
                    {tab.text}
                </a>
            </li>
        }
    };
    view! {
        <nav class="tabs" aria-label=label data-keeps>
            <ul>{tabs.into_iter().map(tab).collect_view()}</ul>
        </nav>
    }
}
