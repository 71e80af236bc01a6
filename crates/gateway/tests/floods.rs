//! HTTP/2 connections that flood: others are served meanwhile, and what is kept for the flood has bounds.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::time::Duration;

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Client, request};
use testkit::gateway::{Configuration, TestGateway};
use testkit::http2::{END_HEADERS, END_STREAM, Kind, PRIORITY, frame, hpack};
use testkit::program::until;
use testkit::upstream::Upstream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const PATIENCE: Duration = Duration::from_secs(20);
/// How much more memory the whole test process may hold behind a flood.
const ROOM_BYTES: u64 = 96 << 20;

async fn gateway() -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    (TestGateway::start(authority, &apis), upstream)
}

fn block(method: &str, path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let fields = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)];
    hpack::block(&[&fields, more].concat())
}

/// The frames of `count` pieces, one after the other.
fn frames(count: u32, piece: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
    (0..count).flat_map(piece).collect()
}

fn stream_of(number: u32) -> u32 {
    number * 2 + 1
}

fn memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

async fn is_served(client: &Client) {
    let answer = timeout(PATIENCE, client.send(request(Method::GET, "/other", ""))).await;
    assert_eq!(answer.expect("another caller waits too long").status, StatusCode::OK);
}

/// Sends a flood on a connection of its own, which reads nothing; asks on others meanwhile and behind it. Whether the
/// gateway ends the flooding connection is its own choice.
async fn flood(gateway: &TestGateway, bytes: &[u8]) {
    let others = [gateway.client(), gateway.client().http2(), gateway.plain_client()];
    let mut old = others[1].connect().await.unwrap();
    is_served(&others[0]).await;
    let before = memory_bytes();
    let mut stream = gateway.client().http2().stream().await.unwrap();
    let hello = [PREFACE, &frame(Kind::Settings, 0, 0, &[])].concat();
    stream.write_all(&hello).await.unwrap();
    for part in bytes.chunks(bytes.len() / 4 + 1) {
        // A gateway that takes no more is no fault of it.
        let _ = timeout(Duration::from_millis(200), stream.write_all(part)).await;
        for other in &others {
            is_served(other).await;
        }
    }
    let answer = timeout(PATIENCE, old.send(request(Method::GET, "/old", ""))).await.unwrap();
    assert_eq!(answer.unwrap().status, StatusCode::OK, "a connection from before the flood");
    let grown = memory_bytes().saturating_sub(before);
    assert!(grown < ROOM_BYTES, "{} MiB more", grown >> 20);
    drop(stream);
    is_served(&others[0]).await;
}

#[tokio::test]
async fn rapid_resets_are_the_business_of_their_connection() {
    let (gateway, upstream) = gateway().await;
    let good = block("GET", "/wait", &[]);
    let cancelled = |number| {
        let stream = stream_of(number);
        let head = frame(Kind::Headers, END_HEADERS | END_STREAM, stream, &good);
        [head, frame(Kind::Reset, 0, stream, &[0, 0, 0, 8])].concat()
    };
    flood(&gateway, &frames(2_000, cancelled)).await;
    // Nothing is left at the backend but what waits for the next request.
    until(|| async { (upstream.open() < 16).then_some(()) }).await;
}

#[tokio::test]
async fn malformed_requests_by_the_thousand_end_at_most_their_own_connection() {
    let (gateway, _upstream) = gateway().await;
    let (good, bad) = (block("GET", "/x", &[]), block("GET", "/x", &[("X-Upper", "1")]));
    let malformed = |number| frame(Kind::Headers, END_HEADERS | END_STREAM, stream_of(number), &bad);
    flood(&gateway, &frames(2_000, malformed)).await;
    let mixed = |number: u32| {
        let stream = stream_of(number);
        let block = if number.is_multiple_of(2) { &good } else { &bad };
        let head = frame(Kind::Headers, END_HEADERS, stream, block);
        [head, frame(Kind::Reset, 0, stream, &[0, 0, 0, 8])].concat()
    };
    flood(&gateway, &frames(2_000, mixed)).await;
}

