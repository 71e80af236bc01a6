//! A renewed certificate waits beside the one in force until it is put in its place.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{House, P256, RSA, WHO, pfx, showing};
use domain::certificate::Thumbprint;
use domain::credential::NewCredential;
use domain::name::CertificateId;
use domain::policy_document::Scope;
use domain::probe::ProbeReport;
use domain::replacement::MOST_TRIALS;
use domain::snapshot::Identity;
use management::error::Error;
use time::Duration;

fn shown(house: &House, id: &CertificateId) -> Thumbprint {
    match &*house.live().identities[id] {
        Identity::Ready(material) => material.thumbprint.clone(),
        Identity::Unavailable { reason, .. } => panic!("{reason}"),
    }
}

#[test]
fn a_replacement_is_in_force_only_once_it_is_put_there() {
    let house = House::new();
    let (id, api) = (house.upload(P256).unwrap(), house.api("orders"));
    house.choose(&api, NewCredential::Certificate(id.clone())).unwrap();
    let (before, revision) = (shown(&house, &id), house.live().revision);
    let version = house.management.upload_replacement(&WHO, &id, &pfx(RSA)).unwrap();
    assert_eq!((shown(&house, &id), house.live().revision), (before.clone(), revision));

    let house = house.again();
    let waiting = house.management.replacement(&WHO, &id).unwrap();
    assert_eq!((waiting.version, &waiting.present.thumbprint), (version, &before));
    assert!(waiting.is_of_another());
    let wanted = waiting.waiting.thumbprint;
    // Nobody has said yes to it, so that a policy can't mean it.
    assert!(!house.live().thumbprints.contains_key(&wanted));
    let mistaken = house.management.put_in_force(&WHO, &id, version + 1);
    assert!(matches!(mistaken, Err(Error::ChangedMeanwhile { .. })));
    house.management.put_in_force(&WHO, &id, version).unwrap();
    assert_eq!(shown(&house, &id), wanted);
    assert!(matches!(house.management.replacement(&WHO, &id), Err(Error::NotFound)));
    let detail = house.management.certificate(&WHO, &id).unwrap();
    assert_eq!((detail.version, &detail.previous[0].thumbprint), (version, &before));
    house.management.restore_certificate(&WHO, &id, detail.previous[0].version).unwrap();
    assert_eq!(shown(&house, &id), before);
}

#[test]
fn one_replacement_waits_at_a_time_and_can_be_dropped() {
    let house = House::new();
    let id = house.upload(P256).unwrap();
    assert!(matches!(
        house.management.upload_replacement(&WHO, &id, &pfx(P256)),
        Err(Error::AlreadyUploaded(_))
    ));
    let first = house.management.upload_replacement(&WHO, &id, &pfx(RSA)).unwrap();
    assert_eq!(house.management.upload_replacement(&WHO, &id, &pfx(RSA)).unwrap(), first);
    house.management.discard_replacement(&WHO, &id).unwrap();
    assert!(matches!(house.management.put_in_force(&WHO, &id, first), Err(Error::NotFound)));
    house.management.upload_replacement(&WHO, &id, &pfx(RSA)).unwrap();
    house.management.replace_certificate(&WHO, &id, &pfx(RSA)).unwrap();
    assert!(matches!(house.management.replacement(&WHO, &id), Err(Error::NotFound)), "it was overtaken");
}

#[test]
fn a_replacement_that_nobody_wanted_is_dropped_with_a_later_one() {
    let house = House::new();
    let (one, other) = (house.upload(P256).unwrap(), house.upload("ossl3_default_p384.p12").unwrap());
    house.management.upload_replacement(&WHO, &one, &pfx(RSA)).unwrap();
    house.pass(Duration::days(8));
    house.management.upload_replacement(&WHO, &other, &pfx(RSA)).unwrap();
    assert!(matches!(house.management.replacement(&WHO, &one), Err(Error::NotFound)));
}

#[test]
fn the_connection_of_every_api_that_uses_it_is_tested_up_to_a_number() {
    let house = House::new();
    let id = house.upload(P256).unwrap();
    let thumbprint = house.management.certificate(&WHO, &id).unwrap().leaf.thumbprint;
    let (by_id, by_thumbprint, unused) =
        (house.api("a-id"), house.api("b-thumbprint"), house.api("c-unused"));
    house.choose(&by_id, NewCredential::Certificate(id.clone())).unwrap();
    house.save_policy(&by_thumbprint, &showing(&format!("thumbprint=\"{thumbprint}\""))).unwrap();
    let version = house.management.upload_replacement(&WHO, &id, &pfx(RSA)).unwrap();
    let tests = house.management.begin_tests(&WHO, &id).unwrap();
    let tried: Vec<_> = tests.targets.iter().map(|(api, _)| api).collect();
    assert_eq!(tried, [&by_id, &by_thumbprint]);
    let waiting = house.management.replacement(&WHO, &id).unwrap();
    let Some(Identity::Ready(shown)) = tests.targets[0].1.identity.as_deref() else { panic!("no key") };
    assert_eq!(shown.thumbprint, waiting.waiting.thumbprint);
    assert!(waiting.trials.are_running());
    for (api, _) in &tests.targets {
        house.management.note_test(&id, version, api, ProbeReport::Plain);
    }
    house.management.note_test(&id, version, &unused, ProbeReport::Plain);
    let trials = house.management.replacement(&WHO, &id).unwrap().trials;
    assert_eq!((trials.done(), trials.apis, trials.are_running()), (2, 2, false));

    for number in 0..MOST_TRIALS {
        house.api(&format!("d-{number}"));
    }
    house
        .save_policy_of(&Scope::All, &showing(&format!("certificate-id=\"{id}\"")).replace("<base />", ""))
        .unwrap();
    let tests = house.management.begin_tests(&WHO, &id).unwrap();
    assert_eq!(tests.targets.len(), MOST_TRIALS);
    assert_eq!(house.management.replacement(&WHO, &id).unwrap().trials.apis, MOST_TRIALS as u64 + 3);
}
