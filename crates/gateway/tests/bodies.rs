//! Bodies pass both ways as they come, whole or not at all.

use std::time::Duration;

use bytes::Bytes;
use gateway::settings::Settings;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use testkit::authority::Authority;
use testkit::client::{Client, read_head, request};
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::{Demand, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn gateway() -> (TestGateway, Upstream) {
    gateway_with(|_| {}).await
}

async fn gateway_with(change: impl FnOnce(&mut Settings)) -> (TestGateway, Upstream) {
    let authority = Authority::new("test");
    let upstream = Upstream::tls(&authority.server(&["localhost"]), Demand::Nothing).await;
    let apis = Configuration::trusting(&authority).api("", &upstream.url("https"));
    (TestGateway::start_with(authority, &apis, change), upstream)
}

fn clients(gateway: &TestGateway) -> [Client; 3] {
    [gateway.client(), gateway.client().http2(), gateway.plain_client()]
}

#[tokio::test]
async fn a_large_body_comes_back_as_it_was_sent() {
    let (gateway, _upstream) = gateway().await;
    let body: Bytes = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    for client in clients(&gateway) {
        let answer = client.send(request(Method::POST, "/body", body.clone())).await;
        assert!(answer.status == StatusCode::OK && answer.body == body);
    }
}

#[tokio::test]
async fn every_method_passes_with_and_without_a_body() {
    let (gateway, _upstream) = gateway().await;
    for client in clients(&gateway) {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"] {
            for body in ["", "text"] {
                let method = Method::try_from(method).unwrap();
                let answer = client.send(request(method.clone(), "/", body)).await.json();
                assert_eq!((&answer["method"], &answer["body"]), (&method.as_str().into(), &body.into()));
            }
        }
        let answer = client.send(request(Method::HEAD, "/", "")).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
        assert!(answer.headers["content-length"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    }
}

#[tokio::test]
async fn a_get_with_a_chunked_body_keeps_it() {
    let (gateway, _upstream) = gateway().await;
    let mut stream = gateway.client().stream().await.unwrap();
    let bytes = b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    stream.write_all(bytes).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("\"body\":\"abc\""), "{answer}");
}

#[tokio::test]
async fn bytes_pass_before_the_body_has_ended() {
    let (gateway, _upstream) = gateway().await;
    let mut stream = gateway.client().stream().await.unwrap();
    stream
        .write_all(b"POST /body HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    stream.write_all(b"5\r\nfirst\r\n").await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    let mut piece = [0; 10];
    stream.read_exact(&mut piece).await.unwrap();
    assert_eq!(&piece, b"5\r\nfirst\r\n");
    stream.write_all(b"6\r\nsecond\r\n0\r\n\r\n").await.unwrap();
    let mut rest = [0; 16];
    stream.read_exact(&mut rest).await.unwrap();
    assert_eq!(&rest, b"6\r\nsecond\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_caller_who_waits_for_the_go_ahead_gets_it() {
    let (gateway, _upstream) = gateway().await;
    let mut stream = gateway.client().stream().await.unwrap();
    let head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 100 Continue"));
    stream.write_all(b"ok").await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn an_answer_that_is_cut_short_does_not_look_whole() {
    let (gateway, _upstream) = gateway().await;
    for client in clients(&gateway) {
        let mut connection = client.connect().await.unwrap();
        match connection.begin(request(Method::GET, "/cut", "")).await {
            Ok(response) if response.status() == StatusCode::OK => {
                assert!(response.into_body().collect().await.is_err());
            }
            Ok(response) => assert_eq!(response.status(), StatusCode::BAD_GATEWAY),
            Err(_) => {}
        }
    }
}

#[tokio::test]
async fn a_slow_reader_makes_the_backend_wait_and_not_the_gateway_collect() {
    let (written, mut progress) = tokio::sync::watch::channel(0_usize);
    let upstream = Upstream::raw(move |mut stream, _| {
        let written = written.clone();
        async move {
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n").await;
            let piece = vec![0; 64 * 1024];
            while stream.write_all(&piece).await.is_ok() {
                written.send_modify(|bytes| *bytes += piece.len());
            }
        }
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let mut connection = gateway.client().connect().await.unwrap();
    let response = connection.begin(request(Method::GET, "/", "")).await.unwrap();
    // The backend writes until all buffers on the way are full; then nothing moves any more.
    let quiet = std::time::Duration::from_millis(500);
    while tokio::time::timeout(quiet, progress.changed()).await.is_ok() {}
    assert!(*progress.borrow() < 50_000_000, "{} bytes are on the way", *progress.borrow());
    drop(response);
}

#[tokio::test]
async fn a_caller_who_leaves_takes_the_call_to_the_backend_along() {
    // One who closes could still be reading: for as long as a caller may stand still.
    let (gateway, upstream) =
        gateway_with(|settings| settings.timeouts.idle = Duration::from_millis(100)).await;
    for client in clients(&gateway) {
        let mut connection = client.connect().await.unwrap();
        let response = connection.begin(request(Method::GET, "/stall", "")).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(upstream.open(), 1);
        drop((response, connection));
        upstream.until_open(0).await;
    }
}

#[tokio::test]
async fn many_requests_at_once_share_one_http2_connection() {
    let (gateway, _upstream) = gateway().await;
    let testkit::client::Connection::Two(sender) = gateway.client().http2().connect().await.unwrap() else {
        panic!("HTTP/2 was asked for");
    };
    let calls = (0..50).map(|number| {
        let mut sender = sender.clone();
        let body = http_body_util::Full::new(Bytes::from(format!("call {number}")));
        let request = Request::post("https://localhost/body").body(body).unwrap();
        tokio::spawn(async move {
            sender.ready().await.unwrap();
            sender.send_request(request).await.unwrap().into_body().collect().await.unwrap().to_bytes()
        })
    });
    for (number, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(call.await.unwrap(), format!("call {number}"));
    }
}
