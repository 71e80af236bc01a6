//! Each file of the corpus gives what its manifest says, with the right password and with a wrong one.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use certificates::inspect::{Inspection, inspect};
use domain::secret::Secret;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
struct Manifest {
    wrong_password_to_try: String,
    files: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    file: String,
    password: Option<String>,
    expect: String,
    key_type: Option<String>,
    #[serde(rename = "cert_ids")]
    certificates: Vec<String>,
    leaf: Option<Described>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: String,
    thumbprint: String,
    sha256: String,
    serial_number: String,
    #[serde(rename = "subject_dotnet_windows")]
    subject: String,
    #[serde(rename = "issuer_dotnet_windows")]
    issuer: String,
    not_before: String,
    not_after: String,
    #[serde(rename = "subject_der")]
    subject_der: String,
    #[serde(rename = "issuer_der")]
    issuer_der: String,
}

#[test]
fn every_file_gives_what_the_manifest_says() {
    let corpus = Corpus::read();
    let failures: Vec<String> = corpus
        .files()
        .filter_map(|(entry, file)| {
            let inspection = inspect(file, &password(entry));
            let problem = corpus.problem(entry, &inspection)?;
            Some(format!("{} ({}): {problem}", entry.file, entry.expect))
        })
        .collect();
    assert!(failures.is_empty(), "{} files:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_wrong_password_is_named_as_such_on_every_file_that_opens() {
    let corpus = Corpus::read();
    let wrong = Secret::from(corpus.manifest.wrong_password_to_try.clone());
    let failures: Vec<String> = corpus
        .files()
        .filter(|(entry, _)| entry.leaf.is_some() && entry.expect != "optional")
        .filter_map(|(entry, file)| {
            let word = inspect(file, &wrong).outcome.word();
            (word != "wrong-password").then(|| format!("{}: {word}", entry.file))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

struct Corpus {
    manifest: Manifest,
    described: BTreeMap<String, Described>,
    contents: BTreeMap<String, Vec<u8>>,
}

impl Corpus {
    fn read() -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pfx");
        let read = |name: &str| fs::read(folder.join(name)).unwrap();
        let manifest: Manifest = serde_json::from_slice(&read("manifest.json")).unwrap();
        let described = serde_json::from_slice(&read("certs.json")).unwrap();
        let contents = manifest.files.iter().map(|entry| (entry.file.clone(), read(&entry.file))).collect();
        Self { manifest, described, contents }
    }

    fn files(&self) -> impl Iterator<Item = (&Entry, &[u8])> {
        self.manifest.files.iter().map(|entry| (entry, self.contents[&entry.file].as_slice()))
    }

    fn problem(&self, entry: &Entry, inspection: &Inspection) -> Option<String> {
        let word = inspection.outcome.word();
        let allowed: &[&str] = match entry.expect.as_str() {
            "ok" | "policy" => &["ok"],
            "optional" => &["ok", "unsupported", "too-expensive"],
            "survive" => &["ok", "corrupt", "too-expensive", "empty", "no-key"],
            "corrupt-or-password" => &["corrupt", "wrong-password"],
            other => &[other],
        };
        if !allowed.contains(&word) {
            return Some(format!("is {word}: {}", inspection.message));
        }
        if word == "ok" { self.difference(entry, inspection) } else { None }
    }

    /// What the JSON says of the leaf and its chain beside what the manifest says.
    fn difference(&self, entry: &Entry, inspection: &Inspection) -> Option<String> {
        let leaf = entry.leaf.as_ref()?;
        let json = inspection.to_json();
        let text = |field: &str| json["leaf"][field].as_str().unwrap_or_default().to_owned();
        let subject = match leaf.id.as_str() {
            // The manifest has what .NET prints on Linux; on Windows it is laxer about the alphabet.
            "dn_badprintable" => "CN=bad*printable, O=Smith & Sons @ Work_shop".to_owned(),
            _ => leaf.subject.clone(),
        };
        let key_type = match leaf.id.as_str() {
            // node-forge knows no elliptic curves: the manifest names the key of the other files here.
            "forge_rsa" => "rsa2048".to_owned(),
            _ => entry.key_type.clone().unwrap_or_default(),
        };
        let fields = [
            ("subject", subject),
            ("issuer", leaf.issuer.clone()),
            ("thumbprint", leaf.thumbprint.clone()),
            ("sha256", leaf.sha256.clone()),
            ("serialNumber", leaf.serial_number.clone()),
            ("notBefore", leaf.not_before.clone()),
            ("notAfter", leaf.not_after.clone()),
            ("keyType", key_type),
        ];
        for (field, expected) in fields {
            if text(field) != expected {
                return Some(format!("{field} is `{}` and not `{expected}`", text(field)));
            }
        }
        let chain: Vec<String> = inspection.chain.iter().map(ToString::to_string).collect();
        let expected = self.chain(leaf, &entry.certificates);
        (chain != expected).then(|| format!("chain is {chain:?} and not {expected:?}"))
    }

    /// The thumbprints from the leaf upwards, by the names that the manifest's certificates have.
    fn chain(&self, leaf: &Described, present: &[String]) -> Vec<String> {
        let mut chain = vec![leaf.thumbprint.clone()];
        let mut last = leaf;
        while last.issuer_der != last.subject_der {
            let issuer = present
                .iter()
                .map(|id| &self.described[id])
                .find(|other| other.subject_der == last.issuer_der);
            let Some(issuer) = issuer else { break };
            chain.push(issuer.thumbprint.clone());
            last = issuer;
        }
        chain
    }
}

fn password(entry: &Entry) -> Secret {
    Secret::from(entry.password.clone().unwrap_or_default())
}
