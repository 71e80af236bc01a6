//! Failed sign-ins slow down whoever makes them, and nobody else.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use http::Method;
use testkit::client::{Answer, Client, request};
use testkit::program::{PASSWORD, Program};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");

/// A sign-in through a proxy that names the client, with the cookies of its browser.
async fn sign_in(program: &Program, client: &str, name: &str, password: &str, cookies: &str) -> Answer {
    let body = format!("name={name}&password={}", password.replace(' ', "+"));
    let mut call = request(Method::POST, "/api/sign-in", body);
    for (name, value) in [
        ("x-forwarded-for", client),
        ("cookie", cookies),
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
    ] {
        call.headers_mut().insert(name, value.parse().unwrap());
    }
    Client::plain(program.portal).send(call).await
}

fn is_in(answer: &Answer) -> bool {
    cookie(answer, "__Host-postern=").is_some()
}

fn cookie(answer: &Answer, begin: &str) -> Option<String> {
    let mut lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    lines.find(|line| line.starts_with(begin)).and_then(|line| line.split(';').next()).map(str::to_owned)
}

/// What the page says after a sign-in was refused.
async fn said(program: &Program, refused: &Answer) -> String {
    let mut visitor = program.stranger();
    visitor.cookie = cookie(refused, "postern_visit=").unwrap();
    visitor.get("/sign-in").await.text()
}

#[tokio::test]
async fn behind_a_trusted_proxy_one_persons_failures_are_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--portal-trusted-proxies", "127.0.0.0/8"];
    let program = Program::start(BINARY, folder.path(), "serve", &flags);
    program.administrator().await;
    for _ in 0..7 {
        assert!(!is_in(&sign_in(&program, "6.6.6.6", "mallory", "wrong", "").await));
    }
    let slowed = sign_in(&program, "9.9.9.9, 6.6.6.6", "admin", PASSWORD, "").await;
    assert!(!is_in(&slowed), "the client's own claim in front of the proxy's isn't believed");
    let page = said(&program, &slowed).await;
    let wait = page.split("Wait ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    assert!(wait.parse::<u32>().is_ok_and(|seconds| seconds > 0), "{page}");
    assert!(is_in(&sign_in(&program, "1.2.3.4", "admin", PASSWORD, "").await));
}

#[tokio::test]
async fn nobody_who_is_no_trusted_proxy_chooses_their_address() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    for number in 0..7 {
        sign_in(&program, &format!("6.6.6.{number}"), "mallory", "wrong", "").await;
    }
    assert!(!is_in(&sign_in(&program, "1.2.3.4", "admin", PASSWORD, "").await));
}

#[tokio::test]
async fn a_stranger_does_not_lock_out_a_known_browser_and_the_failure_says_how_long_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    let first = sign_in(&program, "", "admin", PASSWORD, "").await;
    let known = cookie(&first, "__Host-postern-browser=").unwrap();
    let mut last = first;
    for _ in 0..6 {
        last = sign_in(&program, "", "admin", "wrong", "").await;
    }
    let page = said(&program, &last).await;
    assert!(page.contains("password is wrong") && page.contains("Wait 2 seconds"), "{page}");
    assert!(!is_in(&sign_in(&program, "", "admin", PASSWORD, "").await));
    assert!(!is_in(&sign_in(&program, "", "admin", PASSWORD, "__Host-postern-browser=AAAA").await));
    assert!(is_in(&sign_in(&program, "", "admin", PASSWORD, &known).await));
    assert!(!program.log().contains(known.split('=').nth(1).unwrap()));
}