#[tokio::test]
async fn resets_that_the_caller_provokes_are_bounded() {
    let (gateway, _upstream) = gateway().await;
    let good = block("PUT", "/body", &[]);
    // MadeYouReset: the gateway resets each of them because of what follows.
    let provoked = |number| {
        let stream = stream_of(number);
        let head = frame(Kind::Headers, END_HEADERS, stream, &good);
        [head, frame(Kind::WindowUpdate, 0, stream, &[0; 4])].concat()
    };
    flood(&gateway, &frames(2_000, provoked)).await;
    let overflowing = |number| {
        let stream = stream_of(number);
        let head = frame(Kind::Headers, END_HEADERS, stream, &good);
        [head, frame(Kind::WindowUpdate, 0, stream, &[0x7f, 0xff, 0xff, 0xff])].concat()
    };
    flood(&gateway, &frames(2_000, overflowing)).await;
}

#[tokio::test]
async fn settings_and_pings_that_nobody_reads_the_answers_of_are_bounded() {
    let (gateway, _upstream) = gateway().await;
    flood(&gateway, &frames(10_000, |_| frame(Kind::Settings, 0, 0, &[]))).await;
    let sizes = |number: u32| {
        let window = (number % 1_000).to_be_bytes();
        frame(Kind::Settings, 0, 0, &[&[0, 4], &window[..]].concat())
    };
    flood(&gateway, &frames(8_000, sizes)).await;
    flood(&gateway, &frames(10_000, |number| frame(Kind::Ping, 0, 0, &u64::from(number).to_be_bytes())))
        .await;
}

#[tokio::test]
async fn small_windows_and_priorities_are_bounded() {
    let (gateway, _upstream) = gateway().await;
    flood(&gateway, &frames(10_000, |_| frame(Kind::WindowUpdate, 0, 0, &[0, 0, 0, 1]))).await;
    let head = frame(Kind::Headers, END_HEADERS | END_STREAM, 1, &block("GET", "/wait", &[]));
    let windows = frames(10_000, |_| frame(Kind::WindowUpdate, 0, 1, &[0, 0, 0, 1]));
    flood(&gateway, &[head, windows].concat()).await;
    // Of streams that are there, that aren't yet, and that depend on each other.
    let priority = |number: u32| {
        let depends_on = stream_of((number + 1) % 10_000).to_be_bytes();
        frame(Kind::Priority, 0, stream_of(number % 10_000), &[&depends_on[..], &[7]].concat())
    };
    flood(&gateway, &frames(10_000, priority)).await;
    let with_priority = |number| {
        let block = [&[0, 0, 0, 0, 7], &block("GET", "/x", &[])[..]].concat();
        frame(Kind::Headers, END_HEADERS | END_STREAM | PRIORITY, stream_of(number), &block)
    };
    flood(&gateway, &frames(1_000, with_priority)).await;
}

#[tokio::test]
async fn empty_frames_are_bounded() {
    let (gateway, _upstream) = gateway().await;
    let head = frame(Kind::Headers, END_HEADERS, 1, &block("PUT", "/body", &[]));
    let data = frames(10_000, |_| frame(Kind::Data, 0, 1, &[]));
    flood(&gateway, &[&head[..], &data].concat()).await;
    let block = block("GET", "/x", &[]);
    let parts = frames(10_000, |_| frame(Kind::Continuation, 0, 1, &[]));
    flood(&gateway, &[frame(Kind::Headers, END_STREAM, 1, &block), parts].concat()).await;
    // Blocks that are whole only with the next frame.
    let in_two = |number| {
        let (stream, (first, second)) = (stream_of(number), block.split_at(3));
        let head = frame(Kind::Headers, END_STREAM, stream, first);
        [head, frame(Kind::Continuation, END_HEADERS, stream, second)].concat()
    };
    flood(&gateway, &frames(1_000, in_two)).await;
}

#[tokio::test]
async fn frames_of_kinds_that_nobody_knows_are_bounded() {
    let (gateway, _upstream) = gateway().await;
    let unknown = |number: u32| {
        let mut frame = frame(Kind::Data, 0, number % 100, &[0; 32]);
        frame[3] = 0xbe;
        frame
    };
    flood(&gateway, &frames(8_000, unknown)).await;
}

#[tokio::test]
async fn a_connection_is_ended_that_only_resets() {
    let (gateway, _upstream) = gateway().await;
    let mut stream = gateway.client().http2().stream().await.unwrap();
    stream.write_all(&[PREFACE, &frame(Kind::Settings, 0, 0, &[])].concat()).await.unwrap();
    let bad = block("GET", "/x", &[("X-Upper", "1")]);
    let malformed = |number| frame(Kind::Headers, END_HEADERS | END_STREAM, stream_of(number), &bad);
    let _ = stream.write_all(&frames(3_000, malformed)).await;
    assert!(timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.is_ok(), "it is still open");
    is_served(&gateway.client().http2()).await;
}
