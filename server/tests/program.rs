//! The program as a whole: one process, a real store, real sockets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::process::Command;

use testkit::authority::Authority;
use testkit::program::{PASSWORD, Program, Visitor, session_of, until};
use testkit::upstream::{Demand, Upstream};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");

/// An API in front of a backend that demands certificates of this authority.
async fn api_in_front_of(visitor: &Visitor, backend: &Upstream) {
    let address = format!("https://{}", backend.address());
    let made = visitor
        .post("/api/apis/create", &[("name", "Orders"), ("suffix", "orders"), ("backend", &address)])
        .await;
    assert_eq!(made.status, 303, "{}", made.text());
}

/// What the Security tab sends when a certificate is chosen and the backend's own isn't checked.
async fn choose(visitor: &Visitor, certificate: &str) {
    let revision = visitor.hidden("/apis/orders/security", "revision").await;
    let fields = [
        ("id", "orders"),
        ("revision", &revision),
        ("credential", "certificate"),
        ("certificate", certificate),
        ("chain", "off"),
        ("name", "off"),
        ("authorities", ""),
        ("server_name", ""),
        ("username", ""),
        ("password", ""),
    ];
    let saved = visitor.post("/api/apis/security/save", &fields).await;
    let page = visitor.get("/apis/orders/policies").await.text();
    assert!(page.contains(certificate), "the policy doesn't name the certificate: {saved:?}");
}

#[tokio::test]
async fn a_pfx_that_is_uploaded_and_chosen_is_shown_to_the_backend_and_its_renewal_as_well() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new("partner"));
    let (first, renewed) = (authority.client("first"), authority.client("renewed"));
    let backend = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    visitor.upload("/security/certificates/upload", &first.pfx("pw"), "pw").await;
    api_in_front_of(&visitor, &backend).await;
    let caller = program.caller(folder.path());
    assert_eq!(caller.get("/orders/1").await.status, 502, "the backend takes nobody without a certificate");
    choose(&visitor, "first").await;
    assert_eq!(caller.get("/orders/1").await.status, 200);
    visitor.try_replace("first", &renewed.pfx("pw"), "pw").await.unwrap();
    assert_eq!(caller.get("/orders/1").await.status, 200);
    let mut shown: Vec<_> = backend.seen().into_iter().filter_map(|seen| seen.thumbprint).collect();
    // The connection test showed the renewed one too.
    shown.dedup();
    assert_eq!(shown, [first.thumbprint(), renewed.thumbprint()]);
}

#[tokio::test]
async fn what_was_answered_is_still_there_after_the_program_was_killed() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new("partner"));
    let backend = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    visitor.upload("/security/certificates/upload", &authority.client("first").pfx("pw"), "pw").await;
    api_in_front_of(&visitor, &backend).await;
    choose(&visitor, "first").await;
    program.kill();

    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    assert_eq!(program.caller(folder.path()).get("/orders/1").await.status, 200);
    assert!(program.setup.is_none(), "there is an administrator already");
    let mut visitor = program.stranger();
    let signed_in = visitor.post("/api/sign-in", &[("name", "admin"), ("password", PASSWORD)]).await;
    visitor.cookie = session_of(&signed_in).unwrap();
    assert!(visitor.get("/security/certificates").await.text().contains("first"));
}

#[tokio::test]
async fn keys_still_open_after_the_master_key_was_rotated() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new("partner"));
    let backend = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    visitor.upload("/security/certificates/upload", &authority.client("first").pfx("pw"), "pw").await;
    api_in_front_of(&visitor, &backend).await;
    choose(&visitor, "first").await;
    let rotate = || {
        let mut command = Command::new(BINARY);
        command.args(["key", "rotate", "--data"]).arg(folder.path()).output().unwrap()
    };
    let refused = rotate();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("stop it first"), "{refused:?}");
    program.kill();
    let before = std::fs::read(folder.path().join("master.key")).unwrap();
    assert!(rotate().status.success());
    assert_ne!(std::fs::read(folder.path().join("master.key")).unwrap(), before);
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    assert_eq!(program.caller(folder.path()).get("/orders/1").await.status, 200);
}

