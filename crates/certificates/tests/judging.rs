//! Callers' chains judged: dates, trust, order of the checks.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use certificates::judge::{Demands, Identity, Problem, Untrusted};
use chains::{NOW, beneath, ca_params, der, identified, judge, leaf, outcome, params, root, trust, uploaded};
use rcgen::{
    CertifiedIssuer, CidrSubnet, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SanType,
};
use time::Duration;

mod chains;

#[test]
fn a_leaf_of_an_uploaded_authority_is_taken_whatever_its_kind_of_key() {
    for algorithm in
        [&rcgen::PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384, &PKCS_ED25519, &rcgen::PKCS_RSA_SHA256]
    {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let authority = CertifiedIssuer::self_signed(ca_params("Root"), key).unwrap();
        let judge = judge(vec![uploaded("root", der(&authority))]);
        assert_eq!(outcome(&judge, &[leaf(&authority, params("partner"))], &trust()), Ok(()));
    }
}

#[test]
fn a_leaf_of_an_authority_with_the_same_name_but_another_key_is_not_trusted() {
    let (real, forged) = (root("Root"), root("Root"));
    let judge = judge(vec![uploaded("root", der(&real))]);
    let found = outcome(&judge, &[leaf(&forged, params("partner"))], &trust());
    assert!(matches!(found, Err(Problem::NotTrusted(Untrusted::Signature))), "{found:?}");
    let sent_along = outcome(&judge, &[leaf(&forged, params("partner")), der(&forged)], &trust());
    assert!(matches!(sent_along, Err(Problem::NotTrusted(_))), "{sent_along:?}");
}

#[test]
fn a_chain_needs_the_intermediate_that_the_caller_sends() {
    let root = root("Root");
    let middle = beneath(&root, ca_params("Middle"));
    let judge = judge(vec![uploaded("root", der(&root))]);
    let leaf = leaf(&middle, params("partner"));
    assert_eq!(outcome(&judge, &[leaf.clone(), der(&middle)], &trust()), Ok(()));
    assert_eq!(
        outcome(&judge, &[leaf], &trust()),
        Err(Problem::NotTrusted(Untrusted::UnknownIssuer { issuer: "CN=Middle".to_owned() }))
    );
}

#[test]
fn an_uploaded_intermediate_vouches_without_its_root() {
    let root = root("Root");
    let middle = beneath(&root, ca_params("Middle"));
    let judge = judge(vec![uploaded("middle", der(&middle))]);
    assert_eq!(outcome(&judge, &[leaf(&middle, params("partner"))], &trust()), Ok(()));
}

#[test]
fn a_cross_signed_intermediate_leads_to_whichever_root_is_uploaded() {
    let (old, new) = (root("Old root"), root("New root"));
    let key = || KeyPair::try_from(KEY.as_slice()).unwrap();
    let by_old = CertifiedIssuer::signed_by(ca_params("Middle"), key(), &old).unwrap();
    let by_new = CertifiedIssuer::signed_by(ca_params("Middle"), key(), &new).unwrap();
    let chain = [leaf(&by_old, params("partner")), der(&by_old), der(&by_new)];
    for (id, root) in [("old", &old), ("new", &new)] {
        let judge = judge(vec![uploaded(id, der(root))]);
        assert_eq!(outcome(&judge, &chain, &trust()), Ok(()), "{id}");
    }
}

#[test]
fn an_expired_intermediate_or_authority_vouches_for_nobody() {
    let root = root("Root");
    let mut expired = ca_params("Middle");
    expired.not_after = NOW - Duration::days(1);
    let middle = beneath(&root, expired.clone());
    let chain = [leaf(&middle, params("partner")), der(&middle)];
    let by_root = judge(vec![uploaded("root", der(&root))]);
    assert_eq!(outcome(&by_root, &chain, &trust()), Err(Problem::NotTrusted(Untrusted::IssuerDates)));
    let by_middle = judge(vec![uploaded("middle", der(&middle))]);
    assert!(matches!(outcome(&by_middle, &chain[..1], &trust()), Err(Problem::NotTrusted(_))));
}

#[test]
fn a_server_certificate_is_no_client_certificate() {
    let root = root("Root");
    let judge = judge(vec![uploaded("root", der(&root))]);
    let with = |usages: Vec<ExtendedKeyUsagePurpose>| {
        let mut params = params("partner");
        params.extended_key_usages = usages;
        outcome(&judge, &[leaf(&root, params)], &trust())
    };
    use ExtendedKeyUsagePurpose::{Any, ClientAuth, ServerAuth};
    assert_eq!(with(vec![ServerAuth]), Err(Problem::NotTrusted(Untrusted::Usage)));
    assert_eq!(with(vec![ServerAuth, ClientAuth]), Ok(()));
    assert_eq!(with(vec![Any]), Ok(()));
}

