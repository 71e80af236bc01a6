//! Searching and paging through many rows, and what a transaction promises.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use domain::api::ApiSettings;
use domain::list::{ApiSort, Counted, Direction, ListQuery, SEARCH_LIMIT};
use domain::name::ApiId;
use domain::trust::Trust;
use store::apis::Stamp;
use store::connect::Store;
use store::error::Error;
use store::transaction::Change;
use time::OffsetDateTime;

fn put(change: &Change<'_>, number: u32) -> Result<(), Error> {
    let id: ApiId = format!("api-{number}").parse().unwrap();
    let settings = ApiSettings {
        name: format!("API {number:05}").parse().unwrap(),
        suffix: format!("suffix-{number}").parse().unwrap(),
        backend: "https://backend.test".parse().unwrap(),
    };
    change.insert_api(&id, &settings, &Trust::default(), Stamp { by: "test", at: OffsetDateTime::UNIX_EPOCH })
}

fn store(rows: u32) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.sqlite")).unwrap();
    store.write(|change| (0..rows).try_for_each(|number| put(change, number))).unwrap();
    (folder, store)
}

fn names(store: &Store, query: &ListQuery<ApiSort>) -> (Vec<String>, u64, Counted) {
    let page = store.read(|view| view.list_apis(query)).unwrap();
    (page.rows.iter().map(|row| row.settings.name.to_string()).collect(), page.total, page.counted)
}

#[test]
fn a_search_that_finds_nearly_everything_is_counted_only_so_far_and_still_in_order() {
    let (_folder, store) = store(1_200);
    let query = |page| ListQuery { search: "suffix".to_owned(), page, ..ListQuery::default() };
    let (first, total, counted) = names(&store, &query(1));
    assert_eq!((total, counted), (SEARCH_LIMIT, Counted::UpToLimit));
    assert_eq!((first.len(), first[0].as_str()), (50, "API 00000"));
    let (last, ..) = names(&store, &query(99));
    assert_eq!(last[49], "API 00999", "a page that isn't there is the last one");
}

#[test]
fn a_list_without_a_search_is_counted_whole_and_sorted_both_ways() {
    let (_folder, store) = store(120);
    let backwards = ListQuery { direction: Direction::Descending, page: 3, ..ListQuery::default() };
    let (rows, total, counted) = names(&store, &backwards);
    assert_eq!((rows.len(), total, counted), (20, 120, Counted::Whole));
    assert_eq!((rows[0].as_str(), rows[19].as_str()), ("API 00019", "API 00000"));
}

#[test]
fn a_new_row_stands_first_on_the_first_page_and_in_its_place_on_the_others() {
    let (_folder, store) = store(120);
    let query = |page| ListQuery { page, first: "api-77".to_owned(), ..ListQuery::default() };
    let (first, total, _) = names(&store, &query(1));
    assert_eq!((first[0].as_str(), first[1].as_str(), total), ("API 00077", "API 00000", 120));
    let (second, ..) = names(&store, &query(2));
    assert!(second.contains(&"API 00077".to_owned()));
    let gone = ListQuery { first: "gone".to_owned(), ..ListQuery::default() };
    assert_eq!(names(&store, &gone).0[0], "API 00000");
}

#[test]
fn what_is_searched_for_is_text_and_no_pattern() {
    let (_folder, store) = store(3);
    for (search, found) in
        [("API 00002", 1), ("fix-1", 1), ("%", 0), ("_", 0), ("a\"b", 0), ("x'--", 0), ("*", 0), ("api-2", 1)]
    {
        let query = ListQuery { search: search.to_owned(), ..ListQuery::default() };
        assert_eq!(names(&store, &query).0.len(), found, "{search}");
    }
}

#[test]
fn a_write_that_fails_leaves_nothing_behind_and_takes_no_revision() {
    let (_folder, store) = store(1);
    let before = store.read(|view| view.revision()).unwrap();
    let failed = store.write(|change| {
        put(change, 7)?;
        put(change, 0)
    });
    assert!(matches!(failed, Err(Error::Taken { .. })));
    assert_eq!(store.read(|view| view.revision()).unwrap(), before);
    assert_eq!(store.read(|view| view.count_apis()).unwrap(), 1);
}

#[test]
fn a_store_of_a_newer_program_is_refused() {
    let (folder, store) = store(1);
    drop(store);
    let path = folder.path().join("store.sqlite");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Store::open(&path), Err(Error::TooNew { found: 99, .. })));
}
