//! The way from one page of a list to the next.

use leptos::prelude::*;

use domain::list::{Counted, ListPage, PAGE_ROWS};

use crate::session::language;

/// What a pager shows: where it is, and how an address for another page is made.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    pub page: u32,
    pub pages: u32,
    pub total: u64,
    pub counted: Counted,
    /// Rows of the page that can't be read.
    pub unreadable: u64,
}

impl Position {
    /// Where a page of a list is.
    #[must_use]
    pub fn of<T>(list: &ListPage<T>) -> Self {
        Self {
            page: list.page,
            pages: list.pages(),
            total: list.total,
            counted: list.counted,
            unreadable: list.unreadable,
        }
    }
}

/// Links to the pages before and after, and which rows are shown.
#[component]
pub fn Pager(position: Position, address: impl Fn(u32) -> String) -> impl IntoView {
    let l = language();
    let Position { page, pages, total, counted, .. } = position;
    let first = u64::from(page.saturating_sub(1)) * u64::from(PAGE_ROWS) + 1;
    let last = (u64::from(page) * u64::from(PAGE_ROWS)).min(total);
    let all = match counted {
        Counted::Whole => total.to_string(),
        Counted::UpToLimit => format!("{total}+"),
    };
    let before = (page > 1).then(|| address(page - 1));
    let after = (page < pages).then(|| address(page + 1));
    (total > 0).then(|| {
        view! {
            <nav class="pager" aria-label=l.say("Pages", "페이지")>
                <p data-summary="">{l.say(format!("{first}\u{2013}{last} of {all}"), format!("전체 {all}개 중 {first}\u{2013}{last}"))}</p>
                <div class="flex gap-2">
                    {before.map(|href| view! { <a class="button" rel="prev" href=href>{l.say("Previous", "이전")}</a> })}
                    {after.map(|href| view! { <a class="button" rel="next" href=href>{l.say("Next", "다음")}</a> })}
                </div>
            </nav>
        }
    })
}