/// Starts the program where it ends by itself; gives what it said.
fn refused_start(data: &std::path::Path) -> String {
    let flags = ["serve", "--portal-listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--data"];
    let output = Command::new(BINARY).args(flags).arg(data).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn with_the_master_key_of_another_instance_the_program_says_so_and_does_not_start() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (own, other) = (folder.path().join("master.key"), elsewhere.path().join("master.key"));
    Program::start(BINARY, elsewhere.path(), "serve", &[]).kill();
    // Before anything was uploaded, and when only a certificate is sealed.
    for upload in [false, true] {
        let program = Program::start(BINARY, folder.path(), "serve", &[]);
        if upload {
            let visitor = program.administrator().await;
            let pfx = Authority::new("partner").client("first").pfx("pw");
            visitor.upload("/security/certificates/upload", &pfx, "pw").await;
        }
        program.kill();
        let kept = std::fs::read(&own).unwrap();
        std::fs::copy(&other, &own).unwrap();
        let said = refused_start(folder.path());
        assert!(said.contains("bring back the key that belongs to the store"), "{said}");
        assert!(said.contains("master.key") && !said.contains("ready"), "{said}");
        std::fs::write(&own, kept).unwrap();
    }
    Program::start(BINARY, folder.path(), "serve", &[]).kill();

    std::fs::remove_file(folder.path().join("master.key")).unwrap();
    let flags = ["serve", "--portal-listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--data"];
    let started = Command::new(BINARY).args(flags).arg(folder.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&started.stderr).contains("put the file back"), "{started:?}");
}

#[tokio::test]
async fn no_secret_reaches_the_log_even_when_everything_is_logged() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new("partner"));
    let program = Program::start(BINARY, folder.path(), "serve", &["--log", "trace"]);
    let mut visitor = program.administrator().await;
    let pfx = authority.client("first").pfx("the-pfx-password");
    visitor.upload("/security/certificates/upload", &pfx, "a-wrong-pfx-password").await;
    visitor.upload("/security/certificates/upload", &pfx, "the-pfx-password").await;
    visitor.post("/api/sign-in", &[("name", "admin"), ("password", "a-wrong-sign-in-password")]).await;
    let session = visitor.cookie.split_off("__Host-postern=".len());
    let log = program.log();
    assert!(log.contains("TRACE"), "the log was to be full");
    for secret in ["the-pfx-password", "a-wrong-pfx-password", PASSWORD, "a-wrong-sign-in-password", &session]
    {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn two_programs_do_not_run_on_one_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Program::start(BINARY, folder.path(), "serve", &[]);
    let second = refused_start(folder.path());
    assert!(second.contains("is running on"), "{second}");
}

#[test]
fn a_wrong_setting_is_refused_with_its_name_and_what_would_do() {
    let check = |name: &str, value: &str| {
        let output = Command::new(BINARY).arg("check-config").env(name, value).output().unwrap();
        assert!(!output.status.success(), "{name}={value} was taken");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = check("POSTERN_GATEWAY_LISTEN", "everywhere");
    assert!(said.contains("`gateway.listen`") && said.contains("0.0.0.0:8443"), "{said}");
    let said = check("POSTERN_GATEWAY_LISTN", "0.0.0.0:1");
    assert!(said.contains("did you mean `POSTERN_GATEWAY_LISTEN`"), "{said}");
    let said = check("POSTERN_GATEWAY_KEY", "/some/key.pem");
    assert!(said.contains("`gateway.certificate`"), "{said}");
    let said = check("POSTERN_MASTER_KEY", "abcd");
    assert!(said.contains("64 hexadecimal digits") && !said.contains("abcd"), "{said}");
    let said = check("POSTERN_GATEWAY_TRUSTED_PROXIES", "10.0.0.0/8, proxies");
    assert!(said.contains("`gateway.trusted-proxies`") && said.contains("10.0.0.0/8"), "{said}");
    let said = check("POSTERN_GATEWAY_REFUSE_ADDRESSES", "loopback, localhost");
    assert!(said.contains("`gateway.refuse-addresses`") && said.contains("link-local"), "{said}");
    let said = check("POSTERN_GATEWAY_PROXY_CERTIFICATE_HEADER", "X-Client-Cert");
    assert!(said.contains("`x-arr-clientcert`"), "{said}");
    let said = check("POSTERN_GATEWAY_TRUSTED_PROXY_FIELDS", "yes");
    assert!(said.contains("`gateway.trusted-proxy-fields`") && said.contains("`remove` or `pass`"), "{said}");
    for (value, reason) in [
        ("x-corp user", "`x-corp user` is not the name of a header field"),
        ("x-corp-user, x-*-cert", "`x-*-cert` has a `*` before its end"),
        ("content-*", "would also remove `content-encoding`"),
    ] {
        let said = check("POSTERN_GATEWAY_IDENTITY_FIELDS", value);
        assert!(said.contains("`gateway.identity-fields`") && said.contains(reason), "{said}");
    }
    let said = check("POSTERN_GATEWAY_MAX_WHOLE_BODY", "2MB");
    assert!(said.contains("512KiB"), "{said}");
    let said = check("POSTERN_LOG_FORMAT", "xml");
    assert!(said.contains("`text` or `json`"), "{said}");
}

#[tokio::test]
async fn fields_that_the_settings_file_adds_reach_no_backend_unless_a_trusted_proxy_sends_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postern.toml");
    let settings = "[gateway]\nidentity-fields = [\"x-corp-user\", \"x-corp-cert-*\"]\ntrusted-proxy-fields = \"pass\"\n";
    std::fs::write(&file, settings).unwrap();
    let backend = Upstream::plain().await;
    for (trusted, expected) in [("10.0.0.0/8", None), ("127.0.0.0/8", Some("forged"))] {
        let data = tempfile::tempdir().unwrap();
        let flags = ["--config", file.to_str().unwrap(), "--gateway-trusted-proxies", trusted];
        let program = Program::start(BINARY, data.path(), "serve", &flags);
        let visitor = program.administrator().await;
        let address = format!("http://{}", backend.address());
        visitor
            .post("/api/apis/create", &[("name", "Orders"), ("suffix", "orders"), ("backend", &address)])
            .await;
        let mut request = testkit::client::request(http::Method::GET, "/orders/1", "");
        for name in ["x-corp-user", "x-corp-cert-dn"] {
            request.headers_mut().insert(name, "forged".parse().unwrap());
        }
        assert_eq!(program.caller(data.path()).send(request).await.status, 200);
        let seen = backend.seen().pop().unwrap();
        for name in ["x-corp-user", "x-corp-cert-dn"] {
            assert_eq!(
                seen.headers.get(name).map(|value| value.to_str().unwrap()),
                expected,
                "{name} {trusted}"
            );
        }
    }
}

