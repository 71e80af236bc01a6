//! What backends send is passed on only if everybody reads it alike.

use http::{Method, StatusCode};
use http_body_util::BodyExt;
use testkit::authority::Authority;
use testkit::client::{read_head, request};
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::{Upstream, read_request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A gateway in front of a backend that answers everything with these bytes.
async fn answering(bytes: &'static [u8]) -> (TestGateway, Upstream) {
    let upstream = Upstream::raw(move |mut stream, _| async move {
        while read_request(&mut stream).await.is_some() {
            let _ = stream.write_all(bytes).await;
        }
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    (TestGateway::start(authority, &apis), upstream)
}

#[tokio::test]
async fn a_response_whose_length_can_be_read_in_two_ways_is_502() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\nok",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n",
    ] {
        let (gateway, _upstream) = answering(bytes).await;
        for client in [gateway.client(), gateway.client().http2()] {
            let response = client.get("/").await;
            assert_eq!(response.status, StatusCode::BAD_GATEWAY, "{}", bytes.escape_ascii());
        }
    }
}

#[tokio::test]
async fn its_connection_is_not_used_again() {
    let (gateway, upstream) =
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok").await;
    gateway.client().get("/").await;
    upstream.until_open(0).await;
}

#[tokio::test]
async fn the_other_responses_pass() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        let (gateway, _upstream) = answering(bytes).await;
        assert_eq!(gateway.client().get("/").await.text(), "ok");
    }
}

#[tokio::test]
async fn trailers_reach_a_caller_who_asks_and_are_not_promised_to_others() {
    let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n";
    let (gateway, _upstream) = answering(bytes).await;
    for (asked, promised) in [("TE: trailers\r\n", true), ("", false)] {
        let mut stream = gateway.client().stream().await.unwrap();
        let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{asked}Connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let head = read_head(&mut stream).await;
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.unwrap();
        assert_eq!(
            (head.contains("trailer: "), rest.contains("x-sum: 7")),
            (promised, promised),
            "{head}{rest}"
        );
    }
    let mut connection = gateway.client().http2().connect().await.unwrap();
    let response = connection.begin(request(Method::GET, "/", "")).await.unwrap();
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()["x-sum"], "7");
}

#[tokio::test]
async fn the_trailers_of_a_request_reach_the_backend() {
    let upstream = Upstream::raw(|mut stream, _| async move {
        let mut request = String::new();
        while !request.ends_with("0\r\nx-sum: 7\r\n\r\n") {
            request.push(char::from(stream.read_u8().await.unwrap()));
        }
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    let mut stream = gateway.client().stream().await.unwrap();
    let request = b"POST / HTTP/1.1\r\nHost: localhost\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Sum: 7\r\n\r\n";
    stream.write_all(request).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_request_whose_response_had_begun_is_not_sent_again() {
    let (gateway, upstream) = {
        let upstream = Upstream::raw(|mut stream, number| async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            if number == 0 && read_request(&mut stream).await.is_some() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le").await;
            }
        })
        .await;
        let authority = Authority::new("test");
        let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
        (TestGateway::start_with(authority, &apis, |settings| settings.threads = 1), upstream)
    };
    let mut connection = gateway.client().connect().await.unwrap();
    assert_eq!(connection.send(request(Method::GET, "/", "")).await.unwrap().status, StatusCode::OK);
    let second = connection.send(request(Method::GET, "/", "")).await.unwrap();
    assert_eq!(second.status, StatusCode::BAD_GATEWAY);
    assert_eq!(upstream.accepted(), 1);
}

#[tokio::test]
async fn methods_that_bring_a_request_back_are_refused() {
    let (gateway, upstream) = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    for client in [gateway.client(), gateway.client().http2(), gateway.plain_client()] {
        for method in ["TRACE", "TRACK"] {
            let response = client.send(request(method.parse().unwrap(), "/", "")).await;
            assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(response.headers["allow"], "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        }
    }
    assert_eq!(upstream.accepted(), 0);
}
