//! A part of a page that changes by itself for a while, such as tests that are running.

use std::time::Duration;

use leptos::prelude::*;

use crate::islands::browser;

/// Renews the element with the id `part`, in which it stands, after a second. While the new contents hold it again, so
/// does that one.
#[island]
pub fn Renewing(part: String) -> impl IntoView {
    Effect::new(move |_| {
        let part = part.clone();
        set_timeout(
            move || {
                browser::fetch_page(&browser::address(), move |page| {
                    browser::take_over(&page, &part);
                });
            },
            PAUSE,
        );
    });
}

const PAUSE: Duration = Duration::from_secs(1);
