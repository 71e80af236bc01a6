//! Rows that were damaged in a real store: each is one item's fault, everything else is in force, and what was damaged
//! can be mended and deleted after a new start.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use domain::api::Live;
use domain::fault::{Fault, Item};
use domain::list::ListQuery;
use domain::named_value::Secrecy;
use domain::policy_document::Scope;
use domain::secret::Secret;
use domain::snapshot::Identity;
use management::apis::ApiForm;
use management::error::Error;
use management::named_values::NewValue;
use management::operations::OperationForm;
use management::playground::PlaygroundForm;

use crate::common::{House, RSA, WHO};

mod common;

const BAD_TEXT: &str = "CAST(x'ff3c' AS TEXT)";

fn form(suffix: &str, backend: &str) -> ApiForm {
    ApiForm { name: "Bad".to_owned(), suffix: suffix.to_owned(), backend: backend.to_owned() }
}

/// The house after its API `bad` was damaged, started again: with what was found.
fn damaged(sql: &str) -> House {
    let house = House::new();
    let (good, bad) = (house.api("good"), house.api("bad"));
    let one = house.operation(&bad, "one", "GET", "/one");
    house.operation(&good, "one", "GET", "/one");
    house.save_policy_of(&Scope::Operation(bad, one), "<policies/>").unwrap();
    house.damage(sql);
    house.again()
}

#[test]
fn a_damaged_api_is_left_out_by_itself_with_its_paths_and_its_reason() {
    let rows = [
        ("UPDATE apis SET backend = 'https://10.0.0:8443' WHERE id = 'bad'", "not a valid IP address"),
        ("UPDATE apis SET backend = 'nowhere' WHERE id = 'bad'", "https://"),
        ("UPDATE apis SET suffix = 'bad//x' WHERE id = 'bad'", "suffix"),
        ("UPDATE apis SET trust = '{' WHERE id = 'bad'", "EOF"),
        (
            "UPDATE apis SET trust = '{\"chain\":\"Everything\",\"name\":\"Off\"}' WHERE id = 'bad'",
            "Everything",
        ),
        ("UPDATE apis SET name = '' WHERE id = 'bad'", "empty"),
        ("UPDATE apis SET name = CAST(x'ff' AS TEXT) WHERE id = 'bad'", "utf-8"),
        ("UPDATE policies SET scope = 'api/lost' WHERE scope = 'api/bad'", "policy is missing"),
        (
            "UPDATE policies SET sealed = NULL, document = CAST(x'ff3c' AS TEXT) WHERE scope = 'api/bad'",
            "utf-8",
        ),
        ("UPDATE policies SET sealed = x'00' WHERE scope = 'api/bad'", "can't be unsealed"),
        (
            "UPDATE policies SET sealed = other.sealed FROM policies AS other WHERE policies.scope = 'api/bad' AND other.scope = 'api/good'",
            "can't be unsealed",
        ),
        ("UPDATE policies SET sealed = x'' WHERE scope = 'operation/bad/one'", "operation `one`"),
        ("UPDATE operations SET template = '/{' WHERE api = 'bad'", "operation `one`"),
        ("UPDATE operations SET method = 'G T' WHERE api = 'bad'", "operation `one`"),
        ("UPDATE operations SET id = 'o/1' WHERE api = 'bad'", "operation `o/1`"),
    ];
    for (sql, reason) in rows {
        let house = damaged(sql);
        let live = house.live();
        let ids: Vec<&str> = live.apis.keys().map(|id| id.as_str()).collect();
        assert_eq!(ids, ["good"], "{sql}");
        let [found] = live.damaged.as_slice() else { panic!("{sql}: {:?}", live.damaged) };
        assert_eq!(found.id, "bad", "{sql}");
        assert!(found.reason.contains(reason), "{sql}: {}", found.reason);
        assert!(found.route().unwrap().starts_with("bad"), "{sql}");
    }
}

