//! Failed calls outlast the program, however it ends, and the settings bound them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

use testkit::program::{PASSWORD, Program, Visitor, session_of, until};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");

async fn signed_in(program: &Program) -> Visitor {
    let mut visitor = program.stranger();
    let answer = visitor.post("/api/sign-in", &[("name", "admin"), ("password", PASSWORD)]).await;
    visitor.cookie = session_of(&answer).unwrap();
    visitor
}

/// A program with an API whose backend nobody listens at, and a request to it.
async fn failed_once(program: &Program, folder: &std::path::Path) -> Visitor {
    let visitor = program.administrator().await;
    let fields = [("name", "Orders"), ("suffix", "orders"), ("backend", "http://127.0.0.1:1")];
    visitor.post("/api/apis/create", &fields).await;
    let answer = program.caller(folder).get("/orders/7?key=hunter2").await;
    assert_eq!(answer.status, 502);
    visitor
}

#[tokio::test]
async fn what_failed_is_there_after_the_program_was_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    failed_once(&program, folder.path()).await;
    let process = program.process().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    until(|| async { program.log().contains("stopping").then_some(()) }).await;
    let lock = folder.path().join("postern.lock");
    until(|| async {
        let file = std::fs::File::options().write(true).open(&lock).unwrap();
        file.try_lock().ok()
    })
    .await;

    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let page = signed_in(&program).await.get("/traffic").await.text();
    assert!(page.contains("GET /orders/7") && page.contains("BackendConnectionFailure"), "{page}");
    assert!(page.contains("nothing listens on the backend"), "{page}");
    assert!(!page.contains("hunter2"));
    let list = signed_in(&program).await.get("/apis").await.text();
    assert!(list.contains("Last used"), "{list}");
}

#[tokio::test]
async fn what_a_page_has_shown_is_there_after_the_program_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = failed_once(&program, folder.path()).await;
    assert!(visitor.get("/traffic").await.text().contains("GET /orders/7"));
    program.kill();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    assert!(signed_in(&program).await.get("/traffic").await.text().contains("GET /orders/7"));
}

#[tokio::test]
async fn where_none_are_to_be_kept_none_are_recorded_and_the_page_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &["--traffic-keep-count", "0"]);
    let page = failed_once(&program, folder.path()).await.get("/traffic").await.text();
    assert!(page.contains("traffic.keep-count is 0") && !page.contains("GET /orders/7"), "{page}");
}

#[test]
fn a_count_or_an_age_that_is_none_is_refused_with_what_would_do() {
    for (variable, value, remedy) in [
        ("POSTERN_TRAFFIC_KEEP_COUNT", "many", "from 0 to 100000"),
        ("POSTERN_TRAFFIC_KEEP_COUNT", "100001", "from 0 to 100000"),
        ("POSTERN_TRAFFIC_KEEP_DAYS", "-1", "from 0 to 3650"),
    ] {
        let output = Command::new(BINARY).arg("check-config").env(variable, value).output().unwrap();
        assert!(!output.status.success(), "{variable}={value}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(remedy), "{output:?}");
    }
}
