//! Whatever is sent to the portal's forms, the answer is a page that says what is wrong, and never a fault.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use http::Method;
use testkit::client::{Answer, Client, request};
use testkit::program::{Program, Visitor};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");
const FORM: &str = "application/x-www-form-urlencoded";

/// A request of a browser, or of a script when `accept` says so.
async fn send(
    visitor: &Visitor,
    program: &Program,
    kind: &str,
    accept: &str,
    path: &str,
    body: Vec<u8>,
) -> Answer {
    let mut call = request(Method::POST, path, body);
    for (name, value) in [
        ("cookie", visitor.cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("accept", accept),
        ("content-type", kind),
    ] {
        if !value.is_empty() {
            call.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    Client::plain(program.portal).send(call).await
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused_with_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    for size in [(1 << 20) + 1, 3 << 20, 20 << 20] {
        let mut body = b"scope=all&revision=0&text=hunter2".to_vec();
        body.resize(size, b'a');
        let answer = send(&visitor, &program, FORM, "text/html", "/api/policies/save", body).await;
        let page = answer.text();
        assert_eq!(answer.status, 413, "{size}");
        assert!(page.contains("1024 KiB") && page.contains("<main"), "{page}");
        assert!(!page.contains("hunter2"));
    }
    let body = vec![b'a'; 2 << 20];
    let answer = send(&visitor, &program, FORM, "application/json", "/api/policies/diagnose", body).await;
    assert_eq!(answer.status, 413);
    assert!(!program.log().contains("hunter2"));
}

#[tokio::test]
async fn no_form_is_answered_with_a_fault_whatever_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    let mut paths: Vec<&str> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .filter(|path| !path.contains("sign-out"))
        .collect();
    assert!(paths.len() > 10 && app::functions::OPEN.iter().all(|open| paths.contains(open)), "{paths:?}");
    paths.extend([
        "/security/certificates/upload",
        "/security/certificates/x/replace",
        "/security/authorities/upload",
        "/security/authorities/x/list",
        "/apis",
        "/api/no/such/function",
        "/nothing",
    ]);
    let bodies: [(&str, Vec<u8>); 9] = [
        (FORM, b"".to_vec()),
        (FORM, b"id=%ff%fe&text=%C3".to_vec()),
        (FORM, b"id=\xff".to_vec()),
        (
            FORM,
            b"id=no-such&name=no-such&scope=api%20no-such&revision=x&version=x&nonsense=1&id[]=2&id=3"
                .to_vec(),
        ),
        (FORM, b"scope=all&revision=99999999999999999999999&version=-1&old=a&new=b".to_vec()),
        ("multipart/form-data", b"--x--".to_vec()),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nhalf".to_vec(),
        ),
        ("application/json", b"{\"id\":".to_vec()),
        ("", b"id=1".to_vec()),
    ];
    for path in paths {
        for (kind, body) in &bodies {
            for accept in ["text/html", "application/json"] {
                let answer = send(&visitor, &program, kind, accept, path, body.clone()).await;
                let what = format!("{path} {kind:?} {accept}: {}", answer.status);
                assert!(answer.status.as_u16() < 500, "{what}: {}", answer.text());
                if accept == "text/html" && answer.status.as_u16() >= 400 {
                    assert!(answer.text().contains("<main"), "{what} is no page: {}", answer.text());
                }
            }
        }
    }
}

#[tokio::test]
async fn every_address_answers_other_methods_with_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let visitor = program.administrator().await;
    for (method, path, status) in [
        (Method::GET, "/api/policies/save", 405),
        (Method::POST, "/api/no-such", 404),
        (Method::PUT, "/apis", 405),
        (Method::DELETE, "/security/certificates/upload", 405),
        (Method::POST, "/security/authorities/no-such/list", 400),
        (Method::GET, "/no/such/page", 404),
        (Method::GET, "/apis/no-such", 404),
    ] {
        let mut call = request(method.clone(), path, "");
        call.headers_mut().insert("cookie", visitor.cookie.parse().unwrap());
        call.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        call.headers_mut().insert("accept", "text/html".parse().unwrap());
        let answer = Client::plain(program.portal).send(call).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.text().contains("<main"), "{method} {path} is no page: {}", answer.text());
    }
}

#[tokio::test]
async fn there_is_nothing_to_set_up_once_somebody_can_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    assert!(program.stranger().get("/setup").await.text().contains("name=\"token\""));
    program.administrator().await;
    for path in ["/setup", "/setup?token=anything"] {
        let answer = program.stranger().get(path).await;
        assert_eq!((answer.status.as_u16(), answer.headers["location"].as_bytes()), (303, &b"/sign-in"[..]));
        assert!(!answer.text().contains("name=\"token\""));
    }
}
