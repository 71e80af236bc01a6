//! A refusal reaches the HTTP clients that people use, whatever they still have to send.
//!
//! Each program posts bodies of several sizes to an API whose policy refuses them, and prints a status for each try.
//! `make test` installs the programs.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tempfile::TempDir;
use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

const REFUSE: &str =
    "<return-response><set-status code=\"403\" reason=\"Invalid client certificate\"/></return-response>";
const SIZES: [&str; 4] = ["100", "30000", "200000", "5000000"];
const TRIES: &str = "4";

/// A gateway, and a file with the certificate of its authority.
struct Setting {
    gateway: TestGateway,
    folder: TempDir,
    _upstream: Upstream,
}

impl Setting {
    async fn new() -> Self {
        let upstream = Upstream::plain().await;
        let authority = Authority::new("test");
        let apis = Configuration::trusting(&authority)
            .api_with("", &upstream.url("http"), &policy::inbound(REFUSE))
            // It reads 2 MiB at most, and says 413 to more.
            .api_with(
                "whole",
                &upstream.url("http"),
                &policy::inbound("<find-and-replace from=\"a\" to=\"b\"/>"),
            );
        let gateway = TestGateway::start(authority, &apis);
        let folder = TempDir::new().unwrap();
        let pem = BASE64_STANDARD.encode(gateway.authority.der());
        let pem = format!("-----BEGIN CERTIFICATE-----\n{pem}\n-----END CERTIFICATE-----\n");
        std::fs::write(folder.path().join("authority.pem"), pem).unwrap();
        Self { gateway, folder, _upstream: upstream }
    }

    fn address(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.gateway.gateway.addresses().first().unwrap().port())
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Runs a program with the address, the authority's file, the number of tries and the sizes behind its own
    /// arguments. It must print 403 for each of `versions` × sizes × tries.
    async fn all_refused(&self, program: &str, own: &[&Path], versions: usize) {
        let mut command = Command::new(program);
        command.args(own).arg(self.address("/refused")).arg(self.authority()).arg(TRIES).args(SIZES);
        let tries: usize = TRIES.parse().unwrap();
        let printed = run(command).await;
        assert_eq!(
            printed.lines().filter(|line| *line == "403").count(),
            versions * SIZES.len() * tries,
            "{printed}"
        );
    }
}

/// What a program prints, without holding up this thread, on which the gateway's backends run.
async fn run(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let output =
        output.map_err(|error| format!("not installed, run the tests with `make test`: {error}")).unwrap();
    let (printed, failed) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{printed}{failed}")
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

#[tokio::test]
async fn python_requests_reads_a_refusal() {
    let setting = Setting::new().await;
    setting.all_refused("/usr/bin/python3", &[&script("with_requests.py")], 1).await;
}

#[tokio::test]
async fn httpx_reads_a_refusal() {
    let setting = Setting::new().await;
    setting.all_refused("/usr/bin/python3", &[&script("with_httpx.py")], 2).await;
}

#[tokio::test]
async fn node_reads_a_refusal() {
    let setting = Setting::new().await;
    setting.all_refused("node", &[&script("with_node.mjs")], 2).await;
}

#[tokio::test]
async fn java_reads_a_refusal() {
    let setting = Setting::new().await;
    setting.all_refused("java", &[&script("Post.java")], 2).await;
}

#[tokio::test]
async fn curl_reads_a_refusal() {
    let setting = Setting::new().await;
    let body = setting.folder.path().join("body");
    for (path, status, sizes) in [("/refused", "403", &SIZES[..]), ("/whole", "413", &["5000000"])] {
        for size in sizes {
            std::fs::write(&body, vec![b'x'; size.parse().unwrap()]).unwrap();
            for version in ["--http1.1", "--http2"] {
                for how in ["Expect:", "Expect: 100-continue", "Transfer-Encoding: chunked"] {
                    if version == "--http2" && how.starts_with("Transfer") {
                        continue;
                    }
                    let mut command = Command::new("curl");
                    command.args([
                        version,
                        "-sS",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "-H",
                        how,
                        "--cacert",
                    ]);
                    command.arg(setting.authority()).arg("--data-binary").arg(format!("@{}", body.display()));
                    command.arg(setting.address(path));
                    assert_eq!(run(command).await, status, "{path} {size} {version} {how}");
                }
            }
        }
    }
}
