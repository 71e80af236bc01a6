//! Any bytes as a certificate, a name, a key and a PEM file: no panic.
#![no_main]

use certificates::{key, names, pem, x509};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = x509::facts(bytes);
    let _ = names::dotnet_name(bytes);
    let _ = key::PrivateKey::read(bytes);
    let _ = key::PublicKey::read(bytes);
    let _ = pem::certificates(bytes);
});
