//! The parts that lists share: a heading that sorts, the search field, the place of an empty list.

use leptos::prelude::*;

use domain::list::{Direction, SharedSort};

use crate::address::with_query;
use crate::components::icon::{Icon, Symbol};
use crate::islands::search::{RESULTS, SearchAsYouType};
use crate::load::query;
use crate::session::language;

/// What a list is asked for, as it stands in its address.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub path: String,
    pub search: String,
    /// The word of the sort column; empty is the list's own order.
    pub sort: String,
    pub direction: Direction,
}

impl Asked {
    /// What the present address asks of the list at `path`, sorted by `own_sort` unless it says otherwise.
    #[must_use]
    pub fn here(path: impl Into<String>, own_sort: &str) -> Self {
        let sort = Some(query("sort")).filter(|sort| !sort.is_empty()).unwrap_or_else(|| own_sort.to_owned());
        Self { path: path.into(), search: query("search"), sort, direction: direction(&query("order")) }
    }

    /// The address of another page of the same list.
    #[must_use]
    pub fn page(&self, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let down = if self.direction == Direction::Descending { "down" } else { "" };
        with_query(
            &self.path,
            &[("search", &self.search), ("sort", &self.sort), ("order", down), ("page", &page)],
        )
    }

    /// The address of the same list sorted by a column: the other way round when it is already.
    fn sorted_by(&self, column: &str) -> String {
        let other_way = self.sort == column && self.direction == Direction::Ascending;
        let direction = if other_way { Direction::Descending } else { Direction::Ascending };
        Self { sort: column.to_owned(), direction, ..self.clone() }.page(1)
    }
}

/// The direction of a word in the address.
#[must_use]
pub fn direction(word: &str) -> Direction {
    if word == "down" { Direction::Descending } else { Direction::Ascending }
}

/// The column of a word in the address of a list of named values or fragments.
#[must_use]
pub fn shared_column(word: &str) -> SharedSort {
    match word {
        "changed" => SharedSort::Changed,
        "uses" => SharedSort::Uses,
        _ => SharedSort::Name,
    }
}

/// The heading of a column that the list can be sorted by.
#[component]
pub fn SortHeading(asked: Asked, column: &'static str, #[prop(into)] text: String) -> impl IntoView {
    let sorted = (asked.sort == column).then_some(asked.direction);
    let (aria, arrow) = match sorted {
        Some(Direction::Ascending) => (Some("ascending"), "\u{25b2}"),
        Some(Direction::Descending) => (Some("descending"), "\u{25bc}"),
        None => (None, ""),
    };
    view! {
        <th scope="col" aria-sort=aria>
            <a href=asked.sorted_by(column)>
                {text} <span class="arrow" aria-hidden="true">
                    {arrow}
                </span>
            </a>
        </th>
    }
}

/// The search field of a list; it keeps the order.
#[component]
pub fn SearchForm(asked: Asked, #[prop(into)] label: String) -> impl IntoView {
    let l = language();
    let down = (asked.direction == Direction::Descending).then_some("down");
    let searched = !asked.search.is_empty();
    let action = asked.path.clone();
    let assistant = view! {
        <SearchAsYouType
            path=asked.path.clone()
            sort=asked.sort.clone()
            order=down.unwrap_or_default().to_owned()
        />
    };
    view! {
        <form class="search" method="get" action=action role="search">
            <label class="sr-only" for="search">
                {label.clone()}
            </label>
            <input
                class="input"
                type="search"
                id="search"
                name="search"
                value=asked.search
                placeholder=label
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
            />
            {(!asked.sort.is_empty()).then(|| view! { <input type="hidden" name="sort" value=asked.sort /> })}
            {down.map(|down| view! { <input type="hidden" name="order" value=down /> })}
            <button class="button">
                <Icon symbol=Symbol::Search />
                {l.say("Search", "검색")}
            </button>
            {assistant}
            {searched
                .then(|| {
                    view! {
                        <a class="button quiet" href=asked.path>
                            {l.say("Show all", "전체 보기")}
                        </a>
                    }
                })}
        </form>
    }
}

/// Rows and pager of a list: what a search renews.
#[component]
pub fn Results(children: Children) -> impl IntoView {
    view! {
        <div id=RESULTS class="flex flex-col gap-5">
            {children()}
        </div>
    }
}

/// What stands where a list has no rows.
#[component]
pub fn Empty(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <section class="empty">
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Direction};

    #[test]
    fn a_heading_turns_the_order_round_when_it_is_already_sorted_by_it() {
        let asked = Asked { path: "/apis".to_owned(), sort: "name".to_owned(), ..Asked::default() };
        assert_eq!(asked.sorted_by("name"), "/apis?sort=name&order=down");
        assert_eq!(asked.sorted_by("backend"), "/apis?sort=backend");
        let down = Asked { direction: Direction::Descending, ..asked };
        assert_eq!(down.sorted_by("name"), "/apis?sort=name");
        assert_eq!(down.page(3), "/apis?sort=name&order=down&page=3");
    }
}
