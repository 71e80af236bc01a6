//! A PFX comes out of the texts that tools put it into, and what is no PFX is called by its name.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use certificates::limits::MAX_FILE_BYTES;
use certificates::pfx::{self, Choice};
use domain::language::Language;
use domain::pfx::{FoundInstead, Refusal};
use domain::secret::Secret;
use time::OffsetDateTime;
use time::macros::datetime;

#[test]
fn the_pem_file_of_gnutls_is_read_as_it_is() {
    let file = read("texts/gnutls_pem.p12");
    assert!(file.starts_with(b"-----BEGIN PKCS12-----"));
    opens("certtool --to-p12", &file);
    let text = String::from_utf8(file).unwrap();
    opens("text before it", format!("Bag of a partner\r\n\r\n{text}").as_bytes());
    opens("CRLF", text.replace('\n', "\r\n").as_bytes());
    opens("certutil -encode", text.replace("PKCS12", "CERTIFICATE").as_bytes());
}

/// Where GnuTLS is installed, what it writes at this moment is read, too.
#[test]
fn what_the_installed_certtool_writes_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let both = read("lookalikes/key_and_certificate.pem");
    fs::write(path("both.pem"), both).unwrap();
    let mut command = Command::new("certtool");
    command.args(["--to-p12", "--p12-name", "partner", "--password", PASSWORD]);
    command.arg("--load-privkey").arg(path("both.pem")).arg("--load-certificate").arg(path("both.pem"));
    match command.arg("--outfile").arg(path("out.p12")).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            opens("certtool", &fs::read(path("out.p12")).unwrap());
        }
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
    }
}

#[test]
fn base64_is_read_in_whatever_lines_alphabet_and_encoding_it_comes() {
    let der = read("pfx/ossl3_default_p256.p12");
    let plain = BASE64_STANDARD.encode(&der);
    let lines = |width: usize, end: &str| {
        let lines: Vec<&str> =
            plain.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        lines.join(end)
    };
    let utf16 =
        |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let texts: [(&str, Vec<u8>); 14] = [
        ("one line", plain.clone().into()),
        ("a line feed behind it", format!("{plain}\n").into()),
        ("lines of 64", lines(64, "\n").into()),
        ("lines of 76 with CRLF", lines(76, "\r\n").into()),
        ("indented lines", lines(64, "\n   ").into()),
        ("a byte order mark", format!("\u{feff}{plain}").into()),
        ("the alphabet of URLs", BASE64_URL_SAFE_NO_PAD.encode(&der).into()),
        ("a data URL", format!("data:application/x-pkcs12;base64,{plain}").into()),
        ("quotes", format!("\"{plain}\"\r\n").into()),
        (
            "UTF-16 of PowerShell",
            [vec![0xff, 0xfe], utf16(&format!("{plain}\r\n"), u16::to_le_bytes)].concat(),
        ),
        ("UTF-16, big endian", [vec![0xfe, 0xff], utf16(&plain, u16::to_be_bytes)].concat()),
        ("UTF-16 without a mark", utf16(&plain, u16::to_le_bytes)),
        ("base64 of base64", BASE64_STANDARD.encode(&plain).into()),
        ("a mail", format!("Dear partner,\n\nhere it is: {plain}\n\nRegards").into()),
    ];
    for (what, text) in texts {
        opens(what, &text);
    }
    opens("the text of the corpus", &read("pfx/bad_base64_of_pfx.p12"));
}

