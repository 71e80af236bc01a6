//! Any text: read without a panic, and what is printed reads the same. Seeds: seeds/document.
//! `cargo +nightly fuzz run lexer -- -timeout=10 -max_len=4096`
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../tries.rs"]
mod tries;

fuzz_target!(|bytes: &[u8]| tries::lexer(bytes));
