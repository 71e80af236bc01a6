//! A response that comes before the request's end arrives, and the connection is closed so that it does.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::time::Duration;

use gateway::settings::Settings;
use testkit::authority::Authority;
use testkit::client::{Stream, read_head};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::{Upstream, read_request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const REFUSE: &str = "<return-response><set-status code=\"403\"/><set-body>no</set-body></return-response>";

async fn gateway(change: impl FnOnce(&mut Settings)) -> TestGateway {
    let authority = Authority::new("test");
    // Nobody listens there.
    let apis =
        Configuration::trusting(&authority).api_with("", "http://127.0.0.1:9", &policy::inbound(REFUSE));
    TestGateway::start_with(authority, &apis, change)
}

fn head(length: usize) -> String {
    format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n")
}

/// Writes all of it, and only then looks at what came back, to the end of the connection.
async fn written_then_read(stream: &mut Box<dyn Stream>, request: &[u8]) -> String {
    stream.write_all(request).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

#[tokio::test]
async fn a_caller_who_sends_everything_first_reads_the_refusal() {
    let gateway = gateway(|_| {}).await;
    for client in [gateway.client(), gateway.plain_client()] {
        for length in [200_000, 5_000_000] {
            let mut request = head(length).into_bytes();
            request.resize(request.len() + length, b'x');
            let response = written_then_read(&mut client.stream().await.unwrap(), &request).await;
            assert!(response.starts_with("HTTP/1.1 403 ") && response.ends_with("\r\n\r\nno"), "{response}");
            assert!(response.contains("connection: close\r\n"), "{response}");
        }
    }
}

#[tokio::test]
async fn a_shorter_body_is_read_away_and_the_next_request_follows() {
    let gateway = gateway(|_| {}).await;
    let mut stream = gateway.client().stream().await.unwrap();
    for _ in 0..8 {
        let mut request = head(30_000).into_bytes();
        request.resize(request.len() + 30_000, b'x');
        stream.write_all(&request).await.unwrap();
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
        stream.read_exact(&mut [0; 2]).await.unwrap();
        if head.contains("connection: close") {
            // The rest hadn't come yet.
            stream = gateway.client().stream().await.unwrap();
        }
    }
}

#[tokio::test]
async fn chunks_that_are_still_coming_do_not_hide_a_refusal() {
    let gateway = gateway(|_| {}).await;
    let mut request = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..200 {
        request.extend(b"2710\r\n");
        request.resize(request.len() + 10_000, b'x');
        request.extend(b"\r\n");
    }
    request.extend(b"0\r\n\r\n");
    let response = written_then_read(&mut gateway.client().stream().await.unwrap(), &request).await;
    assert!(response.starts_with("HTTP/1.1 403 "), "{response}");
}

#[tokio::test]
async fn the_gateways_half_is_closed_at_once_and_the_callers_is_read_on() {
    let gateway = gateway(|_| {}).await;
    for client in [gateway.client(), gateway.plain_client()] {
        let mut stream = client.stream().await.unwrap();
        stream.write_all(head(5_000_000).as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.ends_with("\r\n\r\nno"), "{response}");
        // More than any buffer holds: somebody must be reading it.
        stream.write_all(&vec![b'x'; 4_999_999]).await.unwrap();
    }
}

#[tokio::test]
async fn a_caller_who_never_stops_sending_is_not_read_for_ever() {
    let gateway = gateway(|settings| settings.timeouts.linger = Duration::from_millis(200)).await;
    let mut stream = gateway.plain_client().stream().await.unwrap();
    stream.write_all(head(usize::MAX / 2).as_bytes()).await.unwrap();
    while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
}

#[tokio::test]
async fn a_short_body_that_is_there_already_does_not_cost_the_connection() {
    let gateway = gateway(|_| {}).await;
    for client in [gateway.client(), gateway.plain_client()] {
        let mut stream = client.stream().await.unwrap();
        for _ in 0..3 {
            stream.write_all(format!("{}abcde", head(5)).as_bytes()).await.unwrap();
            let head = read_head(&mut stream).await;
            assert!(head.starts_with("HTTP/1.1 403 ") && !head.contains("connection: close"), "{head}");
            stream.read_exact(&mut [0; 2]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_backend_that_refuses_early_and_closes_is_heard() {
    let upstream = Upstream::raw(|mut stream, _| async move {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap_or(b'\n'));
        }
        let refusal = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
        stream.write_all(refusal).await.unwrap();
        stream.shutdown().await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    // All of it may have been sent before the refusal came; then the connection stays open.
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.timeouts.keep_alive = Duration::from_millis(300);
    });
    for length in [200_000, 5_000_000] {
        let mut request = head(length).into_bytes();
        request.resize(request.len() + length, b'x');
        let response = written_then_read(&mut gateway.client().stream().await.unwrap(), &request).await;
        assert!(response.starts_with("HTTP/1.1 401 ") && response.ends_with("no"), "{response}");
    }
}

#[tokio::test]
async fn a_long_response_that_comes_early_arrives_whole() {
    let upstream = Upstream::raw(|mut stream, _| async move {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap_or(b'\n'));
        }
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 3000000\r\n\r\n").await;
        let _ = stream.write_all(&vec![b'y'; 3_000_000]).await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    // All of it may have been sent before the refusal came; then the connection stays open.
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.timeouts.keep_alive = Duration::from_millis(300);
    });
    let mut request = head(5_000_000).into_bytes();
    request.resize(request.len() + 5_000_000, b'x');
    let response = written_then_read(&mut gateway.client().stream().await.unwrap(), &request).await;
    assert_eq!(response.matches('y').count(), 3_000_000);
}

#[tokio::test]
async fn a_request_that_is_answered_in_full_leaves_its_connection_open() {
    let upstream = Upstream::raw(|mut stream, _| async move {
        while read_request(&mut stream).await.is_some() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        }
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let mut stream = gateway.client().stream().await.unwrap();
    for _ in 0..3 {
        stream.write_all(head(200_000).as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; 200_000]).await.unwrap();
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200 ") && !head.contains("connection: close"), "{head}");
        stream.read_exact(&mut [0; 2]).await.unwrap();
    }
}
