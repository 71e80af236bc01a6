//! A page whose contents have to be asked for first.

use leptos::prelude::*;

use crate::error::{ErrorPage, PageError};

/// Waits for `load` and shows what it gives, or the page that says why there is nothing.
pub fn loaded<T: Send + 'static>(
    load: impl Future<Output = Result<T, PageError>> + Send + 'static,
    show: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView {
    let page = Suspend::new(async move {
        match load.await {
            Ok(value) => show(value),
            Err(error) => view! { <ErrorPage error=error /> }.into_any(),
        }
    });
    view! { <Suspense>{page}</Suspense> }.into_any()
}

/// A parameter of the present address's path, empty where there is none.
#[must_use]
pub fn parameter(name: &str) -> String {
    leptos_router::hooks::use_params_map().with_untracked(|map| map.get(name)).unwrap_or_default()
}

/// A parameter of the present address's query, empty where there is none.
#[must_use]
pub fn query(name: &str) -> String {
    leptos_router::hooks::use_query_map().with_untracked(|map| map.get(name)).unwrap_or_default()
}
