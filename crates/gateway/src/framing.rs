//! Watches the bytes of an HTTP/1 connection for ambiguous framing that the HTTP library quietly puts right.
//!
//! A request with both `Content-Length` and `Transfer-Encoding`, for one, reaches `serve` with the length already
//! removed. What is found here is refused there with 400.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What was found in each head, in the order of the heads; None where there is nothing to say against it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings(Arc<Found>);

#[derive(Debug, Default)]
struct Found {
    heads: Mutex<VecDeque<Option<&'static str>>>,
    is_over: AtomicBool,
}

/// Follows the requests of one connection from head to body to head.
#[derive(Debug)]
pub(crate) struct Framing {
    findings: Findings,
    place: Place,
    head: Head,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Head,
    Body {
        left: u64,
    },
    ChunkSize,
    ChunkData {
        left: u64,
    },
    ChunkEnd,
    Trailer,
    /// Nothing that can be followed: another protocol, or bytes that the HTTP library refuses.
    Unknown,
}

/// What the lines of the present head said so far.
#[derive(Debug, Default)]
struct Head {
    lines: usize,
    lengths: u32,
    length: u64,
    encodings: u32,
    finding: Option<&'static str>,
}

impl Findings {
    /// What was found in the oldest head that nobody asked about yet.
    pub(crate) fn next(&self) -> Option<&'static str> {
        self.heads().pop_front().flatten()
    }

    /// From here on the connection speaks another protocol.
    pub(crate) fn end(&self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }

    fn heads(&self) -> MutexGuard<'_, VecDeque<Option<&'static str>>> {
        self.0.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Framing {
    pub(crate) fn new(findings: Findings) -> Self {
        Self { findings, place: Place::Head, head: Head::default(), line: Vec::new() }
    }

    /// Whether the connection speaks another protocol by now.
    pub(crate) fn is_over(&self) -> bool {
        self.findings.0.is_over.load(Ordering::Relaxed)
    }

    /// Whether a head has begun and not ended.
    pub(crate) fn is_inside_head(&self) -> bool {
        self.place == Place::Head && (self.head.lines > 0 || !self.line.is_empty())
    }

    /// Takes in bytes as they come from the caller.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        if self.is_over() {
            self.place = Place::Unknown;
        }
        while !bytes.is_empty() {
            bytes = match self.place {
                Place::Body { left } => self.skip(bytes, left),
                Place::ChunkData { left } => self.skip(bytes, left),
                Place::Unknown => return,
                Place::Head | Place::ChunkSize | Place::ChunkEnd | Place::Trailer => self.take_line(bytes),
            };
        }
    }

    fn skip<'b>(&mut self, bytes: &'b [u8], left: u64) -> &'b [u8] {
        let present = bytes.len() as u64;
        let rest = left.saturating_sub(present);
        self.place = match self.place {
            Place::ChunkData { .. } if rest == 0 => Place::ChunkEnd,
            Place::ChunkData { .. } => Place::ChunkData { left: rest },
            _ if rest == 0 => Place::Head,
            _ => Place::Body { left: rest },
        };
        let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        bytes.get(taken..).unwrap_or_default()
    }

    fn take_line<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.line.extend_from_slice(bytes);
            if self.line.len() > LONGEST_LINE {
                self.place = Place::Unknown;
            }
            return &[];
        };
        let (line, rest) = bytes.split_at(end);
        if self.line.is_empty() {
            self.read_line(line);
        } else {
            let mut whole = std::mem::take(&mut self.line);
            whole.extend_from_slice(line);
            self.read_line(&whole);
            whole.clear();
            self.line = whole;
        }
        rest.get(1..).unwrap_or_default()
    }

    fn read_line(&mut self, line: &[u8]) {
        let (line, ends_well) = line.strip_suffix(b"\r").map_or((line, false), |line| (line, true));
        match self.place {
            Place::Head if line.is_empty() && self.head.lines == 0 => {}
            Place::Head => {
                if !ends_well {
                    self.head.finding = Some("a line ends without a carriage return");
                }
                if line.is_empty() { self.end_head() } else { self.head.read_field(line) }
            }
            Place::ChunkSize => match chunk_size(line) {
                Some(0) => self.place = Place::Trailer,
                Some(size) => self.place = Place::ChunkData { left: size },
                None => self.place = Place::Unknown,
            },
            Place::ChunkEnd if line.is_empty() => self.place = Place::ChunkSize,
            Place::ChunkEnd => self.place = Place::Unknown,
            Place::Trailer if line.is_empty() => self.place = Place::Head,
            Place::Trailer | Place::Body { .. } | Place::ChunkData { .. } | Place::Unknown => {}
        }
    }

    fn end_head(&mut self) {
        let head = std::mem::take(&mut self.head);
        let mut heads = self.findings.heads();
        heads.push_back(head.finding());
        self.place = if heads.len() > MOST_WAITING {
            Place::Unknown
        } else if head.encodings > 0 {
            Place::ChunkSize
        } else if head.length > 0 {
            Place::Body { left: head.length }
        } else {
            Place::Head
        };
    }
}

impl Head {
    fn read_field(&mut self, line: &[u8]) {
        self.lines += 1;
        if self.lines == 1 {
            return;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            self.finding = Some("a field goes on over more than one line");
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts.next().unwrap_or_default();
        let value = parts.next().unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths += 1;
            self.length = std::str::from_utf8(value).ok().and_then(|value| value.parse().ok()).unwrap_or(0);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.encodings += 1;
        }
    }

    fn finding(&self) -> Option<&'static str> {
        if self.lengths > 0 && self.encodings > 0 {
            return Some("it has both `Content-Length` and `Transfer-Encoding`");
        }
        if self.lengths > 1 {
            return Some("it has more than one `Content-Length`");
        }
        if self.encodings > 1 {
            return Some("it has more than one `Transfer-Encoding`");
        }
        self.finding
    }
}

fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii_end();
    let digits = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(digits, 16).ok()
}

/// Longer lines than any that the HTTP library takes.
const LONGEST_LINE: usize = 1 << 20;
/// More requests than anybody sends ahead: the rest is another protocol.
const MOST_WAITING: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::{Findings, Framing};

    /// What is found in each head of a connection that sends `bytes`, whole and byte by byte.
    fn found(bytes: &[u8]) -> Vec<Option<&'static str>> {
        let read = |pieces: Vec<&[u8]>| {
            let findings = Findings::default();
            let mut framing = Framing::new(findings.clone());
            pieces.into_iter().for_each(|piece| framing.feed(piece));
            findings.heads().drain(..).collect::<Vec<_>>()
        };
        let (whole, bytewise) = (read(vec![bytes]), read(bytes.chunks(1).collect()));
        assert_eq!(whole, bytewise);
        whole
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
        assert!(matches!(found(one)[..], [Some(_)]));
        assert!(matches!(found(other)[..], [Some(_)]));
    }

    #[test]
    fn the_second_of_two_pipelined_requests_is_judged_too() {
        let bytes = b"GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert!(matches!(found(bytes)[..], [None, Some(_)]));
    }

    #[test]
    fn bare_line_feeds_and_folded_fields_are_found() {
        assert!(matches!(found(b"GET / HTTP/1.1\nHost: x\r\n\r\n")[..], [Some(_)]));
        assert!(matches!(found(b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n")[..], [Some(_)]));
    }
}
