//! What an opened PFX gives: which key, in which order, and whether TLS takes it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use certificates::inspect::inspect;
use certificates::key::{Fit, PrivateKey, PublicKey};
use certificates::pfx::{self, Choice, Opened};
use certificates::{pem, x509};
use domain::language::Language;
use domain::pfx::{FoundInstead, Leaf, Refusal};
use domain::secret::Secret;

#[test]
fn of_two_keys_the_one_with_the_wanted_thumbprint_is_opened() {
    for name in ["own_two_keys.p12", "java17_two_keys.p12"] {
        let Err(Refusal::Ambiguous { leaves, .. }) = pfx::open(&read(name), &password(), Choice::Only) else {
            panic!("{name} has two keys");
        };
        assert_eq!(leaves.len(), 2, "{name}");
        for Leaf { thumbprint, subject, .. } in leaves {
            let wanted = thumbprint.parse().unwrap();
            let opened = pfx::open(&read(name), &password(), Choice::Thumbprint(&wanted)).unwrap();
            assert_eq!(opened.leaf_facts.thumbprint, wanted);
            assert_eq!(opened.leaf_facts.subject, subject);
            assert_eq!(opened.apart.len(), 1, "the other leaf of {name}");
        }
    }
}

#[test]
fn a_thumbprint_that_is_not_in_the_file_is_answered_with_those_that_are() {
    let wanted = "00".repeat(20).parse().unwrap();
    let refusal =
        pfx::open(&read("ossl_leaf_only.p12"), &password(), Choice::Thumbprint(&wanted)).unwrap_err();
    assert!(matches!(refusal, Refusal::Ambiguous { leaves, .. } if leaves.len() == 1));
}

#[test]
fn the_key_comes_out_in_a_form_that_fits_its_certificate() {
    for name in
        ["own_chain_shuffled.p12", "nss_default_rsa2048.p12", "ossl_csp_lmk_keyex.p12", "ber_all_levels.p12"]
    {
        let opened = open(name);
        let key = PrivateKey::read(opened.key.expose()).unwrap();
        assert_eq!(key.pkcs8(), &opened.key, "{name} is written once and for all");
        assert_eq!(key.fit(&public_key(&opened.leaf)), Fit::Same, "{name}");
        for (issuer, _) in &opened.chain {
            assert_eq!(key.fit(&public_key(issuer)), Fit::Different, "{name}");
        }
    }
}

#[test]
fn the_chain_is_in_order_and_strangers_are_apart() {
    let opened = open("own_chain_shuffled.p12");
    let mut last = &opened.leaf_facts;
    for (_, facts) in &opened.chain {
        assert_eq!(last.issuer, facts.subject);
        last = facts;
    }
    assert_eq!(opened.chain.len(), 2);
    let pss = open("ossl3_default_rsapss.p12");
    assert_eq!((pss.chain.len(), pss.apart.len()), (1, 1));
}

#[test]
fn kinds_of_keys_that_tls_takes_are_let_through() {
    for name in ["p256", "p384", "p521", "rsa2048"] {
        assert_eq!(pfx::usable_for_tls(&open(&format!("ossl3_default_{name}.p12"))), Ok(()), "{name}");
    }
    assert_eq!(pfx::usable_for_tls(&open("java17_default_ed25519.p12")), Ok(()));
    assert_eq!(pfx::usable_for_tls(&open("mono_ms_rsa2048.pfx")), Ok(()));
}

#[test]
fn other_kinds_open_but_are_refused_for_tls_by_their_name() {
    let kinds = [
        ("dsa2048", "DSA 2048"),
        ("ed448", "Ed448"),
        ("k256", "EC secp256k1"),
        ("rsa1024", "RSA 1024"),
        ("rsapss", "RSA-PSS 2048"),
    ];
    for (name, kind) in kinds {
        let file = format!("ossl3_default_{name}.p12");
        let Err(Refusal::Unsupported { what }) = pfx::usable_for_tls(&open(&file)) else {
            panic!("{name} is no key for TLS");
        };
        assert!(what.contains(kind) && what.contains("P-256"), "{what}");
        let message = inspect(&read(&file), &password()).message;
        assert!(message.contains(kind), "{message}");
    }
}

#[test]
fn other_kinds_of_files_are_called_by_their_name() {
    let kinds = [
        ("bad_der_pkcs8.p12", FoundInstead::Key),
        ("bad_empty.p12", FoundInstead::Empty),
        ("bad_jks.p12", FoundInstead::JavaKeyStore),
        ("bad_p7b.p12", FoundInstead::Pkcs7),
        ("bad_pem_key_and_cert.pem", FoundInstead::Pem),
        ("bad_random.p12", FoundInstead::Unknown),
        ("bad_version_2.p12", FoundInstead::OldPfx),
    ];
    for (name, found) in kinds {
        assert_eq!(refusal(&read(name)), Refusal::NotPfx { found }, "{name}");
    }
    let certificate = open("ossl_leaf_only.p12").leaf;
    assert_eq!(refusal(&certificate), Refusal::NotPfx { found: FoundInstead::Certificate });
    assert_eq!(refusal(b"PK\x03\x04 and so on"), Refusal::NotPfx { found: FoundInstead::Zip });
    assert_eq!(refusal(&[1; 300 << 10]), Refusal::TooLarge { limit_bytes: 256 << 10 });
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = read("ossl_leaf_only.p12");
    for length in 0..whole.len() {
        let cut = whole.get(..length).unwrap();
        let word = inspect(cut, &password()).outcome.word();
        assert_eq!(word, "corrupt", "{length} octets");
    }
}

