//! What happens to certificates: upload, use, replacement, removal.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use std::collections::HashSet;

use certificates::seal::{MasterKey, Vault};
use common::{EXPIRED, House, P256, RSA, WHO, pfx, showing};
use domain::credential::{Credential, NewCredential};
use domain::list::{CertificateSort, ListQuery};
use domain::pfx::Refusal;
use domain::policy_document::ScopeLink;
use domain::secret::Secret;
use domain::snapshot::{Held, Identity};
use management::error::Error;
use management::upload::{ExpiredIs, Upload};

#[test]
fn an_uploaded_certificate_stands_in_the_list_with_its_facts() {
    let house = House::new();
    let id = house.upload(P256).unwrap();
    let rows = house.management.list_certificates(&WHO, &ListQuery::default()).unwrap().rows;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].id.clone(), rows[0].common_name.as_str(), rows[0].uses), (id, "client p256", 0));
}

#[test]
fn a_wrong_password_is_refused_and_nothing_is_stored() {
    let house = House::new();
    let upload = Upload { password: Secret::from("wrong".to_owned()), ..pfx(P256) };
    let refused = house.management.import_pfx(&WHO, &upload);
    assert!(matches!(refused, Err(Error::Refused(Refusal::WrongPassword))));
    assert_eq!(house.management.overview(&WHO).unwrap().certificates, 0);
}

#[test]
fn the_same_certificate_is_not_uploaded_twice() {
    let house = House::new();
    let id = house.upload(P256).unwrap();
    let Err(Error::AlreadyUploaded(link)) = house.upload(P256) else { panic!("it was taken twice") };
    assert_eq!(link.id, id);
}

#[test]
fn an_expired_certificate_is_taken_only_once_that_is_confirmed() {
    let house = House::new();
    assert!(matches!(house.upload(EXPIRED), Err(Error::Expired { .. })));
    let upload = Upload { expired: ExpiredIs::Confirmed, ..pfx(EXPIRED) };
    assert!(house.management.import_pfx(&WHO, &upload).is_ok());
}

#[test]
fn a_key_that_tls_refuses_is_refused_at_upload() {
    let house = House::new();
    assert!(matches!(
        house.upload("ossl3_default_k256.p12"),
        Err(Error::Refused(Refusal::Unsupported { .. }))
    ));
}

#[test]
fn a_certificate_is_found_by_its_thumbprint_in_any_writing_and_by_part_of_its_names() {
    let house = House::new();
    house.upload(P256).unwrap();
    house.upload(RSA).unwrap();
    let found = |search: &str| {
        let query = ListQuery { search: search.to_owned(), ..ListQuery::default() };
        house.management.list_certificates(&WHO, &query).unwrap().rows.len()
    };
    assert_eq!(found("\u{200e}b4 e2 0a ed 17 34 d4 e3 a4 d5 21 a2 1b 1a 88 66 38 a2 a9 57"), 1);
    assert_eq!(found("B4:E2:0A:ED:17:34"), 1);
    assert_eq!(found("client"), 2);
    assert_eq!(found("RSA2048"), 1);
    assert_eq!(found("%"), 0);
    assert_eq!(found("\"quoted"), 0);
    assert_eq!(found("77F27AA0E43A935E57D44C91D94FE579C8BFB043"), 1, "a serial number of 40 digits");
}

#[test]
fn what_a_policy_names_is_listed_as_a_use_and_reaches_the_gateway_with_its_key() {
    let house = House::new();
    let (id, api) = (house.upload(P256).unwrap(), house.api("orders"));
    assert!(house.live().identities.is_empty());
    house.save_policy(&api, &showing(&format!("certificate-id=\"{id}\""))).unwrap();
    let detail = house.management.certificate(&WHO, &id).unwrap();
    assert_eq!(detail.uses.len(), 1);
    assert!(matches!(&detail.uses[0].scope, ScopeLink::Api(link) if link.id == api));
    assert!(matches!(*house.live().identities[&id], Identity::Ready(_)));
    house.choose(&api, NewCredential::None).unwrap();
    assert!(house.live().identities.is_empty(), "an unused key doesn't stay in the gateway's memory");
    assert_eq!(house.management.certificate(&WHO, &id).unwrap().uses.len(), 0);
}

