//! Nobody can make the gateway wait for longer than it wants to.

use std::time::Duration;

use gateway::settings::Settings;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use testkit::authority::Authority;
use testkit::client::{Client, read_head, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const SHORT: Duration = Duration::from_millis(150);

async fn gateway(change: impl FnOnce(&mut Settings)) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http")).api_with(
        "short",
        &upstream.url("http"),
        &policy::backend("<forward-request timeout=\"1\"/>"),
    );
    (TestGateway::start_with(authority, &apis, change), upstream)
}

#[tokio::test]
async fn a_backend_that_does_not_answer_gives_504() {
    let (gateway, upstream) = gateway(|settings| settings.timeouts.first_byte = SHORT).await;
    for client in [gateway.client(), gateway.client().http2()] {
        let answer = client.get("/wait").await;
        assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(answer.json()["message"], "The backend did not answer in time.");
    }
    upstream.until_open(0).await;
}

#[tokio::test]
async fn a_policy_can_set_its_own_patience() {
    let (gateway, _upstream) = gateway(|_| {}).await;
    assert_eq!(gateway.client().get("/short/wait").await.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn a_backend_that_does_not_finish_its_handshake_gives_504() {
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority)
        .api("", &format!("https://localhost:{}", deaf.local_addr().unwrap().port()));
    let gateway = TestGateway::start_with(authority, &apis, |settings| settings.timeouts.connect = SHORT);
    assert_eq!(gateway.client().get("/").await.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_is_cut_off() {
    for change in [
        (|settings| settings.timeouts.backend_idle = SHORT) as fn(&mut Settings),
        (|settings| settings.timeouts.whole = Some(SHORT)) as fn(&mut Settings),
    ] {
        let (gateway, upstream) = gateway(change).await;
        let mut connection = gateway.client().connect().await.unwrap();
        let response = connection.begin(request(Method::GET, "/stall", "")).await.unwrap();
        assert!(response.into_body().collect().await.is_err());
        upstream.until_open(0).await;
    }
}

#[tokio::test]
async fn a_caller_who_stops_in_the_middle_of_a_body_gets_408() {
    let (gateway, upstream) = gateway(|settings| settings.timeouts.idle = SHORT).await;
    let mut stream = gateway.client().stream().await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab").await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 408 "));
    upstream.until_open(0).await;
}

#[tokio::test]
async fn a_slow_upload_is_not_held_against_the_backend() {
    let (gateway, _upstream) = gateway(|settings| settings.timeouts.first_byte = SHORT).await;
    let mut stream = gateway.client().stream().await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n").await.unwrap();
    // Each byte comes a little before the backend's time would be up, the last long after.
    let mut ticks = tokio::time::interval(SHORT * 2 / 3);
    for byte in b"12345678" {
        ticks.tick().await;
        stream.write_all(&[*byte]).await.unwrap();
    }
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_head_that_comes_too_slowly_ends_the_connection() {
    let (gateway, upstream) = gateway(|settings| settings.timeouts.header_read = SHORT).await;
    for client in [gateway.client(), gateway.plain_client()] {
        for beginning in ["", "GET / HTTP/1.1\r\nHo"] {
            let mut stream = client.stream().await.unwrap();
            stream.write_all(beginning.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            assert!(!answer.starts_with(b"HTTP/1.1 2"), "{beginning:?}");
        }
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn a_pause_between_requests_may_be_longer_than_one_inside_a_head() {
    let (gateway, _upstream) = gateway(|settings| settings.timeouts.header_read = SHORT).await;
    let mut connection = gateway.client().connect().await.unwrap();
    for _ in 0..2 {
        let answer = connection.send(request(Method::GET, "/", "")).await.unwrap();
        assert_eq!(answer.status, StatusCode::OK);
        tokio::time::interval_at(tokio::time::Instant::now() + SHORT * 2, SHORT).tick().await;
    }
}

#[tokio::test]
async fn a_connection_without_requests_is_closed() {
    let (gateway, _upstream) = gateway(|settings| settings.timeouts.keep_alive = SHORT).await;
    for client in [gateway.client(), gateway.client().http2()] {
        let mut connection = client.connect().await.unwrap();
        connection.send(request(Method::GET, "/", "")).await.unwrap();
        connection.closed().await;
    }
}

#[tokio::test]
async fn a_request_that_takes_longer_than_the_pause_between_two_is_served() {
    for version in [Client::clone, |client: &Client| client.clone().http2()] {
        let (gateway, upstream) = gateway(|settings| settings.timeouts.keep_alive = SHORT).await;
        let mut connection = version(&gateway.client()).connect().await.unwrap();
        let waiting = connection.send(request(Method::GET, "/wait", ""));
        let mut waiting = std::pin::pin!(waiting);
        assert!(tokio::time::timeout(SHORT * 3, &mut waiting).await.is_err());
        upstream.release();
        assert_eq!(waiting.await.unwrap().status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_come_ends_the_connection() {
    let (gateway, _upstream) = gateway(|settings| settings.timeouts.handshake = SHORT).await;
    let mut stream = tokio::net::TcpStream::connect(gateway.gateway.addresses()[0]).await.unwrap();
    stream.write_all(&[22, 3, 1]).await.unwrap();
    assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 0);
}

#[tokio::test]
async fn an_unused_connection_to_a_backend_is_closed() {
    let (gateway, upstream) = gateway(|settings| settings.timeouts.pool_idle = SHORT).await;
    assert_eq!(gateway.client().get("/").await.status, StatusCode::OK);
    assert_eq!(upstream.open(), 1);
    upstream.until_open(0).await;
}

#[tokio::test]
async fn a_caller_who_does_not_take_the_answer_is_left() {
    let (gone, mut gone_seen) = tokio::sync::watch::channel(false);
    let upstream = Upstream::raw(move |mut stream, _| {
        let gone = gone.clone();
        async move {
            testkit::upstream::read_request(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n").await;
            while stream.write_all(&[0; 65536]).await.is_ok() {}
            gone.send_replace(true);
        }
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| settings.timeouts.idle = SHORT);
    let mut stream = gateway.client().stream().await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    gone_seen.wait_for(|gone| *gone).await.unwrap();
}

#[tokio::test]
async fn one_connection_more_than_there_may_be_is_closed_at_once() {
    let (gateway, _upstream) = gateway(|settings| settings.limits.max_connections = 2).await;
    let mut first = gateway.client().connect().await.unwrap();
    let _second = gateway.client().connect().await.unwrap();
    assert!(gateway.client().connect().await.is_err());
    assert_eq!(first.send(request(Method::GET, "/", "")).await.unwrap().status, StatusCode::OK);
}
