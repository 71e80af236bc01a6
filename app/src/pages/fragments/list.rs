//! The list of policy fragments: searched, sorted, in pages.

use leptos::prelude::*;

use domain::fragment::FragmentRow;
use domain::list::ListPage;

use crate::components::icon::{Icon, Symbol};
use crate::components::listing::Listing;
use crate::components::pager::Position;
use crate::components::table::{Asked, Empty, SortHeading};
use crate::components::when::Moment;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, query};
use crate::pages::fragments::{CREATE, LIST, page};
use crate::pages::policies;
use crate::pages::policies::tabs::{PoliciesTab, tabs};
use crate::session::language;
use crate::words::dates;

/// The list. The address says what is searched for (`search`), the order (`sort`, `order`), the page, and which row
/// is new.
#[component]
pub fn Fragments() -> impl IntoView {
    let asked = Asked::here(LIST, "name");
    let load =
        list_fragments(asked.search.clone(), asked.sort.clone(), query("order"), query("page"), query("new"));
    loaded(load, move |found| view! { <ListView asked=asked found=found /> }.into_any())
}

#[component]
fn ListView(asked: Asked, found: ListPage<FragmentRow>) -> impl IntoView {
    let l = language();
    let position = Position::of(&found);
    let first = view! { <FirstFragment /> }.into_any();
    let body = view! {
        <Listing
            asked=asked.clone()
            position=position
            label=l.say("Fragment ID", "정책 조각 ID")
            hint=l.say("Enter part of an ID.", "ID의 일부로 검색할 수 있습니다.")
            first=first
        >
            <Rows asked=asked rows=found.rows />
        </Listing>
    };
    view! {
        <Page
            title=l.say("Policy fragments", "정책 조각").to_owned()
            section=Section::Policies
            crumbs=vec![policies::crumb(l)]
            actions=view! { <CreateLink /> }.into_any()
            tabs=tabs(PoliciesTab::Fragments)
        >
            {body}
        </Page>
    }
}

#[component]
fn CreateLink() -> impl IntoView {
    let l = language();
    view! {
        <a class="button primary" href=CREATE>
            <Icon symbol=Symbol::Plus />
            {l.say("Create fragment", "정책 조각 만들기")}
        </a>
    }
}

#[component]
fn Rows(asked: Asked, rows: Vec<FragmentRow>) -> impl IntoView {
    let l = language();
    let new = query("new");
    let row = move |row: FragmentRow| view! { <Row new=row.id.as_str() == new row=row /> };
    view! {
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <SortHeading asked=asked.clone() column="name" text=l.say("Fragment ID", "정책 조각 ID") />
                        <SortHeading asked=asked.clone() column="uses" text=l.say("Included by", "포함하는 정책") />
                        <SortHeading asked=asked column="changed" text=l.say("Changed", "변경 시각") />
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: FragmentRow, new: bool) -> impl IntoView {
    let l = language();
    let address = page(&row.id);
    let used = if row.uses == 0 {
        view! { <span class="text-muted">{l.say("not included", "없음")}</span> }.into_any()
    } else {
        let text = l.say(dates::counted(i64::from(row.uses), "place"), format!("{}곳", row.uses));
        view! { <a href=format!("{address}#uses")>{text}</a> }.into_any()
    };
    view! {
        <tr class=if new { "new" } else { "" }>
            <th scope="row">
                <a class="font-mono font-medium text-accent hover:underline" href=address.clone()>
                    {row.id.to_string()}
                </a>
                {new.then(|| view! { <span class="badge good ms-2">{l.say("new", "신규")}</span> })}
            </th>
            <td data-label=l.say("Included by", "포함하는 정책")>{used}</td>
            <td data-label=l.say("Changed", "변경 시각")>
                <Moment at=row.changed_at />
                <p class="hint">{row.changed_by}</p>
            </td>
        </tr>
    }
}

#[component]
fn FirstFragment() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No fragments yet", "아직 정책 조각이 없습니다")>
            <p>
                {l.say(
                    "A fragment is a part of a policy that several documents share. Include it with <include-fragment fragment-id=\"…\" />. Change it here once, and the change applies to every document that includes it.",
                    "정책 조각은 여러 문서가 함께 사용하는 정책의 일부입니다. 문서에서 <include-fragment fragment-id=\"…\" />로 포함합니다. 여기서 한 번 변경하면 포함하는 모든 문서에 적용됩니다.",
                )}
            </p>
            <CreateLink />
        </Empty>
    }
}

/// A page of the list.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "fragments/list")]
pub async fn list_fragments(
    #[server(default)] search: String,
    #[server(default)] sort: String,
    #[server(default)] order: String,
    #[server(default)] page: String,
    #[server(default)] new: String,
) -> Result<ListPage<FragmentRow>, PageError> {
    use crate::components::table::{direction, shared_column};
    use domain::list::ListQuery;

    let query = ListQuery {
        search,
        sort: shared_column(&sort),
        direction: direction(&order),
        page: page.parse().unwrap_or(1).max(1),
        first: new,
    };
    crate::context::look(move |management, actor| management.list_fragments(actor, &query)).await
}