#[test]
fn a_password_that_no_writer_can_have_meant_is_refused() {
    let file = read("ossl_leaf_only.p12");
    let open = |text: &str| pfx::open(&file, &Secret::from(text.to_owned()), Choice::Only).unwrap_err();
    assert_eq!(open("Passw0rd!\0"), Refusal::WrongPassword);
    assert!(matches!(open(&"x".repeat(1025)), Refusal::TooExpensive { .. }));
    let no_text = Secret::new(vec![0xff, 0xfe]);
    assert_eq!(pfx::open(&file, &no_text, Choice::Only).unwrap_err(), Refusal::WrongPassword);
}

#[test]
fn what_is_not_supported_is_called_by_its_name_and_never_a_wrong_password() {
    for (name, expected) in [("ossl_mac_sha3_256.p12", "SHA3-256"), ("own_scrypt.p12", "scrypt")] {
        let sentence = refusal(&read(name)).sentence(Language::English);
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn old_writings_of_passwords_are_tried_too() {
    assert!(pfx::open(&read("own_pw_nss_old_pbes2.p12"), &password(), Choice::Only).is_ok());
    let korean = Secret::from("비밀번호".to_owned());
    assert!(pfx::open(&read("own_pw_ossl10_style.p12"), &korean, Choice::Only).is_ok());
    assert!(pfx::open(&read("own_mac_md5.p12"), &password(), Choice::Only).is_ok());
    assert!(pfx::open(&read("own_salt_4k.p12"), &password(), Choice::Only).is_ok());
}

#[test]
fn the_name_that_the_writer_gave_is_kept() {
    let name = |file: &str| open(file).friendly_name;
    assert_eq!(name("own_friendlyname_emoji.p12").as_deref(), Some("cert \u{1f510}"));
    assert_eq!(name("ossl_name_ascii.p12").as_deref(), Some("my client cert"));
    for file in ["java17_korean_alias.p12", "ossl_name_korean.p12", "pyca_korean_name.p12"] {
        assert_eq!(name(file).as_deref(), Some("한국 인증서"), "{file}");
    }
    assert_eq!(name("pyca_noname.p12"), None);
}

#[test]
fn an_opened_file_prints_nothing_of_its_key() {
    let printed = format!("{:?}", open("own_clear_keybag.p12").key);
    assert_eq!(printed, "[secret]");
}

#[test]
fn certificates_are_read_from_pem_and_from_der() {
    let pem = read("bad_pem_cert.p12");
    let found = pem::certificates(&pem).unwrap();
    assert_eq!(found.len(), 1);
    let der = found.first().unwrap();
    assert_eq!(pem::certificates(der).as_ref(), Ok(&found));
    let twice = [b"Subject: someone\r\n".as_slice(), &pem, b"\n\n", &pem].concat();
    assert_eq!(pem::certificates(&twice).as_ref(), Ok(&found));
}

#[test]
fn what_is_no_certificate_is_refused_by_its_place() {
    assert_eq!(pem::certificates(b"hello"), Err(pem::Error::NoCertificate));
    assert_eq!(pem::certificates(&read("bad_pem_key_and_cert.pem")), Err(pem::Error::PrivateKey));
    assert_eq!(pem::certificates(&vec![b' '; 257 << 10]), Err(pem::Error::TooLarge));
    let source = x509::Error::NotACertificate;
    let pfx = read("ossl_leaf_only.p12");
    assert_eq!(pem::certificates(&pfx), Err(pem::Error::Certificate { number: 1, source }));
    let pem = String::from_utf8(read("bad_pem_cert.p12")).unwrap();
    let damaged = format!("{pem}{}", pem.replace("MII", "MI*"));
    assert_eq!(pem::certificates(damaged.as_bytes()), Err(pem::Error::Damaged { number: 2 }));
}

fn read(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/fixtures/pfx/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn password() -> Secret {
    Secret::from("Passw0rd!".to_owned())
}

fn open(name: &str) -> Opened {
    pfx::open(&read(name), &password(), Choice::Only).unwrap()
}

fn refusal(file: &[u8]) -> Refusal {
    pfx::open(file, &password(), Choice::Only).unwrap_err()
}

fn public_key(certificate: &[u8]) -> PublicKey {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).unwrap();
    PublicKey::read(parsed.public_key().raw).unwrap()
}
