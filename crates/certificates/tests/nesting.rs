//! DER and BER that lie in themselves without end, alone and in the parts of a signed certificate: every reader
//! answers on the smallest stack that a thread of the program has. Where a bound is missing, the test process dies.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certificates::inspect::inspect;
use certificates::judge::{Demands, Judge, Presented};
use certificates::key::{PrivateKey, PublicKey};
use certificates::names::dotnet_name;
use certificates::names::x500_name;
use certificates::{authority, pem, revocation, x509};
use domain::secret::Secret;
use rcgen::CustomExtension;

mod chains;

const DEPTHS: [usize; 6] = [1, 23, 25, 49, 51, 20_000];
const TAGS: [u8; 7] = [0x30, 0x31, 0x24, 0xa0, 0xa3, 0xa4, 0xbf];
const STACK_BYTES: usize = 2 * 1024 * 1024;

#[test]
fn elements_in_elements_end_no_reader() {
    on_a_small_stack(|| {
        for tag in TAGS {
            for depth in DEPTHS {
                for bytes in [definite(tag, depth), indefinite(tag, depth), [tag, 0x80].repeat(depth)] {
                    read_by_all(&bytes);
                }
            }
        }
    });
}

#[test]
fn a_signed_certificate_with_deep_extensions_ends_no_reader() {
    let extensions: [&[u64]; 9] = [
        &[2, 5, 29, 17],
        &[2, 5, 29, 18],
        &[2, 5, 29, 28],
        &[2, 5, 29, 30],
        &[2, 5, 29, 31],
        &[2, 5, 29, 32],
        &[2, 5, 29, 35],
        &[1, 3, 6, 1, 5, 5, 7, 1, 1],
        &[1, 2, 3],
    ];
    on_a_small_stack(move || {
        let root = chains::root("Root");
        for number in extensions {
            for tag in [0x30, 0xa0, 0xa4] {
                for depth in [1, 25, 51, 20_000] {
                    let mut params = chains::params("Deep");
                    let content = definite(tag, depth);
                    params.custom_extensions = vec![CustomExtension::from_oid_content(number, content)];
                    read_by_all(&chains::leaf(&root, params));
                }
            }
        }
    });
}

fn read_by_all(bytes: &[u8]) {
    let root = chains::der(&chains::root("Root"));
    let _ = inspect(bytes, &Secret::from("Passw0rd!".to_owned()));
    let text = STANDARD.encode(bytes);
    for label in ["CERTIFICATE", "PKCS7", "X509 CRL", "PRIVATE KEY"] {
        let text = format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n");
        let _ = pem::certificates(text.as_bytes());
        let _ = authority::read(text.as_bytes());
        let _ = revocation::read(text.as_bytes(), &root);
    }
    let _ = inspect(text.as_bytes(), &Secret::default());
    let _ = pem::certificates(bytes);
    let _ = authority::read(bytes);
    let _ = authority::signs(bytes);
    let _ = revocation::read(bytes, &root);
    let _ = PublicKey::read(bytes);
    let _ = PrivateKey::read(bytes);
    let _ = x509::facts(bytes);
    let _ = dotnet_name(bytes);
    let _ = x500_name(bytes);
    let presented = Presented::read(&[bytes.to_vec(), root]);
    let _ = Judge::default().judge(&presented, &Demands::default(), chains::NOW);
}

/// Elements with this tag, each the whole content of the one around it.
fn definite(tag: u8, depth: usize) -> Vec<u8> {
    // From the inside out, so that each length is known, and turned round at the end.
    let mut reversed = vec![0, 5];
    for _ in 0..depth {
        let length = reversed.len();
        if length < 0x80 {
            reversed.push(u8::try_from(length).unwrap());
        } else {
            let digits = u32::try_from(length).unwrap().to_be_bytes();
            reversed.extend(digits.iter().rev());
            reversed.push(0x84);
        }
        reversed.push(tag);
    }
    reversed.reverse();
    reversed
}

/// The same in BER without lengths.
fn indefinite(tag: u8, depth: usize) -> Vec<u8> {
    [[tag, 0x80].repeat(depth), vec![5, 0], [0, 0].repeat(depth)].concat()
}

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap();
    thread.join().unwrap();
}
