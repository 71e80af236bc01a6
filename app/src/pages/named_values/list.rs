//! The list of named values: searched, sorted, in pages. Secrets stand in it without their text.

use leptos::prelude::*;

use domain::list::ListPage;
use domain::named_value::NamedValueRow;

use crate::components::icon::{Icon, Symbol};
use crate::components::listing::Listing;
use crate::components::pager::Position;
use crate::components::table::{Asked, Empty, SortHeading};
use crate::components::when::Moment;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, query};
use crate::pages::named_values::{CREATE, LIST, page};
use crate::pages::security::{self, SecurityTab, tabs};
use crate::session::language;
use crate::words::dates;

/// The list. The address says what is searched for (`search`), the order (`sort`, `order`), the page, and which row
/// is new.
#[component]
pub fn NamedValues() -> impl IntoView {
    let asked = Asked::here(LIST, "name");
    let load = list_named_values(
        asked.search.clone(),
        asked.sort.clone(),
        query("order"),
        query("page"),
        query("new"),
    );
    loaded(load, move |found| view! { <ListView asked=asked found=found /> }.into_any())
}

#[component]
fn ListView(asked: Asked, found: ListPage<NamedValueRow>) -> impl IntoView {
    let l = language();
    let position = Position::of(&found);
    let first = view! { <FirstValue /> }.into_any();
    let body = view! {
        <Listing
            asked=asked.clone()
            position=position
            label=l.say("Name or value", "이름 또는 값")
            hint=l.say(
                "Enter part of a name or value. Secret values are not searched.",
                "이름이나 값의 일부로 검색할 수 있습니다. 비밀 값은 검색하지 않습니다.",
            )
            first=first
        >
            <Rows asked=asked rows=found.rows />
        </Listing>
    };
    view! {
        <Page
            title=l.say("Named values", "명명된 값").to_owned()
            section=Section::Security
            crumbs=vec![security::crumb(l)]
            actions=view! { <CreateLink /> }.into_any()
            tabs=tabs(SecurityTab::NamedValues)
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
            {l.say("Create named value", "명명된 값 만들기")}
        </a>
    }
}

#[component]
fn Rows(asked: Asked, rows: Vec<NamedValueRow>) -> impl IntoView {
    let l = language();
    let new = query("new");
    let row = move |row: NamedValueRow| view! { <Row new=row.name.as_str() == new row=row /> };
    view! {
        <div class="table-box">
            <table class="table">
                <thead>
                    <tr>
                        <SortHeading asked=asked.clone() column="name" text=l.say("Name", "이름") />
                        <th scope="col">{l.say("Value", "값")}</th>
                        <SortHeading asked=asked.clone() column="uses" text=l.say("Used by", "사용처") />
                        <SortHeading asked=asked column="changed" text=l.say("Changed", "변경 시각") />
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: NamedValueRow, new: bool) -> impl IntoView {
    let l = language();
    let address = page(&row.name);
    let value = match row.value {
        Some(value) => {
            view! { <code class="font-mono text-sm break-all">{shortened(&value)}</code> }.into_any()
        }
        None => view! { <SecretBadge /> }.into_any(),
    };
    let used = if row.uses == 0 {
        view! { <span class="text-muted">{l.say("not used", "없음")}</span> }.into_any()
    } else {
        let text = l.say(dates::counted(i64::from(row.uses), "place"), format!("{}곳", row.uses));
        view! { <a href=format!("{address}#uses")>{text}</a> }.into_any()
    };
    view! {
        <tr class=if new { "new" } else { "" }>
            <th scope="row">
                <a class="font-mono font-medium text-accent hover:underline" href=address.clone()>
                    {row.name.to_string()}
                </a>
                {new.then(|| view! { <span class="badge good ms-2">{l.say("new", "신규")}</span> })}
            </th>
            <td data-label=l.say("Value", "값")>{value}</td>
            <td data-label=l.say("Used by", "사용처")>{used}</td>
            <td data-label=l.say("Changed", "변경 시각")>
                <Moment at=row.changed_at />
                <p class="hint">{row.changed_by}</p>
            </td>
        </tr>
    }
}

/// In the place of a text that nobody may see.
#[component]
pub fn SecretBadge() -> impl IntoView {
    let l = language();
    view! {
        <span class="badge info">
            <Icon symbol=Symbol::Shield />
            {l.say("secret", "비밀")}
        </span>
    }
}

#[component]
fn FirstValue() -> impl IntoView {
    let l = language();
    view! {
        <Empty title=l.say("No named values yet", "아직 명명된 값이 없습니다")>
            <p>
                {l.say(
                    "A named value is a text that policies reference as {{name}}: an address, a key, a list of thumbprints. Change it here once, and the change applies to every policy that uses it. Secret values are stored encrypted and never shown again.",
                    "명명된 값은 정책에서 {{이름}}으로 참조하는 텍스트입니다. 주소, 키, 지문 목록 등에 사용합니다. 여기서 한 번 변경하면 이 값을 사용하는 모든 정책에 적용됩니다. 비밀 값은 암호화되어 저장되며 다시 표시되지 않습니다.",
                )}
            </p>
            <CreateLink />
        </Empty>
    }
}

/// The first line, not too much of it.
fn shortened(value: &str) -> String {
    let line = value.lines().next().unwrap_or_default();
    let short: String = line.chars().take(SHOWN_CHARS).collect();
    if short.len() == value.len() { short } else { format!("{short}\u{2026}") }
}

/// A page of the list.
///
/// # Errors
/// Nobody has signed in, or the store can't be read.
#[server(endpoint = "named-values/list")]
pub async fn list_named_values(
    #[server(default)] search: String,
    #[server(default)] sort: String,
    #[server(default)] order: String,
    #[server(default)] page: String,
    #[server(default)] new: String,
) -> Result<ListPage<NamedValueRow>, PageError> {
    use crate::components::table::{direction, shared_column};
    use domain::list::ListQuery;

    let query = ListQuery {
        search,
        sort: shared_column(&sort),
        direction: direction(&order),
        page: page.parse().unwrap_or(1).max(1),
        first: new,
    };
    crate::context::look(move |management, actor| management.list_named_values(actor, &query)).await
}

const SHOWN_CHARS: usize = 60;
