//! The effective policy of several documents, as it is shown.

use policy::effective::effective;
use policy::program::{DEFAULT_GLOBAL, EMPTY_API, Section};

fn shown(documents: &[&str]) -> Vec<(Section, usize, u32, String)> {
    effective(documents)
        .into_iter()
        .flat_map(|(section, all)| all.into_iter().map(move |one| (section, one.scope, one.line, one.text)))
        .collect()
}

#[test]
fn statements_stand_in_the_order_they_are_run_with_scope_and_line() {
    let global = "<policies>\n  <inbound>\n    <ip-filter action=\"allow\"/>\n  </inbound>\n  <backend><forward-request/></backend>\n</policies>";
    let api = "<policies>\n  <inbound>\n    <set-header name=\"a\">\n      <value>b</value>\n    </set-header>\n    <base />\n  </inbound>\n</policies>";
    let operation = "<policies>\n<inbound><base /><rewrite-uri template=\"/x\" /></inbound></policies>";
    assert_eq!(
        shown(&[global, api, operation]),
        [
            (Section::Inbound, 1, 3, "<set-header name=\"a\">\n  <value>b</value>\n</set-header>".to_owned()),
            (Section::Inbound, 0, 3, "<ip-filter action=\"allow\"/>".to_owned()),
            (Section::Inbound, 2, 2, "<rewrite-uri template=\"/x\" />".to_owned()),
            (Section::Backend, 0, 5, "<forward-request/>".to_owned()),
        ]
    );
}

#[test]
fn a_section_without_base_hides_what_is_broader() {
    let cut = "<policies><backend><forward-request timeout=\"5\"/></backend></policies>";
    assert_eq!(shown(&[DEFAULT_GLOBAL, cut]).len(), 1);
    assert!(shown(&[DEFAULT_GLOBAL, "<policies><backend/></policies>"]).is_empty());
}

#[test]
fn an_inherited_forward_request_falls_away_beside_ones_own() {
    let own = "<policies><backend><base/><forward-request timeout=\"5\"/></backend></policies>";
    let all = shown(&[DEFAULT_GLOBAL, EMPTY_API, own]);
    assert_eq!(all.iter().map(|one| one.1).collect::<Vec<_>>(), [2]);
    assert_eq!(shown(&[DEFAULT_GLOBAL, EMPTY_API, EMPTY_API]).len(), 1);
}
