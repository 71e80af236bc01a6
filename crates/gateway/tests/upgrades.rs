//! Calls that turn into something else, such as a WebSocket.

use std::time::Duration;

use testkit::authority::Authority;
use testkit::client::read_head;
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::{Demand, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SHORT: Duration = Duration::from_millis(100);

async fn gateway() -> (TestGateway, Upstream) {
    let authority = Authority::new("test");
    let leaf = authority.client("partner");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Certificate(&authority)).await;
    let apis = Configuration::trusting(&authority).certificate("partner", &leaf).api_showing(
        "",
        &upstream.url("https"),
        "partner",
    );
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.timeouts.idle = SHORT;
        settings.timeouts.whole = Some(SHORT);
        settings.timeouts.keep_alive = SHORT;
        settings.timeouts.header_read = SHORT;
        settings.drain = SHORT;
    });
    (gateway, upstream)
}

#[tokio::test]
async fn an_upgraded_connection_carries_bytes_both_ways_for_as_long_as_it_likes() {
    let (gateway, upstream) = gateway().await;
    for client in [gateway.client(), gateway.plain_client()] {
        let mut stream = client.stream().await.unwrap();
        let ask =
            b"GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\n";
        stream.write_all(ask).await.unwrap();
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 101 ") && head.contains("upgrade: echo"), "{head}");
        let mut ticks = tokio::time::interval(SHORT * 2);
        for piece in [b"GET / HTTP/1.1\r\n\r\n".as_slice(), b"\x81\x05hello", b"\0\0\n\n"] {
            ticks.tick().await;
            stream.write_all(piece).await.unwrap();
            let mut echo = vec![0; piece.len()];
            stream.read_exact(&mut echo).await.unwrap();
            assert_eq!(echo, piece);
        }
        drop(stream);
        upstream.until_open(0).await;
    }
}

#[tokio::test]
async fn a_backend_that_does_not_want_to_upgrade_answers_as_usual() {
    let (gateway, _upstream) = gateway().await;
    let mut stream = gateway.client().stream().await.unwrap();
    let ask = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    stream.write_all(ask).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

#[tokio::test]
async fn http2_in_the_clear_cannot_be_asked_for_past_the_gateway() {
    let (gateway, upstream) = gateway().await;
    let mut stream = gateway.plain_client().stream().await.unwrap();
    let ask = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n";
    stream.write_all(ask).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 "));
    let seen = upstream.seen();
    assert!(!seen[0].headers.contains_key("upgrade") && !seen[0].headers.contains_key("http2-settings"));
}

#[tokio::test]
async fn an_upgrade_that_nobody_asked_for_gives_502() {
    let (gateway, _upstream) = gateway().await;
    let answer = gateway.client().get("/upgrade").await;
    assert_eq!(answer.status, http::StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn an_upgraded_connection_does_not_outlive_the_drain() {
    let (gateway, _upstream) = gateway().await;
    let mut stream = gateway.client().stream().await.unwrap();
    let ask = b"GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    stream.write_all(ask).await.unwrap();
    read_head(&mut stream).await;
    gateway.shutdown().await;
    assert!(!matches!(stream.read(&mut [0; 10]).await, Ok(1..)));
}
