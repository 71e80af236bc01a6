//! Which fields pass, both ways.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use http::{Method, Request};
use http_body_util::Full;
use serde_json::Value;
use testkit::authority::Authority;
use testkit::client::{Client, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

async fn gateway(policy: &str) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), policy);
    (TestGateway::start(authority, &apis), upstream)
}

/// The fields of this name that the backend sees when a caller sends these.
async fn seen(client: &Client, sent: &[(&'static str, &'static str)], name: &str) -> Vec<String> {
    let mut request: Request<Full<_>> = request(Method::GET, "/", "");
    for (name, value) in sent {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    let headers = client.send(request).await.json()["headers"].clone();
    let headers = headers.as_array().unwrap().iter();
    headers.filter(|field| field[0] == name).map(|field| field[1].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_backend_learns_who_called_and_nobody_can_lie_about_it() {
    let (gateway, _upstream) = gateway(policy::EMPTY).await;
    let lies = [
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-host", "evil"),
        ("forwarded", "for=6.6.6.6"),
        ("x-request-id", "mine"),
    ];
    for client in [gateway.client(), gateway.client().http2()] {
        assert_eq!(seen(&client, &lies, "x-forwarded-for").await, ["127.0.0.1"]);
        assert_eq!(seen(&client, &lies, "x-forwarded-proto").await, ["https"]);
        assert_eq!(seen(&client, &lies, "x-forwarded-host").await, ["localhost"]);
        let forwarded = seen(&client, &lies, "forwarded").await;
        assert_eq!(forwarded, ["for=127.0.0.1;proto=https;host=\"localhost\""]);
        let ids = seen(&client, &lies, "x-request-id").await;
        assert!(ids.len() == 1 && ids[0].len() == 32, "{ids:?}");
    }
    assert_eq!(seen(&gateway.plain_client(), &lies, "x-forwarded-proto").await, ["http"]);
}

#[tokio::test]
async fn certificates_in_fields_are_not_believed() {
    let (gateway, _upstream) = gateway(policy::EMPTY).await;
    for name in [
        "client-cert",
        "client-cert-chain",
        "x-forwarded-client-cert",
        "x-arr-clientcert",
        "x-ssl-client-cert",
    ] {
        assert!(seen(&gateway.client(), &[(name, "MIIB")], name).await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn what_concerns_one_connection_only_stays_behind() {
    let (gateway, _upstream) = gateway(policy::EMPTY).await;
    let sent = [("connection", "x-mine"), ("x-mine", "1"), ("keep-alive", "5"), ("te", "gzip, trailers")];
    let client = gateway.client();
    for name in ["connection", "x-mine", "keep-alive"] {
        assert!(seen(&client, &sent, name).await.is_empty(), "{name}");
    }
    assert_eq!(seen(&client, &sent, "te").await, ["trailers"]);
}

#[tokio::test]
async fn authorization_and_cookies_pass_and_the_host_is_the_backends() {
    let (gateway, upstream) = gateway(policy::EMPTY).await;
    let sent = [("authorization", "Bearer t"), ("cookie", "a=1")];
    for client in [gateway.client(), gateway.client().http2()] {
        assert_eq!(seen(&client, &sent, "authorization").await, ["Bearer t"]);
        assert_eq!(seen(&client, &sent, "cookie").await, ["a=1"]);
        let host = format!("localhost:{}", upstream.address().port());
        assert_eq!(seen(&client, &sent, "host").await, [host]);
    }
}

#[tokio::test]
async fn policy_sets_fields_of_requests_and_answers() {
    let document = policy::inbound(
        "<set-header name=\"X-In\" exists-action=\"override\"><value>1</value></set-header>\
         <set-header name=\"Cookie\" exists-action=\"delete\"/>\
         <set-header name=\"X-Kept\" exists-action=\"skip\"><value>other</value></set-header>\
         <set-header name=\"X-More\" exists-action=\"append\"><value>b</value></set-header>\
         <authentication-basic username=\"us\" password=\"pw\"/>",
    );
    let document = document.replace(
        "<outbound><base/>",
        "<outbound><base/><set-header name=\"X-Out\"><value>2</value></set-header>\
         <set-header name=\"X-Backend\" exists-action=\"delete\"/>",
    );
    let (gateway, _upstream) = gateway(&document).await;
    let client = gateway.client();
    let sent =
        [("x-in", "0"), ("cookie", "a"), ("x-kept", "own"), ("x-more", "a"), ("authorization", "Bearer t")];
    assert_eq!(seen(&client, &sent, "x-in").await, ["1"]);
    assert!(seen(&client, &sent, "cookie").await.is_empty());
    assert_eq!(seen(&client, &sent, "x-kept").await, ["own"]);
    assert_eq!(seen(&client, &sent, "x-more").await, ["a", "b"]);
    assert_eq!(seen(&client, &sent, "authorization").await, ["Basic dXM6cHc="]);
    let answer = client.get("/").await;
    assert_eq!(answer.headers["x-out"], "2");
    assert!(!answer.headers.contains_key("x-backend"));
}

#[tokio::test]
async fn on_error_still_changes_the_answer_of_a_call_that_failed() {
    let document = policy::inbound("<authentication-certificate certificate-id=\"nobody\"/>").replace(
        "<on-error><base/>",
        "<on-error><base/><set-header name=\"X-Sorry\"><value>yes</value></set-header>",
    );
    let (gateway, upstream) = gateway(&document).await;
    let answer = gateway.client().get("/").await;
    assert_eq!((answer.status.as_u16(), answer.headers["x-sorry"].to_str().unwrap()), (500, "yes"));
    assert_eq!(answer.json()["message"], Value::from("The gateway could not handle the request."));
    assert_eq!(upstream.accepted(), 0);
}

#[tokio::test]
async fn a_policy_that_does_not_forward_calls_no_backend() {
    let document = policy::backend("").replace("<backend><base/>", "<backend>");
    let (gateway, upstream) = gateway(&document).await;
    let answer = gateway.client().get("/").await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    assert_eq!(upstream.accepted(), 0);
}
