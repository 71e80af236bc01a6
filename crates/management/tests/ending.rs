//! Client certificates in use that backends refuse now or soon.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{EXPIRED, House, P256, WHO, pfx, showing};
use domain::certificate::Status;
use domain::credential::NewCredential;
use domain::list::ListQuery;
use domain::policy_document::{Scope, ScopeLink};
use management::upload::{ExpiredIs, Upload};

#[test]
fn what_an_api_is_sent_with_is_found_when_it_ends() {
    let house = House::new();
    let upload = Upload { expired: ExpiredIs::Confirmed, ..pfx(EXPIRED) };
    let expired = house.management.import_pfx(&WHO, &upload).unwrap().0.id;
    let good = house.upload(P256).unwrap();
    let (stopped, fine) = (house.api("stopped"), house.api("fine"));
    house.choose(&stopped, NewCredential::Certificate(expired.clone())).unwrap();
    house.choose(&fine, NewCredential::Certificate(good.clone())).unwrap();
    let ending = |scope| house.management.ending_certificates(&WHO, &scope).unwrap();
    let now = house.management.now();
    let found = ending(Scope::Api(stopped.clone()));
    assert_eq!((found.len(), &found[0].id, found[0].status(now)), (1, &expired, Status::Expired));
    assert_eq!(ending(Scope::Api(fine.clone())), []);
    assert_eq!(ending(Scope::All), []);
    let rows = house.management.list_apis(&WHO, &ListQuery::default()).unwrap().rows;
    let marked: Vec<_> = rows.iter().map(|row| (row.id.clone(), row.ending.is_some())).collect();
    assert_eq!(marked, [(fine.clone(), false), (stopped.clone(), true)]);

    let last_day = house.management.certificate(&WHO, &good).unwrap().leaf.not_after;
    house.pass(last_day - now - time::Duration::days(10));
    let operation = house.operation(&stopped, "one", "GET", "/one");
    let scope = Scope::Operation(stopped.clone(), operation);
    house.save_policy_of(&scope, &showing(&format!("certificate-id=\"{good}\""))).unwrap();
    let found = ending(scope);
    let statuses: Vec<_> = found.iter().map(|one| one.status(house.management.now())).collect();
    assert_eq!(statuses, [Status::Expired, Status::Expiring]);
}

#[test]
fn the_overview_names_the_apis_that_a_certificate_stops() {
    let house = House::new();
    let upload = Upload { expired: ExpiredIs::Confirmed, ..pfx(EXPIRED) };
    let expired = house.management.import_pfx(&WHO, &upload).unwrap().0.id;
    for number in 0..7 {
        let api = house.api(&format!("api-{number}"));
        house.choose(&api, NewCredential::Certificate(expired.clone())).unwrap();
    }
    let overview = house.management.overview(&WHO).unwrap();
    let first = &overview.soonest[0];
    assert_eq!((&first.certificate.id, first.certificate.uses, first.uses.len()), (&expired, 7, 5));
    assert!(matches!(&first.uses[0].scope, ScopeLink::Api(api) if api.name.as_str() == "api-0"));
    let all = showing(&format!("certificate-id=\"{expired}\"")).replace("<base />", "");
    house.save_policy_of(&Scope::All, &all).unwrap();
    assert_eq!(house.management.ending_certificates(&WHO, &Scope::All).unwrap().len(), 1);
}
