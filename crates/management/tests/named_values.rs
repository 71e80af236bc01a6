//! What happens to named values and fragments: made, named by documents, replaced, removed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, P256, WHO, showing};
use domain::fragment::DocumentLink;
use domain::list::ListQuery;
use domain::named_value::{NamedValueName, Secrecy};
use domain::policy_document::ScopeLink;
use domain::secret::Secret;
use management::error::{Error, Problem};
use management::named_values::NewValue;

fn open(text: &str) -> NewValue {
    NewValue { text: Some(Secret::from(text.to_owned())), secrecy: Secrecy::Open }
}

fn secret(text: &str) -> NewValue {
    NewValue { secrecy: Secrecy::Secret, ..open(text) }
}

fn create(house: &House, name: &str, new: &NewValue) -> NamedValueName {
    house.management.create_named_value(&WHO, name, new).unwrap().0
}

fn save(house: &House, name: &NamedValueName, new: &NewValue) -> Result<(), Error> {
    let revision = house.management.named_value(&WHO, name).unwrap().revision;
    house.management.save_named_value(&WHO, name, new, revision).map(drop)
}

fn setting(value: &str) -> String {
    format!(
        "<policies><inbound><base /><set-header name=\"X-Key\" exists-action=\"override\"><value>{value}</value></set-header></inbound></policies>"
    )
}

#[test]
fn a_document_may_name_a_value_that_is_there_and_no_other() {
    let house = House::new();
    let api = house.api("orders");
    let Err(Error::Policy(found)) = house.save_policy(&api, &setting("{{key}}")) else {
        panic!("it was saved")
    };
    assert!(found[0].sentence.contains("key"), "{}", found[0].sentence);
    let name = create(&house, "key", &open("k1"));
    house.save_policy(&api, &setting("{{key}}")).unwrap();
    assert_eq!(house.live().named_values[&name].text.expose(), b"k1");
    let detail = house.management.named_value(&WHO, &name).unwrap();
    assert!(matches!(&detail.uses[..], [DocumentLink::Policy(ScopeLink::Api(link))] if link.id == api));
    let refused = house.management.delete_named_value(&WHO, &name);
    assert!(matches!(refused, Err(Error::NamedBy(uses)) if uses == detail.uses));
    house.save_policy(&api, &setting("plain")).unwrap();
    assert!(house.live().named_values.is_empty());
    house.management.delete_named_value(&WHO, &name).unwrap();
}

#[test]
fn a_secret_is_never_shown_and_reaches_only_the_gateway() {
    let house = House::new();
    let name = create(&house, "key", &secret("hunter2"));
    let api = house.api("orders");
    house.save_policy(&api, &setting("{{key}}")).unwrap();
    assert_eq!(house.management.named_value(&WHO, &name).unwrap().row.value, None);
    let listed = house.management.list_named_values(&WHO, &ListQuery::default()).unwrap();
    assert_eq!(listed.rows[0].value, None);
    let live = house.live().named_values[&name].clone();
    assert_eq!((live.text.expose(), live.secrecy), (&b"hunter2"[..], Secrecy::Secret));
    let store = std::fs::read(house.folder.path().join("store.sqlite")).unwrap();
    let log = std::fs::read(house.folder.path().join("store.sqlite-wal")).unwrap_or_default();
    let holds = |bytes: &[u8]| bytes.windows(7).any(|window| window == b"hunter2");
    assert!(!holds(&store) && !holds(&log), "the store holds the secret in the clear");
    save(&house, &name, &open("hunter3")).unwrap();
    let row = house.management.named_value(&WHO, &name).unwrap().row;
    assert_eq!(row.value, None, "a secret became public");
    save(&house, &name, &NewValue { text: None, secrecy: Secrecy::Open }).unwrap();
    assert_eq!(house.live().named_values[&name].text.expose(), b"hunter3");
}

#[test]
fn a_value_that_would_break_a_document_is_refused_with_its_name() {
    let house = House::new();
    let name = create(&house, "seconds", &open("30"));
    let api = house.api("orders");
    let text = "<policies><backend><forward-request timeout=\"{{seconds}}\" /></backend></policies>";
    house.save_policy(&api, text).unwrap();
    let before = house.live().revision;
    let Err(Error::WouldBreak(broken)) = save(&house, &name, &open("soon")) else { panic!("it was saved") };
    assert!(matches!(&broken[0].document, DocumentLink::Policy(ScopeLink::Api(link)) if link.id == api));
    assert_eq!(house.management.named_value(&WHO, &name).unwrap().row.value.as_deref(), Some("30"));
    assert_eq!(house.live().revision, before);
    save(&house, &name, &open("60")).unwrap();
    assert_eq!(house.live().named_values[&name].text.expose(), b"60");
}

#[test]
fn a_value_that_names_another_certificate_moves_its_use_along() {
    let house = House::new();
    let one = house.upload(P256).unwrap();
    let two = house.upload(common::RSA).unwrap();
    let name = create(&house, "certificate", &open(one.as_str()));
    let api = house.api("orders");
    house.save_policy(&api, &showing("certificate-id=\"{{certificate}}\"")).unwrap();
    assert!(house.live().identities.contains_key(&one));
    save(&house, &name, &open(two.as_str())).unwrap();
    let live = house.live();
    assert!(live.identities.contains_key(&two) && !live.identities.contains_key(&one));
    house.management.delete_certificate(&WHO, &one).unwrap();
    assert!(matches!(house.management.delete_certificate(&WHO, &two), Err(Error::InUse(_))));
    assert!(matches!(save(&house, &name, &open("nobody")), Err(Error::WouldBreak(_))));
}

