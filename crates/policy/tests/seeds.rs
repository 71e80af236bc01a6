//! The fuzzer's seeds and what a moment of changing them comes to: no panic, no hang.
//! For longer: `cargo +nightly fuzz run evaluator` in `fuzz/`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

#[path = "../fuzz/tries.rs"]
mod tries;

#[test]
fn changed_documents_are_read_and_checked() {
    for bytes in changed("document") {
        tries::lexer(&bytes);
        tries::checker(&bytes);
    }
}

#[test]
fn changed_expressions_are_checked() {
    changed("expression").iter().for_each(|bytes| tries::expression(bytes));
}

#[test]
fn changed_programs_run_to_their_end() {
    for folder in ["document", "expression"] {
        changed(folder)
            .iter()
            .for_each(|bytes| tries::evaluator(&[&[1, 2, 250, 1], bytes.as_slice()].concat()));
    }
}

#[test]
fn changed_templates_are_read_and_filled() {
    for bytes in changed("liquid") {
        tries::liquid(&[&[1, 2, 250, 1], bytes.as_slice()].concat());
    }
}

/// Each seed as it is, cut, with a piece taken out, and with a piece of the next one put in.
fn changed(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(folder);
    let mut seeds: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    let seeds: Vec<Vec<u8>> = seeds.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(seeds.len() > 2, "the seeds are there");
    let mut all = seeds.clone();
    for (number, seed) in seeds.iter().enumerate() {
        let other = &seeds[(number + 1) % seeds.len()];
        for turn in 0..40 {
            let (from, length) = (seed.len() * turn / 40, 1 + (turn * 7 + number) % 23);
            let end = (from + length).min(seed.len());
            let piece =
                &other[(other.len() * turn / 41)..][..length.min(other.len() - other.len() * turn / 41)];
            all.push(seed[..from].to_vec());
            all.push([&seed[..from], &seed[end..]].concat());
            all.push([&seed[..from], piece, &seed[end..]].concat());
        }
    }
    all
}
