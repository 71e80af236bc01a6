//! Follows the frames of a caller's HTTP/2 connection and checks each header block before the library reads it.
//!
//! The library ends the whole connection for mistakes that RFC 9113 (8.1.1) treats as errors of one stream, such as an
//! upper-case letter in a field's name, and accepts a few others. The guard replaces such a block by one that the
//! library refuses on its stream, and does the same for the few other frames with that problem (5.1, 6.3, 6.9).
//! Everything else passes unchanged.

use crate::http2::block::{self, NotHpack, Strings};
use crate::http2::ended::Ended;
use crate::http2::frame::{
    self, CONTINUATION, DATA, END_HEADERS, END_STREAM, Fragment, HEAD_BYTES, HEADERS, Head, MOST_BYTES,
    PRIORITY_FRAME, RESET, WINDOW_UPDATE,
};
use crate::http2::message::{Message, Part, Verdict};
use crate::http2::stand_in;
use crate::http2::table::Table;

/// One connection, seen from its first byte on.
#[derive(Debug)]
pub(super) struct Guard {
    /// Bytes still to come that pass without a look.
    passing: usize,
    table: Table,
    strings: Strings,
    /// A block that continues in the next frame.
    partial: Option<Partial>,
    /// The highest stream so far.
    newest: u32,
    ended: Ended,
    /// A list of fields must have fewer bytes than this.
    limit_bytes: usize,
    /// Whether the library was told to end the connection.
    is_over: bool,
}

#[derive(Debug)]
struct Partial {
    stream: u32,
    flags: u8,
    block: Vec<u8>,
    is_self_dependent: bool,
    /// How much it may still grow.
    room: usize,
}

/// How many bytes pass unchanged, and what follows them.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) passed: usize,
    pub(super) next: Next,
}

#[derive(Debug)]
pub(super) enum Next {
    /// All passed.
    Nothing,
    /// The begin of a frame that is needed whole; at least this many bytes are missing.
    Missing(usize),
    /// This many bytes, to be replaced by others.
    Replaced(usize, Vec<u8>),
}

