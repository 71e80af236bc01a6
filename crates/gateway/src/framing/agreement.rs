//! Whatever bytes a caller sends, the HTTP library reads no request that [`Framing`] doesn't, and none elsewhere.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Findings, Framing};

/// The targets of the requests that are let through, in order, and how many bytes of the connection are.
fn followed(bytes: &[u8]) -> (Vec<String>, usize) {
    let findings = Findings::default();
    let mut framing = Framing::new(findings.clone());
    let (mut targets, mut start) = (Vec::new(), None);
    for (at, byte) in bytes.iter().enumerate() {
        if framing.is_between_requests() && !b"\r\n".contains(byte) {
            start = Some(at);
        }
        let was_inside = framing.is_inside_head();
        if framing.feed(&[*byte]).is_err() {
            return (targets, at);
        }
        if was_inside && !framing.is_inside_head() {
            let Some(first) = start.take() else { continue };
            if findings.next().is_some() {
                return (targets, at + 1);
            }
            let head = String::from_utf8_lossy(&bytes[first..at]).into_owned();
            targets.push(head.split(' ').nth(1).unwrap_or_default().to_owned());
        }
    }
    (targets, bytes.len())
}

/// The targets of the requests that the library reads out of these bytes.
async fn read(bytes: &[u8]) -> Vec<String> {
    let (mut near, far) = tokio::io::duplex(1 << 20);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let seeing = Arc::clone(&seen);
    let service = service_fn(move |request: Request<Incoming>| {
        seeing.lock().unwrap().push(request.uri().to_string());
        async move {
            let _ = request.into_body().collect().await;
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::new())))
        }
    });
    let serving = http1::Builder::new().serve_connection(TokioIo::new(far), service);
    let calling = async {
        near.write_all(bytes).await.unwrap();
        near.shutdown().await.unwrap();
        let _ = near.read_to_end(&mut Vec::new()).await;
    };
    let _ = tokio::join!(serving, calling);
    std::mem::take(&mut *seen.lock().unwrap())
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'p>(&mut self, from: &[&'p [u8]]) -> &'p [u8] {
        from[self.roll(from.len())]
    }
}

/// A connection of a few requests, each marked by its target, in which now and then a line is wrong.
fn connection(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in 0..1 + dice.roll(4) {
        bytes.extend(format!("POST /{number} HTTP/1.1\r\nHost: a\r\n").bytes());
        match dice.roll(3) {
            0 => bytes.extend(b"\r\n"),
            1 => {
                let body = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
                bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
                bytes.extend(body);
            }
            _ => {
                bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
                for _ in 0..dice.roll(3) {
                    bytes.extend(dice.pick(&[
                        b"3",
                        b"003",
                        b"3 ",
                        b"3;x",
                        b"3;x=\"y\"",
                        b"0x3",
                        b"3;\r",
                        b"+3",
                    ]));
                    bytes.extend(dice.pick(&[b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r\r\n"]));
                    bytes.extend(b"abc");
                    bytes.extend(dice.pick(&[b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"x\r\n"]));
                }
                bytes.extend(dice.pick(&[b"0\r\n", b"0\r\n", b"00;x\r\n", b"0\n"]));
                for _ in 0..dice.roll(3) {
                    bytes.extend(dice.pick(&[
                        b"X: y",
                        b"X:\ty",
                        b"X y",
                        b": y",
                        b"X: a\rb",
                        b"X: y\n\r\nGET /smuggled HTTP/1.1\r\nHost: a",
                        b"\nGET /smuggled HTTP/1.1\r\nHost: a",
                    ]));
                    bytes.extend(dice.pick(&[b"\r\n", b"\r\n", b"\n", b"\r\r\n"]));
                }
                bytes.extend(dice.pick(&[b"\r\n", b"\r\n", b"\n", b"\r\r\n"]));
            }
        }
    }
    for _ in 0..dice.roll(3) {
        let at = dice.roll(bytes.len());
        match dice.roll(3) {
            0 => bytes[at] = dice.pick(&[b"\r", b"\n", b" ", b":", b"0", b"f", b"\t", b"\0"])[0],
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, dice.pick(&[b"\r", b"\n", b" ", b":", b"0", b";"])[0]),
        }
    }
    bytes
}

#[tokio::test]
async fn the_library_reads_the_requests_that_are_let_through_and_no_others() {
    let mut dice = Dice(10);
    let mut whole = 0;
    for _ in 0..20_000 {
        let bytes = connection(&mut dice);
        let (targets, sound) = followed(&bytes);
        let read = read(&bytes[..sound]).await;
        // What is refused for its head is read by the library, and refused behind it.
        let known = read.len().min(targets.len());
        assert_eq!(read[..known], targets[..known], "{}", bytes.escape_ascii());
        assert!(read.len() <= targets.len() + 1, "{read:?} {targets:?} {}", bytes.escape_ascii());
        whole += usize::from(read.len() == targets.len() && sound == bytes.len());
    }
    assert!(whole > 2_000, "only {whole} connections were sound: nothing was compared");
}
