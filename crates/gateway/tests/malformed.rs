//! Requests that two servers could read in two ways are refused, and no backend hears of them.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use testkit::authority::Authority;
use testkit::client::read_head;
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::Upstream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn gateway() -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    (TestGateway::start(authority, &apis), upstream)
}

/// The status line that these bytes are answered with, over TLS and in the clear; empty if there is no answer.
async fn answers(gateway: &TestGateway, bytes: &[u8]) -> Vec<String> {
    let mut answers = Vec::new();
    for client in [gateway.client(), gateway.plain_client()] {
        let mut stream = client.stream().await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_buf(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        answers.push(answer.lines().next().unwrap_or_default().to_owned());
    }
    answers
}

/// Shapes that must be answered with 400 and never reach a backend.
const REFUSED: &[(&str, &[u8])] = &[
    ("length and chunks", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("chunks and length", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    ("two lengths", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    ("the same length twice", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"),
    ("a list of lengths", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1, 1\r\n\r\na"),
    ("a signed length", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +1\r\n\r\na"),
    ("chunks twice", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("an encoding behind chunks", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    ("an encoding nobody knows", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("chunks in HTTP/1.0", b"POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("a blank before the colon", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length : 1\r\n\r\na"),
    ("a folded field", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\n\r\n"),
    ("a folded encoding", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    ("a bare line feed", b"GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n"),
    ("a bare carriage return", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\rc\r\n\r\n"),
    ("NUL in a field", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\0c\r\n\r\n"),
    ("NUL in the path", b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("no host", b"GET / HTTP/1.1\r\nX-A: b\r\n\r\n"),
    ("two hosts", b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n\r\n"),
    ("the same host twice", b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
    ("an empty host", b"GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    ("a host with a path", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    ("a host with a user name", b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    ("a host with an empty port", b"GET / HTTP/1.1\r\nHost: localhost:\r\n\r\n"),
    ("a host with port 0", b"GET / HTTP/1.1\r\nHost: localhost:0\r\n\r\n"),
    ("a host with port 65536", b"GET / HTTP/1.1\r\nHost: localhost:65536\r\n\r\n"),
    ("a host with a port of letters", b"GET / HTTP/1.1\r\nHost: localhost:abc\r\n\r\n"),
    ("a host with a signed port", b"GET / HTTP/1.1\r\nHost: localhost:+80\r\n\r\n"),
    ("a host of nothing but a port", b"GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
    ("an IPv6 host with a bad port", b"GET / HTTP/1.1\r\nHost: [::1]:x\r\n\r\n"),
    ("an address with a bad port", b"GET http://localhost:99999/ HTTP/1.1\r\nHost: localhost:99999\r\n\r\n"),
    ("an address with an empty port", b"GET http://localhost:/ HTTP/1.1\r\nHost: localhost:\r\n\r\n"),
    ("an address with a user name", b"GET http://a@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("an address and another host", b"GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n"),
    ("a path without a slash", b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("a way out of the API", b"GET /a/../../b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("an encoded way out of the API", b"GET /%2e%2e/b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
];

#[tokio::test]
async fn ambiguous_requests_are_answered_with_400() {
    let (gateway, upstream) = gateway().await;
    for (shape, bytes) in REFUSED {
        for answer in answers(&gateway, bytes).await {
            assert_eq!(answer, "HTTP/1.1 400 Bad Request", "{shape}");
        }
    }
    assert!(upstream.seen().is_empty(), "{:?}", upstream.seen());
}

#[tokio::test]
async fn a_connection_is_closed_after_an_ambiguous_request() {
    let (gateway, upstream) = gateway().await;
    let smuggled = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut stream = gateway.client().stream().await.unwrap();
    stream.write_all(smuggled).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn a_body_with_wrong_chunks_never_ends_well_for_the_backend() {
    let (gateway, _upstream) = gateway().await;
    for chunks in ["zz\r\n", "-1\r\n", "5\r\nabcdefgh\r\n", "1\nab", "ffffffffffffffffff\r\n"] {
        let bytes = format!(
            "POST /body HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n{chunks}"
        );
        let mut stream = gateway.client().stream().await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(!answer.ends_with("0\r\n\r\n"), "{chunks:?}: {answer}");
    }
}

#[tokio::test]
async fn requests_sent_ahead_are_answered_in_order() {
    let (gateway, _upstream) = gateway().await;
    let mut stream = gateway.client().stream().await.unwrap();
    let ahead = b"POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabcPOST /2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\nGET /3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(ahead).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    let places: Vec<_> = ["\"/1\"", "\"/2\"", "\"/3\""].map(|target| answers.find(target)).into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{answers}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let (gateway, upstream) = gateway().await;
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: {}\r\n\r\n", "a".repeat(70 * 1024));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X-A: b\r\n".repeat(200));
    for bytes in [long, many] {
        for answer in answers(&gateway, bytes.as_bytes()).await {
            assert_eq!(answer, "HTTP/1.1 431 Request Header Fields Too Large");
        }
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn tunnels_to_anywhere_are_refused() {
    let (gateway, upstream) = gateway().await;
    for answer in answers(&gateway, b"CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n").await {
        assert_eq!(answer, "HTTP/1.1 405 Method Not Allowed");
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn no_backend_sends_a_request_back_to_whoever_asks_for_it() {
    let (gateway, upstream) = gateway().await;
    for method in ["TRACE", "trace", "Trace"] {
        let bytes = format!("{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        for answer in answers(&gateway, bytes.as_bytes()).await {
            assert_eq!(answer, "HTTP/1.1 405 Method Not Allowed", "{method}");
        }
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn hosts_with_a_port_that_there_can_be_are_served() {
    let (gateway, _upstream) = gateway().await;
    for host in ["localhost", "localhost:1", "localhost:65535", "LOCALHOST:443"] {
        let bytes = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        for answer in answers(&gateway, bytes.as_bytes()).await {
            assert_eq!(answer, "HTTP/1.1 200 OK", "{host}");
        }
    }
}

#[tokio::test]
async fn an_unknown_path_is_answered_before_the_body_is_asked_for() {
    let authority = Authority::new("test");
    let gateway = TestGateway::start(authority, &Configuration::default());
    let mut stream = gateway.client().stream().await.unwrap();
    let head = b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 404 "));
}

#[tokio::test]
async fn our_own_answers_are_json_with_the_id_of_the_request() {
    let gateway = TestGateway::start(Authority::new("test"), &Configuration::default());
    let answer = gateway.client().get("/secret-place").await;
    assert_eq!(answer.headers["content-type"], "application/json");
    let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
    assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let expected = serde_json::json!({
        "statusCode": 404, "message": "There is no API at this address.", "requestId": id,
    });
    assert_eq!(answer.json(), expected);
}