#[test]
fn a_damaged_api_can_be_opened_mended_and_deleted() {
    for sql in [
        "UPDATE apis SET backend = 'https://10.0.0:8443', trust = 'x', credential = '', name = '', changed_at = 99999999999999 WHERE id = 'bad'",
        "UPDATE apis SET suffix = 'a b', changed_by = CAST(x'ff' AS TEXT) WHERE id = 'bad'",
    ] {
        let house = damaged(sql);
        let id = "bad".parse().unwrap();
        let shown = house.management.api(&WHO, &id).unwrap();
        assert!(["https://10.0.0:8443", "https://backend.test"].contains(&shown.settings.backend.as_str()));
        assert_eq!(house.management.list_apis(&WHO, &ListQuery::default()).unwrap().rows.len(), 2);
        let refused =
            house.management.save_api(&WHO, &id, &form("bad", &shown.settings.backend), shown.revision);
        assert_eq!(refused.is_err(), shown.settings.backend.contains("10.0.0"));
        let shown = house.management.api(&WHO, &id).unwrap();
        house.management.save_api(&WHO, &id, &form("bad", "https://mended.test"), shown.revision).unwrap();
        if sql.contains("trust") {
            assert_eq!(house.live().damaged.len(), 1, "trust settings are mended on their own tab");
            house.choose(&id, domain::credential::NewCredential::None).unwrap();
        }
        assert!(house.live().damaged.is_empty(), "{:?}", house.live().damaged);
        assert_eq!(house.live().apis.len(), 2);
    }
    let house = damaged("UPDATE apis SET backend = 'x' WHERE id = 'bad'");
    house.management.delete_api(&WHO, &"bad".parse().unwrap()).unwrap();
    assert!(house.live().damaged.is_empty());
}

#[test]
fn a_damaged_operation_can_be_mended_or_deleted() {
    let house = damaged("UPDATE operations SET template = '/{' WHERE api = 'bad'");
    let (api, id) = ("bad".parse().unwrap(), "one".parse().unwrap());
    let shown = house.management.operation(&WHO, &api, &id).unwrap();
    assert_eq!(shown.settings.template, "/{");
    let form =
        OperationForm { name: "One".to_owned(), method: "GET".to_owned(), template: "/one".to_owned() };
    house.management.save_operation(&WHO, &api, &id, &form, shown.revision).unwrap();
    assert!(house.live().damaged.is_empty());
    let house = damaged("UPDATE operations SET method = '' WHERE api = 'bad'");
    house.management.delete_operation(&WHO, &api, &id).unwrap();
    assert!(house.live().damaged.is_empty());
}

#[test]
fn a_policy_that_is_missing_or_damaged_can_be_written_anew() {
    for sql in [
        "UPDATE policies SET scope = 'api/lost' WHERE scope = 'api/bad'",
        "UPDATE policies SET sealed = NULL, document = CAST(x'ff3c' AS TEXT) WHERE scope = 'api/bad'",
        "UPDATE policies SET sealed = x'00' WHERE scope = 'api/bad'",
    ] {
        let house = damaged(sql);
        house.save_policy(&"bad".parse().unwrap(), "<policies/>").unwrap();
        assert!(house.live().damaged.is_empty(), "{sql}");
    }
}

#[test]
fn an_api_whose_id_is_damaged_keeps_its_paths() {
    let house = damaged("UPDATE apis SET id = 'bad id' WHERE id = 'bad'");
    let live = house.live();
    assert_eq!((live.apis.len(), live.damaged.len()), (1, 1));
    assert_eq!(live.damaged[0].route().as_deref(), Some("bad"));
    assert!(matches!(live.damaged[0].item(), Item::UnknownApi { .. }));
    let list = house.management.list_apis(&WHO, &ListQuery::default()).unwrap();
    assert_eq!((list.rows.len(), list.unreadable), (1, 1));
}

#[test]
fn a_damaged_policy_of_all_apis_is_named_and_can_be_mended() {
    let house = House::new();
    house.api("good");
    house.save_policy_of(&Scope::All, "<policies/>").unwrap();
    let mut house = house;
    for damage in [format!("sealed = NULL, document = {BAD_TEXT}"), "sealed = x'00'".to_owned()] {
        house.damage(&format!("UPDATE policies SET {damage} WHERE scope = 'all'"));
        house = house.again();
        assert_eq!((&house.live().faults[0].item, house.live().apis.len()), (&Item::AllApis, 1));
        house.save_policy_of(&Scope::All, "<policies/>").unwrap();
        assert!(house.live().faults.is_empty());
    }
}

#[test]
fn damaged_values_fragments_and_certificates_are_named_and_everything_else_is_there() {
    for damage in [format!("sealed = NULL, document = {BAD_TEXT}"), "sealed = x'00'".to_owned()] {
        values_and_fragments_are_named(&damage);
    }
}

