//! What is found in heads, and where bodies are cut off.

use super::{Broken, Finding, Findings, Framing};

/// What is found in each head of a connection that sends `bytes`, whole and byte by byte.
fn found(bytes: &[u8]) -> Vec<Option<Finding>> {
    let read = |pieces: Vec<&[u8]>| {
        let findings = Findings::default();
        let mut framing = Framing::new(findings.clone());
        for piece in pieces {
            framing.feed(piece).unwrap();
        }
        findings.heads().drain(..).collect::<Vec<_>>()
    };
    let (whole, bytewise) = (read(vec![bytes]), read(bytes.chunks(1).collect()));
    assert_eq!(whole, bytewise);
    whole
}

/// How many bytes behind the head of a request in chunks may be read.
fn sound_bytes(body: &[u8]) -> Option<usize> {
    let mut framing = Framing::new(Findings::default());
    framing.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
    framing.feed(body).err().map(|Broken { sound_bytes }| sound_bytes)
}

#[test]
fn bodies_are_not_taken_for_heads() {
    let bytes = b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n\r\n\r\nPOST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    assert_eq!(found(bytes), [None, None, None]);
}

#[test]
fn both_ways_to_tell_the_length_are_found_in_either_order() {
    let one = b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let other = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n";
    assert!(matches!(found(one)[..], [Some(Finding::Ambiguous(_))]));
    assert!(matches!(found(other)[..], [Some(Finding::Ambiguous(_))]));
}

#[test]
fn the_second_of_two_pipelined_requests_is_judged_too() {
    let bytes =
        b"GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert!(matches!(found(bytes)[..], [None, Some(_)]));
}

#[test]
fn bare_line_feeds_and_folded_fields_are_found() {
    assert!(matches!(found(b"GET / HTTP/1.1\nHost: x\r\n\r\n")[..], [Some(_)]));
    assert!(matches!(found(b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n")[..], [Some(_)]));
}

#[test]
fn codings_other_than_chunked_are_found() {
    for coding in ["gzip, chunked", "chunked, chunked", "identity", "gzip", "chunked;q=1", ""] {
        let head = format!("POST / HTTP/1.1\r\nTransfer-Encoding: {coding}\r\n\r\n");
        assert_eq!(found(head.as_bytes()), [Some(Finding::Coding)], "{coding}");
    }
}

#[test]
fn chunks_and_trailers_as_they_should_be_are_followed_to_their_end() {
    for body in ["3\r\nabc\r\n0\r\n\r\n", "A;x=\"y\"\r\n0123456789\r\n00\r\nX: y\r\n\r\nGET"] {
        assert_eq!(sound_bytes(body.as_bytes()), None, "{body:?}");
    }
}

#[test]
fn a_wrong_line_in_a_body_is_where_reading_stops() {
    for (body, sound) in [
        ("3\nabc\r\n", 0),
        ("3\r\nabc\n", 6),
        ("3\r\nabcd\r\n", 6),
        ("3 x\r\nabc", 0),
        ("-3\r\n", 0),
        ("10000000000000000\r\n", 0),
        ("0\r\n\n", 3),
        ("0\r\nX: y\n\r\n", 3),
        ("0\r\nX y\r\n\r\n", 3),
        ("0\r\nX: a\rb\r\n\r\n", 3),
        ("0\r\n X: y\r\n\r\n", 3),
    ] {
        assert_eq!(sound_bytes(body.as_bytes()), Some(sound), "{body:?}");
    }
}