#[tokio::test]
async fn nothing_in_the_data_folder_is_for_others_and_a_password_is_in_none_of_its_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    Program::start(BINARY, &data, "serve", &[]).kill();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(data.join("postern.sqlite"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let program = Program::start(BINARY, &data, "serve", &[]);
    let visitor = program.administrator().await;
    let made = [("name", "Orders"), ("suffix", "orders"), ("backend", "http://localhost:1")];
    visitor.post("/api/apis/create", &made).await;
    let revision = visitor.hidden("/apis/orders/security", "revision").await;
    let password = "correct horse battery staple";
    let fields = [
        ("id", "orders"),
        ("revision", &revision),
        ("credential", "basic"),
        ("certificate", ""),
        ("chain", "off"),
        ("name", "off"),
        ("authorities", ""),
        ("server_name", ""),
        ("username", "partner"),
        ("password", password),
    ];
    visitor.post("/api/apis/security/save", &fields).await;
    let page = visitor.get("/apis/orders/policies").await.text();
    assert!(page.contains("authentication-basic"), "it wasn't saved");
    assert_eq!(mode(&data), 0o700);
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name == "gateway.pem" || mode(&path) & 0o077 == 0, "{name}");
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(password.len()).any(|window| window == password.as_bytes());
        assert!(!found, "the password is in {}", path.display());
    }
}

#[test]
fn the_page_of_settings_is_what_the_program_prints() {
    let printed = Command::new(BINARY).arg("settings").output().unwrap().stdout;
    let page = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md")).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&page),
        String::from_utf8_lossy(&printed),
        "print it again: postern settings"
    );
}

#[test]
fn inspect_prints_one_json_object_and_its_exit_code_says_whether_the_file_opens() {
    let folder = tempfile::tempdir().unwrap();
    let (pfx, password) = (folder.path().join("a.pfx"), folder.path().join("password"));
    std::fs::write(&pfx, Authority::new("partner").client("first").pfx("pw")).unwrap();
    let inspect = |text: &str| {
        std::fs::write(&password, text).unwrap();
        let mut command = Command::new(BINARY);
        command
            .args(["certificate", "inspect", "--json", "--password-file"])
            .arg(&password)
            .arg(&pfx)
            .output()
            .unwrap()
    };
    let good = inspect("pw\n");
    let json: serde_json::Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!((good.status.code(), json["outcome"].as_str()), (Some(0), Some("ok")));
    assert_eq!(json["leaf"]["thumbprint"], json["chain"][0]);
    let bad = inspect("wrong");
    let json: serde_json::Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!((bad.status.code(), json["outcome"].as_str()), (Some(1), Some("wrong-password")));
    assert!(json["leaf"].is_null());
    // PEM of GnuTLS, redirected by PowerShell.
    let pem = "../crates/certificates/tests/fixtures/texts/gnutls_pem.p12";
    let pem = std::fs::read_to_string(format!("{}/{pem}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let utf16: Vec<u8> = format!("\u{feff}{pem}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&pfx, utf16).unwrap();
    assert_eq!(inspect("Passw0rd!").status.code(), Some(0));
}

#[tokio::test]
async fn what_the_build_of_a_demo_had_to_say_is_printed_last() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Program::start(BINARY, folder.path(), "demo", &["--note", "the pages have no scripts"]);
    let last = "\npostern is ready\nnote: the pages have no scripts";
    until(|| async { demo.log().ends_with(last).then_some(()) }).await;
}
