//! Callers' identities: every claim that a policy can make, in the writings that people use.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use certificates::judge::{Demands, Identity, Judge, Problem};
use certificates::x509;
use chains::{beneath, ca_params, der, identified, judge, leaf, numbered, outcome, params, root, uploaded};
use rcgen::{CertificateParams, CertifiedIssuer, DnType, KeyPair, SanType};

mod chains;

fn partner() -> CertificateParams {
    let mut params = numbered(params("partner"), 0x00ab_cdef);
    params.distinguished_name.push(DnType::OrganizationName, "Contoso, Inc.");
    params.distinguished_name.push(DnType::StateOrProvinceName, "WA");
    params.distinguished_name.push(DnType::CountryName, "US");
    params.subject_alt_names = vec![SanType::DnsName("Api.Partner.example".try_into().unwrap())];
    params
}

fn fits(judge: &Judge, chain: &[Vec<u8>], set: impl FnOnce(&mut Identity)) -> bool {
    let mut identity = Identity::default();
    set(&mut identity);
    match outcome(judge, chain, &Demands { trust: false, ..identified(identity) }) {
        Ok(()) => true,
        Err(problem) => {
            assert_eq!(problem, Problem::IdentityNotMatched);
            false
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_thumbprint_and_a_serial_number_fit_in_any_writing() {
    let root = root("Root");
    let judge = judge(vec![uploaded("root", der(&root))]);
    let chain = [leaf(&root, partner())];
    let digits = x509::thumbprint(&chain[0]).as_str().to_ascii_lowercase();
    let pasted = format!("\u{200e}{} {}", &digits[..20], &digits[20..]);
    assert!(fits(&judge, &chain, |i| i.thumbprint = Some(pasted)));
    assert!(!fits(&judge, &chain, |i| i.thumbprint = Some("0".repeat(40))));
    assert!(!fits(&judge, &chain, |i| i.thumbprint = some("")));
    for serial in ["ABCDEF", "00abcdef", "ab:cd:ef"] {
        assert!(fits(&judge, &chain, |i| i.serial_number = some(serial)), "{serial}");
    }
    assert!(!fits(&judge, &chain, |i| i.serial_number = some("ABCD")));
    assert!(!fits(&judge, &chain, |i| i.serial_number = some("")));
}

#[test]
fn a_subject_fits_in_either_order_and_only_whole() {
    let root = root("Root");
    let judge = judge(vec![uploaded("root", der(&root))]);
    let chain = [leaf(&root, partner())];
    for subject in [
        r#"C=US, S=WA, O="Contoso, Inc.", CN=partner"#,
        r#"CN=partner, O="Contoso, Inc.", ST=WA, C=US"#,
        r#"cn=partner,o="Contoso, Inc.",OID.2.5.4.8=WA,c=US"#,
    ] {
        assert!(fits(&judge, &chain, |i| i.subject = some(subject)), "{subject}");
    }
    for subject in ["CN=partner", r#"O="Contoso, Inc.", CN=partner, S=WA, C=US"#, "partner", ""] {
        assert!(!fits(&judge, &chain, |i| i.subject = some(subject)), "{subject}");
    }
    assert!(fits(&judge, &chain, |i| i.issuer_subject = some("cn=Root")));
    assert!(!fits(&judge, &chain, |i| i.issuer_subject = some("CN=root")));
}

#[test]
fn a_common_name_fits_exactly_and_a_dns_name_in_any_case() {
    let root = root("Root");
    let judge = judge(vec![uploaded("root", der(&root))]);
    let chain = [leaf(&root, partner())];
    assert!(fits(&judge, &chain, |i| i.common_name = some("partner")));
    assert!(!fits(&judge, &chain, |i| i.common_name = some("Partner")));
    assert!(fits(&judge, &chain, |i| i.dns_name = some("api.partner.EXAMPLE")));
    assert!(!fits(&judge, &chain, |i| i.dns_name = some("partner.example")));
}

#[test]
fn every_claim_of_an_identity_must_hold_and_one_without_claims_fits_nobody() {
    let root = root("Root");
    let judge = judge(vec![uploaded("root", der(&root))]);
    let chain = [leaf(&root, partner())];
    assert!(!fits(&judge, &chain, |i| {
        i.common_name = some("partner");
        i.dns_name = some("other.example");
    }));
    assert!(!fits(&judge, &chain, |_| {}));
    let two = vec![
        Identity { common_name: some("nobody"), ..Identity::default() },
        Identity { common_name: some("partner"), ..Identity::default() },
    ];
    assert_eq!(outcome(&judge, &chain, &Demands { identities: two, ..chains::trust() }), Ok(()));
}

#[test]
fn an_issuer_is_known_only_through_a_chain_that_was_built() {
    let root = root("Root");
    let middle = beneath(&root, ca_params("Middle"));
    let known = judge(vec![uploaded("root", der(&root)), uploaded("middle", der(&middle))]);
    let by_root = judge(vec![uploaded("root", der(&root))]);
    let chain = [leaf(&middle, partner()), der(&middle)];
    let thumbprint = x509::thumbprint(&chain[1]).as_str().to_owned();
    assert!(fits(&by_root, &chain, |i| i.issuer_thumbprint = Some(thumbprint.clone())));
    assert!(!fits(&by_root, &chain[..1], |i| i.issuer_thumbprint = Some(thumbprint.clone())));
    assert!(fits(&known, &chain, |i| i.issuer_certificate_id = some("middle")));
    assert!(!fits(&known, &chain, |i| i.issuer_certificate_id = some("root")));
    let forged = CertifiedIssuer::self_signed(ca_params("Middle"), KeyPair::generate().unwrap()).unwrap();
    let forged = [leaf(&forged, partner()), der(&forged), chain[1].clone()];
    assert!(!fits(&known, &forged, |i| i.issuer_certificate_id = some("middle")));
    assert!(!fits(&known, &forged, |i| i.issuer_thumbprint = Some(thumbprint)));
}
