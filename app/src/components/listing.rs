//! The frame of a list page: the search, the rows, the pager, and what stands there when there are none.

use leptos::prelude::*;

use crate::components::notice::{Callout, Tone};
use crate::components::pager::{Pager, Position};
use crate::components::table::{Asked, Empty, Results, SearchForm};
use crate::session::language;

/// A list; `children` are its rows, which are made when there are some.
#[component]
pub fn Listing(
    asked: Asked,
    position: Position,
    /// The label of the search: what can be looked for.
    #[prop(into)]
    label: String,
    /// What to try when nothing was found.
    #[prop(into)]
    hint: String,
    /// What stands there while there is nothing to search.
    first: AnyView,
    children: Children,
) -> impl IntoView {
    let l = language();
    if position.total == 0 && asked.search.is_empty() {
        return first;
    }
    let rows = if position.total == 0 {
        view! {
            <Empty title=l.say("No results", "검색 결과가 없습니다")>
                <p>{hint}</p>
            </Empty>
        }
        .into_any()
    } else {
        children()
    };
    let pages = asked.clone();
    let unreadable = (position.unreadable > 0).then(|| {
        let count = position.unreadable;
        let text = l.say(
            format!("{count} entries on this page can't be read. See Overview."),
            format!("이 페이지의 항목 {count}개를 읽을 수 없습니다. 개요 페이지를 확인하세요."),
        );
        view! {
            <Callout tone=Tone::Bad>
                <p>{text}</p>
            </Callout>
        }
    });
    view! {
        <SearchForm asked=asked label=label />
        <Results>
            {unreadable} {rows} <Pager position=position address=move |page| pages.page(page) />
        </Results>
    }
    .into_any()
}
