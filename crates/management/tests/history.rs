//! What policies were before, what holds in the end, and templates.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, P256, WHO, showing};
use domain::caller_checks::CheckTemplate;
use domain::credential::NewCredential;
use domain::policy_document::{DiffLine, Scope};
use domain::secret::Secret;
use management::error::Error;
use time::Duration;

/// A document that sets one header.
fn document(value: &str) -> String {
    format!(
        "<policies>\n    <inbound>\n        <base />\n        <set-header name=\"x\"><value>{value}</value></set-header>\n    </inbound>\n</policies>\n"
    )
}

fn revisions(house: &House, scope: &Scope) -> Vec<u64> {
    house.management.policy_versions(&WHO, scope).unwrap().iter().map(|one| one.revision).collect()
}

#[test]
fn every_saved_text_is_kept_once_and_the_newest_comes_first() {
    let house = House::new();
    let scope = Scope::Api(house.api("orders"));
    for value in ["one", "two", "two"] {
        house.pass(Duration::minutes(1));
        house.save_policy_of(&scope, &document(value)).unwrap();
    }
    let versions = house.management.policy_versions(&WHO, &scope).unwrap();
    assert_eq!(versions.len(), 3, "the empty one of the new API among them");
    assert!(versions.windows(2).all(|pair| pair[0].revision > pair[1].revision));
    assert!(versions.iter().all(|one| one.saved.by == "system"));
    assert!(versions[0].saved.at > versions[1].saved.at);
    assert!(house.management.policy_versions(&WHO, &Scope::All).unwrap().is_empty());
}

#[test]
fn a_version_is_compared_with_the_present_text_line_by_line() {
    let house = House::new();
    let scope = Scope::Api(house.api("orders"));
    house.save_policy_of(&scope, &document("one")).unwrap();
    house.save_policy_of(&scope, &document("two")).unwrap();
    let [now, before, _] = revisions(&house, &scope)[..] else { panic!("not three") };
    let comparison = house.management.compare_policy(&WHO, &scope, before).unwrap();
    let changed: Vec<&DiffLine> =
        comparison.hunks[0].iter().filter(|line| !matches!(line, DiffLine::Both(..))).collect();
    assert!(
        matches!(changed[..], [DiffLine::Before(4, one), DiffLine::Now(4, two)] if one.contains("one") && two.contains("two"))
    );
    assert!(house.management.compare_policy(&WHO, &scope, now).unwrap().hunks.is_empty());
    assert!(matches!(house.management.compare_policy(&WHO, &scope, 9_999), Err(Error::NotFound)));
}

#[test]
fn an_old_text_is_restored_as_a_new_version_and_checked_like_any_save() {
    let house = House::new();
    let (id, certificate) = (house.api("orders"), house.upload(P256).unwrap());
    let scope = Scope::Api(id.clone());
    house.save_policy(&id, &showing(&format!("certificate-id=\"{certificate}\""))).unwrap();
    house.save_policy(&id, &document("one")).unwrap();
    let old = revisions(&house, &scope)[1];
    let expected = house.management.policy(&WHO, &scope).unwrap().revision;
    assert!(matches!(
        house.management.restore_policy(&WHO, &scope, old, expected - 1),
        Err(Error::ChangedMeanwhile { .. })
    ));
    house.management.restore_policy(&WHO, &scope, old, expected).unwrap();
    assert!(house.live().apis[&id].policy.contains(certificate.as_str()));
    assert!(house.live().identities.contains_key(&certificate));
    assert_eq!(revisions(&house, &scope).len(), 4);

    // What the text names must still be there.
    house.save_policy(&id, &document("two")).unwrap();
    house.management.delete_certificate(&WHO, &certificate).unwrap();
    let expected = house.management.policy(&WHO, &scope).unwrap().revision;
    assert!(matches!(house.management.restore_policy(&WHO, &scope, old, expected), Err(Error::Policy(_))));
}

#[test]
fn a_password_comes_back_with_its_text_and_is_never_shown() {
    let house = House::new();
    let id = house.api("orders");
    let scope = Scope::Api(id.clone());
    let password = Some(Secret::from("s3cret-pass".to_owned()));
    house.choose(&id, NewCredential::Basic { username: "partner".to_owned(), password }).unwrap();
    house.choose(&id, NewCredential::None).unwrap();
    let old = revisions(&house, &scope)[1];
    let shown = format!("{:?}", house.management.compare_policy(&WHO, &scope, old).unwrap());
    assert!(shown.contains("authentication-basic") && !shown.contains("s3cret-pass"), "{shown}");
    let expected = house.management.policy(&WHO, &scope).unwrap().revision;
    house.management.restore_policy(&WHO, &scope, old, expected).unwrap();
    assert!(house.live().apis[&id].policy.contains("s3cret-pass"));
    let effective = format!("{:?}", house.management.effective_policy(&WHO, &scope).unwrap());
    assert!(effective.contains("authentication-basic") && !effective.contains("s3cret-pass"), "{effective}");
}

#[test]
fn of_too_many_versions_the_oldest_go() {
    let house = House::new();
    let scope = Scope::Api(house.api("orders"));
    let first = revisions(&house, &scope)[0];
    for number in 0..105 {
        house.save_policy_of(&scope, &document(&number.to_string())).unwrap();
    }
    let left = revisions(&house, &scope);
    assert_eq!(left.len(), 100);
    assert!(!left.contains(&first));
}

#[test]
fn the_effective_policy_says_of_each_statement_where_it_is_written() {
    let house = House::new();
    let api = house.api("orders");
    let operation = Scope::Operation(api.clone(), house.operation(&api, "Show", "GET", "/{id}"));
    house.save_policy(&api, &document("api")).unwrap();
    house.save_policy_of(&operation, &document("operation")).unwrap();
    let sections = house.management.effective_policy(&WHO, &operation).unwrap();
    let inbound: Vec<_> = sections[0].statements.iter().map(|one| (one.scope.clone(), one.line)).collect();
    assert_eq!(inbound, [(Scope::Api(api), 4), (operation, 4)]);
    assert_eq!(sections[1].statements[0].scope, Scope::All);
}

#[test]
fn a_template_goes_into_a_draft_and_an_unreadable_draft_is_told_what_is_wrong_with_it() {
    let house = House::new();
    let draft = document("mine");
    let with = house.management.with_template(&WHO, &draft, CheckTemplate::Names).unwrap();
    assert!(with.contains("trusted-issuer") && with.contains("mine"));
    for unreadable in ["<policies><inbound></policies>", "<fragment/>", ""] {
        let refused = house.management.with_template(&WHO, unreadable, CheckTemplate::Names);
        assert!(matches!(refused, Err(Error::Policy(found)) if !found.is_empty()), "{unreadable}");
    }
}
