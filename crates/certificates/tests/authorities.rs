//! Files of CA certificates: every form that they come in, and what is said of the others.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use certificates::authority::read;
use chains::{ca_params, der, list_params, params, root};
use domain::authority::Signs;
use domain::authority_file::FileRefusal;
use rcgen::{CertifiedIssuer, KeyPair};

mod chains;

#[test]
fn one_or_several_certificates_come_from_pem_and_der() {
    let (one, two) = (root("One"), root("Two"));
    let pem = format!("Bag Attributes: none\r\n{}\n# two\n{}{}", one.pem(), two.pem(), one.pem());
    let found = read(pem.as_bytes()).unwrap();
    let names: Vec<_> = found.iter().map(|one| (one.facts.common_name.as_str(), one.signs)).collect();
    assert_eq!(names, [("One", Signs::Others), ("Two", Signs::Others)]);
    assert_eq!(read(&der(&one)).unwrap()[0].der, der(&one));
}

#[test]
fn a_pkcs7_bundle_gives_its_certificates_in_der_and_pem() {
    let (one, two) = (root("One"), root("Two"));
    let bundle = bundle(&[der(&one), der(&two)]);
    assert_eq!(read(&bundle).unwrap().len(), 2);
    let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bundle);
    let pem = format!("-----BEGIN PKCS7-----\n{body}\n-----END PKCS7-----\n");
    assert_eq!(read(pem.as_bytes()).unwrap()[1].facts.common_name, "Two");
}

#[test]
fn a_certificate_that_is_no_authority_is_taken_for_itself_only() {
    let own = params("partner").self_signed(&KeyPair::generate().unwrap()).unwrap();
    assert_eq!(read(own.der()).unwrap()[0].signs, Signs::OnlyItself);
}

#[test]
fn other_files_are_named_for_what_they_are() {
    let key = KeyPair::generate().unwrap();
    let authority = CertifiedIssuer::self_signed(ca_params("One"), KeyPair::generate().unwrap()).unwrap();
    let refused = |file: &[u8]| read(file).map(|_| ()).unwrap_err();
    assert_eq!(refused(b""), FileRefusal::Empty);
    assert_eq!(refused(key.serialize_pem().as_bytes()), FileRefusal::PrivateKey);
    assert_eq!(refused(&key.serialize_der()), FileRefusal::PrivateKey);
    assert_eq!(
        refused(format!("{}{}", authority.pem(), key.serialize_pem()).as_bytes()),
        FileRefusal::PrivateKey
    );
    assert_eq!(refused(&fixture("ossl3_default_p256.p12")), FileRefusal::Pfx);
    assert_eq!(refused(chains::list(&authority, &[]).as_slice()), FileRefusal::RevocationList);
    let list = list_params(&[]).signed_by(&authority).unwrap().pem().unwrap();
    assert_eq!(refused(list.as_bytes()), FileRefusal::RevocationList);
    assert_eq!(refused(b"PK\x03\x04 a ZIP"), FileRefusal::NoCertificate);
    assert_eq!(
        refused(b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"),
        FileRefusal::Damaged { number: 1 }
    );
    let mut cut = der(&authority);
    cut.truncate(200);
    assert_eq!(refused(&cut), FileRefusal::NoCertificate);
    assert_eq!(refused(&vec![b'a'; 300 << 10]), FileRefusal::TooLarge { limit_bytes: 256 << 10 });
}

/// A PKCS#7 bundle as `openssl crl2pkcs7 -nocrl` makes it.
fn bundle(ders: &[Vec<u8>]) -> Vec<u8> {
    let data = element(0x30, &[element(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1])].concat());
    let parts =
        [element(0x02, &[1]), element(0x31, &[]), data, element(0xa0, &ders.concat()), element(0x31, &[])];
    let signed = element(0xa0, &element(0x30, &parts.concat()));
    let kind = element(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]);
    element(0x30, &[kind, signed].concat())
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    [&[tag, 0x82], length.to_be_bytes().as_slice(), content].concat()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/pfx/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}