impl Guard {
    /// Starts at the first byte of a connection. Lists of fields must have fewer than `limit_bytes`.
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self {
            passing: PREFACE_BYTES,
            table: Table::new(),
            strings: Strings::default(),
            partial: None,
            newest: 0,
            ended: Ended::new(),
            limit_bytes,
            is_over: false,
        }
    }

    /// Checks the bytes that follow those passed or replaced before.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Scanned {
        let mut rest = bytes;
        loop {
            let through = if self.is_over { rest.len() } else { self.passing.min(rest.len()) };
            self.passing -= self.passing.min(through);
            rest = rest.get(through..).unwrap_or_default();
            let next = if rest.is_empty() { Some(Next::Nothing) } else { self.frame(rest) };
            if let Some(next) = next {
                return Scanned { passed: bytes.len() - rest.len(), next };
            }
        }
    }

    /// Checks the frame at the begin of `bytes`; `None` if it passes.
    fn frame(&mut self, bytes: &[u8]) -> Option<Next> {
        let Some(head) = Head::read(bytes) else { return Some(Next::Missing(HEAD_BYTES - bytes.len())) };
        let is_expected = match &self.partial {
            Some(partial) => head.kind == CONTINUATION && head.stream == partial.stream,
            None => head.kind == HEADERS,
        };
        let is_readable = is_expected && head.length <= MOST_BYTES;
        if !is_readable && self.partial.is_some() {
            return Some(self.end(bytes));
        }
        if !is_readable {
            return self.other(head, bytes);
        }
        let Some(payload) = bytes.get(HEAD_BYTES..head.frame_bytes()) else {
            return Some(Next::Missing(head.frame_bytes() - bytes.len()));
        };
        match self.partial.take() {
            Some(partial) => Some(self.continuation(partial, head, payload, bytes)),
            None => self.headers(head, payload, bytes),
        }
    }

    /// Checks a frame without a header block; `None` if it passes.
    fn other(&mut self, head: Head, bytes: &[u8]) -> Option<Next> {
        let is_open = (1..=self.newest).contains(&head.stream);
        let is_wrong = match head.kind {
            DATA => self.ended.contains(head.stream),
            PRIORITY_FRAME => head.length != 5,
            WINDOW_UPDATE if head.length == 4 => match bytes.get(HEAD_BYTES..head.frame_bytes()) {
                // The first bit means nothing.
                Some(increment) => matches!(increment, [0 | 0x80, 0, 0, 0]),
                None => return Some(Next::Missing(head.frame_bytes() - bytes.len())),
            },
            _ => false,
        };
        if head.kind == RESET || (head.kind == DATA && head.has(END_STREAM)) {
            self.ended.add(head.stream);
        }
        if !is_wrong || !is_open || head.length > MOST_BYTES {
            self.passing = head.frame_bytes();
            return None;
        }
        // Skipped data isn't given back to the connection's window: only the caller who sent it loses by that.
        self.passing = head.length;
        let mut instead = frame::write(head.stream, 0, &stand_in::MALFORMED);
        instead.extend_from_slice(&frame::skipped(head));
        Some(Next::Replaced(HEAD_BYTES, instead))
    }

    fn headers(&mut self, head: Head, payload: &[u8], bytes: &[u8]) -> Option<Next> {
        let Some(fragment) = head.fragment(payload) else { return Some(self.end(bytes)) };
        let Fragment { bytes: block, is_self_dependent } = fragment;
        if !head.has(END_HEADERS) {
            let room = self.limit_bytes.saturating_mul(PATIENCE).saturating_add(MOST_BYTES);
            let block = block.to_vec();
            let flags = head.flags;
            self.partial = Some(Partial { stream: head.stream, flags, block, is_self_dependent, room });
            return Some(Next::Replaced(head.frame_bytes(), Vec::new()));
        }
        let stand_in = match self.judge(head.stream, head.flags, block, is_self_dependent) {
            Ok(None) => {
                self.passing = head.frame_bytes();
                return None;
            }
            Ok(Some(stand_in)) => stand_in,
            Err(NotHpack) => return Some(self.end(bytes)),
        };
        Some(Next::Replaced(head.frame_bytes(), frame::write(head.stream, head.flags, &stand_in)))
    }

    fn continuation(&mut self, mut partial: Partial, head: Head, payload: &[u8], bytes: &[u8]) -> Next {
        let Some(room) = partial.room.checked_sub(payload.len() + CONTINUATION_COST) else {
            return self.end(bytes);
        };
        partial.room = room;
        partial.block.extend_from_slice(payload);
        if !head.has(END_HEADERS) {
            self.partial = Some(partial);
            return Next::Replaced(head.frame_bytes(), Vec::new());
        }
        let Partial { stream, flags, block, is_self_dependent, .. } = partial;
        match self.judge(stream, flags, &block, is_self_dependent) {
            // The library counts the frames of a block: as few as can be are the safest.
            Ok(stand_in) => {
                let frames = frame::write(stream, flags, stand_in.as_deref().unwrap_or(&block));
                Next::Replaced(head.frame_bytes(), frames)
            }
            Err(NotHpack) => self.end(bytes),
        }
    }

    /// Returns the block to put in the place of this one; `None` if it is fine.
    fn judge(
        &mut self,
        stream: u32,
        flags: u8,
        block: &[u8],
        is_self_dependent: bool,
    ) -> Result<Option<Vec<u8>>, NotHpack> {
        let is_misplaced = is_self_dependent || self.ended.contains(stream);
        if flags & END_STREAM != 0 {
            self.ended.add(stream);
        }
        let part = if stream > self.newest { Part::Head } else { Part::Trailers };
        self.newest = self.newest.max(stream);
        let mut message = Message::new(part);
        let read = block::read(block, &mut self.table, &mut self.strings, &mut message)?;
        let verdict = message.verdict(self.limit_bytes);
        let stand_in = match verdict {
            Verdict::Fine if !is_misplaced => return Ok(None),
            Verdict::TooLarge if !is_misplaced => {
                stand_in::too_large(block, &read, &self.table, self.limit_bytes)
            }
            _ => None,
        };
        tracing::debug!(stream, ?verdict, "a request of HTTP/2 is refused");
        Ok(Some(stand_in.unwrap_or_else(|| stand_in::malformed(&self.table))))
    }

    /// Makes the library end the connection: replaces all bytes by a block that isn't HPACK.
    fn end(&mut self, bytes: &[u8]) -> Next {
        self.is_over = true;
        tracing::debug!("a connection of HTTP/2 can't be read on");
        Next::Replaced(bytes.len(), frame::write(1, 0, &[NO_FIELD]))
    }
}

const PREFACE_BYTES: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();
/// A block in several frames may be this many times as long as the limit before the connection ends.
const PATIENCE: usize = 4;
/// Bytes that each frame counts for beside its payload, which bounds the number of empty ones.
const CONTINUATION_COST: usize = 1024;
/// A reference to the field with index 0, which doesn't exist.
const NO_FIELD: u8 = 0x80;