#[test]
fn a_certificate_in_use_is_not_deleted_and_the_places_are_named() {
    let house = House::new();
    let (id, api) = (house.upload(P256).unwrap(), house.api("orders"));
    house.choose(&api, NewCredential::Certificate(id.clone())).unwrap();
    let Err(Error::InUse(uses)) = house.management.delete_certificate(&WHO, &id) else {
        panic!("it was deleted")
    };
    assert!(matches!(&uses[0].scope, ScopeLink::Api(link) if link.name.as_str() == "orders"));
    house.management.delete_api(&WHO, &api).unwrap();
    house.management.delete_certificate(&WHO, &id).unwrap();
    assert!(matches!(house.management.certificate(&WHO, &id), Err(Error::NotFound)));
}

#[test]
fn the_database_itself_refuses_to_delete_a_certificate_in_use() {
    let house = House::new();
    let (id, api) = (house.upload(P256).unwrap(), house.api("orders"));
    house.choose(&api, NewCredential::Certificate(id.clone())).unwrap();
    let store = store::connect::Store::open(&house.folder.path().join("store.sqlite")).unwrap();
    let deleted = store.write(|change| change.delete_certificate(&id));
    assert!(matches!(deleted, Err(store::error::Error::InUse)));
}

#[test]
fn a_replaced_certificate_moves_every_use_and_the_old_version_can_be_brought_back() {
    let house = House::new();
    let (id, api) = (house.upload(P256).unwrap(), house.api("orders"));
    let before = house.management.certificate(&WHO, &id).unwrap().leaf.thumbprint;
    house.save_policy(&api, &showing(&format!("thumbprint=\"{before}\""))).unwrap();
    house.management.replace_certificate(&WHO, &id, &pfx(RSA)).unwrap();
    let shown = |house: &House| match &*house.live().identities[&id] {
        Identity::Ready(material) => material.thumbprint.clone(),
        Identity::Unavailable { reason, .. } => panic!("{reason}"),
    };
    let after = house.management.certificate(&WHO, &id).unwrap();
    assert_ne!(after.leaf.thumbprint, before);
    assert_eq!(shown(&house), after.leaf.thumbprint);
    assert_eq!(
        house.live().thumbprints[&before],
        id,
        "a statement by the old thumbprint still means the slot"
    );
    assert_eq!(after.previous[0].thumbprint, before);
    house.management.restore_certificate(&WHO, &id, after.previous[0].version).unwrap();
    assert_eq!(shown(&house), before);
}

#[test]
fn choosing_a_certificate_on_the_security_tab_writes_it_into_the_policy_and_back() {
    let house = House::new();
    let (id, api) = (house.upload(P256).unwrap(), house.api("orders"));
    house.choose(&api, NewCredential::Certificate(id.clone())).unwrap();
    let policy = house.policy(&api);
    assert!(policy.contains(&format!("certificate-id=\"{id}\"")), "{policy}");
    house.save_policy(&api, "<policies><inbound><base /></inbound></policies>").unwrap();
    assert_eq!(house.management.api(&WHO, &api).unwrap().credential, Credential::None);
}

#[test]
fn the_dropdown_lists_twenty_and_the_chosen_one() {
    let house = House::new();
    let id = house.upload(P256).unwrap();
    house.upload(RSA).unwrap();
    let chosen = Credential::Certificate(id.clone());
    let choices = house.management.certificate_choices(&WHO, "rsa2048", Some(&chosen)).unwrap();
    assert_eq!((choices.total, choices.choices.len()), (2, 2));
    assert_eq!(choices.choices[0].id, id);
}

