//! Every state of a connection to the portal has a limit, and the portal's connections never stop the gateway.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use testkit::program::Program;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const BINARY: &str = env!("CARGO_BIN_EXE_postern");
const SHORT: [&str; 4] = ["--portal-timeout-idle", "1s", "--portal-timeout-whole", "3s"];

async fn connected(address: SocketAddr, sent: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    stream
}

/// What comes until the portal closes the connection, which it has to.
async fn until_closed(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let ended = timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await;
    assert!(ended.is_ok(), "the connection is still open");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn every_silent_connection_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &SHORT);
    let head = "POST /api/sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\naccept: text/html\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    let whole = format!("{head}content-length: 50\r\n\r\nname=a");
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n5\r\nnam");
    let states: [(&str, &[u8], &str); 7] = [
        ("nothing", b"", ""),
        ("half a head", b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ", ""),
        ("after a response", b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n", "alive"),
        ("half a body", whole.as_bytes(), "HTTP/1.1 4"),
        ("half a chunk", chunked.as_bytes(), "HTTP/1.1 4"),
        ("HTTP/2 without TLS", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""),
        ("half a preface", b"PRI * HT", ""),
    ];
    let mut closing = tokio::task::JoinSet::new();
    for (state, sent, expected) in states {
        let stream = connected(program.portal, sent).await;
        let expected = expected.to_owned();
        closing.spawn(async move {
            let answer = until_closed(stream).await;
            assert!(answer.contains(&expected), "{state}: {answer}");
        });
    }
    while let Some(closed) = closing.join_next().await {
        closed.unwrap();
    }
}

#[tokio::test]
async fn a_body_that_trickles_ends_with_the_whole_request() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &SHORT);
    let head = b"POST /api/sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\n";
    let (mut reader, mut writer) = connected(program.portal, head).await.into_split();
    let trickle = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        while writer.write_all(b"a").await.is_ok() {
            ticks.tick().await;
        }
    });
    let mut answer = [0; 12];
    timeout(Duration::from_secs(20), reader.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    trickle.abort();
}

#[tokio::test]
async fn a_browser_that_stops_reading_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &SHORT);
    let many = "GET /sign-in HTTP/1.1\r\nhost: a\r\n\r\n".repeat(4_000);
    let stream = TcpStream::connect(program.portal).await.unwrap();
    let (_reader, mut writer) = stream.into_split();
    // Nothing is read, so at some time nothing more is taken, and then the connection ends.
    let written = async {
        loop {
            if writer.write_all(many.as_bytes()).await.is_err() {
                break;
            }
        }
    };
    assert!(timeout(Duration::from_secs(30), written).await.is_ok(), "the connection is still open");
}

#[tokio::test]
async fn when_all_places_are_taken_whoever_waits_longest_makes_room() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--portal-max-connections", "5"];
    let program = Program::start(BINARY, folder.path(), "serve", &flags);
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(connected(program.portal, b"").await);
    }
    assert_eq!(program.stranger().get("/health/live").await.status, 200);
    let first = silent.swap_remove(0);
    assert_eq!(until_closed(first).await, "");
}

#[tokio::test]
async fn the_portals_silent_connections_leave_the_gateway_its_descriptors() {
    let folder = tempfile::tempdir().unwrap();
    let few = folder.path().join("few");
    std::fs::write(&few, format!("#!/bin/sh\nulimit -n 256\nexec {BINARY} \"$@\"\n")).unwrap();
    Command::new("chmod").arg("+x").arg(&few).status().unwrap();
    let data = folder.path().join("data");
    let program = Program::start(few.to_str().unwrap(), &data, "serve", &["--gateway-threads", "1"]);
    let mut silent = Vec::new();
    for _ in 0..400 {
        silent.push(connected(program.portal, b"").await);
    }
    // Nothing is published there, but the gateway answers.
    assert_eq!(program.caller(&data).get("/nowhere").await.status, 404);
    assert_eq!(program.stranger().get("/health/live").await.status, 200);
    let log = program.log();
    assert!(log.contains("`gateway.max-connections` is 20000") && log.contains("LimitNOFILE"), "{log}");
    assert!(log.contains("`portal.max-connections` is 256"), "{log}");
}

#[tokio::test]
async fn the_soft_limit_of_open_files_is_raised_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let few = folder.path().join("few");
    std::fs::write(&few, format!("#!/bin/sh\nulimit -Sn 200\nexec {BINARY} \"$@\"\n")).unwrap();
    Command::new("chmod").arg("+x").arg(&few).status().unwrap();
    let program = Program::start(few.to_str().unwrap(), &folder.path().join("data"), "serve", &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.process())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let numbers: Vec<&str> = line.split_whitespace().filter(|word| word.parse::<u64>().is_ok()).collect();
    assert_eq!(numbers.first(), numbers.get(1), "{line}");
    assert_ne!(numbers.first(), Some(&"200"));
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_is_still_sending() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(BINARY, folder.path(), "serve", &[]);
    for _ in 0..8 {
        let head = b"POST /api/policies/save HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 4000000\r\n\r\n";
        let mut stream = connected(program.portal, head).await;
        stream.write_all(&vec![b'a'; 4_000_000]).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 401");
    }
}
