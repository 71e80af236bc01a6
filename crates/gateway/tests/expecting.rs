//! `Expect: 100-continue` and other interim responses pass between caller and backend.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use testkit::authority::Authority;
use testkit::client::{Stream, read_head};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

const HEAD: &[u8] =
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

async fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// A backend that sends `first` when it has the head, then reads five bytes, and answers with them and the head.
async fn backend(first: &'static [u8]) -> Upstream {
    Upstream::raw(move |mut stream, _| async move {
        let head = head_of(&mut stream).await;
        stream.write_all(first).await.unwrap();
        let mut body = [0; 5];
        if stream.read_exact(&mut body).await.is_ok() {
            let text = format!("{}{}", head.to_ascii_lowercase(), String::from_utf8_lossy(&body));
            let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len());
            stream.write_all(response.as_bytes()).await.unwrap();
        }
    })
    .await
}

async fn through(upstream: &Upstream) -> (TestGateway, Box<dyn Stream>) {
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let stream = gateway.client().stream().await.unwrap();
    (gateway, stream)
}

async fn rest(stream: &mut Box<dyn Stream>, length: usize) -> String {
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).await.unwrap();
    String::from_utf8(rest).unwrap()
}

fn length(head: &str) -> usize {
    let line = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_backend_says_when_the_body_shall_come() {
    let upstream = backend(b"HTTP/1.1 100 Continue\r\n\r\n").await;
    let (_gateway, mut stream) = through(&upstream).await;
    stream.write_all(HEAD).await.unwrap();
    assert_eq!(read_head(&mut stream).await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let seen = rest(&mut stream, length(&head)).await;
    assert!(seen.contains("expect: 100-continue") && seen.ends_with("hello"), "{seen}");
}

#[tokio::test]
async fn a_backends_early_refusal_comes_before_the_upload() {
    for status in ["401 Unauthorized", "413 Content Too Large", "417 Expectation Failed"] {
        let refusal = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno");
        let upstream = backend(refusal.leak().as_bytes()).await;
        let (_gateway, mut stream) = through(&upstream).await;
        stream.write_all(HEAD).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(
            response.starts_with(&format!("HTTP/1.1 {}", &status[..3])) && response.ends_with("no"),
            "{response}"
        );
    }
}

#[tokio::test]
async fn a_caller_who_does_not_wait_for_it_is_forwarded_all_the_same() {
    let upstream = backend(b"").await;
    let (_gateway, mut stream) = through(&upstream).await;
    stream.write_all(HEAD).await.unwrap();
    stream.write_all(b"hello").await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(rest(&mut stream, length(&head)).await.ends_with("hello"));
}

#[tokio::test]
async fn the_gateway_asks_for_a_body_that_its_policy_reads() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let replacing = policy::inbound("<find-and-replace from=\"hello\" to=\"world\"/>");
    let apis = Configuration::trusting(&authority).api_with("", &upstream.url("http"), &replacing);
    let gateway = TestGateway::start(authority, &apis);
    let mut stream = gateway.client().stream().await.unwrap();
    stream.write_all(HEAD).await.unwrap();
    assert_eq!(read_head(&mut stream).await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(rest(&mut stream, length(&head)).await.contains("world"));
    assert!(upstream.seen()[0].headers.get("expect").is_none());
}

#[tokio::test]
async fn a_caller_who_does_not_expect_it_is_not_told_to_continue() {
    let upstream = backend(b"HTTP/1.1 100 Continue\r\n\r\n").await;
    let (_gateway, mut stream) = through(&upstream).await;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello").await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn early_hints_pass_and_the_response_follows() {
    let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nConnection: x-own\r\nX-Own: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </two.css>\r\n\r\n";
    let upstream = backend(hints).await;
    let (gateway, mut stream) = through(&upstream).await;
    for _ in 0..2 {
        stream
            .write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
            .await
            .unwrap();
        let first = read_head(&mut stream).await;
        assert_eq!(first, "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n");
        assert_eq!(read_head(&mut stream).await, "HTTP/1.1 103 Early Hints\r\nlink: </two.css>\r\n\r\n");
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        rest(&mut stream, length(&head)).await;
    }
    // A caller who speaks HTTP/1.0 knows no such responses.
    let mut old = gateway.client().stream().await.unwrap();
    old.write_all(b"POST / HTTP/1.0\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello").await.unwrap();
    assert!(read_head(&mut old).await.starts_with("HTTP/1.0 200 "));
}

#[tokio::test]
async fn a_body_that_looks_like_an_interim_response_is_a_body() {
    let upstream = Upstream::raw(|mut stream, _| async move {
        head_of(&mut stream).await;
        let text = "HTTP/1.1 100 Continue\r\n\r\n";
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", text.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let _ = stream.read(&mut [0; 1]).await;
    })
    .await;
    let (_gateway, mut stream) = through(&upstream).await;
    stream.write_all(HEAD).await.unwrap();
    let head = read_head(&mut stream).await;
    assert_eq!(rest(&mut stream, length(&head)).await, "HTTP/1.1 100 Continue\r\n\r\n");
}

#[tokio::test]
async fn waiting_for_the_backends_word_is_held_against_the_backend() {
    let (open, _) = watch::channel(());
    let waiting = open.subscribe();
    let upstream = Upstream::raw(move |mut stream, _| {
        let mut waiting = waiting.clone();
        async move {
            head_of(&mut stream).await;
            let _ = waiting.changed().await;
        }
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.timeouts.first_byte = std::time::Duration::from_millis(200);
    });
    let mut stream = gateway.client().stream().await.unwrap();
    stream.write_all(HEAD).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 504 "));
}
