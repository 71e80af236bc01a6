//! Ways round the judgement of callers' certificates that other gateways had, each tried here.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use http::{Method, StatusCode};
use testkit::authority::{Authority, Leaf};
use testkit::client::{Client, Connection, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

/// Lets through who shows this certificate.
fn only(leaf: &Leaf) -> String {
    policy::inbound(&format!(
        "<choose><when condition=\"@(context.Request.Certificate == null || \
         context.Request.Certificate.Thumbprint != \"{}\")\"><return-response><set-status code=\"403\" />\
         </return-response></when></choose>",
        leaf.thumbprint()
    ))
}

/// A gateway for `localhost`, `other.test` and 127.0.0.1, and what it serves.
async fn gateway(document: &str) -> (TestGateway, Configuration, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let identity = authority.server(&["localhost", "other.test", "127.0.0.1"]).server_identity();
    let apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), document);
    let gateway = TestGateway::start_with(authority, &apis, |settings| settings.identity = identity);
    (gateway, apis, upstream)
}

async fn asked(connection: &mut Connection, host: &str) -> StatusCode {
    let mut request = request(Method::GET, "/", "");
    match connection {
        Connection::One(_) => {
            request.headers_mut().insert("host", host.parse().unwrap());
        }
        Connection::Two(_) => *request.uri_mut() = format!("https://{host}/").parse().unwrap(),
    }
    connection.send(request).await.unwrap().status
}

async fn status(client: &Client) -> StatusCode {
    client.get("/").await.status
}

#[tokio::test]
async fn a_resumed_session_is_judged_by_the_policy_of_now() {
    let partners = Authority::new("partners");
    let (once, now) = (partners.client("once"), partners.client("now"));
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let (gateway, apis, upstream) = gateway(&only(&once)).await;
        let client = gateway.client().speaking(gateway.authority.der(), version);
        let client = client.showing(once.certified_key());
        for _ in 0..3 {
            assert_eq!(status(&client).await, StatusCode::OK);
        }
        let resumed = client.resumed();
        gateway.publish(&apis.api_with("", &upstream.url("http"), &only(&now)).next());
        assert_eq!(status(&client).await, StatusCode::FORBIDDEN, "{version:?}");
        assert!(client.resumed() > resumed, "{version:?}");
    }
}

#[tokio::test]
async fn a_session_without_a_certificate_stays_without_one_when_it_is_resumed() {
    let leaf = Authority::new("partners").client("caller");
    let (gateway, _, _upstream) = gateway(&only(&leaf)).await;
    let client = gateway.client();
    for _ in 0..3 {
        assert_eq!(status(&client).await, StatusCode::FORBIDDEN);
    }
    assert!(client.resumed() > 0);
}

#[tokio::test]
async fn a_fragmented_client_hello_is_read_whole() {
    let leaf = Authority::new("partners").client("caller");
    let (gateway, _, _upstream) = gateway(&only(&leaf)).await;
    for bytes in [1, 16, 100] {
        let stranger = gateway.client().fragmenting(bytes);
        assert_eq!(status(&stranger).await, StatusCode::FORBIDDEN, "{bytes}");
        let partner = stranger.showing(leaf.certified_key());
        assert_eq!(status(&partner).await, StatusCode::OK, "{bytes}");
        let mut connection = partner.connect().await.unwrap();
        assert_eq!(asked(&mut connection, "other.test").await, StatusCode::MISDIRECTED_REQUEST, "{bytes}");
    }
}

#[tokio::test]
async fn a_request_for_another_host_than_the_handshakes_is_misdirected() {
    let leaf = Authority::new("partners").client("caller");
    let (gateway, _, upstream) = gateway(&only(&leaf)).await;
    let client = gateway.client().showing(leaf.certified_key());
    for client in [client.clone(), client.http2()] {
        let mut connection = client.connect().await.unwrap();
        for host in ["localhost", "LOCALHOST", "localhost:8443", "localhost."] {
            assert_eq!(asked(&mut connection, host).await, StatusCode::OK, "{host}");
        }
        let seen = upstream.seen().len();
        assert_eq!(asked(&mut connection, "other.test").await, StatusCode::MISDIRECTED_REQUEST);
        assert_eq!(upstream.seen().len(), seen);
        let mut other = client.naming("other.test").connect().await.unwrap();
        assert_eq!(asked(&mut other, "other.test").await, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_caller_that_names_no_host_in_the_handshake_may_ask_for_any() {
    let leaf = Authority::new("partners").client("caller");
    let (gateway, _, _upstream) = gateway(&only(&leaf)).await;
    let client = gateway.client().naming("127.0.0.1").showing(leaf.certified_key());
    for host in ["127.0.0.1", "localhost", "other.test"] {
        let mut connection = client.connect().await.unwrap();
        assert_eq!(asked(&mut connection, host).await, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn requests_coalesced_on_one_http2_connection_are_each_judged() {
    let partners = Authority::new("partners");
    let leaf = partners.client("caller");
    let (gateway, apis, upstream) = gateway(&only(&leaf)).await;
    let mut connection = gateway.client().http2().showing(leaf.certified_key()).connect().await.unwrap();
    assert_eq!(asked(&mut connection, "localhost").await, StatusCode::OK);
    gateway.publish(&apis.api_with("", &upstream.url("http"), &only(&partners.client("other"))).next());
    assert_eq!(asked(&mut connection, "localhost").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_connection_older_than_the_policy_is_judged_by_the_policy_of_now() {
    let partners = Authority::new("partners");
    let leaf = partners.client("caller");
    let (gateway, apis, upstream) = gateway(policy::EMPTY).await;
    let mut connection = gateway.client().showing(leaf.certified_key()).connect().await.unwrap();
    let mut stranger = gateway.client().connect().await.unwrap();
    for connection in [&mut connection, &mut stranger] {
        assert_eq!(asked(connection, "localhost").await, StatusCode::OK);
    }
    gateway.publish(&apis.api_with("", &upstream.url("http"), &only(&leaf)).next());
    assert_eq!(asked(&mut connection, "localhost").await, StatusCode::OK);
    assert_eq!(asked(&mut stranger, "localhost").await, StatusCode::FORBIDDEN);
}
