//! What happens to APIs and their policies.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, WHO, showing};
use domain::credential::{Credential, NewCredential};
use domain::policy_document::Scope;
use domain::secret::Secret;
use management::apis::ApiForm;
use management::error::{Error, Problem};

fn form(name: &str, suffix: &str, backend: &str) -> ApiForm {
    ApiForm { name: name.to_owned(), suffix: suffix.to_owned(), backend: backend.to_owned() }
}

#[test]
fn everything_wrong_with_a_new_api_is_said_at_once() {
    let house = House::new();
    let Err(Error::Invalid(problems)) = house.management.create_api(&WHO, &form("", "a b", "nowhere")) else {
        panic!("it was made");
    };
    let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
    assert_eq!(fields, ["name", "suffix", "backend"]);
}

#[test]
fn two_apis_cannot_have_the_same_suffix_and_the_other_one_is_named() {
    let house = House::new();
    let first = house.api("orders");
    let Err(Error::Invalid(problems)) =
        house.management.create_api(&WHO, &form("Other", "/orders/", "https://x"))
    else {
        panic!("it was made");
    };
    assert!(matches!(&problems[0].problem, Problem::SuffixTaken(link) if link.id == first));
}

#[test]
fn apis_of_the_same_name_get_ids_of_their_own() {
    let house = House::new();
    let ids = ["a", "b"]
        .map(|suffix| house.management.create_api(&WHO, &form("Orders", suffix, "https://x")).unwrap().0);
    assert_eq!(ids.map(|id| id.to_string()), ["orders", "orders-2"]);
}

#[test]
fn no_api_gets_the_id_that_the_portal_needs_for_its_form() {
    let house = House::new();
    let id = house.management.create_api(&WHO, &form("New", "new", "https://x")).unwrap().0;
    assert_eq!(id.as_str(), "new-2");
}

#[test]
fn a_save_that_was_begun_before_somebody_elses_is_refused() {
    let house = House::new();
    let api = house.api("orders");
    let begun = house.management.api(&WHO, &api).unwrap().revision;
    house.choose(&api, NewCredential::None).unwrap();
    let late = house.management.save_api(&WHO, &api, &form("Orders", "orders", "https://x"), begun);
    assert!(matches!(late, Err(Error::ChangedMeanwhile { by }) if by == "system"));
}

#[test]
fn a_policy_that_names_an_unknown_certificate_is_refused_with_its_place() {
    let house = House::new();
    let api = house.api("orders");
    let Err(Error::Policy(problems)) = house.save_policy(&api, &showing("certificate-id=\"nobody\"")) else {
        panic!("it was saved");
    };
    assert_eq!((problems[0].code.as_str(), problems[0].line), ("unknown-certificate", 4));
    assert!(problems[0].sentence.contains("`nobody`"), "{}", problems[0].sentence);
}

#[test]
fn user_names_and_passwords_that_basic_authentication_cannot_carry_are_refused_beside_their_field() {
    let house = House::new();
    let api = house.api("orders");
    let cases = [
        ("user:name", "good", "username"),
        ("user\u{7}", "good", "username"),
        ("user\u{85}name", "good", "username"),
        ("good", "pass\tword", "password"),
        ("good", "line\nbreak", "password"),
        ("good", "\u{7f}", "password"),
    ];
    for (username, password, expected) in cases {
        let password = Some(Secret::from(password.to_owned()));
        let refused = house.choose(&api, NewCredential::Basic { username: username.to_owned(), password });
        let Err(Error::Invalid(problems)) = &refused else { panic!("{username:?}: {refused:?}") };
        let found: Vec<_> = problems.iter().map(|one| (one.field, one.problem.clone())).collect();
        assert_eq!(found, [(expected, Problem::BadCharacters)]);
    }
    let password = Some(Secret::from("p\u{e4}ss: word".to_owned()));
    house.choose(&api, NewCredential::Basic { username: "good".to_owned(), password }).unwrap();
}

#[test]
fn a_basic_password_is_never_shown_and_stays_when_the_policy_is_saved_as_shown() {
    let house = House::new();
    let api = house.api("orders");
    let password = Some(Secret::from("s3cret-pass".to_owned()));
    house.choose(&api, NewCredential::Basic { username: "partner".to_owned(), password }).unwrap();
    let shown = house.policy(&api);
    assert!(!shown.contains("s3cret-pass"), "{shown}");
    house.save_policy(&api, &shown).unwrap();
    assert!(house.live().apis[&api].policy.contains("s3cret-pass"));
    house.choose(&api, NewCredential::Basic { username: "other".to_owned(), password: None }).unwrap();
    assert!(
        house.live().apis[&api].policy.contains("s3cret-pass"),
        "no password means the one that is there"
    );
    let credential = house.management.api(&WHO, &api).unwrap().credential;
    assert_eq!(credential, Credential::Basic { username: "other".to_owned() });
}

#[test]
fn what_is_not_yet_understood_is_refused_and_not_skipped() {
    let house = House::new();
    let api = house.api("orders");
    let text = "<policies><inbound><validate-content unspecified-content-type-action=\"prevent\" /></inbound></policies>";
    assert!(matches!(house.save_policy(&api, text), Err(Error::Policy(_))));
    let scope = Scope::Api(api);
    assert_eq!(house.management.check_policy(&WHO, &scope, text).unwrap()[0].code, "unsupported-policy");
}

#[test]
fn a_deleted_api_is_gone_from_the_gateway_when_that_is_answered() {
    let house = House::new();
    let api = house.api("orders");
    assert!(house.live().apis.contains_key(&api));
    house.management.delete_api(&WHO, &api).unwrap();
    assert!(!house.live().apis.contains_key(&api));
}
