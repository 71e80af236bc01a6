//! Certificates of X.509 version 1, as old tools make them, judged as callers' certificates.

use std::sync::Arc;

use certificates::judge::{Demands, Judge, Presented, Problem};
use domain::authority::Unlisted;
use domain::snapshot::SnapshotAuthority;
use testkit::authority::Authority;
use time::macros::datetime;

#[test]
fn a_certificate_of_version_one_is_taken_from_its_authority_only() {
    let (one, twin) = (Authority::new("authority"), Authority::new("authority"));
    let uploaded = SnapshotAuthority {
        id: "one".parse().expect("an id"),
        certificate: one.der(),
        list: None,
        unlisted: Unlisted::Pass,
    };
    let judge = Judge::default().next([Arc::new(uploaded)].iter());
    let judged = |authority: &Authority| {
        let presented = Presented::read(&authority.version_one("partner").chain);
        judge.judge(&presented, &Demands::default(), datetime!(2030-01-01 0:00 UTC))
    };
    assert_eq!(judged(&one), Ok(()));
    assert!(matches!(judged(&twin), Err(Problem::NotTrusted(_))));
}
