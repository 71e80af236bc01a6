//! Any code in `@(…)` and `@{…}`: read and checked without a panic. Seeds: seeds/expression.
//! `cargo +nightly fuzz run expression -- -timeout=10 -max_len=4096`
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../tries.rs"]
mod tries;

fuzz_target!(|bytes: &[u8]| tries::expression(bytes));
