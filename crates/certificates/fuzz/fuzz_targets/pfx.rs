//! Any file with the password of the corpus: no panic, no work beyond the budget.
//! `cargo +nightly fuzz run pfx ../tests/fixtures/pfx -- -timeout=10 -max_len=8192`
#![no_main]

use certificates::inspect::{Outcome, inspect};
use domain::secret::Secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let inspection = inspect(file, &Secret::from("Passw0rd!".to_owned()));
    assert_eq!(inspection.outcome == Outcome::Ok, inspection.leaf.is_some());
});