#[test]
fn lists_are_sorted_by_each_column() {
    let house = House::new();
    house.upload(P256).unwrap();
    house.upload(RSA).unwrap();
    for sort in [
        CertificateSort::Expires,
        CertificateSort::Name,
        CertificateSort::Subject,
        CertificateSort::Thumbprint,
        CertificateSort::Uses,
    ] {
        let query = ListQuery { sort, ..ListQuery::default() };
        assert_eq!(house.management.list_certificates(&WHO, &query).unwrap().rows.len(), 2);
    }
    let query = ListQuery { sort: CertificateSort::Subject, ..ListQuery::default() };
    let rows = house.management.list_certificates(&WHO, &query).unwrap().rows;
    assert_eq!(rows[0].common_name, "client p256");
}

#[test]
fn a_key_that_cannot_be_unsealed_is_told_to_the_gateway_as_unavailable() {
    let house = House::new();
    let (id, api) = (house.upload(P256).unwrap(), house.api("orders"));
    house.choose(&api, NewCredential::Certificate(id.clone())).unwrap();
    let store = store::connect::Store::open(&house.folder.path().join("store.sqlite")).unwrap();
    store.write(|change| change.reseal(&id, 1, b"not a sealed key")).unwrap();
    let other =
        certificates::seal::Vault::new(certificates::seal::MasterKey::generate().unwrap(), Vec::new());
    let snapshot = management::snapshot::load(&store, &other).unwrap();
    assert!(matches!(*snapshot.identities[&id], Identity::Unavailable { .. }));
}

#[test]
fn a_certificate_called_upload_does_not_take_the_address_of_the_form() {
    let house = House::new();
    let upload = Upload { name: "Upload".to_owned(), ..pfx(P256) };
    assert_eq!(house.management.import_pfx(&WHO, &upload).unwrap().0.id.as_str(), "upload-2");
}

#[test]
fn while_an_expression_chooses_the_gateway_holds_every_certificate_and_afterwards_only_the_named() {
    let house = House::new();
    let (early, api) = (house.upload(P256).unwrap(), house.api("orders"));
    let held = || {
        let live = house.live();
        let thumbprints: HashSet<_> = live.thumbprints.values().cloned().collect();
        assert_eq!(thumbprints, live.identities.keys().cloned().collect());
        thumbprints
    };
    assert!(held().is_empty());
    let chooses = r#"<authentication-certificate certificate-id="@(context.Request.Method)" />"#;
    house.save_policy(&api, &format!("<policies><inbound>{chooses}<base /></inbound></policies>")).unwrap();
    assert_eq!(held(), HashSet::from([early.clone()]));
    let late = house.upload(RSA).unwrap();
    assert_eq!(held(), HashSet::from([early.clone(), late.clone()]));
    house.management.delete_certificate(&WHO, &early).unwrap();
    assert_eq!(held(), HashSet::from([late.clone()]));
    house.management.replace_certificate(&WHO, &late, &pfx(P256)).unwrap();
    let live = house.live();
    let Identity::Ready(material) = &*live.identities[&late] else { panic!("it can't be used") };
    assert_eq!(live.thumbprints[&material.thumbprint], late);
    assert_eq!(live.thumbprints.len(), 2, "the thumbprint of the version before means the slot too");

    // The same after a start, and from a fragment.
    let store = store::connect::Store::open(&house.folder.path().join("store.sqlite")).unwrap();
    let vault = Vault::new(MasterKey::generate().unwrap(), Vec::new());
    let loaded = management::snapshot::load(&store, &vault).unwrap();
    assert_eq!((loaded.held, loaded.identities.len()), (Held::All, 1));
    house.save_policy(&api, "<policies><inbound><base /></inbound></policies>").unwrap();
    assert!(held().is_empty());
    let id = house
        .management
        .create_fragment(&WHO, "chooses", &format!("<fragment>{chooses}</fragment>"))
        .unwrap()
        .0;
    house
        .save_policy(
            &api,
            &format!("<policies><inbound><include-fragment fragment-id=\"{id}\" /></inbound></policies>"),
        )
        .unwrap();
    assert_eq!(held(), HashSet::from([late]));
    house.management.delete_api(&WHO, &api).unwrap();
    assert!(held().is_empty());
}
