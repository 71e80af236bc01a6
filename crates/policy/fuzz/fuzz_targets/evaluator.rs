//! Any code or document over any call: it ends, within its limits. Seeds: both folders.
//! `cargo +nightly fuzz run evaluator -- -timeout=10 -max_len=4096`
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../tries.rs"]
mod tries;

fuzz_target!(|bytes: &[u8]| tries::evaluator(bytes));