#[test]
fn what_azure_key_vault_gives_is_read() {
    let value = BASE64_STANDARD.encode(read("pfx/ossl3_default_p256.p12"));
    let shown = serde_json::json!({
        "attributes": {"created": "2026-01-01T00:00:00+00:00", "enabled": true, "recoverableDays": 90},
        "contentType": "application/x-pkcs12",
        "id": "https://vault.vault.azure.net/secrets/partner/0123456789abcdef0123456789abcdef",
        "kid": "https://vault.vault.azure.net/keys/partner/0123456789abcdef0123456789abcdef",
        "managed": true, "name": "partner", "tags": null, "value": value,
    });
    opens("az keyvault secret show", serde_json::to_string_pretty(&shown).unwrap().as_bytes());
    opens("the REST API", shown.to_string().as_bytes());
    opens("--query value", serde_json::to_string(&value).unwrap().as_bytes());
    let escaped = shown.to_string().replace('+', "\\u002B").replace(&*value, &value.replace('/', "\\/"));
    opens(".NET and PHP", escaped.as_bytes());
    let utf16: Vec<u8> = format!("\u{feff}{shown}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    opens("PowerShell's redirection", &utf16);
    opens(
        "--output yaml",
        format!("contentType: application/x-pkcs12\nname: partner\nvalue: {value}\n").as_bytes(),
    );
    opens("--output tsv", format!("{{}}\tapplication/x-pkcs12\tpartner\tTrue\t{value}\n").as_bytes());
}

#[test]
fn the_other_things_of_key_vault_are_named() {
    let pem = String::from_utf8(read("lookalikes/key_and_certificate.pem")).unwrap();
    let secret = serde_json::json!({"contentType": "application/x-pem-file", "value": pem}).to_string();
    assert_eq!(found(secret.as_bytes()), FoundInstead::KeyVaultPem);
    assert_eq!(found(pem.as_bytes()), FoundInstead::Pem);
    let certificate = BASE64_STANDARD.encode(read("lookalikes/certificate.cer"));
    let shown = serde_json::json!({"cer": certificate, "kid": "https://vault/keys/a", "policy": {"id": "x"}});
    assert_eq!(found(shown.to_string().as_bytes()), FoundInstead::KeyVaultCertificate);
    let shown = serde_json::json!({"cer": certificate, "id": "A".repeat(80), "a": "B".repeat(80)});
    assert_eq!(found(shown.to_string().as_bytes()), FoundInstead::KeyVaultCertificate);
    assert_eq!(found(b"{\"error\": {\"code\": \"Forbidden\"}}"), FoundInstead::Json);
}

#[test]
fn what_looks_alike_is_called_by_its_name() {
    let kinds = [
        ("request.pem", FoundInstead::Request),
        ("request.der", FoundInstead::Request),
        ("key_pkcs8.pem", FoundInstead::Key),
        ("key_pkcs1.pem", FoundInstead::Key),
        ("key_pkcs1.der", FoundInstead::Key),
        ("key_ec.pem", FoundInstead::Key),
        ("key_ec.der", FoundInstead::Key),
        ("key_encrypted.pem", FoundInstead::EncryptedKey),
        ("key_encrypted.der", FoundInstead::EncryptedKey),
        ("key_pkcs1_encrypted.pem", FoundInstead::EncryptedKey),
        ("public.pem", FoundInstead::PublicKey),
        ("public.der", FoundInstead::PublicKey),
        ("public_pkcs1.der", FoundInstead::PublicKey),
        ("crl.pem", FoundInstead::RevocationList),
        ("crl.der", FoundInstead::RevocationList),
        ("p7b.pem", FoundInstead::Pkcs7),
        ("certificate.pem", FoundInstead::Certificate),
        ("certificate.cer", FoundInstead::Certificate),
        ("key_and_certificate.pem", FoundInstead::Pem),
        ("ssh_key", FoundInstead::SshKey),
        ("ssh_key.pub", FoundInstead::SshPublicKey),
        ("pgp_key.asc", FoundInstead::Pgp),
        ("pgp_key.gpg", FoundInstead::Pgp),
        ("pgp_secret.gpg", FoundInstead::Pgp),
        ("pgp_message.gpg", FoundInstead::Pgp),
        ("pgp_message.asc", FoundInstead::Pgp),
        ("jceks.jks", FoundInstead::JavaKeyStore),
    ];
    for (name, expected) in kinds {
        let file = read(&format!("lookalikes/{name}"));
        assert_eq!(found(&file), expected, "{name}");
        if let Ok(text) = std::str::from_utf8(&file) {
            let utf16: Vec<u8> =
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(found(&utf16), expected, "{name} as PowerShell writes it");
        }
        if name.ends_with(".der") || name.ends_with(".cer") {
            assert_eq!(found(BASE64_STANDARD.encode(&file).as_bytes()), expected, "base64 of {name}");
        }
    }
    assert_eq!(found(b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ partner"), FoundInstead::SshPublicKey);
    assert_eq!(found(b"PuTTY-User-Key-File-3: ssh-rsa\r\nEncryption: none\r\n"), FoundInstead::PuttyKey);
    assert_eq!(found(b"\n<!DOCTYPE html><html><title>Sign in</title>"), FoundInstead::WebPage);
    let bks = [&[0, 0, 0, 2, 0, 0, 0, 20][..], &[7; 40]].concat();
    assert_eq!(found(&bks), FoundInstead::BouncyKeyStore);
    assert_eq!(found(b"\x1f\x8b\x08\0and so on"), FoundInstead::Archive);
    assert_eq!(found(b"hello world"), FoundInstead::Unknown);
    assert_eq!(found(BASE64_STANDARD.encode([7; 100]).as_bytes()), FoundInstead::Base64);
}

#[test]
fn each_kind_has_a_sentence_of_its_own_in_both_languages() {
    use FoundInstead as F;
    let kinds = [
        F::Archive,
        F::Base64,
        F::BouncyKeyStore,
        F::Certificate,
        F::Empty,
        F::EncryptedKey,
        F::JavaKeyStore,
        F::Json,
        F::Key,
        F::KeyVaultCertificate,
        F::KeyVaultPem,
        F::OldPfx,
        F::Pem,
        F::Pgp,
        F::Pkcs7,
        F::PublicKey,
        F::PuttyKey,
        F::Request,
        F::RevocationList,
        F::SshKey,
        F::SshPublicKey,
        F::Unknown,
        F::WebPage,
        F::Zip,
    ];
    for language in [Language::English, Language::Korean] {
        let sentences: std::collections::BTreeSet<String> =
            kinds.iter().map(|found| Refusal::NotPfx { found: *found }.sentence(language)).collect();
        assert_eq!(sentences.len(), kinds.len());
    }
}

#[test]
fn a_text_is_held_to_the_same_limits_as_a_file() {
    let bomb = read("pfx/dos_mac_iter_2g.p12");
    for text in [BASE64_STANDARD.encode(&bomb), pem(&bomb)] {
        assert!(matches!(refusal(text.as_bytes()), Refusal::TooExpensive { .. }));
    }
    let too_large = [&[0x30, 0x84, 0, 5, 0, 0, 2, 1, 3][..], &vec![0; MAX_FILE_BYTES]].concat();
    let limit_bytes = MAX_FILE_BYTES as u64;
    for text in [BASE64_STANDARD.encode(&too_large), pem(&too_large)] {
        assert_eq!(refusal(text.as_bytes()), Refusal::TooLarge { limit_bytes });
    }
    assert_eq!(refusal(&vec![b'A'; MAX_FILE_BYTES * 5]), Refusal::TooLarge { limit_bytes });
    let deep = "[".repeat(100_000);
    assert!(matches!(refusal(deep.as_bytes()), Refusal::NotPfx { .. }));
    let mut nested = read("pfx/ossl3_default_p256.p12");
    for _ in 0..6 {
        nested = BASE64_STANDARD.encode(&nested).into();
    }
    assert!(matches!(refusal(&nested), Refusal::NotPfx { .. }));
}

#[test]
fn a_text_that_was_cut_off_is_refused_wherever_it_was_cut() {
    let plain = BASE64_STANDARD.encode(read("pfx/ossl_leaf_only.p12"));
    for length in (100..plain.len() - 4).step_by(7) {
        let refusal = refusal(plain.get(..length).unwrap().as_bytes());
        let is_named = matches!(refusal, Refusal::Corrupt | Refusal::NotPfx { found: FoundInstead::Base64 });
        assert!(is_named, "{length}: {refusal:?}");
    }
}

#[test]
fn of_two_certificates_on_one_key_the_valid_one_is_taken() {
    let file = read("texts/one_key_expired_and_renewed.p12");
    let opened = pfx::open(&file, &password(), Choice::ValidAt(NOW)).unwrap();
    assert_eq!(opened.leaf_facts.not_after.year(), 2099);
    let before = pfx::open(&file, &password(), Choice::ValidAt(datetime!(2020-06-01 0:00 UTC))).unwrap();
    assert_eq!(before.leaf_facts.not_after.year(), 2021);
    let without_a_clock = pfx::open(&file, &password(), Choice::Only).unwrap();
    assert_eq!(without_a_clock.leaf_facts.not_after.year(), 2099);
}

#[test]
fn of_two_valid_ones_the_noted_one_is_taken_and_the_other_can_be_chosen() {
    let file = read("texts/one_key_noted_of_two_valid.p12");
    let opened = pfx::open(&file, &password(), Choice::ValidAt(NOW)).unwrap();
    assert_eq!(opened.leaf_facts.not_after.year(), 2099);
    let other = opened.apart.first().unwrap().1.thumbprint.clone();
    let chosen = pfx::open(&file, &password(), Choice::Thumbprint(&other)).unwrap();
    assert_eq!(chosen.leaf_facts.thumbprint, other);
}

#[test]
fn where_nothing_decides_between_two_they_are_offered() {
    let file = read("texts/one_key_two_valid.p12");
    let Refusal::Ambiguous { keys: 1, leaves } =
        pfx::open(&file, &password(), Choice::ValidAt(NOW)).unwrap_err()
    else {
        panic!("nothing decides")
    };
    let years: Vec<i32> = leaves.iter().map(|leaf| leaf.not_after.year()).collect();
    assert_eq!(years.len(), 2, "{years:?}");
    let sentence = Refusal::Ambiguous { keys: 1, leaves }.sentence(Language::English);
    assert!(sentence.contains("2 certificates of the same private key"), "{sentence}");
}

fn opens(what: &str, file: &[u8]) {
    let opened = pfx::open(file, &password(), Choice::Only);
    assert!(opened.is_ok(), "{what}: {:?}", opened.err());
}

fn found(file: &[u8]) -> FoundInstead {
    match refusal(file) {
        Refusal::NotPfx { found } => found,
        other => panic!("{other:?}"),
    }
}

fn refusal(file: &[u8]) -> Refusal {
    pfx::open(file, &password(), Choice::Only).unwrap_err()
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PKCS12-----\n{}\n-----END PKCS12-----\n", BASE64_STANDARD.encode(der))
}

fn read(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn password() -> Secret {
    Secret::from(PASSWORD.to_owned())
}

const PASSWORD: &str = "Passw0rd!";
const NOW: OffsetDateTime = datetime!(2026-06-01 0:00 UTC);
