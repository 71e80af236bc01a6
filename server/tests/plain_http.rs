//! Over plain http from another machine browsers keep no session: the portal says so in place of its forms.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use http::Method;
use testkit::client::{Answer, Client, request};
use testkit::program::{PASSWORD, Program};

const BINARY: &str = env!("CARGO_BIN_EXE_postern");

/// What a browser sends to this host; over plain http it says nothing of where the request comes from.
async fn send(program: &Program, path: &str, form: Option<&str>, fields: &[(&'static str, &str)]) -> Answer {
    let method = if form.is_some() { Method::POST } else { Method::GET };
    let mut call = request(method, path, form.unwrap_or_default().to_owned());
    for (name, value) in fields {
        call.headers_mut().insert(*name, value.parse().unwrap());
    }
    call.headers_mut().insert("accept", "text/html".parse().unwrap());
    call.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    Client::plain(program.portal).send(call).await
}

const PLAIN: [(&str, &str); 2] = [("host", "portal.example:8080"), ("origin", "http://portal.example:8080")];

#[tokio::test]
async fn over_plain_http_from_another_machine_the_sign_in_says_what_to_do_instead_of_going_round_in_circles()
{
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    program.administrator().await;
    let home = send(&program, "/", None, &PLAIN).await;
    assert_eq!((home.status.as_u16(), home.headers["location"].as_bytes()), (303, &b"/sign-in"[..]));
    let page = send(&program, "/sign-in", None, &PLAIN).await;
    assert_eq!(page.status, 403);
    let text = page.text();
    assert!(text.contains("The portal needs https."), "{text}");
    assert!(text.contains(&format!("http://{}", program.portal)), "{text}");
    assert!(!text.contains("name=\"password\""), "{text}");

    let form = format!("name=admin&password={}", PASSWORD.replace(' ', "+"));
    let sent = send(&program, "/api/sign-in", Some(&form), &PLAIN).await;
    assert_eq!((sent.status.as_u16(), sent.headers["location"].as_bytes()), (303, &b"/sign-in"[..]));
    assert!(!sent.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn over_plain_http_the_one_time_link_stays_good() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    let link = program.setup.clone().unwrap();
    let page = send(&program, &link, None, &PLAIN).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("The portal needs https."));
    let token = link.rsplit('=').next().unwrap();
    let form = format!("token={token}&name=admin&password={}", PASSWORD.replace(' ', "+"));
    let sent = send(&program, "/api/set-up", Some(&form), &PLAIN).await;
    assert_eq!((sent.status.as_u16(), sent.headers["location"].as_bytes()), (303, &b"/setup"[..]));
    // It makes the administrator where the session is kept.
    assert_eq!(program.administrator().await.get("/").await.status, 200);
}

#[tokio::test]
async fn behind_a_trusted_proxy_its_word_counts_and_a_browser_over_https_is_believed_anyway() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--portal-trusted-proxies", "127.0.0.0/8"];
    let program = Program::start(BINARY, folder.path(), "serve", &flags);
    let over = |scheme| [PLAIN[0], ("x-forwarded-proto", scheme)];
    assert_eq!(send(&program, "/sign-in", None, &over("https")).await.status, 200);
    assert_eq!(send(&program, "/sign-in", None, &over("http")).await.status, 403);
    let browser = [PLAIN[0], ("sec-fetch-site", "none")];
    assert_eq!(send(&program, "/sign-in", None, &browser).await.status, 200);
    let here = [("host", "localhost:8080")];
    assert_eq!(send(&program, "/sign-in", None, &here).await.status, 200);
}
