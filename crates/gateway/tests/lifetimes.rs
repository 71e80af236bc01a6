//! Every state of a connection ends, whatever the other side does or leaves undone.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::time::Duration;

use domain::timeouts::ApiTimeouts;
use gateway::settings::Settings;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use testkit::authority::Authority;
use testkit::client::{Stream, read_head, request};
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::{Upstream, read_request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;

const SHORT: Duration = Duration::from_millis(200);
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const ACK: u8 = 1;
const END_STREAM_AND_HEADERS: u8 = 5;

async fn gateway(upstream: &Upstream, change: impl FnOnce(&mut Settings)) -> TestGateway {
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    TestGateway::start_with(authority, &apis, change)
}

fn all_short(settings: &mut Settings) {
    settings.timeouts.header_read = SHORT;
    settings.timeouts.keep_alive = SHORT;
    settings.timeouts.idle = SHORT;
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// SETTINGS that leave the gateway no room for a body.
fn no_room() -> Vec<u8> {
    frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0])
}

/// HEADERS of a GET for `path`, of fewer than 127 bytes, in literals and entries of the static table (RFC 7541).
fn get(stream: u32, path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).unwrap();
    let block = [&[0x82, 0x87, 0x04, length], path.as_bytes(), &[0x01, 9], b"localhost"].concat();
    frame(1, END_STREAM_AND_HEADERS, stream, &block)
}

/// Reads frames and answers pings and settings, until the gateway closes the connection.
async fn polite_until_closed(stream: &mut Box<dyn Stream>) {
    let mut head = [0; 9];
    while stream.read_exact(&mut head).await.is_ok() {
        let [_, high, low, kind, flags, ..] = head;
        let mut payload = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        if stream.read_exact(&mut payload).await.is_err() {
            return;
        }
        let answer = match kind {
            PING if flags & ACK == 0 => frame(PING, ACK, 0, &payload),
            SETTINGS if flags & ACK == 0 => frame(SETTINGS, ACK, 0, &[]),
            _ => continue,
        };
        let _ = stream.write_all(&answer).await;
    }
}

