//! New snapshots: seen by every request that begins after, whole or not at all, in milliseconds.

use std::time::Duration;

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::processor::processor_time;
use testkit::upstream::{Demand, Upstream};

#[tokio::test]
async fn a_published_snapshot_holds_for_the_next_request_on_every_connection() {
    let (one, two) = (Upstream::plain().await, Upstream::plain().await);
    let authority = Authority::new("test");
    let before = Configuration::trusting(&authority).api("a", &one.url("http"));
    let after = before.clone().next().api("a", &two.url("http")).api("b", &two.url("http"));
    let gateway = TestGateway::start(authority, &before);
    let mut connections = Vec::new();
    for client in [gateway.client(), gateway.client().http2(), gateway.plain_client()] {
        let mut connection = client.connect().await.unwrap();
        assert_eq!(connection.send(request(Method::GET, "/a", "")).await.unwrap().status, StatusCode::OK);
        assert_eq!(
            connection.send(request(Method::GET, "/b", "")).await.unwrap().status,
            StatusCode::NOT_FOUND
        );
        connections.push(connection);
    }
    let seen = one.seen().len();
    gateway.publish(&after);
    assert_eq!(gateway.gateway.revision(), 1);
    for connection in &mut connections {
        assert_eq!(connection.send(request(Method::GET, "/a", "")).await.unwrap().status, StatusCode::OK);
        assert_eq!(connection.send(request(Method::GET, "/b", "")).await.unwrap().status, StatusCode::OK);
    }
    assert_eq!((one.seen().len(), two.seen().len()), (seen, 6));
}

#[tokio::test]
async fn a_certificate_can_come_go_and_return() {
    let authority = Authority::new("test");
    let leaf = authority.client("partner");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let by_thumbprint = format!("<authentication-certificate thumbprint=\"{}\"/>", leaf.thumbprint());
    let without = Configuration::trusting(&authority)
        .api_showing("id", &upstream.url("https"), "partner")
        .api_with("thumbprint", &upstream.url("https"), &policy::inbound(&by_thumbprint));
    let with = without.clone().next().certificate("partner", &leaf);
    let gateway = TestGateway::start(authority, &without);
    for (apis, status) in [(&without, 500), (&with, 200), (&without, 500), (&with, 200)] {
        gateway.publish(apis);
        for path in ["/id", "/thumbprint"] {
            assert_eq!(gateway.client().get(path).await.status.as_u16(), status, "{path}");
        }
    }
}

#[tokio::test]
async fn suffixes_can_move_from_one_api_to_another() {
    let (one, two) = (Upstream::plain().await, Upstream::plain().await);
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("a", &one.url("http")).api("b", &two.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let swapped = apis.renamed("a", "c").renamed("b", "a").renamed("c", "b");
    gateway.publish(&swapped.clone().next());
    assert_eq!(gateway.client().get("/a").await.status, StatusCode::OK);
    assert_eq!((one.seen().len(), two.seen().len()), (1, 0));
    gateway.publish(&swapped.without("a"));
    assert_eq!(gateway.client().get("/b").await.status, StatusCode::NOT_FOUND);
    assert_eq!(gateway.client().get("/a").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_in_flight_ends_as_it_began() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("a", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let mut connection = gateway.client().connect().await.unwrap();
    let waiting = tokio::spawn(async move { connection.send(request(Method::GET, "/a/wait", "")).await });
    upstream.until_seen(1).await;
    gateway.publish(&Configuration::default());
    upstream.release();
    assert_eq!(waiting.await.unwrap().unwrap().status, StatusCode::OK);
    // Its connection to the backend has no API any more.
    upstream.until_open(0).await;
}

#[tokio::test]
async fn one_change_among_ten_thousand_apis_is_quick() {
    let authority = Authority::new("test");
    let mut apis = Configuration::trusting(&authority);
    for number in 0..10_000 {
        let certificate = format!("certificate-{}", number % 10);
        apis = apis.api_showing(&format!("api-{number}"), "https://backend.example", &certificate);
    }
    for number in 0..10 {
        let id = format!("certificate-{number}");
        apis = apis.certificate(&id, &authority.client(&id));
    }
    let gateway = TestGateway::start(authority, &apis);
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        apis = apis.next().api("api-7", "https://other.example");
        let snapshot = apis.snapshot();
        fastest = fastest.min(processor_time(|| gateway.gateway.publish(snapshot)));
    }
    // Unoptimised; `cargo bench` has the true figure, well under a millisecond.
    assert!(fastest < Duration::from_millis(200), "{fastest:?}");
}
