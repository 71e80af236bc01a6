//! Header blocks and strings, and what a reader gets of them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http_body_util::Empty;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf, duplex};

use crate::http2::block::NotHpack;
use crate::http2::frame;
use crate::http2::guard::{Guard, Next};
use crate::http2::guarded::Guarded;
use crate::http2::huffman;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const LIMIT_BYTES: usize = 64 * 1024;

/// Gives out one part for each read.
struct Parts(VecDeque<Vec<u8>>);

impl AsyncRead for Parts {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(mut part) = self.0.pop_front() {
            let rest = part.split_off(part.len().min(buffer.remaining()));
            buffer.put_slice(&part);
            if !rest.is_empty() {
                self.0.push_front(rest);
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// What a reader gets of these bytes if they come in parts of this length.
async fn read_in_parts(bytes: &[u8], length: usize) -> Vec<u8> {
    let parts = bytes.chunks(length).map(<[u8]>::to_vec).collect();
    let mut read = Vec::new();
    Guarded::new(Parts(parts), LIMIT_BYTES).read_to_end(&mut read).await.unwrap();
    read
}

fn request(stream: u32, field: &[u8]) -> Vec<u8> {
    // `:method: GET`, `:scheme: https`, `:path: /`, and a literal field.
    frame::write(stream, frame::END_STREAM, &[&[0x82, 0x87, 0x84], field].concat())
}

const GOOD: &[u8] = b"\x40\x03x-a\x01b";
const BAD: &[u8] = b"\x40\x03X-a\x01b";

#[test]
fn good_requests_pass_where_they_are() {
    let bytes = [PREFACE, &request(1, GOOD), &request(3, &[0x80 | 62]), &request(5, GOOD)].concat();
    let scanned = Guard::new(LIMIT_BYTES).scan(&bytes);
    assert_eq!(scanned.passed, bytes.len());
    assert!(matches!(scanned.next, Next::Nothing));
}

#[tokio::test]
async fn it_makes_no_difference_in_which_parts_bytes_come() {
    // Twenty thousand times `accept-encoding`, in two frames.
    let large = frame::write(7, 0, &[0x90; 20_000]);
    let bytes = [PREFACE, &request(1, GOOD), &request(3, BAD), &request(5, &[0x80 | 62]), &large].concat();
    let bytes = [bytes, request(9, GOOD)].concat();
    let whole = read_in_parts(&bytes, bytes.len()).await;
    assert_ne!(whole, bytes);
    for length in [1, 2, 3, 7, 9, 10, 24, 33, 100, 1000, 20_000] {
        assert!(read_in_parts(&bytes, length).await == whole, "in parts of {length}");
    }
}

#[tokio::test]
async fn good_requests_are_read_as_they_came() {
    let bytes = [PREFACE, &request(1, GOOD), &request(3, &[0x80 | 62]), &request(5, GOOD)].concat();
    for length in 1..bytes.len() {
        assert!(read_in_parts(&bytes, length).await == bytes, "in parts of {length}");
    }
}

/// Blocks of the specification (RFC 7541, C.3, C.4 and C.6) and others, each after those before it.
const BLOCKS: [&[u8]; 6] = [
    b"\x82\x86\x84\x41\x0fwww.example.com",
    b"\x82\x86\x84\xbe\x58\x86\xa8\xeb\x10\x64\x9c\xbf",
    b"\x82\x87\x85\xbf\x40\x88\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f\x89\x25\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf",
    b"\x20\x3f\xe1\x1f\x82\x87\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff\x0f\x0d\x010",
    b"\x82\x87\x84\xbe\x10\x07x-never\x01a\x7a\x04curl\x53\x03*/*",
    b"\x82\x87\x84\xc0\xbf\xbe\x77\x96\xd0\x7a\xbe\x94\x10\x54\xd4\x44\xa8\x20\x05\x95\x04\x0b\x81\x66\xe0\x82\xa6\x2d\x1b\xff",
];

/// The blocks with some bytes changed by a seed, and a proper request at the end.
fn changed(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % limit
    };
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let mut bytes = [PREFACE, &settings].concat();
    for (n, block) in BLOCKS.iter().enumerate() {
        let mut block = block.to_vec();
        for _ in 0..below(3) {
            let at = below(block.len());
            block[at] =
                if below(2) == 0 { block[at] ^ (1 << below(8)) } else { u8::try_from(below(256)).unwrap() };
        }
        bytes.extend(frame::write(u32::try_from(2 * n + 1).unwrap(), frame::END_STREAM, &block));
    }
    bytes.extend(frame::write(101, frame::END_STREAM, b"\x82\x87\x84\x01\x01a"));
    bytes
}

/// Whether the library answers the last request, behind the guard.
async fn is_answered(bytes: &[u8]) -> bool {
    let (mut near, far) = duplex(1024 * 1024);
    let service = service_fn(async |_| Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())));
    let serving = http2::Builder::new(TokioExecutor::new())
        .max_header_list_size(u32::try_from(LIMIT_BYTES).unwrap())
        .serve_connection(TokioIo::new(Guarded::new(far, LIMIT_BYTES)), service);
    let serving = tokio::spawn(serving);
    near.write_all(bytes).await.unwrap();
    let mut head = [0; frame::HEAD_BYTES];
    while near.read_exact(&mut head).await.is_ok() {
        let head = frame::Head::read(&head).unwrap();
        near.read_exact(&mut vec![0; head.length]).await.unwrap();
        if head.kind == frame::HEADERS && head.stream == 101 {
            serving.abort();
            return true;
        }
    }
    false
}

#[tokio::test]
async fn the_library_can_read_whatever_the_guard_can_read() {
    let end = frame::write(1, 0, &[0x80]);
    let mut ended = 0;
    for seed in 0..1500 {
        let bytes = changed(seed);
        let is_readable =
            !read_in_parts(&bytes, bytes.len()).await.windows(end.len()).any(|part| part == end);
        assert_eq!(is_answered(&bytes).await, is_readable, "SEED={seed}");
        ended += u32::from(!is_readable);
    }
    assert!((100..1400).contains(&ended), "{ended}");
}

#[test]
fn strings_are_read_as_the_specification_writes_them() {
    let examples: [(&[u8], &[u8]); 4] = [
        (b"\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff", b"www.example.com"),
        (b"\xa8\xeb\x10\x64\x9c\xbf", b"no-cache"),
        (
            b"\xd0\x7a\xbe\x94\x10\x54\xd4\x44\xa8\x20\x05\x95\x04\x0b\x81\x66\xe0\x82\xa6\x2d\x1b\xff",
            b"Mon, 21 Oct 2013 20:13:21 GMT",
        ),
        (b"", b""),
    ];
    for (spelled, text) in examples {
        let mut read = Vec::new();
        assert_eq!(huffman::read(spelled, &mut read), Ok(()));
        assert_eq!(read, text);
    }
}

#[test]
fn strings_that_end_wrongly_are_none() {
    // Zeros as padding, a whole byte of padding, the code that stands for no byte.
    for spelled in [&b"\x18"[..], b"\x1f\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\xfc"] {
        assert_eq!(huffman::read(spelled, &mut Vec::new()), Err(NotHpack), "{spelled:x?}");
    }
}