#[test]
fn names_and_values_are_judged() {
    let house = House::new();
    let refused = |name: &str, new: &NewValue| match house.management.create_named_value(&WHO, name, new) {
        Err(Error::Invalid(found)) => (found[0].field, found[0].problem.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("a b", &open("x")), ("name", Problem::BadId));
    assert_eq!(refused("", &open("x")), ("name", Problem::Missing));
    assert_eq!(refused("key", &open("")), ("value", Problem::Missing));
    create(&house, "key", &open("x"));
    assert_eq!(refused("key", &open("y")), ("name", Problem::NameTaken));
}

#[test]
fn a_fragment_is_included_and_a_mistake_in_it_is_refused() {
    let house = House::new();
    let m = &house.management;
    let text = "<fragment><set-header name=\"X-Who\"><value>{{who}}</value></set-header></fragment>";
    assert!(matches!(m.create_fragment(&WHO, "headers", text), Err(Error::Policy(_))));
    let who = create(&house, "who", &open("postern"));
    let id = m.create_fragment(&WHO, "headers", text).unwrap().0;
    let api = house.api("orders");
    let including =
        "<policies><inbound><base /><include-fragment fragment-id=\"headers\" /></inbound></policies>";
    house.save_policy(&api, including).unwrap();
    assert_eq!(&*house.live().fragments[&id], text);
    assert!(house.live().named_values.contains_key(&who));
    let detail = m.fragment(&WHO, &id).unwrap();
    assert!(matches!(&detail.uses[..], [DocumentLink::Policy(ScopeLink::Api(link))] if link.id == api));
    assert!(matches!(m.delete_fragment(&WHO, &id), Err(Error::NamedBy(_))));
    let uses = m.named_value(&WHO, &who).unwrap().uses;
    assert_eq!(uses.len(), 2, "{uses:?}");
    let changed = "<fragment><set-header name=\"X-Who\"><value>plain</value></set-header></fragment>";
    m.save_fragment(&WHO, &id, changed, detail.revision).unwrap();
    assert_eq!(&*house.live().fragments[&id], changed);
    assert!(m.named_value(&WHO, &who).unwrap().uses.is_empty());
    house.save_policy(&api, &setting("plain")).unwrap();
    m.delete_fragment(&WHO, &id).unwrap();
    assert!(house.live().fragments.is_empty());
}

#[test]
fn a_fragment_that_no_longer_fits_where_it_is_included_is_refused() {
    let house = House::new();
    let m = &house.management;
    let id = m
        .create_fragment(
            &WHO,
            "f",
            "<fragment><set-header name=\"X\"><value>1</value></set-header></fragment>",
        )
        .unwrap()
        .0;
    let api = house.api("orders");
    let including =
        "<policies><outbound><base /><include-fragment fragment-id=\"f\" /></outbound></policies>";
    house.save_policy(&api, including).unwrap();
    let inbound_only = "<fragment><authentication-basic username=\"u\" password=\"p\" /></fragment>";
    let revision = m.fragment(&WHO, &id).unwrap().revision;
    let Err(Error::WouldBreak(broken)) = m.save_fragment(&WHO, &id, inbound_only, revision) else {
        panic!("it was saved")
    };
    assert_eq!(broken.len(), 1);
}

#[test]
fn a_password_in_a_fragment_is_masked_and_kept() {
    let house = House::new();
    let m = &house.management;
    let text = "<fragment><authentication-basic username=\"u\" password=\"hunter2\" /></fragment>";
    let id = m.create_fragment(&WHO, "basic", text).unwrap().0;
    let shown = m.fragment(&WHO, &id).unwrap();
    assert!(!shown.text.contains("hunter2"), "{}", shown.text);
    m.save_fragment(&WHO, &id, &shown.text, shown.revision).unwrap();
    assert_eq!(&*house.live().fragments[&id], text);
}

#[test]
fn a_secret_stands_in_no_message_about_a_document_that_it_breaks() {
    let house = House::new();
    let api = house.api("orders");
    let text = "<policies><backend><forward-request timeout=\"{{seconds}}\" /></backend></policies>";
    let name = create(&house, "seconds", &secret("hunter2"));
    let Err(Error::Policy(found)) = house.save_policy(&api, text) else { panic!("it was saved") };
    assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    save(&house, &name, &secret("30")).unwrap();
    house.save_policy(&api, text).unwrap();
    let Err(Error::WouldBreak(broken)) = save(&house, &name, &secret("hunter3")) else {
        panic!("it was saved")
    };
    assert!(!format!("{broken:?}").contains("hunter3"), "{broken:?}");
}

#[test]
fn a_mistyped_name_in_an_interpolated_string_is_warned_of_in_documents_and_fragments_alike() {
    let house = House::new();
    let api = house.api("orders");
    create(&house, "partner-key", &open("k1"));
    let statement = "<set-body>@($\"{{partner-kye}} {1}\")</set-body>";
    let document = format!("<policies><inbound><base />{statement}</inbound></policies>");
    let fragment = format!("<fragment>{statement}</fragment>");
    let scope = domain::policy_document::Scope::Api(api.clone());
    let found = house.management.check_policy(&WHO, &scope, &document).unwrap();
    let in_fragment = house.management.check_fragment(&WHO, "shared", &fragment).unwrap();
    for found in [found, in_fragment] {
        let told: Vec<_> = found.iter().map(|one| (one.code.as_str(), one.excerpt.as_str())).collect();
        assert_eq!(told, [("unknown-named-value", "{{partner-kye}}")]);
        assert_eq!(found[0].help.as_deref(), Some("did you mean `{{partner-key}}`?"));
    }
    house.save_policy(&api, &document).unwrap();
}
