//! Any template: read and filled without a panic that ends the program, or refused. Seeds: seeds/liquid.
//! `cargo +nightly fuzz run liquid -- -timeout=10 -max_len=4096`
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../tries.rs"]
mod tries;

fuzz_target!(|bytes: &[u8]| tries::liquid(bytes));
