//! What policies keep from call to call – rate limits and cached values – and calls that are tried again.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Upstream, read_request};
use tokio::io::AsyncWriteExt;

async fn gateway(document: &str) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("api", &upstream.url("http"), document);
    (TestGateway::start(authority, &apis), upstream)
}

#[tokio::test]
async fn one_call_too_many_is_refused_on_every_thread_and_told_when_to_come_back() {
    let limit = "<rate-limit-by-key calls=\"3\" renewal-period=\"60\" counter-key=\"@(context.Request.IpAddress)\" \
                 remaining-calls-header-name=\"X-Left\" />";
    let (gateway, upstream) = gateway(&policy::inbound(limit)).await;
    for left in ["2", "1", "0"] {
        let answer = gateway.client().get("/api/x").await;
        assert_eq!((answer.status, answer.headers["x-left"].to_str().unwrap()), (StatusCode::OK, left));
    }
    for _ in 0..4 {
        let answer = gateway.client().get("/api/x").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((58..=61).contains(&seconds), "{seconds}");
        assert_eq!(answer.json()["statusCode"], 429);
    }
    assert_eq!(upstream.seen().len(), 3);
}

#[tokio::test]
async fn keys_are_counted_apart() {
    let key = "@(context.Request.Headers.GetValueOrDefault(&quot;X-Who&quot;, &quot;&quot;))";
    let limit = format!("<rate-limit-by-key calls=\"1\" renewal-period=\"60\" counter-key=\"{key}\" />");
    let (gateway, _upstream) = gateway(&policy::inbound(&limit)).await;
    for (who, expected) in [("a", 200), ("b", 200), ("a", 429), ("b", 429)] {
        let mut sent = request(Method::GET, "/api/x", "");
        sent.headers_mut().insert("x-who", who.parse().unwrap());
        assert_eq!(gateway.client().send(sent).await.status.as_u16(), expected, "{who}");
    }
}

#[tokio::test]
async fn a_cached_value_is_there_for_later_calls_until_it_is_removed() {
    let document = policy::inbound(
        "<cache-lookup-value key=\"k\" variable-name=\"found\" default-value=\"none\" />\
         <choose><when condition=\"@(context.Request.Method == &quot;DELETE&quot;)\"><cache-remove-value key=\"k\" />\
         </when><otherwise><cache-store-value key=\"k\" value=\"@(context.Request.OriginalUrl.Path)\" duration=\"60\" />\
         </otherwise></choose><return-response><set-body>@((string)context.Variables[&quot;found&quot;])</set-body>\
         </return-response>",
    );
    let (gateway, _upstream) = gateway(&document).await;
    let client = gateway.client();
    assert_eq!(client.get("/api/1").await.text(), "none");
    assert_eq!(client.get("/api/2").await.text(), "/api/1");
    assert_eq!(client.send(request(Method::DELETE, "/api/3", "")).await.text(), "/api/2");
    assert_eq!(client.get("/api/4").await.text(), "none");
}

/// A backend that answers with 503 twice of three times, then with what it was asked.
async fn reluctant() -> Upstream {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let calls = Arc::new(AtomicUsize::new(0));
    Upstream::raw(move |mut stream, _| {
        let calls = Arc::clone(&calls);
        async move {
            while let Some(head) = read_request(&mut stream).await {
                let status = if calls.fetch_add(1, Ordering::SeqCst) % 3 < 2 { "503 Busy" } else { "200 OK" };
                let body = head.lines().next().unwrap_or_default().to_owned();
                let length = body.len();
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    })
    .await
}

const RETRY: &str = "<retry condition=\"@(context.Response.StatusCode == 503)\" count=\"3\" interval=\"1\" \
    first-fast-retry=\"true\"><forward-request buffer-request-body=\"true\" /></retry>";

#[tokio::test]
async fn a_call_is_tried_again_with_its_body_until_the_backend_is_ready() {
    let upstream = reluctant().await;
    let authority = Authority::new("test");
    let document = policy::backend(RETRY);
    let apis = Configuration::trusting(&authority).api_with("api", &upstream.url("http"), &document);
    let gateway = TestGateway::start(authority, &apis);
    for method in [Method::POST, Method::GET] {
        let body = if method == Method::POST { "the body" } else { "" };
        let answer = gateway.client().send(request(method.clone(), "/api/x", body)).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, format!("{method} /x HTTP/1.1")));
    }
}

#[tokio::test]
async fn one_connection_to_a_backend_more_than_there_may_be_is_503_and_room_comes_back() {
    let upstream = Upstream::plain().await;
    let other = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis =
        Configuration::trusting(&authority).api("", &upstream.url("http")).api("other", &other.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.threads = 1;
        settings.limits.max_backend_connections = 2;
    });
    let client = gateway.client();
    // Unused connections make room: two of them, to another backend, are there already.
    let (one, two) = tokio::join!(client.get("/other"), client.get("/other"));
    assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { tokio::join!(client.get("/wait"), client.get("/wait")) }
    });
    upstream.until_seen(2).await;
    assert_eq!(client.get("/").await.status, StatusCode::SERVICE_UNAVAILABLE);
    upstream.release();
    let (one, two) = waiting.await.unwrap();
    assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(client.get("/").await.status, StatusCode::OK);
}
