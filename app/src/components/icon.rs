//! Small drawings beside words; never instead of them.

use leptos::prelude::*;

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    Account,
    Apis,
    Check,
    Clock,
    Copy,
    Cross,
    Document,
    Help,
    Info,
    Menu,
    Moon,
    Overview,
    Plus,
    Screen,
    Search,
    Shield,
    SignOut,
    Sun,
    Traffic,
    Upload,
    Warning,
}

/// A drawing in the colour and size of the text around it. Screen readers skip it.
#[component]
pub fn Icon(symbol: Symbol) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            width="18"
            height="18"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
        >
            <path d=path(symbol) />
        </svg>
    }
}

fn path(symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::Account => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21a8 8 0 0 1 16 0",
        Symbol::Apis => "M4 5h16M4 5v5h16V5M4 14h16M4 14v5h16v-5M8 7.5h.01M8 16.5h.01",
        Symbol::Check => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM8.5 12.5l2.5 2.5 5-5.5",
        Symbol::Clock => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 7v5l3 2",
        Symbol::Copy => "M9 9h11v11H9V9ZM5 15H4V4h11v1",
        Symbol::Cross => "M6 6l12 12M18 6 6 18",
        Symbol::Document => "M6 3h8l4 4v14H6V3ZM14 3v4h4M9 12h6M9 16h6",
        Symbol::Help => {
            "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM9.6 9.4a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1.1.9-1.1 1.6v.4M12 17h.01"
        }
        Symbol::Info => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 11v5M12 8h.01",
        Symbol::Menu => "M4 7h16M4 12h16M4 17h16",
        Symbol::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
        Symbol::Overview => "M4 13h6V4H4v9ZM14 20h6v-9h-6v9ZM4 20h6v-3H4v3ZM14 7h6V4h-6v3Z",
        Symbol::Plus => "M12 5v14M5 12h14",
        Symbol::Screen => "M4 5h16v11H4V5ZM9 20h6M12 16v4",
        Symbol::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4",
        Symbol::Shield => "M12 3l8 3v6c0 4.5-3.2 7.6-8 9-4.8-1.4-8-4.5-8-9V6l8-3ZM9 12l2 2 4-4",
        Symbol::SignOut => "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
        Symbol::Sun => {
            "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5"
        }
        Symbol::Traffic => "M3 12h4l3-8 4 16 3-8h4",
        Symbol::Upload => "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
        Symbol::Warning => "M12 4 2.5 20h19L12 4ZM12 10v4M12 17h.01",
    }
}
