//! Files altered at random never make the reader panic or work without bounds.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::sync::LazyLock;

use certificates::inspect::{Outcome, inspect};
use certificates::judge::{Demands, Judge, Presented};
use certificates::names::dotnet_name;
use certificates::{authority, key, pem, revocation, x509};
use chains::NOW;
use domain::secret::Secret;
use proptest::prelude::*;

mod chains;

/// An authority and a list that it signed.
static SIGNED: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let root = chains::root("Root");
    (chains::der(&root), chains::list(&root, &[7, 8]))
});

/// Cheap ones of each encoding, so that thousands of cases take seconds.
const SEEDS: &[&str] = &[
    "ber_all_levels.p12",
    "ber_old_windows_style.p12",
    "forge_aes128.p12",
    "java17_legacy.p12",
    "mono_export_rsa2048.pfx",
    "nss_rc2_40_old_default.p12",
    "ossl_certs_clear.p12",
    "ossl_nomac.p12",
    "own_clear_keybag.p12",
    "own_nested_safecontents.p12",
    "own_pbmac1_sha256.p12",
    "win_unsorted_attrs.pfx",
];

/// Octets that mean something in BER: tags, lengths, ends.
const TELLING: &[u8] = &[0x00, 0x02, 0x04, 0x06, 0x24, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff];

#[derive(Clone, Debug)]
enum Change {
    Set { at: usize, to: u8 },
    Remove { at: usize, count: usize },
    Repeat { at: usize, count: usize },
    Cut { at: usize },
}

fn change() -> impl Strategy<Value = Change> {
    let octet = prop_oneof![any::<u8>(), prop::sample::select(TELLING)];
    prop_oneof![
        8 => (any::<usize>(), octet).prop_map(|(at, to)| Change::Set { at, to }),
        2 => (any::<usize>(), 1..64usize).prop_map(|(at, count)| Change::Remove { at, count }),
        2 => (any::<usize>(), 1..64usize).prop_map(|(at, count)| Change::Repeat { at, count }),
        1 => any::<usize>().prop_map(|at| Change::Cut { at }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_altered_file_is_answered(seed in prop::sample::select(SEEDS), changes in prop::collection::vec(change(), 1..5)) {
        let mut file = read(seed);
        for change in &changes {
            alter(&mut file, change);
        }
        let inspection = inspect(&file, &Secret::from("Passw0rd!".to_owned()));
        prop_assert!(!inspection.message.is_empty());
        prop_assert_eq!(inspection.outcome == Outcome::Ok, inspection.leaf.is_some());
    }

    #[test]
    fn any_octets_are_answered(octets in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(TELLING)], 0..200)) {
        let inspection = inspect(&octets, &Secret::default());
        prop_assert!(!inspection.message.is_empty());
        prop_assert!(x509::facts(&octets).is_err());
        prop_assert!(pem::certificates(&octets).is_err());
        prop_assert!(key::PrivateKey::read(&octets).is_err());
    }

    #[test]
    fn an_altered_list_or_chain_is_never_taken_for_the_signed_one(changes in prop::collection::vec(change(), 1..5)) {
        let (root, list) = (&SIGNED.0, &SIGNED.1);
        let (mut certificate, mut altered) = (root.clone(), list.clone());
        for change in &changes {
            alter(&mut certificate, change);
            alter(&mut altered, change);
        }
        let taken = revocation::read(&altered, root).is_ok();
        prop_assert!(!taken || altered == *list, "an altered list was taken");
        let _ = authority::read(&certificate);
        let judge = Judge::default();
        let found = judge.judge(&Presented::read(&[certificate, root.clone()]), &Demands::default(), NOW);
        prop_assert!(found.is_err());
    }

    #[test]
    fn an_altered_name_is_printed(changes in prop::collection::vec(change(), 1..5)) {
        let mut name = vec![0x30, 0x0e, 0x31, 0x0c, 0x30, 0x0a, 6, 3, 0x55, 4, 3, 0x13, 3, b'F', b'o', b'o'];
        for change in &changes {
            alter(&mut name, change);
        }
        let printed = dotnet_name(&name);
        prop_assert!(printed.is_empty() || printed.contains('='));
    }
}

fn read(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/fixtures/pfx/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn alter(file: &mut Vec<u8>, change: &Change) {
    let place = |at: usize| at % file.len().max(1);
    match *change {
        _ if file.is_empty() => {}
        Change::Set { at, to } => {
            let at = place(at);
            file[at] = to;
        }
        Change::Remove { at, count } => {
            let at = place(at);
            file.drain(at..(at + count).min(file.len()));
        }
        Change::Repeat { at, count } => {
            let at = place(at);
            let repeated = file[at..(at + count).min(file.len())].to_vec();
            file.splice(at..at, repeated);
        }
        Change::Cut { at } => file.truncate(place(at)),
    }
}
