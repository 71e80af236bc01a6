//! What becomes of a form that is sent after the session has ended: kept for the one who was signed in, and nobody else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use http::Method;
use testkit::client::Answer;
use testkit::program::{PASSWORD, Program, Visitor};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");
const TEXT: &str = "<policies><!-- half an hour of work --></policies>";

/// The value of a cookie that an answer sets, with its name.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let mut lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let line = lines.find(|line| line.starts_with(&format!("{name}=")))?;
    line.split(';').next().map(str::to_owned)
}

fn location(answer: &Answer) -> &str {
    answer.headers.get("location").map_or("", |to| to.to_str().unwrap())
}

async fn sign_in(visitor: &Visitor, name: &str) -> Answer {
    let answer = visitor.post("/api/sign-in", &[("name", name), ("password", PASSWORD)]).await;
    assert!(cookie(&answer, "__Host-postern").is_some(), "{}", answer.text());
    answer
}

/// A browser in which this person was signed in until the session's cookie went.
async fn after_session_of(program: &Program, name: &str) -> Visitor {
    let mut browser = program.stranger();
    browser.cookie = cookie(&sign_in(&browser, name).await, "__Host-postern-browser").unwrap();
    browser
}

/// Sends a draft, and keeps the cookie that ties it to the browser.
async fn send_draft(browser: &mut Visitor) -> Answer {
    let draft = [("scope", "all"), ("revision", "0"), ("text", TEXT)];
    let answer = browser.post("/api/policies/save", &draft).await;
    let visit = cookie(&answer, "postern_visit").unwrap();
    browser.cookie = format!("{}; {visit}", browser.cookie);
    answer
}

/// The page with the form, once somebody has signed in in this browser.
async fn page_after_sign_in(browser: &Visitor, program: &Program, name: &str) -> String {
    let session = cookie(&sign_in(browser, name).await, "__Host-postern").unwrap();
    let mut signed_in = program.stranger();
    signed_in.cookie = format!("{}; {session}", browser.cookie);
    signed_in.get("/policies").await.text()
}

fn add_user(data: &Path, name: &str) {
    let file = data.join("password");
    fs::write(&file, PASSWORD).unwrap();
    let mut command = Command::new(BINARY);
    command.args(["user", "add", name, "--role", "publisher", "--data"]).arg(data);
    assert!(command.arg("--password-file").arg(&file).output().unwrap().status.success());
}

#[tokio::test]
async fn a_draft_waits_for_the_person_who_signs_in_again_and_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    let mut browser = after_session_of(&program, "admin").await;
    let sent = send_draft(&mut browser).await;
    assert_eq!(sent.status, 303);
    assert_eq!(location(&sent), "/sign-in?next=%2Fpolicies%23answer");
    let asked = browser.get(location(&sent)).await.text();
    assert!(asked.contains("Your session has ended. Sign in to continue."), "{asked}");
    assert!(!asked.contains("half an hour"), "the draft is shown to anybody");

    let page = page_after_sign_in(&browser, &program, "admin").await;
    assert!(page.contains("half an hour of work") && page.contains("not saved yet"), "{page}");
    assert!(page.contains("No policy saved yet."), "{page}");
    // Once only.
    let again = page_after_sign_in(&browser, &program, "admin").await;
    assert!(!again.contains("half an hour of work"), "{again}");
}

#[tokio::test]
async fn nobody_else_gets_a_draft_neither_in_the_same_browser_nor_in_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    add_user(folder.path(), "bert");
    let mut browser = after_session_of(&program, "admin").await;
    send_draft(&mut browser).await;
    let of_bert = page_after_sign_in(&browser, &program, "bert").await;
    assert!(of_bert.contains("<main") && !of_bert.contains("half an hour"), "{of_bert}");
    let elsewhere = after_session_of(&program, "admin").await;
    let of_other_browser = page_after_sign_in(&elsewhere, &program, "admin").await;
    assert!(!of_other_browser.contains("half an hour"), "{of_other_browser}");
    let of_admin = page_after_sign_in(&browser, &program, "admin").await;
    assert!(of_admin.contains("half an hour"), "{of_admin}");
}

