//! Calls of a policy's own: `send-request` and `send-one-way-request`.

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Answer, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;
use tokio::io::AsyncWriteExt;

/// A gateway whose API has these statements in `inbound`; the backend isn't called before them.
async fn gateway(statements: &str) -> (TestGateway, Upstream) {
    let backend = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority);
    let apis = apis.api_with("api", &backend.url("http"), &policy::inbound(statements));
    (TestGateway::start(authority, &apis), backend)
}

/// Answers with what the variable `answer` has.
const ANSWER: &str = "<choose><when condition=\"@(context.Variables[&quot;answer&quot;] == null)\">\
    <return-response><set-status code=\"299\" /></return-response></when></choose>\
    <return-response response-variable-name=\"answer\" />";

async fn answer(statements: &str) -> Answer {
    let (gateway, _backend) = gateway(statements).await;
    gateway.client().send(request(Method::POST, "/api/orders?a=1", "the body")).await
}

#[tokio::test]
async fn a_call_goes_out_with_its_own_method_headers_and_body() {
    let other = Upstream::plain().await;
    let url = other.url("http");
    let answer = answer(&format!(
        "<send-request mode=\"new\" response-variable-name=\"answer\"><set-url>{url}/check?x=1</set-url>\
         <set-method>PUT</set-method><set-header name=\"X-Key\"><value>k</value></set-header>\
         <set-body>asked</set-body></send-request>{ANSWER}"
    ))
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    let seen = &other.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("PUT", "/check?x=1"));
    assert_eq!(seen.headers["x-key"], "k");
    assert_eq!(seen.headers["host"], format!("localhost:{}", other.address().port()));
    assert!(!seen.headers.contains_key("x-forwarded-for"), "a new call knows nothing of the caller");
    assert_eq!(answer.json()["body"], "asked");
}

#[tokio::test]
async fn a_copy_has_the_headers_and_the_body_of_the_request() {
    let other = Upstream::plain().await;
    let answer = answer(&format!(
        "<set-header name=\"X-Own\"><value>1</value></set-header>\
         <send-request mode=\"copy\" response-variable-name=\"answer\"><set-url>{}/audit</set-url>\
         </send-request>{ANSWER}",
        other.url("http")
    ))
    .await;
    assert_eq!(answer.json()["body"], "the body");
    let seen = &other.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/audit"));
    assert_eq!(seen.headers["x-own"], "1");
}

#[tokio::test]
async fn the_request_still_reaches_its_backend_after_a_copy() {
    let other = Upstream::plain().await;
    let (gateway, backend) = gateway(&format!(
        "<send-request mode=\"copy\" response-variable-name=\"answer\"><set-url>{}</set-url></send-request>",
        other.url("http")
    ))
    .await;
    let answer = gateway.client().send(request(Method::POST, "/api/orders", "the body")).await;
    assert_eq!(answer.json()["body"], "the body");
    assert_eq!((other.seen().len(), backend.seen().len()), (1, 1));
}

#[tokio::test]
async fn a_call_that_fails_fails_the_request_unless_that_is_ignored() {
    let failing = |attributes: &str| {
        format!(
            "<send-request mode=\"new\" response-variable-name=\"answer\" {attributes}>\
             <set-url>http://localhost:1/</set-url></send-request>{ANSWER}"
        )
    };
    assert_eq!(answer(&failing("")).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(answer(&failing("ignore-error=\"false\"")).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(answer(&failing("ignore-error=\"true\"")).await.status.as_u16(), 299);
}

#[tokio::test]
async fn a_call_is_given_up_after_its_own_time() {
    let other = Upstream::plain().await;
    for path in ["wait", "stall"] {
        let statements = format!(
            "<send-request mode=\"new\" response-variable-name=\"answer\" timeout=\"1\">\
             <set-url>{}/{path}</set-url></send-request>{ANSWER}",
            other.url("http")
        );
        assert_eq!(answer(&statements).await.status, StatusCode::GATEWAY_TIMEOUT, "{path}");
    }
}

#[tokio::test]
async fn a_call_over_tls_is_judged_by_the_machines_authorities() {
    let authority = Authority::new("private");
    let other = Upstream::tls(&authority.server(&["localhost"]), testkit::upstream::Demand::Nothing).await;
    let statements = format!(
        "<send-request mode=\"new\" response-variable-name=\"answer\"><set-url>{}</set-url></send-request>{ANSWER}",
        other.url("https")
    );
    assert_eq!(answer(&statements).await.status, StatusCode::BAD_GATEWAY);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_a_failure() {
    let other = Upstream::raw(|mut stream, _| async move {
        testkit::upstream::read_request(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 3 << 20);
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(&vec![b'x'; 3 << 20]).await;
    })
    .await;
    let statements = format!(
        "<send-request mode=\"new\" response-variable-name=\"answer\"><set-url>{}</set-url></send-request>{ANSWER}",
        other.url("http")
    );
    assert_eq!(answer(&statements).await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn nobody_waits_for_a_one_way_call() {
    let other = Upstream::plain().await;
    let (gateway, backend) = gateway(&format!(
        "<send-one-way-request mode=\"new\"><set-url>{}/wait</set-url><set-method>POST</set-method>\
         <set-body>told</set-body></send-one-way-request>",
        other.url("http")
    ))
    .await;
    assert_eq!(gateway.client().get("/api/x").await.status, StatusCode::OK);
    assert_eq!(backend.seen().len(), 1);
    other.until_seen(1).await;
    let ending = tokio::spawn(gateway.shutdown());
    other.release();
    ending.await.unwrap();
    assert_eq!(other.seen()[0].method, Method::POST);
}
