//! Operations, and the policies of all scopes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, P256, WHO, showing};
use domain::list::{ListQuery, OperationSort};
use domain::policy_document::{Scope, ScopeLink};
use management::error::{Error, Problem};
use management::operations::OperationForm;

fn form(name: &str, method: &str, template: &str) -> OperationForm {
    OperationForm { name: name.to_owned(), method: method.to_owned(), template: template.to_owned() }
}

#[test]
fn everything_wrong_with_a_new_operation_is_said_at_once() {
    let house = House::new();
    let api = house.api("orders");
    let Err(Error::Invalid(problems)) =
        house.management.create_operation(&WHO, &api, &form("", "G E T", "/a?b"))
    else {
        panic!("it was made");
    };
    assert_eq!(problems.iter().map(|one| one.field).collect::<Vec<_>>(), ["name", "method", "template"]);
}

#[test]
fn an_operation_reaches_the_gateway_and_goes_with_its_policy_and_what_that_names() {
    let house = House::new();
    let (api, certificate) = (house.api("orders"), house.upload(P256).unwrap());
    let id = house.operation(&api, "Show an order", "get", "/orders/{id}");
    assert_eq!(id.as_str(), "show-an-order");
    let live = house.live();
    let operation = &live.apis[&api].operations[0];
    assert_eq!((operation.method.as_str(), operation.template.as_str()), ("GET", "/orders/{id}"));
    assert_eq!(operation.policy, None);

    let scope = Scope::Operation(api.clone(), id.clone());
    house.save_policy_of(&scope, &showing(&format!("certificate-id=\"{certificate}\""))).unwrap();
    let live = house.live();
    assert!(live.apis[&api].operations[0].policy.is_some() && live.identities.contains_key(&certificate));
    let uses = house.management.certificate(&WHO, &certificate).unwrap().uses;
    let ScopeLink::Operation(of, operation) = &uses[0].scope else { panic!("{:?}", uses[0].scope) };
    assert_eq!((&of.id, operation.name.as_str()), (&api, "Show an order"));
    assert!(matches!(house.management.delete_certificate(&WHO, &certificate), Err(Error::InUse(_))));

    house.management.delete_operation(&WHO, &api, &id).unwrap();
    let live = house.live();
    assert!(live.apis[&api].operations.is_empty() && live.identities.is_empty());
    house.management.delete_certificate(&WHO, &certificate).unwrap();
}

#[test]
fn two_operations_cannot_match_the_same_requests_and_the_other_one_is_named() {
    let house = House::new();
    let (api, other) = (house.api("orders"), house.api("shipping"));
    let first = house.operation(&api, "First", "GET", "/orders/{id}");
    let twin = form("Second", "get", "orders/{number}/");
    let Err(Error::Invalid(problems)) = house.management.create_operation(&WHO, &api, &twin) else {
        panic!("it was made");
    };
    assert!(
        matches!(&problems[0].problem, Problem::OperationTaken { operation, .. } if operation.id == first)
    );
    house.management.create_operation(&WHO, &other, &twin).unwrap();
    house.operation(&api, "First", "POST", "/orders/{id}");
    let rows = house.management.list_operations(&WHO, &api, &ListQuery::<OperationSort>::default()).unwrap();
    let ids: Vec<&str> = rows.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["first", "first-2"]);
}

#[test]
fn an_operation_is_changed_once_for_each_look_at_it() {
    let house = House::new();
    let api = house.api("orders");
    let id = house.operation(&api, "Show", "GET", "/a");
    let begun = house.management.operation(&WHO, &api, &id).unwrap().revision;
    house.management.save_operation(&WHO, &api, &id, &form("Show", "*", "/a/*"), begun).unwrap();
    assert_eq!(house.live().apis[&api].operations[0].template.as_str(), "/a/*");
    let late = house.management.save_operation(&WHO, &api, &id, &form("Show", "*", "/b"), begun);
    assert!(matches!(late, Err(Error::ChangedMeanwhile { .. })));
    let missing = "other".parse().unwrap();
    assert!(matches!(house.management.operation(&WHO, &api, &missing), Err(Error::NotFound)));
}

