//! Revocation lists: which are taken, and what they do to callers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use certificates::judge::{Demands, Judge, Problem, Unproven};
use certificates::revocation;
use chains::{
    Issuer, NOW, beneath, ca_params, der, judge, leaf, list, list_params, numbered, outcome, params, root,
    signed, uploaded,
};
use domain::authority::Unlisted;
use domain::authority_file::ListRefusal;
use domain::snapshot::SnapshotAuthority;
use rcgen::{CrlDistributionPoint, CrlIssuingDistributionPoint, CrlScope, KeyUsagePurpose};
use std::sync::Arc;
use time::Duration;

mod chains;

fn with_list(id: &str, issuer: &Issuer, list: Vec<u8>, unlisted: Unlisted) -> SnapshotAuthority {
    SnapshotAuthority { list: Some(Arc::new(list)), unlisted, ..uploaded(id, der(issuer)) }
}

fn judged(judge: &Judge, issuer: &Issuer, serial: u64) -> Result<(), Problem> {
    outcome(judge, &[leaf(issuer, numbered(params("partner"), serial))], &Demands::default())
}

#[test]
fn who_stands_in_the_list_is_refused_and_others_pass() {
    let root = root("Root");
    let judge = judge(vec![with_list("root", &root, list(&root, &[7, 8]), Unlisted::Refuse)]);
    assert_eq!(judged(&judge, &root, 1), Ok(()));
    let listed = Unproven::Listed { issuer: "CN=Root".to_owned() };
    assert_eq!(judged(&judge, &root, 8), Err(Problem::Revoked(listed)));
}

#[test]
fn without_a_list_the_choice_made_for_the_authority_decides() {
    let root = root("Root");
    let refusing = judge(vec![uploaded("root", der(&root))]);
    let none = Unproven::NoList { issuer: "CN=Root".to_owned() };
    assert_eq!(judged(&refusing, &root, 1), Err(Problem::Revoked(none)));
    let passing = judge(vec![SnapshotAuthority { unlisted: Unlisted::Pass, ..uploaded("root", der(&root)) }]);
    assert_eq!(judged(&passing, &root, 1), Ok(()));
}

#[test]
fn a_stale_list_counts_as_none_but_still_refuses_whom_it_names() {
    let root = root("Root");
    let stale = || {
        let mut list = list_params(&[8]);
        list.this_update = NOW - Duration::days(9);
        list.next_update = NOW - Duration::days(2);
        signed(&root, list)
    };
    let refusing = judge(vec![with_list("root", &root, stale(), Unlisted::Refuse)]);
    let next_update = NOW - Duration::days(2);
    let why = Unproven::Stale { issuer: "CN=Root".to_owned(), next_update };
    assert_eq!(judged(&refusing, &root, 1), Err(Problem::Revoked(why)));
    let passing = judge(vec![with_list("root", &root, stale(), Unlisted::Pass)]);
    assert_eq!(judged(&passing, &root, 1), Ok(()));
    assert!(matches!(judged(&passing, &root, 8), Err(Problem::Revoked(Unproven::Listed { .. }))));
}

#[test]
fn a_revoked_intermediate_vouches_for_nobody_sent_or_uploaded() {
    let root = root("Root");
    let middle = beneath(&root, numbered(ca_params("Middle"), 5));
    let chain = [leaf(&middle, params("partner")), der(&middle)];
    let sent = judge(vec![with_list("root", &root, list(&root, &[5]), Unlisted::Pass)]);
    let found = outcome(&sent, &chain, &Demands::default());
    assert!(matches!(found, Err(Problem::Revoked(Unproven::Listed { .. }))), "{found:?}");
    let uploaded = judge(vec![
        with_list("root", &root, list(&root, &[5]), Unlisted::Pass),
        SnapshotAuthority { unlisted: Unlisted::Pass, ..uploaded("middle", der(&middle)) },
    ]);
    let found = outcome(&uploaded, &chain, &Demands::default());
    assert!(matches!(found, Err(Problem::Revoked(Unproven::Listed { .. }))), "{found:?}");
}