#[tokio::test]
async fn connections_that_begin_http2_and_stop_make_room_for_others() {
    let upstream = Upstream::plain().await;
    let gateway = gateway(&upstream, |settings| {
        settings.timeouts.header_read = SHORT;
        settings.limits.max_connections = 4;
    })
    .await;
    let beginnings = [&b""[..], &PREFACE[..12], PREFACE, &[PREFACE, &no_room()[..5]].concat()];
    let mut silent = Vec::new();
    for beginning in beginnings {
        let mut stream = gateway.client().http2().stream().await.unwrap();
        stream.write_all(beginning).await.unwrap();
        silent.push(stream);
    }
    for stream in &mut silent {
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    assert_eq!(gateway.client().get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_idle_http2_connection_is_closed_though_it_answers_pings() {
    let upstream = Upstream::plain().await;
    let gateway = gateway(&upstream, all_short).await;
    let mut stream = gateway.client().http2().stream().await.unwrap();
    stream.write_all(&[PREFACE, &no_room()[..]].concat()).await.unwrap();
    polite_until_closed(&mut stream).await;
    // Half a frame of headers is no request either.
    let mut stream = gateway.client().http2().stream().await.unwrap();
    stream.write_all(&[PREFACE, &no_room()[..], &get(1, "/")[..11]].concat()).await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn a_response_over_http2_that_nobody_takes_lets_go_of_its_backend() {
    let upstream = Upstream::raw(|mut stream, _| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n").await;
        while stream.write_all(&[0; 65536]).await.is_ok() {}
    })
    .await;
    for room in [&no_room()[..], &frame(SETTINGS, 0, 0, &[])] {
        let gateway = gateway(&upstream, all_short).await;
        let mut stream = gateway.client().http2().stream().await.unwrap();
        stream.write_all(&[PREFACE, room, &get(1, "/large")].concat()).await.unwrap();
        upstream.until_open(1).await;
        polite_until_closed(&mut stream).await;
        upstream.until_open(0).await;
    }
}

#[tokio::test]
async fn a_tunnel_in_which_nobody_speaks_is_closed() {
    let upstream = Upstream::plain().await;
    let gateway = gateway(&upstream, |settings| settings.timeouts.backend_idle = SHORT).await;
    for client in [gateway.client(), gateway.plain_client()] {
        let mut stream = client.stream().await.unwrap();
        let upgrade =
            b"GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
        stream.write_all(upgrade).await.unwrap();
        assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 101 "));
        stream.write_all(b"hello").await.unwrap();
        let mut echo = [0; 5];
        stream.read_exact(&mut echo).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
        upstream.until_open(0).await;
    }
}

#[tokio::test]
async fn a_caller_who_closes_their_half_gets_the_response() {
    let upstream = Upstream::plain().await;
    let gateway = gateway(&upstream, |_| {}).await;
    let mut streams = Vec::new();
    for client in [gateway.client(), gateway.plain_client()] {
        let mut stream = client.stream().await.unwrap();
        stream.write_all(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        stream.shutdown().await.unwrap();
        streams.push(stream);
    }
    upstream.until_seen(2).await;
    upstream.release();
    for mut stream in streams {
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 200 ") && response.contains("\"/wait\""), "{response}");
    }
}

#[tokio::test]
async fn a_caller_who_closed_their_half_is_not_waited_for_without_end() {
    let upstream = Upstream::plain().await;
    let gateway = gateway(&upstream, |settings| settings.timeouts.idle = SHORT).await;
    let mut stream = gateway.plain_client().stream().await.unwrap();
    stream.write_all(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
    upstream.until_seen(1).await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
    upstream.until_open(0).await;
}

#[tokio::test]
async fn a_stream_of_events_lasts_as_long_as_it_moves() {
    let (events, _) = watch::channel(0_u32);
    let coming = events.subscribe();
    let upstream = Upstream::raw(move |mut stream, _| {
        let mut coming = coming.clone();
        async move {
            read_request(&mut stream).await;
            let head =
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
            stream.write_all(head).await.unwrap();
            while coming.changed().await.is_ok() {
                stream.write_all(b"9\r\ndata: x\n\n\r\n").await.unwrap();
            }
        }
    })
    .await;
    let limit = SHORT * 8;
    let gateway = gateway(&upstream, |settings| {
        settings.timeouts.backend_idle = limit;
        settings.timeouts.idle = limit;
        settings.timeouts.keep_alive = limit;
        settings.timeouts.first_byte = limit;
    })
    .await;
    for client in [gateway.client(), gateway.client().http2()] {
        let mut connection = client.connect().await.unwrap();
        let response = connection.begin(request(Method::GET, "/", "")).await.unwrap();
        let mut body = response.into_body();
        let mut ticks = tokio::time::interval(SHORT);
        // Together they take longer than any limit.
        for number in 0..10 {
            ticks.tick().await;
            events.send_replace(number);
            let frame = body.frame().await.unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap().as_ref(), b"data: x\n\n");
        }
    }
}

#[tokio::test]
async fn what_was_cut_is_in_traffic_with_its_reason() {
    let upstream = Upstream::plain().await;
    for (change, reason) in [
        (
            (|settings: &mut Settings| settings.timeouts.backend_idle = SHORT) as fn(&mut Settings),
            "ResponseIdleTimeout",
        ),
        (|settings| settings.timeouts.whole = Some(SHORT), "ExchangeTimeout"),
    ] {
        let gateway = gateway(&upstream, change).await;
        let mut connection = gateway.client().connect().await.unwrap();
        let response = connection.begin(request(Method::GET, "/stall", "")).await.unwrap();
        assert!(response.into_body().collect().await.is_err());
        let cut = gateway.gateway.take_failures().calls;
        assert_eq!(cut.iter().map(|call| call.reason.as_str()).collect::<Vec<_>>(), [reason]);
        assert_eq!((cut[0].call.path.as_str(), cut[0].status), ("/stall", 200));
    }
}

#[tokio::test]
async fn an_api_has_limits_of_its_own() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let limit = |change: fn(&mut ApiTimeouts)| {
        let mut timeouts = ApiTimeouts::default();
        change(&mut timeouts);
        timeouts
    };
    let apis = Configuration::trusting(&authority)
        .timeouts(limit(|timeouts| timeouts.first_byte_s = Some(1)))
        .api("first-byte", &upstream.url("http"))
        .timeouts(limit(|timeouts| timeouts.idle_s = Some(1)))
        .api("idle", &upstream.url("http"))
        .timeouts(limit(|timeouts| timeouts.whole_s = Some(1)))
        .api("whole", &upstream.url("http"));
    let gateway = TestGateway::start(authority, &apis);
    for path in ["/first-byte/wait", "/whole/wait"] {
        assert_eq!(gateway.client().get(path).await.status, StatusCode::GATEWAY_TIMEOUT, "{path}");
    }
    for path in ["/idle/stall", "/whole/stall"] {
        let mut connection = gateway.client().connect().await.unwrap();
        let response = connection.begin(request(Method::GET, path, "")).await.unwrap();
        assert!(response.into_body().collect().await.is_err(), "{path}");
    }
}