#[test]
fn who_may_not_sign_vouches_for_nobody_but_itself() {
    let root = root("Root");
    let by_root = judge(vec![uploaded("root", der(&root))]);
    let mut no_ca = ca_params("Leaf that signs");
    no_ca.is_ca = IsCa::NoCa;
    let mut no_signing = ca_params("No certificate signing");
    no_signing.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    for params_of_middle in [no_ca, no_signing] {
        let middle = beneath(&root, params_of_middle);
        let chain = [leaf(&middle, params("partner")), der(&middle)];
        let found = outcome(&by_root, &chain, &trust());
        assert!(matches!(found, Err(Problem::NotTrusted(_))), "{found:?}");
        let itself = judge(vec![uploaded("middle", der(&middle))]);
        let found = outcome(&itself, &chain[..1], &trust());
        assert!(matches!(found, Err(Problem::NotTrusted(_))), "{found:?}");
    }
}

#[test]
fn names_outside_an_authority_s_limits_are_not_trusted() {
    let mut limited = ca_params("Root");
    limited.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("partner.example".to_owned())],
        excluded_subtrees: vec![GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([0, 0, 0, 0], 0))],
    });
    let root = CertifiedIssuer::self_signed(limited, KeyPair::generate().unwrap()).unwrap();
    let judge = judge(vec![uploaded("root", der(&root))]);
    let with = |name: &str| {
        let mut params = params("partner");
        params.subject_alt_names = vec![SanType::DnsName(name.try_into().unwrap())];
        outcome(&judge, &[leaf(&root, params)], &trust())
    };
    assert_eq!(with("api.partner.example"), Ok(()));
    assert_eq!(with("other.example"), Err(Problem::NotTrusted(Untrusted::Constraint)));
}

#[test]
fn a_self_signed_certificate_is_trusted_when_it_is_uploaded_itself() {
    let own = params("partner").self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
    let twin = params("partner").self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
    let judge = judge(vec![uploaded("partner", own.clone())]);
    assert_eq!(outcome(&judge, std::slice::from_ref(&own), &Demands::default()), Ok(()));
    assert!(matches!(outcome(&judge, &[twin], &trust()), Err(Problem::NotTrusted(_))));
    let itself = Identity { issuer_certificate_id: Some("partner".to_owned()), ..Identity::default() };
    assert_eq!(outcome(&judge, &[own], &identified(itself)), Ok(()));
}

#[test]
fn dates_come_before_trust_and_trust_before_identities() {
    let (known, stranger) = (root("Root"), root("Stranger"));
    let judge = judge(vec![uploaded("root", der(&known))]);
    let mut early = params("partner");
    early.not_before = NOW + Duration::hours(1);
    let mut late = params("partner");
    late.not_after = NOW - Duration::hours(1);
    let nobody = Identity { common_name: Some("nobody".to_owned()), ..Identity::default() };
    let all = identified(nobody);
    let judged = |params, demands: &Demands| outcome(&judge, &[leaf(&stranger, params)], demands);
    assert_eq!(judged(early, &all), Err(Problem::NotYetValid { not_before: NOW + Duration::hours(1) }));
    assert_eq!(judged(late.clone(), &all), Err(Problem::Expired { not_after: NOW - Duration::hours(1) }));
    assert!(matches!(judged(params("partner"), &all), Err(Problem::NotTrusted(_))));
    let without_trust = Demands { trust: false, ..all.clone() };
    assert_eq!(judged(params("partner"), &without_trust), Err(Problem::IdentityNotMatched));
    let late = leaf(&known, late);
    assert_eq!(outcome(&judge, &[late], &Demands { not_after: false, ..trust() }), Ok(()));
}

#[test]
fn what_cannot_be_read_is_never_taken() {
    let judge = judge(Vec::new());
    let nothing = Demands {
        not_before: false,
        not_after: false,
        trust: false,
        revocation: false,
        identities: Vec::new(),
    };
    let unreadable = Err(Problem::NotTrusted(Untrusted::Unreadable));
    assert_eq!(outcome(&judge, &[b"nonsense".to_vec()], &nothing), unreadable);
    assert_eq!(outcome(&judge, &[], &nothing), unreadable);
}

/// A worthless P-256 key, PKCS#8: two certificates of these tests are of the same key.
static KEY: std::sync::LazyLock<Vec<u8>> =
    std::sync::LazyLock::new(|| KeyPair::generate().unwrap().serialize_der());
