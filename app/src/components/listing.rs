//! The frame of a list page: the search, the rows, the pager, and what stands there when there are none.

use leptos::prelude::*;

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
            <Empty title=l.say("Nothing was found", "검색 결과가 없습니다")>
                <p>{hint}</p>
            </Empty>
        }
        .into_any()
    } else {
        children()
    };
    let pages = asked.clone();
    view! {
        <SearchForm asked=asked label=label />
        <Results>
            {rows} <Pager position=position address=move |page| pages.page(page) />
        </Results>
    }
    .into_any()
}
