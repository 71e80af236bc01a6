//! Callers' certificates judged by policy, on real connections.

#![expect(clippy::expect_used, reason = "what can't be set up has failed its test")]

use domain::name::CertificateId;
use domain::uploaded::Uploaded;
use http::{Method, StatusCode};
use rcgen::date_time_ymd;
use testkit::authority::{Authority, Leaf};
use testkit::client::{Client, Connection, read_head, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;
use tokio::io::AsyncWriteExt;

/// The statements that publishers paste, with a condition.
fn unless(condition: &str) -> String {
    policy::inbound(&format!(
        "<choose>\n    <when condition=\"@(context.Request.Certificate == null || {condition})\" >\n        \
         <return-response>\n            <set-status code=\"403\" reason=\"Invalid client certificate\" />\n        \
         </return-response>\n    </when>\n</choose>"
    ))
}

async fn gateway(document: &str) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), document);
    (TestGateway::start(authority, &apis), upstream)
}

/// Three calls, the second over the connection of the first, the third perhaps with its TLS session: each is judged.
async fn is_let_through(client: &Client) -> bool {
    let mut connection = client.connect().await.expect("a connection");
    let first = is_open(&mut connection).await;
    assert_eq!(is_open(&mut connection).await, first);
    assert_eq!(client.get("/").await.status == StatusCode::OK, first);
    first
}

async fn is_open(connection: &mut Connection) -> bool {
    let answer = connection.send(request(Method::GET, "/", "")).await.expect("an answer");
    if answer.status != StatusCode::OK {
        assert_eq!((answer.status, answer.text()), (StatusCode::FORBIDDEN, String::new()));
    }
    answer.status == StatusCode::OK
}

fn showing(gateway: &TestGateway, leaf: &Leaf) -> Client {
    gateway.client().showing(leaf.certified_key())
}

#[tokio::test]
async fn a_missing_or_expired_certificate_is_refused() {
    let (gateway, upstream) = gateway(&unless("context.Request.Certificate.NotAfter < DateTime.Now")).await;
    let partners = Authority::new("partners");
    let expired = partners.leaf("caller", &rcgen::PKCS_ECDSA_P256_SHA256, |params| {
        params.not_after = date_time_ymd(2001, 1, 1);
    });
    assert!(!is_let_through(&gateway.client()).await);
    assert!(!is_let_through(&gateway.client().http2()).await);
    assert!(!is_let_through(&gateway.plain_client()).await);
    assert!(!is_let_through(&showing(&gateway, &expired)).await);
    assert!(!is_let_through(&showing(&gateway, &expired).http2()).await);
    assert_eq!(upstream.seen().len(), 0, "nothing of a refused call gets to the backend");
    assert!(is_let_through(&showing(&gateway, &partners.client("caller"))).await);
    assert!(is_let_through(&showing(&gateway, &partners.client("caller")).http2()).await);
}

#[tokio::test]
async fn a_wrong_issuer_or_subject_is_refused() {
    let document = unless(
        "context.Request.Certificate.Issuer != \"CN=partners\" || context.Request.Certificate.SubjectName != \"CN=caller\"",
    );
    let (gateway, _upstream) = gateway(&document).await;
    let partners = Authority::new("partners");
    assert!(is_let_through(&showing(&gateway, &partners.client("caller"))).await);
    assert!(!is_let_through(&showing(&gateway, &partners.client("another"))).await);
    assert!(!is_let_through(&showing(&gateway, &Authority::new("strangers").client("caller"))).await);
    assert!(!is_let_through(&gateway.client()).await);
}

#[tokio::test]
async fn a_wrong_thumbprint_is_refused() {
    let partners = Authority::new("partners");
    let right = partners.client("caller");
    let document = unless(&format!("context.Request.Certificate.Thumbprint != \"{}\"", right.thumbprint()));
    let (gateway, _upstream) = gateway(&document).await;
    assert!(is_let_through(&showing(&gateway, &right)).await);
    assert!(!is_let_through(&showing(&gateway, &partners.client("caller"))).await);
    assert!(!is_let_through(&gateway.client()).await);
}

