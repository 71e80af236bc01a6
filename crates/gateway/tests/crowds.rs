//! Many callers at once that begin something and say no more: others are served, and all of them have to leave.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::time::Duration;

use gateway::settings::Settings;
use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Client, Stream, request};
use testkit::gateway::{Configuration, TestGateway};
use testkit::http2::{END_HEADERS, END_STREAM, Kind, frame, hpack};
use testkit::upstream::{Upstream, read_request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a caller may be silent.
const SHORT: Duration = Duration::from_secs(2);
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Of each kind of silence.
const EACH: usize = 20;

/// Where a caller stops.
#[derive(Clone, Copy, Debug)]
enum Silence {
    Connected,
    HalfAHello,
    Greeted,
    HalfAPreface,
    HalfAHead,
    HalfABody,
    HalfAChunk,
    ResponseNotRead,
    HalfAFrame,
    StreamNotRead,
}

const ALL: [Silence; 10] = [
    Silence::Connected,
    Silence::HalfAHello,
    Silence::Greeted,
    Silence::HalfAPreface,
    Silence::HalfAHead,
    Silence::HalfABody,
    Silence::HalfAChunk,
    Silence::ResponseNotRead,
    Silence::HalfAFrame,
    Silence::StreamNotRead,
];

impl Silence {
    async fn begin(self, gateway: &TestGateway) -> Box<dyn Stream> {
        let over = |client: Client, bytes: Vec<u8>| async move {
            let mut stream = client.stream().await.unwrap();
            stream.write_all(&bytes).await.unwrap();
            stream.flush().await.unwrap();
            stream
        };
        let client = gateway.client();
        let bytes: &[u8] = match self {
            Self::Connected => return Box::new(tcp(gateway, b"").await),
            Self::HalfAHello => return Box::new(tcp(gateway, &[22, 3, 1, 1, 0, 1, 0, 0]).await),
            Self::Greeted => b"",
            Self::HalfAPreface => return over(client.http2(), PREFACE[..14].to_vec()).await,
            Self::HalfAHead => b"GET / HTTP/1.1\r\nHost: local",
            Self::HalfABody => b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf",
            Self::HalfAChunk => {
                b"POST /body HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf"
            }
            Self::ResponseNotRead => b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n",
            Self::HalfAFrame => {
                return over(client.http2(), [PREFACE, &settings_frame(), &get("/")[..12]].concat()).await;
            }
            Self::StreamNotRead => {
                return over(client.http2(), [PREFACE, &settings_frame(), &get("/endless")].concat()).await;
            }
        };
        over(client, bytes.to_vec()).await
    }
}

async fn tcp(gateway: &TestGateway, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(gateway.gateway.addresses()[0]).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

fn settings_frame() -> Vec<u8> {
    frame(Kind::Settings, 0, 0, &[])
}

fn get(path: &str) -> Vec<u8> {
    let fields = [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", path)];
    frame(Kind::Headers, END_HEADERS | END_STREAM, 1, &hpack::block(&fields))
}

/// Waits for the whole of a body, answers everything else, `/endless` with a body that has no end.
async fn backend() -> Upstream {
    Upstream::raw(|mut stream, _| async move {
        while let Some(head) = read_request(&mut stream).await {
            if head.starts_with("POST") {
                // The rest never comes.
                let _ = stream.read_to_end(&mut Vec::new()).await;
                return;
            }
            if !head.contains("/endless") {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
                continue;
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n").await;
            while stream.write_all(&[0; 65536]).await.is_ok() {}
        }
    })
    .await
}

fn patience(settings: &mut Settings) {
    settings.limits.max_connections = ALL.len() * EACH + 20;
    settings.timeouts.handshake = SHORT;
    settings.timeouts.header_read = SHORT;
    settings.timeouts.keep_alive = SHORT;
    settings.timeouts.idle = SHORT;
    settings.timeouts.linger = SHORT;
    settings.timeouts.pool_idle = SHORT / 4;
}

#[tokio::test]
async fn two_hundred_silent_callers_keep_nobody_from_being_served_and_all_have_to_leave() {
    let upstream = backend().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, patience);
    let served = async |client: &Client| {
        let answer = timeout(SHORT * 4, client.send(request(Method::GET, "/", ""))).await;
        assert_eq!(answer.expect("an answer in time").status, StatusCode::OK);
    };
    let clients = [gateway.client(), gateway.client().http2(), gateway.plain_client()];
    let mut silent = Vec::new();
    for silence in ALL {
        for _ in 0..EACH {
            silent.push((silence, silence.begin(&gateway).await));
        }
        for client in &clients {
            served(client).await;
        }
    }
    assert_eq!(silent.len(), 200);
    // Reading would keep those alive that wait for a reader.
    until_left(&upstream).await;
    for (silence, mut stream) in silent {
        // What was sent before may be read; after that comes the end.
        let left = timeout(SHORT * 8, stream.read_to_end(&mut Vec::new())).await;
        assert!(left.is_ok(), "{silence:?} is still there");
    }
    served(&clients[0]).await;
    until_left(&upstream).await;
}

async fn until_left(upstream: &Upstream) {
    let left = timeout(SHORT * 8, upstream.until_open(0)).await;
    assert!(left.is_ok(), "{} connections to the backend are still open", upstream.open());
}