#[tokio::test]
async fn nothing_is_kept_where_nobody_ever_signed_in() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    let draft = [("scope", "all"), ("revision", "0"), ("text", TEXT)];
    for forged in ["", "__Host-postern-browser=YWRtaW4.YWRtaW4", "__Host-postern=AAAA"] {
        let mut stranger = program.stranger();
        stranger.cookie = forged.to_owned();
        let answer = stranger.post("/api/policies/save", &draft).await;
        assert_eq!((answer.status.as_u16(), location(&answer)), (303, "/sign-in"), "{forged}");
        assert_eq!(cookie(&answer, "postern_visit"), None, "{forged}");
    }
}

#[tokio::test]
async fn every_form_of_an_ended_session_leads_to_the_sign_in_and_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    let browser = after_session_of(&program, "admin").await;
    let fields = [
        ("id", "made"),
        ("api", "made"),
        ("name", "made"),
        ("scope", "api/made"),
        ("suffix", "made"),
        ("method", "GET"),
        ("template", "/made"),
        ("version", "1"),
        ("backend", "https://127.0.0.1:1"),
        ("credential", "none"),
        ("text", "<fragment></fragment>"),
        ("value", "made"),
    ];
    let functions = leptos::server_fn::axum::server_fn_paths()
        .filter(|(path, method)| *method == Method::POST && !app::functions::OPEN.contains(path));
    let mut count = 0;
    for (path, _) in functions {
        count += 1;
        let answer = browser.post(path, &fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        assert!(location(&answer).starts_with("/sign-in"), "{path}: {}", location(&answer));
    }
    assert!(count > 30, "only {count} functions were found");
    for path in ["/security/certificates/upload", "/security/authorities/made/list"] {
        let answer = browser.upload(path, b"anything", "").await;
        assert_eq!(
            (answer.status.as_u16(), location(&answer).starts_with("/sign-in?next=")),
            (303, true),
            "{path}"
        );
    }
    let session = cookie(&sign_in(&browser, "admin").await, "__Host-postern").unwrap();
    let mut signed_in = program.stranger();
    signed_in.cookie = session;
    for list in ["/apis", "/policies/fragments", "/security/named-values", "/security/certificates"] {
        let page = signed_in.get(list).await.text();
        assert!(page.contains("<main") && !page.contains(">made<"), "{list}: {page}");
    }
}

#[tokio::test]
async fn passwords_and_secrets_are_not_among_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    let mut browser = after_session_of(&program, "admin").await;
    let secret = [("name", "key"), ("value", "hunter2"), ("secret", "secret")];
    let answer = browser.post("/api/named-values/create", &secret).await;
    let visit = cookie(&answer, "postern_visit").unwrap();
    browser.cookie = format!("{}; {visit}", browser.cookie);
    browser
        .post("/api/account/password", &[("old", PASSWORD), ("new", "hunter2"), ("again", "hunter2")])
        .await;
    browser.upload("/security/certificates/upload", b"hunter2", "hunter2").await;
    let session = cookie(&sign_in(&browser, "admin").await, "__Host-postern").unwrap();
    let mut signed_in = program.stranger();
    signed_in.cookie = format!("{}; {session}", browser.cookie);
    let page = signed_in.get("/security/named-values/new").await.text();
    assert!(page.contains("value=\"key\""), "{page}");
    assert!(!page.contains("hunter2"), "{page}");
    let upload = signed_in.get("/security/certificates/upload").await.text();
    assert!(upload.contains("Choose a.pfx again.") && !upload.contains("hunter2"), "{upload}");
    assert!(!signed_in.get("/account").await.text().contains("hunter2"));
    assert!(!program.log().contains("hunter2"));
}
