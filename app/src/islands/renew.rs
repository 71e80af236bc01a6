//! A part of a page that changes by itself for a while, such as tests that are running.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::Document;

use crate::islands::browser;

/// Renews the element with the id `part` each second, as long as something in it is marked with `data-running`. It
/// stands outside of that element.
#[island]
pub fn Renewing(part: String) -> impl IntoView {
    Effect::new(move |_| renew_soon(part.clone()));
}

fn renew_soon(part: String) {
    set_timeout(move || browser::fetch_page(&browser::address(), move |page| renew(&page, part)), PAUSE);
}

fn renew(page: &Document, part: String) {
    let renewed = browser::take_over(page, &part);
    let running = renewed.and_then(|renewed| renewed.query_selector("[data-running]").ok().flatten());
    if running.is_some() {
        renew_soon(part);
    }
}

const PAUSE: Duration = Duration::from_secs(1);
