//! What somebody gets who isn't signed in, or whose browser was sent by another site.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use http::Method;
use testkit::client::{Client, request};
use testkit::program::Program;

const BINARY: &str = env!("CARGO_BIN_EXE_postern");

#[tokio::test]
async fn every_page_sends_a_stranger_to_the_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let stranger = program.stranger();
    let pages: Vec<String> = leptos_axum::generate_route_list(app::App)
        .iter()
        .map(|route| {
            route
                .path()
                .replace("{api}", "x")
                .replace("{id}", "x")
                .replace("{name}", "x")
                .replace("{certificate}", "x")
        })
        .filter(|path| !app::pages::OPEN.contains(&path.as_str()) && !path.starts_with("/help"))
        .collect();
    assert!(pages.len() > 10, "{pages:?}");
    assert_eq!(app::pages::OPEN, ["/sign-in", "/setup"]);
    for path in pages {
        let answer = stranger.get(&path).await;
        let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(answer.status, 303, "{path}");
        assert!(location.as_deref().is_some_and(|to| to.starts_with("/sign-in")), "{path}: {location:?}");
        assert!(!answer.text().contains("<main"), "{path} shows something");
    }
}

#[tokio::test]
async fn every_server_function_refuses_a_stranger() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let functions: Vec<(&str, Method)> = leptos::server_fn::axum::server_fn_paths()
        .filter(|(path, _)| !app::functions::OPEN.contains(path))
        .collect();
    assert!(functions.len() > 10, "{functions:?}");
    assert_eq!(app::functions::OPEN, ["/api/language", "/api/theme", "/api/sign-in", "/api/set-up"]);
    for (path, method) in functions {
        let mut call = request(method, path, "");
        call.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        call.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        let answer = Client::plain(program.portal).send(call).await;
        assert_eq!(answer.status, 401, "{path}: {}", answer.text());
        let by_form = program.stranger().post(path, &[]).await;
        assert_eq!(
            (by_form.status.as_u16(), by_form.headers["location"].as_bytes()),
            (303, &b"/sign-in"[..])
        );
    }
}

#[tokio::test]
async fn the_receivers_of_files_refuse_a_stranger() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    for path in [
        "/security/certificates/upload",
        "/security/certificates/x/replace",
        "/security/authorities/upload",
        "/security/authorities/x/list",
    ] {
        let answer = program.stranger().upload(path, b"anything", "").await;
        let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let refused =
            answer.status == 401 || location.as_deref().is_some_and(|to| to.starts_with("/sign-in"));
        assert!(refused, "{path}: {} {location:?}", answer.status);
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_even_with_a_session() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let administrator = program.administrator().await;
    for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let mut call = request(Method::POST, "/api/apis/create", "name=a&suffix=a&backend=https%3A%2F%2Fx");
        call.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        call.headers_mut().insert("cookie", administrator.cookie.parse().unwrap());
        call.headers_mut().insert(header, value.parse().unwrap());
        assert_eq!(Client::plain(program.portal).send(call).await.status, 403, "{header}");
    }
    assert!(!administrator.get("/apis").await.text().contains("https://x"));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_pages_safe() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let administrator = program.administrator().await;
    for path in ["/", "/apis", "/sign-in", "/no-such-page"] {
        let answer = administrator.get(path).await;
        let header =
            |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        assert!(!header("content-security-policy").contains("unsafe-inline"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(!answer.text().contains(" style=\""), "{path} has an inline style");
    }
    assert!(administrator.cookie.starts_with("__Host-"));
}

#[tokio::test]
async fn a_file_that_is_too_long_and_a_body_without_boundary_get_an_answer_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let administrator = program.administrator().await;
    let long = administrator.upload("/security/certificates/upload", &vec![0x30; 11 << 20], "pw").await;
    assert_eq!(long.status, 303, "{}", long.text());
    assert_eq!(long.headers["location"], "/security/certificates/upload");
    let bad = administrator.post("/security/certificates/upload", &[("file", "x")]).await;
    assert_eq!(bad.status, 400);
}