#[test]
fn a_list_of_another_authority_or_another_key_is_not_taken() {
    let (root, twin, other) = (root("Root"), root("Root"), root("Other"));
    let refused = |list: Vec<u8>| revocation::read(&list, &der(&root)).map(|_| ());
    assert_eq!(refused(list(&twin, &[])), Err(ListRefusal::NotSigned));
    assert_eq!(refused(list(&other, &[])), Err(ListRefusal::OtherIssuer { issuer: "CN=Other".to_owned() }));
    assert_eq!(refused(b"nonsense".to_vec()), Err(ListRefusal::NotAList));
    assert_eq!(refused(der(&root)), Err(ListRefusal::NotAList));
    let mut flipped = list(&root, &[1]);
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert!(refused(flipped).is_err());
    // Nobody knows who stood in the one that it took the place of.
    for unlisted in [Unlisted::Refuse, Unlisted::Pass] {
        let forged = judge(vec![with_list("root", &root, list(&twin, &[]), unlisted)]);
        let found = judged(&forged, &root, 1);
        assert!(matches!(found, Err(Problem::Revoked(Unproven::Damaged { .. }))), "{found:?}");
    }
}

#[test]
fn an_authority_whose_key_may_not_sign_lists_has_none() {
    let mut params = ca_params("Root");
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let signer = root("Root");
    let key = rcgen::KeyPair::try_from(signer.key().serialize_der()).unwrap();
    let forbidden = rcgen::CertifiedIssuer::self_signed(params, key).unwrap();
    assert_eq!(
        revocation::read(&list(&signer, &[]), &der(&forbidden)).map(|_| ()),
        Err(ListRefusal::SignerMayNot)
    );
}

#[test]
fn a_list_in_pem_is_read_with_its_dates_and_number_of_entries() {
    let root = root("Root");
    let pem = list_params(&[1, 2, 3]).signed_by(&root).unwrap().pem().unwrap();
    let read = revocation::read(pem.as_bytes(), &der(&root)).unwrap();
    assert_eq!((read.count(), read.next_update), (3, NOW + Duration::days(7)));
    assert!(read.is_current(NOW) && !read.is_current(NOW + Duration::days(8)));
}

#[test]
fn a_list_of_one_point_speaks_only_of_certificates_of_that_point() {
    let root = root("Root");
    let mut parted = list_params(&[8]);
    parted.issuing_distribution_point = Some(CrlIssuingDistributionPoint {
        distribution_point: CrlDistributionPoint { uris: vec!["http://lists.example/1.crl".to_owned()] },
        scope: Some(CrlScope::UserCertsOnly),
    });
    let judge = judge(vec![with_list("root", &root, signed(&root, parted), Unlisted::Refuse)]);
    let at_point = |uri: &str| {
        let mut params = numbered(params("partner"), 1);
        params.crl_distribution_points = vec![CrlDistributionPoint { uris: vec![uri.to_owned()] }];
        outcome(&judge, &[leaf(&root, params)], &Demands::default())
    };
    assert_eq!(at_point("http://lists.example/1.crl"), Ok(()));
    assert!(matches!(at_point("http://lists.example/2.crl"), Err(Problem::Revoked(Unproven::NoList { .. }))));
    assert!(matches!(judged(&judge, &root, 8), Err(Problem::Revoked(Unproven::Listed { .. }))));
}

#[test]
fn who_is_not_trusted_anyway_is_unproven_unless_self_signed() {
    let stranger = root("Stranger");
    let judge = judge(Vec::new());
    let demands = Demands { trust: false, ..Demands::default() };
    let found = outcome(&judge, &[leaf(&stranger, params("partner"))], &demands);
    assert!(matches!(found, Err(Problem::Revoked(Unproven::NoIssuer { .. }))), "{found:?}");
    let own = params("own").self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().to_vec();
    assert_eq!(outcome(&judge, &[own], &demands), Ok(()));
}
