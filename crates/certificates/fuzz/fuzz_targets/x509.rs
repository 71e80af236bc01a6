//! Any bytes as a certificate, a name, a key, a PEM file, a revocation list, a caller's chain: no panic.
#![no_main]

use certificates::judge::Presented;
use certificates::{authority, key, names, pem, revocation, x509};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = x509::facts(bytes);
    let _ = names::dotnet_name(bytes);
    let _ = key::PrivateKey::read(bytes);
    let _ = key::PublicKey::read(bytes);
    let _ = pem::certificates(bytes);
    let _ = authority::read(bytes);
    let _ = revocation::read(bytes, bytes);
    let _ = Presented::read(&[bytes, bytes]);
    let _ = names::x500_name(bytes);
    let _ = x500::parse(&String::from_utf8_lossy(bytes));
});
