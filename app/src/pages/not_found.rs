//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::error::{ErrorPage, PageError};

/// Says that there is nothing at this address, with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <ErrorPage error=PageError::NotFound /> }
}
