//! The real program on a full store: how long pages take, how soon a save is live, what starting and memory cost.
//!
//! `cargo xtask bench` builds the program and runs this; the table it prints goes into docs/performance.md.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark may panic, and prints"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use certificates::seal::{Vault, key_file};
use certificates::x509;
use domain::api::ApiSettings;
use domain::certificate::NamedBy;
use domain::credential::Credential;
use domain::name::{ApiId, CertificateId};
use domain::policy_document::Scope;
use domain::secret::Secret;
use domain::trust::{ChainCheck, NameCheck, Trust};
use policy::edit::{Credential as Statement, set_credential};
use policy::program::EMPTY_API;
use store::apis::Stamp;
use store::connect::Store;
use store::documents::DocumentSeal;
use store::transaction::Change;
use store::versions::{StoredVersion, VersionFacts};
use testkit::authority::Authority;
use testkit::program::{Program, Visitor};
use testkit::upstream::{Demand, Upstream};
use time::OffsetDateTime;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    println!("| | 10,000 certificates | 100,000 certificates |\n|---|---|---|");
    let columns = [10_000, 100_000].map(|certificates| runtime.block_on(measure(certificates)));
    for (small, large) in columns[0].iter().zip(&columns[1]) {
        println!("| {} | {} | {} |", small.0, small.1, large.1);
    }
}

/// One column of the table: a program with so many certificates, and 10,000 APIs that each use one.
async fn measure(certificates: usize) -> Vec<(&'static str, String)> {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Bench Authority");
    let backend = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let begun = Instant::now();
    fill(folder.path(), &authority, certificates, &backend.address().to_string());
    eprintln!("filled a store with {certificates} certificates in {:.1} s", begun.elapsed().as_secs_f64());

    let begun = Instant::now();
    let program = Program::start(&binary(), folder.path(), "serve", &["--gateway-access-log", "off"]);
    let started = begun.elapsed();
    let memory = resident_mib(program.process());
    let visitor = program.administrator().await;
    let mut rows =
        vec![("start until ready", milliseconds(started)), ("memory after start", format!("{memory} MiB"))];
    for (name, path) in PAGES {
        rows.push((name, page(&visitor, path).await));
    }
    rows.push((
        "Save until the first request with the new certificate",
        save(&program, &visitor, folder.path()).await,
    ));
    rows.push(("memory at the end", format!("{} MiB", resident_mib(program.process()))));
    rows
}

/// Median and 95th percentile of 100 requests, each on a connection of its own.
async fn page(visitor: &Visitor, path: &str) -> String {
    let mut times = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        let answer = visitor.get(path).await;
        times.push(begun.elapsed());
        assert_eq!(answer.status, 200, "{path}");
    }
    spread(times)
}

/// Chooses another certificate for an API and calls it, twenty times.
async fn save(program: &Program, visitor: &Visitor, folder: &Path) -> String {
    let caller = program.caller(folder);
    let mut connection = caller.connect().await.unwrap();
    let mut times = Vec::new();
    for number in 0..20 {
        let revision = visitor.hidden("/apis/api-5/security", "revision").await;
        let certificate = format!("certificate-{}", 100 + number);
        let fields = [
            ("id", "api-5"),
            ("revision", &revision),
            ("credential", "certificate"),
            ("certificate", &certificate),
            ("chain", "off"),
            ("name", "off"),
            ("authorities", ""),
            ("server_name", ""),
            ("username", ""),
            ("password", ""),
        ];
        let begun = Instant::now();
        assert_eq!(visitor.post("/api/apis/security/save", &fields).await.status, 303);
        let answer =
            connection.send(testkit::client::request(http::Method::GET, "/api-5/", "")).await.unwrap();
        times.push(begun.elapsed());
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    spread(times)
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("{} (p95 {})", milliseconds(times[times.len() / 2]), milliseconds(times[times.len() * 95 / 100]))
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn resident_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// The store as it would be after so many uploads and saves.
fn fill(folder: &Path, authority: &Authority, certificates: usize, backend: &str) {
    let vault = key_file::read_or_create(&folder.join("master.key")).unwrap().into_vault();
    let store = Store::open(&folder.join("postern.sqlite")).unwrap();
    let (sealing, unsealing) = (vault.clone(), vault.clone());
    store.use_seal(DocumentSeal {
        seal: Box::new(move |text, row| sealing.seal(&Secret::from(text.to_owned()), row).ok()),
        unseal: Box::new(move |sealed, row| {
            unsealing.unseal(sealed, row).ok()?.expose_text().map(str::to_owned)
        }),
    });
    store
        .write(|change| {
            for number in 0..certificates {
                put_certificate(change, authority, &vault, number);
            }
            for number in 0..APIS {
                put_api(change, number, backend);
            }
            Ok::<_, store::error::Error>(())
        })
        .unwrap();
}

fn put_certificate(change: &Change<'_>, authority: &Authority, vault: &Vault, number: usize) {
    let leaf = authority.client(&format!("partner {number}"));
    let id: CertificateId = format!("certificate-{number}").parse().unwrap();
    let sealed_key = vault.seal(&Secret::new(leaf.key), &format!("certificate/{id}/1")).unwrap();
    let facts =
        VersionFacts { leaf: x509::facts(&leaf.chain[0]).unwrap(), chain: Vec::new(), apart: Vec::new() };
    let version = StoredVersion {
        version: 1,
        facts,
        chain: leaf.chain,
        apart: Vec::new(),
        sealed_key,
        uploaded_at: OffsetDateTime::UNIX_EPOCH,
        uploaded_by: "bench".to_owned(),
    };
    change.insert_certificate(&id, &format!("Partner {number}").parse().unwrap(), &version).unwrap();
}

fn put_api(change: &Change<'_>, number: usize, backend: &str) {
    let stamp = Stamp { by: "bench", at: OffsetDateTime::UNIX_EPOCH };
    let id: ApiId = format!("api-{number}").parse().unwrap();
    let certificate: CertificateId = format!("certificate-{number}").parse().unwrap();
    let settings = ApiSettings {
        name: format!("API {number}").parse().unwrap(),
        suffix: format!("api-{number}").parse().unwrap(),
        backend: format!("https://{backend}").parse().unwrap(),
    };
    let trust = Trust { chain: ChainCheck::Off, name: NameCheck::Off };
    let statement = Statement::Certificate { id: certificate.to_string() };
    let document = set_credential(EMPTY_API, &statement).unwrap();
    change.insert_api(&id, &settings, &trust, stamp).unwrap();
    let scope = Scope::Api(id.clone());
    change.save_policy(&scope, &document, stamp).unwrap();
    change.save_certificate_uses(&scope, &[(certificate.clone(), NamedBy::Id)]).unwrap();
    change.update_api_credential(&id, &Credential::Certificate(certificate), stamp).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the one who starts the benchmark says which program")]
fn binary() -> String {
    std::env::var("POSTERN").unwrap()
}

const APIS: usize = 10_000;
const PAGES: [(&str, &str); 11] = [
    ("overview", "/"),
    ("certificates", "/security/certificates"),
    ("certificates by name, last page", "/security/certificates?sort=name&page=200"),
    ("certificates, search for a name", "/security/certificates?search=partner+99"),
    ("certificates, search that finds all", "/security/certificates?search=partner"),
    ("a certificate", "/security/certificates/certificate-7"),
    ("APIs", "/apis"),
    ("APIs, search", "/apis?search=api-99"),
    ("an API's Settings", "/apis/api-5"),
    ("an API's Security", "/apis/api-5/security"),
    ("an API's Policies", "/apis/api-5/policies"),
];
