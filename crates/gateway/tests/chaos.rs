//! A backend that stalls, cuts, lies and babbles, by a seed: callers get their own answer, whole, or an error.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::{Client, request};
use testkit::gateway::{Configuration, TestGateway};
use testkit::upstream::{Upstream, read_request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// The bytes that answer a request, and what becomes of the connection then.
struct Misdeed {
    bytes: Vec<u8>,
    then: Then,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Close,
    GoOn,
    Stall,
}

/// The body of the proper answer to request number `number`.
fn proper(number: u64) -> String {
    format!("answer {number};").repeat(usize::try_from(number % 50).unwrap() + 1)
}

fn with_length(number: u64, length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}", proper(number)).into_bytes()
}

/// What the backend does with a request: the same for the same seed and number.
fn misdeed(seed: u64, number: u64) -> Misdeed {
    let chance = mixed(seed ^ mixed(number));
    let body = proper(number);
    let length = body.len();
    let good = with_length(number, length);
    let bytes = |bytes: Vec<u8>, then| Misdeed { bytes, then };
    let text = |text: String, then| Misdeed { bytes: text.into_bytes(), then };
    match chance % 20 {
        0 => bytes(Vec::new(), Then::Stall),
        1 => bytes(Vec::new(), Then::Close),
        2 => bytes(good[..good.len() / 2].to_vec(), Then::Stall),
        3 => bytes(good[..good.len() / 2].to_vec(), Then::Close),
        4 => bytes(good[..20].to_vec(), Then::Close),
        5 => bytes(with_length(number, length + 10), Then::Close),
        6 => bytes(with_length(number, length + 10), Then::Stall),
        // The lie that would be the next caller's answer.
        7 => bytes([good, with_length(666, proper(666).len())].concat(), Then::GoOn),
        8 => text("nonsense\r\n\r\n".to_owned(), Then::GoOn),
        9 => text(
            format!("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{body}"),
            Then::Close,
        ),
        10 => text(
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n"),
            Then::Close,
        ),
        11 => text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(), Then::Close),
        12 => text(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n".to_owned(),
            Then::Stall,
        ),
        13 => text(format!("HTTP/1.1 200 OK\r\nX-A: {}\r\n\r\n", "a".repeat(200_000)), Then::Close),
        14 => text(
            format!("HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: {length}\r\n\r\n{body}"),
            Then::GoOn,
        ),
        // And some that are in order.
        15 => {
            text(format!("HTTP/1.1 103 Early Hints\r\n\r\n{}", String::from_utf8(good).unwrap()), Then::GoOn)
        }
        16 => text(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}"), Then::Close),
        17 => text(
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"),
            Then::GoOn,
        ),
        _ => bytes(good, Then::GoOn),
    }
}

async fn misbehave(mut stream: TcpStream, seed: u64) {
    while let Some(head) = read_request(&mut stream).await {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let Ok(number) = path.trim_start_matches('/').parse() else { return };
        let Misdeed { bytes, then } = misdeed(seed, number);
        let middle = usize::try_from(mixed(number) % (bytes.len() as u64 + 1)).unwrap();
        let (first, second) = bytes.split_at(middle);
        let sent = stream.write_all(first).await.is_ok() && stream.write_all(second).await.is_ok();
        match then {
            Then::GoOn if sent => {}
            Then::Stall => {
                // Until the gateway has had enough.
                read_request(&mut stream).await;
                return;
            }
            Then::GoOn | Then::Close => return,
        }
    }
}

/// Sends requests `numbers` one after the other; each has its own answer, or none that looks whole.
async fn call(client: Client, numbers: std::ops::Range<u64>) -> u64 {
    let mut proper_answers = 0;
    let mut connection = client.connect().await.unwrap();
    for number in numbers {
        let (method, body) = if number % 3 == 0 { (Method::POST, "body") } else { (Method::GET, "") };
        match connection.send(request(method, &format!("/{number}"), body)).await {
            Ok(answer) if answer.status == StatusCode::OK => {
                assert_eq!(answer.body, proper(number), "request {number} has an answer of its own");
                proper_answers += 1;
            }
            Ok(answer) => {
                let status = answer.status.as_u16();
                assert!(matches!(status, 502 | 504), "request {number} is answered with {status}");
                assert_eq!(answer.json()["statusCode"], status);
            }
            Err(_) => connection = client.connect().await.unwrap(),
        }
    }
    proper_answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_get_their_own_answer_or_an_error_whatever_the_backend_does() {
    let seed = seed();
    // Shown when the test fails.
    println!("SEED={seed}");
    let upstream = Upstream::raw(move |stream, _| misbehave(stream, seed)).await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.timeouts.first_byte = Duration::from_millis(200);
        settings.timeouts.backend_idle = Duration::from_millis(200);
    });
    let callers = (0..20_u64).map(|caller| {
        let client = if caller % 2 == 0 { gateway.client() } else { gateway.client().http2() };
        tokio::spawn(call(client, caller * 30..(caller + 1) * 30))
    });
    let mut proper_answers = 0;
    for caller in callers.collect::<Vec<_>>() {
        proper_answers += caller.await.unwrap();
    }
    assert!(proper_answers > 100, "{proper_answers} of 600 were in order");
    // Nothing is left behind: no connection outlives its API.
    gateway.publish(&Configuration::default().next());
    upstream.until_open(0).await;
}

#[expect(clippy::disallowed_methods, reason = "a failure is replayed with the seed that it printed")]
fn seed() -> u64 {
    let random = || std::hash::RandomState::new().build_hasher().finish();
    std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(random)
}

/// One step of SplitMix64.
fn mixed(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
