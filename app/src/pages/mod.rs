//! The pages, each in the file its address suggests.

pub mod account;
pub mod apis;
pub mod authorities;
pub mod certificates;
pub mod fragments;
pub mod help;
pub mod home;
pub mod named_values;
pub mod not_found;
pub mod operations;
pub mod policies;
pub mod security;
pub mod set_up;
pub mod sign_in;
pub mod traffic;

#[cfg(feature = "ssr")]
use crate::pages::help::topic::HELP;

/// Where the visitor is sent instead of the page that was asked for, if anywhere.
#[cfg(feature = "ssr")]
#[must_use]
pub fn elsewhere() -> Option<String> {
    // Without a visitor nobody asks for a page: the server collects the table of routes.
    let visitor = leptos::prelude::use_context::<crate::session::Visitor>()?;
    let open = OPEN.contains(&visitor.path());
    let is_guide = visitor.path().split('/').nth(1) == HELP.strip_prefix('/');
    if visitor.is_anonymous() && !open && !is_guide {
        return Some(crate::address::sign_in(&visitor.address));
    }
    (open && !visitor.is_anonymous()).then(|| "/".to_owned())
}

/// The pages that whoever isn't signed in may see.
pub const OPEN: [&str; 2] = [crate::address::SIGN_IN, "/setup"];