#[tokio::test]
async fn a_certificate_is_judged_by_what_is_uploaded_now() {
    let document = unless(
        "!context.Deployment.Certificates.Any(c => c.Value.Thumbprint == context.Request.Certificate.Thumbprint)",
    );
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let partner = Authority::new("partners").client("caller");
    let mut apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), &document);
    let gateway = TestGateway::start(authority, &apis);
    let mut connection = showing(&gateway, &partner).connect().await.expect("a connection");
    assert!(!is_open(&mut connection).await);

    let mut uploaded = Uploaded::default();
    let id: CertificateId = "partner".parse().expect("an id");
    uploaded.insert(id.clone(), partner.uploaded());
    apis = apis.uploaded(uploaded.clone()).next();
    gateway.publish(&apis);
    assert!(is_open(&mut connection).await, "on a connection that was there before");

    uploaded.remove(&id);
    gateway.publish(&apis.uploaded(uploaded).next());
    assert!(!is_open(&mut connection).await);
}

#[tokio::test]
async fn the_reason_goes_out_on_http1() {
    let (gateway, _upstream) = gateway(&unless("false")).await;
    let mut stream = gateway.client().stream().await.expect("a connection");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("a taken request");
    let answer = read_head(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 403 Invalid client certificate\r\n"), "{answer}");
}

#[tokio::test]
async fn an_answer_of_the_policy_has_its_headers_and_body() {
    let document = policy::inbound(
        "<set-variable name=\"who\" value=\"@(context.Request.Headers.GetValueOrDefault(&quot;X-Who&quot;, &quot;nobody&quot;))\" />\
         <return-response><set-status code=\"401\" /><set-header name=\"WWW-Authenticate\"><value>Bearer</value></set-header>\
         <set-body>@(\"hello \" + context.Variables[\"who\"] + \" at \" + context.Request.OriginalUrl.Path)</set-body>\
         </return-response>",
    );
    let (gateway, upstream) = gateway(&document).await;
    let answer = gateway.client().get("/orders?x=1").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    assert_eq!(answer.text(), "hello nobody at /orders");
    assert_eq!(upstream.seen().len(), 0);
}

#[tokio::test]
async fn a_failed_expression_is_an_answer_of_500_and_no_call() {
    let (gateway, upstream) = gateway(&policy::inbound(
        "<choose><when condition=\"@(context.Request.Certificate.Subject == \"x\")\"><return-response /></when></choose>",
    ))
    .await;
    let answer = gateway.client().get("/").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(upstream.seen().len(), 0);
}

#[tokio::test]
async fn an_expression_after_forwarding_still_knows_the_request() {
    let document = policy::EMPTY.replace(
        "<outbound><base/>",
        "<outbound><base/><set-header name=\"X-Asked\"><value>@(context.Request.Method + \" \" + \
         context.Request.Url.Path + \" \" + context.Request.Headers.GetValueOrDefault(\"Host\"))</value></set-header>",
    );
    let (gateway, _upstream) = gateway(&document).await;
    let answer = gateway.client().get("/orders/7").await;
    let asked = answer.headers["x-asked"].to_str().expect("a text").to_owned();
    assert!(asked.starts_with("GET /orders/7 localhost"), "{asked}");
}

#[tokio::test]
async fn a_callers_certificate_is_compared_with_what_an_uploaded_one_says() {
    let document = unless(
        "!context.Deployment.Certificates.Any(c => c.Value.Issuer == context.Request.Certificate.Issuer && \
         c.Value.NotAfter > DateTime.Now && context.Deployment.Certificates[\"ours\"].Subject == \"CN=ours\")",
    );
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let partners = Authority::new("partners");
    let mut uploaded = Uploaded::default();
    for name in ["ours", "another"] {
        uploaded.insert(name.parse().expect("an id"), partners.client(name).uploaded());
    }
    let apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), &document);
    let gateway = TestGateway::start(authority, &apis.uploaded(uploaded));
    assert!(is_let_through(&showing(&gateway, &partners.client("caller"))).await);
    assert!(!is_let_through(&showing(&gateway, &Authority::new("strangers").client("caller"))).await);
}
