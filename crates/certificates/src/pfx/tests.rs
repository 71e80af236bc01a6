//! What only the inside shows: how much work was done before a refusal.

use std::fs;

use domain::pfx::Refusal;
use domain::secret::Secret;

use super::budget::Budget;
use super::read;
use crate::limits::MAX_ROUNDS_IN_ALL;

#[test]
fn a_file_that_asks_for_too_much_is_refused_before_a_key_is_derived() {
    let costly = [
        "dos_3des_cert_iter_2g.p12",
        "dos_3des_key_iter_2g.p12",
        "dos_5000_safes.p12",
        "dos_mac_iter_2g.p12",
        "dos_mac_iter_huge.p12",
        "dos_many_bags_1m_each.p12",
        "dos_many_bags_1m_nomac.p12",
        "dos_many_safes_1m_nomac.p12",
        "dos_pbkdf2_cert_iter_2g.p12",
        "dos_pbkdf2_nomac_iter_2g.p12",
        "dos_pbmac1_iter_2g.p12",
        "dos_scrypt_1gib.p12",
        "dos_scrypt_p16.p12",
    ];
    for name in costly {
        let (outcome, spent) = rounds_of(name);
        assert!(matches!(outcome, Err(Refusal::TooExpensive { .. })), "{name}: {:?}", outcome.err());
        assert_eq!(spent, 0, "{name}");
    }
}

#[test]
fn a_file_of_broken_structure_is_refused_before_a_key_is_derived() {
    let broken = [
        "bad_random_seq.p12",
        "bad_version_2.p12",
        "dos_len_2e63.p12",
        "dos_mac_iter_negative.p12",
        "dos_nest_definite.p12",
        "dos_nest_octets_50k.p12",
        "dos_nest_octets_closed_20k.p12",
        "dos_nest_safebags.p12",
        "dos_octet_len_2g.p12",
        "dos_pbkdf2_keylength_2g.p12",
    ];
    for name in broken {
        let (outcome, spent) = rounds_of(name);
        assert!(matches!(outcome, Err(Refusal::Corrupt | Refusal::NotPfx { .. })), "{name}");
        assert_eq!(spent, 0, "{name}");
    }
}

#[test]
fn the_costliest_honest_file_stays_within_the_budget() {
    let (outcome, spent) = rounds_of("ossl_iter1m.p12");
    assert!(outcome.is_ok());
    assert!(spent > 2_000_000 && spent <= MAX_ROUNDS_IN_ALL, "{spent}");
}

fn rounds_of(name: &str) -> (Result<(), Refusal>, u64) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pfx/");
    let file = fs::read(format!("{folder}{name}")).unwrap();
    let mut budget = Budget::default();
    let outcome = read(&file, &Secret::from("Passw0rd!".to_owned()), &mut budget).map(drop);
    (outcome, budget.spent())
}
