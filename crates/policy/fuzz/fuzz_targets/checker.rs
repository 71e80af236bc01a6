//! Any document: checked without a panic, with every place inside of the text. Seeds: seeds/document.
//! `cargo +nightly fuzz run checker -- -timeout=10 -max_len=4096`
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../tries.rs"]
mod tries;

fuzz_target!(|bytes: &[u8]| tries::checker(bytes));
