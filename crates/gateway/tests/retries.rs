//! When a request goes out once more, and when it must not.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Connection, request};
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::{Upstream, read_request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A gateway with one thread, a kept connection to it, and what its backend has read, one entry for each request.
struct Setting {
    _gateway: TestGateway,
    upstream: Upstream,
    caller: Connection,
    read: Arc<Mutex<Vec<String>>>,
}

impl Setting {
    /// A backend that answers so many requests on its first connection, reads the next and closes; later connections
    /// answer everything.
    async fn closing_after(answered: usize) -> Self {
        let read = Arc::new(Mutex::new(Vec::new()));
        let reading = Arc::clone(&read);
        let upstream = Upstream::raw(move |mut stream: TcpStream, number| {
            let reading = Arc::clone(&reading);
            async move {
                let mut left = if number == 0 { answered } else { usize::MAX };
                while let Some(head) = read_request(&mut stream).await {
                    reading.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
                    if left == 0 {
                        return;
                    }
                    left -= 1;
                    let _ = stream.write_all(OK).await;
                }
            }
        })
        .await;
        let authority = Authority::new("test");
        let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
        let gateway = TestGateway::start_with(authority, &apis, |settings| settings.threads = 1);
        let caller = gateway.client().connect().await.unwrap();
        Self { _gateway: gateway, upstream, caller, read }
    }

    async fn status(&mut self, method: Method, body: &'static str) -> StatusCode {
        self.caller.send(request(method, "/", body)).await.unwrap().status
    }
}

#[tokio::test]
async fn an_idempotent_request_on_a_used_connection_is_sent_again() {
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let mut setting = Setting::closing_after(1).await;
        assert_eq!(setting.status(Method::GET, "").await, StatusCode::OK);
        assert_eq!(setting.status(method.clone(), "").await, StatusCode::OK, "{method}");
        assert_eq!((setting.upstream.accepted(), setting.read.lock().unwrap().len()), (2, 3));
    }
}

#[tokio::test]
async fn a_request_that_changes_something_is_never_sent_twice() {
    for method in [Method::POST, Method::PATCH] {
        let mut setting = Setting::closing_after(1).await;
        assert_eq!(setting.status(Method::GET, "").await, StatusCode::OK);
        assert_eq!(setting.status(method.clone(), "").await, StatusCode::BAD_GATEWAY, "{method}");
        assert_eq!(setting.read.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_request_with_a_body_is_never_sent_twice() {
    let mut setting = Setting::closing_after(1).await;
    assert_eq!(setting.status(Method::GET, "").await, StatusCode::OK);
    assert_eq!(setting.status(Method::PUT, "body").await, StatusCode::BAD_GATEWAY);
    assert_eq!(setting.read.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_request_on_a_new_connection_is_never_sent_twice() {
    let mut setting = Setting::closing_after(0).await;
    assert_eq!(setting.status(Method::GET, "").await, StatusCode::BAD_GATEWAY);
    assert_eq!((setting.upstream.accepted(), setting.read.lock().unwrap().len()), (1, 1));
}

#[tokio::test]
async fn a_connection_that_the_backend_closed_meanwhile_costs_nobody_anything() {
    let upstream = Upstream::raw(|mut stream: TcpStream, _| async move {
        if read_request(&mut stream).await.is_some() {
            let _ = stream.write_all(OK).await;
        }
    })
    .await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| settings.threads = 1);
    let mut caller = gateway.client().connect().await.unwrap();
    for _ in 0..20 {
        let answer = caller.send(request(Method::POST, "/", "body")).await.unwrap();
        assert_eq!(answer.status, StatusCode::OK);
        upstream.until_open(0).await;
    }
}

#[tokio::test]
async fn a_backend_where_nobody_listens_gives_502() {
    let upstream = Upstream::plain().await;
    let url = upstream.url("http");
    drop(upstream);
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &url).api("x", "http://nowhere.invalid");
    let gateway = TestGateway::start(authority, &apis);
    for path in ["/", "/x"] {
        let answer = gateway.client().get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
        assert_eq!(answer.json()["message"], "The backend could not be reached.");
    }
}
