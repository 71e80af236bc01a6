//! Follows the bytes of an HTTP/1 connection and stops what two servers could read in two ways (RFC 9112, 11.2).
//!
//! The HTTP library quietly puts some of it right: of a request with both `Content-Length` and `Transfer-Encoding`
//! the length never reaches `serve`, and a bare line feed ends a line in one place and belongs to it in another. What
//! is found in a head is refused by `serve` with a status. What is found in a body is an error of the connection at
//! that byte, so that the library reads nothing beyond it: whatever it does read, both read alike.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::framing::lines::{Head, chunk_size, is_field};

#[cfg(test)]
mod agreement;
mod lines;
#[cfg(test)]
mod tests;

/// What is wrong with the framing of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It can be read in two ways.
    Ambiguous(&'static str),
    /// Its body is coded in a way that the gateway doesn't know (RFC 9112, 6.1).
    Coding,
}

/// What was found in each head, in the order of the heads; `None` where there is nothing to say against it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings(Arc<Found>);

#[derive(Debug, Default)]
struct Found {
    heads: Mutex<VecDeque<Option<Finding>>>,
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
    /// Bytes of trailers so far.
    trailer_bytes: usize,
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
    /// Nothing that is followed: another protocol, or what comes after a head that is refused.
    Unknown,
}

/// The bytes can't be followed any further: how many of them still could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) sound_bytes: usize,
}

impl Findings {
    /// What was found in the oldest head that nobody asked about yet.
    pub(crate) fn next(&self) -> Option<Finding> {
        self.heads().pop_front().flatten()
    }

    /// From here on the connection speaks another protocol.
    pub(crate) fn end(&self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }

    fn heads(&self) -> MutexGuard<'_, VecDeque<Option<Finding>>> {
        self.0.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Framing {
    pub(crate) fn new(findings: Findings) -> Self {
        Self { findings, place: Place::Head, head: Head::default(), line: Vec::new(), trailer_bytes: 0 }
    }

    /// Whether the connection speaks another protocol by now.
    pub(crate) fn is_over(&self) -> bool {
        self.findings.0.is_over.load(Ordering::Relaxed)
    }

    /// Whether a head has begun and not ended.
    pub(crate) fn is_inside_head(&self) -> bool {
        self.place == Place::Head && (self.head.has_begun() || !self.line.is_empty())
    }

    /// Whether the last request has ended and no other has begun.
    pub(crate) fn is_between_requests(&self) -> bool {
        self.place == Place::Head && !self.is_inside_head()
    }

    /// Takes in bytes as they come from the caller.
    ///
    /// # Errors
    /// A body is framed wrongly. Nothing from the wrong line on may be read.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        if self.is_over() {
            self.place = Place::Unknown;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let sound_bytes = bytes.len() - rest.len();
            rest = match self.place {
                Place::Body { left } | Place::ChunkData { left } => self.skip(rest, left),
                Place::Unknown => return Ok(()),
                Place::Head | Place::ChunkSize | Place::ChunkEnd | Place::Trailer => {
                    self.take_line(rest).ok_or(Broken { sound_bytes })?
                }
            };
        }
        Ok(())
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

    /// What comes after the line that `bytes` begin with or go on with; `None` if a body's line is wrong.
    fn take_line<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.line.extend_from_slice(bytes);
            return self.may_go_on().then_some(&[]);
        };
        let (line, rest) = bytes.split_at(end);
        if self.line.is_empty() {
            self.read_line(line)?;
        } else {
            let mut whole = std::mem::take(&mut self.line);
            whole.extend_from_slice(line);
            self.read_line(&whole)?;
            whole.clear();
            self.line = whole;
        }
        rest.get(1..)
    }

    /// Whether the line that has begun can still become one. The HTTP library gets its bytes before its end has come,
    /// so that what it would take for an end must be seen here at once.
    fn may_go_on(&mut self) -> bool {
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        match self.place {
            Place::ChunkEnd => line.is_empty(),
            Place::ChunkSize | Place::Trailer => line.len() <= LONGEST_BODY_LINE && !line.contains(&b'\r'),
            _ => {
                if line.len() > LONGEST_LINE {
                    self.place = Place::Unknown;
                }
                true
            }
        }
    }

    fn read_line(&mut self, line: &[u8]) -> Option<()> {
        let (line, ends_well) = line.strip_suffix(b"\r").map_or((line, false), |line| (line, true));
        if self.place == Place::Head {
            self.read_head_line(line, ends_well);
            return Some(());
        }
        if !ends_well || line.len() > LONGEST_BODY_LINE {
            return None;
        }
        self.place = match self.place {
            Place::ChunkSize => match chunk_size(line)? {
                0 => Place::Trailer,
                left => Place::ChunkData { left },
            },
            Place::ChunkEnd => line.is_empty().then_some(Place::ChunkSize)?,
            Place::Trailer if line.is_empty() => {
                self.trailer_bytes = 0;
                Place::Head
            }
            Place::Trailer => {
                self.trailer_bytes += line.len();
                (is_field(line) && self.trailer_bytes <= LONGEST_BODY_LINE).then_some(Place::Trailer)?
            }
            other => other,
        };
        Some(())
    }

    fn read_head_line(&mut self, line: &[u8], ends_well: bool) {
        // Empty lines before a request are skipped, as RFC 9112, 2.2, asks.
        if line.is_empty() && !self.head.has_begun() {
            return;
        }
        if !ends_well {
            self.head.note_bare_line_feed();
        }
        if line.is_empty() {
            self.end_head();
        } else {
            self.head.read_line(line);
        }
    }

    fn end_head(&mut self) {
        let head = std::mem::take(&mut self.head);
        let finding = head.finding();
        let mut heads = self.findings.heads();
        heads.push_back(finding);
        self.place = if finding.is_some() || heads.len() > MOST_WAITING {
            Place::Unknown
        } else if head.is_chunked() {
            Place::ChunkSize
        } else if head.length() > 0 {
            Place::Body { left: head.length() }
        } else {
            Place::Head
        };
    }
}

/// Longer lines than any that the HTTP library takes in a head.
const LONGEST_LINE: usize = 1 << 20;
/// Bytes of a chunk's extensions, and of all trailers of a request.
const LONGEST_BODY_LINE: usize = 8 * 1024;
/// More requests than anybody sends ahead: the rest is another protocol.
const MOST_WAITING: usize = 10_000;