#[test]
fn a_template_keeps_the_parameters_that_the_policy_uses() {
    let house = House::new();
    let api = house.api("orders");
    let id = house.operation(&api, "Show", "GET", "/orders/{id}");
    let scope = Scope::Operation(api.clone(), id.clone());
    let rewrite = |name: &str| {
        format!("<policies><inbound><base /><rewrite-uri template=\"/o/{{{name}}}\" /></inbound></policies>")
    };
    assert!(matches!(house.save_policy_of(&scope, &rewrite("number")), Err(Error::Policy(_))));
    house.save_policy_of(&scope, &rewrite("id")).unwrap();
    let save = |template: &str| {
        let begun = house.management.operation(&WHO, &api, &id).unwrap().revision;
        house.management.save_operation(&WHO, &api, &id, &form("Show", "GET", template), begun)
    };
    let Err(Error::Invalid(problems)) = save("/orders/{number}") else { panic!("it was saved") };
    assert_eq!(problems[0].problem, Problem::ParameterInUse { line: 1 });
    assert_eq!(house.live().apis[&api].operations[0].template.as_str(), "/orders/{id}");
    save("/v2/orders/{id}").unwrap();
}

#[test]
fn operations_are_found_by_any_part_of_them_and_only_in_their_api() {
    let house = House::new();
    let (api, other) = (house.api("orders"), house.api("shipping"));
    house.operation(&api, "Show", "GET", "/orders/{id}");
    house.operation(&api, "Make", "POST", "/orders");
    house.operation(&other, "Show", "GET", "/orders/{id}");
    for (search, found) in [("", 2), ("show", 1), ("post", 1), ("{id}", 1), ("%", 0), ("orders", 2)] {
        let query = ListQuery::<OperationSort> { search: search.to_owned(), ..ListQuery::default() };
        let list = house.management.list_operations(&WHO, &api, &query).unwrap();
        assert_eq!((list.rows.len(), list.total), (found, found as u64), "{search}");
    }
}

#[test]
fn the_policy_of_all_apis_is_the_shipped_one_until_somebody_saves_another() {
    let house = House::new();
    let api = house.api("orders");
    let shipped = house.management.policy(&WHO, &Scope::All).unwrap();
    assert!(shipped.text.contains("<forward-request />") && shipped.changed.is_none());
    assert_eq!(house.live().policy, None);
    let certificate = house.upload(P256).unwrap();
    let text = shipped.text.replace(
        "<inbound />",
        &format!("<inbound><authentication-certificate certificate-id=\"{certificate}\"/></inbound>"),
    );
    house.save_policy_of(&Scope::All, &text).unwrap();
    assert_eq!(house.live().policy.as_deref(), Some(text.as_str()));
    let uses = house.management.certificate(&WHO, &certificate).unwrap().uses;
    assert_eq!(uses[0].scope, ScopeLink::All);
    let late = house.management.save_policy(&WHO, &Scope::All, &text, 0);
    assert!(matches!(late, Err(Error::ChangedMeanwhile { by }) if by == "system"));
    // The policy of an API stays as it was.
    assert!(!house.policy(&api).contains("authentication-certificate"));
}

#[test]
fn there_is_no_policy_of_what_does_not_exist() {
    let house = House::new();
    let api = house.api("orders");
    for scope in [Scope::Api("other".parse().unwrap()), Scope::Operation(api, "other".parse().unwrap())] {
        assert!(matches!(house.management.policy(&WHO, &scope), Err(Error::NotFound)), "{scope}");
        let saved = house.management.save_policy(&WHO, &scope, "<policies/>", 0);
        assert!(matches!(saved, Err(Error::NotFound)), "{scope}");
    }
}