fn values_and_fragments_are_named(damage: &str) {
    let house = House::new();
    let api = house.api("good");
    let new = |text: &str| NewValue { text: Some(Secret::from(text.to_owned())), secrecy: Secrecy::Secret };
    for name in ["one", "two"] {
        house.management.create_named_value(&WHO, name, &new(name)).unwrap();
    }
    house.management.create_fragment(&WHO, "part", "<fragment/>").unwrap();
    let policy = "<policies><inbound><set-header name=\"a\"><value>{{one}}{{two}}</value></set-header>\
                  <include-fragment fragment-id=\"part\"/></inbound></policies>";
    house.save_policy(&api, policy).unwrap();
    house.damage("UPDATE named_values SET sealed_value = x'00'");
    house.damage(&format!("UPDATE fragments SET {damage}"));
    let house = house.again();
    let live = house.live();
    let items: Vec<Item> = live.faults.iter().map(|fault| fault.item.clone()).collect();
    for item in [
        Item::NamedValue("one".to_owned()),
        Item::NamedValue("two".to_owned()),
        Item::Fragment("part".to_owned()),
    ] {
        assert!(items.contains(&item), "{items:?}");
    }
    assert_eq!((live.apis.len(), live.named_values.len(), live.fragments.len()), (1, 0, 0));
    // One after the other, although the document lacks the others meanwhile.
    for name in ["one", "two"] {
        let name = name.parse().unwrap();
        let revision = house.management.named_value(&WHO, &name).unwrap().revision;
        let kept = NewValue { text: None, secrecy: Secrecy::Secret };
        let refused = house.management.save_named_value(&WHO, &name, &kept, revision);
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        house.management.save_named_value(&WHO, &name, &new("mended"), revision).unwrap();
    }
    let part = "part".parse().unwrap();
    let revision = house.management.fragment(&WHO, &part).unwrap().revision;
    house.management.save_fragment(&WHO, &part, "<fragment/>", revision).unwrap();
    let live = house.live();
    assert!(live.faults.is_empty(), "{:?}", live.faults);
    assert_eq!((live.named_values.len(), live.fragments.len()), (2, 1));
}

#[test]
fn a_certificate_with_a_damaged_row_is_of_no_use_and_says_why() {
    for sql in [
        "UPDATE certificate_versions SET chain = x'ffffffff'",
        "UPDATE certificate_versions SET facts = '{'",
        "UPDATE certificate_versions SET sealed_key = x''",
        "UPDATE certificates SET version = 7",
    ] {
        let house = House::new();
        let id = house.upload(RSA).unwrap();
        let api = house.api("showing");
        house.choose(&api, domain::credential::NewCredential::Certificate(id.clone())).unwrap();
        house.damage(sql);
        let house = house.again();
        let live = house.live();
        assert!(matches!(live.identities[&id].as_ref(), Identity::Unavailable { .. }), "{sql}");
        assert_eq!(live.apis.len(), 1);
    }
}

#[test]
fn every_change_says_whether_it_is_live_and_what_is_not() {
    let house = House::new();
    let fault = Fault {
        item: Item::Api { id: "fresh".parse().unwrap(), name: "fresh".to_owned() },
        reason: "it can't be used".to_owned(),
    };
    let (id, saved) = house.management.create_api(&WHO, &form("live", "https://backend.test")).unwrap();
    assert_eq!((id.as_str(), &saved.live), ("bad", &Live::Everywhere));
    *house.faults.lock().unwrap() = vec![fault.clone()];
    let form = ApiForm { name: "fresh".to_owned(), ..form("fresh", "https://backend.test") };
    let (new, saved) = house.management.create_api(&WHO, &form).unwrap();
    assert_eq!(saved.live, Live::Except(vec![fault.clone()]));
    let other = house.management.delete_api(&WHO, &id).unwrap();
    assert_eq!(other.live, Live::Everywhere, "another API's fault is no news");
    let shared = house.management.create_fragment(&WHO, "part", "<fragment/>").unwrap().1;
    assert_eq!(shared.live, Live::Except(vec![fault]));
    *house.refusal.lock().unwrap() = Some("it is stopping".to_owned());
    let deleted = house.management.delete_api(&WHO, &new).unwrap();
    assert_eq!(deleted.live, Live::Nowhere { reason: "it is stopping".to_owned() });
}

#[test]
fn the_playground_says_that_an_api_cannot_be_used() {
    let house = damaged("UPDATE apis SET backend = 'x' WHERE id = 'bad'");
    let id = "bad".parse().unwrap();
    let item = Item::Api { id: "bad".parse().unwrap(), name: "bad".to_owned() };
    *house.faults.lock().unwrap() = vec![Fault { item, reason: "its backend".to_owned() }];
    let form = PlaygroundForm::default();
    let refused = house.management.play(&WHO, &id, &form);
    assert!(matches!(&refused, Err(Error::Unusable { reason }) if reason == "its backend"));
}
