//! The real program on a store that was damaged: it starts, everything else works, and the portal mends what is bad.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;

use testkit::client::Answer;
use testkit::program::{PASSWORD, Program, Visitor, session_of};
use testkit::upstream::Upstream;

const BINARY: &str = env!("CARGO_BIN_EXE_postern");

fn damage(folder: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(folder.join("postern.sqlite")).unwrap();
    connection.execute_batch(sql).unwrap();
}

async fn create(visitor: &Visitor, name: &str, backend: &str) {
    let fields = [("name", name), ("suffix", name), ("backend", backend)];
    assert_eq!(visitor.post("/api/apis/create", &fields).await.status, 303);
}

async fn signed_in(program: &Program) -> Visitor {
    let mut visitor = program.stranger();
    let answer = visitor.post("/api/sign-in", &[("name", "admin"), ("password", PASSWORD)]).await;
    visitor.cookie = session_of(&answer).unwrap();
    visitor
}

/// Keeps what a browser keeps: the page after a form tells only who sent it.
fn remember(visitor: &mut Visitor, answer: &Answer) {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    for cookie in lines.filter_map(|line| line.split(';').next()) {
        visitor.cookie = format!("{}; {cookie}", visitor.cookie);
    }
}

async fn save(visitor: &mut Visitor, id: &str, backend: &str) -> String {
    let address = format!("/apis/{id}");
    let revision = visitor.hidden(&address, "revision").await;
    let fields = [("id", id), ("revision", &revision), ("name", id), ("suffix", id), ("backend", backend)];
    let answer = visitor.post("/api/apis/save", &fields).await;
    remember(visitor, &answer);
    visitor.get(&address).await.text()
}

#[tokio::test]
async fn the_program_starts_on_a_damaged_store_and_the_portal_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Upstream::plain().await;
    let url = backend.url("http");
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    for name in ["good", "bad", "gone", "policy", "sealed"] {
        create(&visitor, name, &url).await;
    }
    program.kill();
    damage(folder.path(), "UPDATE apis SET backend = 'https://10.0.0:8443' WHERE id = 'bad'");
    damage(folder.path(), "UPDATE apis SET trust = '{' WHERE id = 'gone'");
    damage(
        folder.path(),
        "UPDATE policies SET sealed = NULL, document = '<policies><nonsense/></policies>' WHERE scope = 'api/policy'",
    );

    damage(folder.path(), "UPDATE policies SET sealed = x'00' WHERE scope = 'api/sealed'");

    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let caller = program.caller(folder.path());
    for (path, status) in
        [("/good", 200), ("/bad/x", 500), ("/gone", 500), ("/policy", 500), ("/sealed", 500)]
    {
        assert_eq!(caller.get(path).await.status, status, "{path}");
    }
    assert!(program.log().contains("not a valid IP address"), "{}", program.log());
    let mut visitor = signed_in(&program).await;
    let overview = visitor.get("/").await.text();
    for named in [
        "/apis/bad",
        "/apis/gone",
        "/apis/policy",
        "/apis/sealed",
        "not a valid IP address",
        "nonsense",
        "be unsealed",
    ] {
        assert!(overview.contains(named), "{named}");
    }
    for tab in ["", "/operations", "/security", "/policies", "/test", "/delete"] {
        let page = visitor.get(&format!("/apis/bad{tab}")).await;
        assert_eq!(page.status, 200, "{tab}");
        if tab != "/delete" {
            assert!(page.text().contains("not a valid IP address"), "{tab}");
        }
    }
    assert!(visitor.get("/apis").await.text().contains("https://10.0.0:8443"));

    let refused = save(&mut visitor, "bad", "https://10.0.0:8443").await;
    assert!(refused.contains("This is not a valid IP address"), "{refused}");
    create(&visitor, "new", &url).await;
    assert_eq!(caller.get("/new").await.status, 200, "a bad one keeps no other from going live");
    let mended = save(&mut visitor, "bad", &url).await;
    assert!(mended.contains("Live on the gateway (revision"), "{mended}");
    assert_eq!(caller.get("/bad/x").await.status, 200);
    let still = save(&mut visitor, "policy", &url).await;
    assert!(still.contains("Not everything is live") && still.contains("nonsense"), "{still}");
    visitor.post("/api/apis/delete", &[("id", "gone")]).await;
    assert_eq!(caller.get("/gone").await.status, 404);
    assert!(visitor.get("/apis/sealed/policies").await.text().contains("its row in the store is damaged"));
    for id in ["policy", "sealed"] {
        let revision = visitor.hidden(&format!("/apis/{id}/policies"), "revision").await;
        let scope = format!("api/{id}");
        let fields = [
            ("scope", scope.as_str()),
            ("revision", &revision),
            ("text", "<policies><inbound><base/></inbound><backend><base/></backend></policies>"),
        ];
        visitor.post("/api/policies/save", &fields).await;
        assert_eq!(caller.get(&format!("/{id}")).await.status, 200);
    }
    let overview = visitor.get("/").await.text();
    assert!(!overview.contains("nonsense") && !overview.contains("be unsealed"));
}

#[tokio::test]
async fn what_the_gateway_cant_call_is_refused_beside_its_field() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let mut visitor = program.administrator().await;
    for backend in [
        "https://10.0.0:8443",
        "https://999.1.1.1",
        "https://a..b",
        "https://0x7f.1",
        "https://010.0.0.1",
        "https://partner.example.",
        "https://-a.example",
        "https://b\u{fc}cher.example",
        "https://[fe80::1%25eth0]",
        "https://host:0",
        "https://host:99999",
        "https://user@host",
        "https://host?x",
        "https://host#x",
        "https://ho st",
        "https://ho%20st",
        "https://",
    ] {
        let fields = [("name", "Refused"), ("suffix", "refused"), ("backend", backend)];
        let answer = visitor.post("/api/apis/create", &fields).await;
        assert_eq!(answer.headers["location"], "/apis/new", "{backend}");
        remember(&mut visitor, &answer);
        let page = visitor.get("/apis/new").await.text();
        assert!(page.contains("aria-invalid=\"true\""), "{backend}: {page}");
    }
    assert_eq!(program.caller(folder.path()).get("/refused").await.status, 404);
}
