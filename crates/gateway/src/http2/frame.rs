//! The frames of HTTP/2 (RFC 9113, 4.1 and 6.2), as far as header blocks are concerned.

/// The fixed begin of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    /// Bytes of the payload.
    pub(super) length: usize,
}

/// The block that a HEADERS frame carries, or the first part of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment<'f> {
    pub(super) bytes: &'f [u8],
    /// Whether the stream is said to depend on itself, for which the library throws the block away unread.
    pub(super) is_self_dependent: bool,
}

impl Head {
    /// The head at the begin of these bytes; `None` if it isn't all there.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [high, middle, low, kind, flags, stream @ ..] = *bytes.first_chunk::<HEAD_BYTES>()?;
        Some(Self {
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & STREAM_MASK,
            length: usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low),
        })
    }

    /// Bytes of the whole frame.
    pub(super) fn frame_bytes(self) -> usize {
        HEAD_BYTES + self.length
    }

    pub(super) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// What a HEADERS frame with this head and payload carries; `None` if padding and priority don't fit into it.
    pub(super) fn fragment(self, payload: &[u8]) -> Option<Fragment<'_>> {
        let (padding, payload) = match payload.split_first() {
            Some((padding, rest)) if self.has(PADDED) => (usize::from(*padding), rest),
            None if self.has(PADDED) => return None,
            _ => (0, payload),
        };
        let (dependency, payload) = match payload.split_at_checked(5) {
            Some((priority, rest)) if self.has(PRIORITY) => (priority.first_chunk(), rest),
            None if self.has(PRIORITY) => return None,
            _ => (None, payload),
        };
        let bytes = payload.get(..payload.len().checked_sub(padding)?)?;
        let is_self_dependent =
            dependency.is_some_and(|stream| u32::from_be_bytes(*stream) & STREAM_MASK == self.stream);
        Some(Fragment { bytes, is_self_dependent })
    }
}

/// The head of a frame that the library skips, in place of one with as long a payload.
pub(super) fn skipped(head: Head) -> [u8; HEAD_BYTES] {
    let [.., high, middle, low] = head.length.to_be_bytes();
    [high, middle, low, UNKNOWN, 0, 0, 0, 0, 0]
}

/// Writes a header block as a HEADERS frame, and as many of CONTINUATION as it needs.
pub(super) fn write(stream: u32, flags: u8, block: &[u8]) -> Vec<u8> {
    let mut frames = Vec::with_capacity(block.len() + HEAD_BYTES);
    let mut parts = block.chunks(MOST_BYTES).peekable();
    let mut part = parts.next().unwrap_or_default();
    let (mut kind, mut flags) = (HEADERS, flags & END_STREAM);
    loop {
        let next = parts.next();
        if next.is_none() {
            flags |= END_HEADERS;
        }
        let [.., high, middle, low] = part.len().to_be_bytes();
        frames.extend_from_slice(&[high, middle, low, kind, flags]);
        frames.extend_from_slice(&stream.to_be_bytes());
        frames.extend_from_slice(part);
        let Some(next) = next else { return frames };
        (part, kind, flags) = (next, CONTINUATION, 0);
    }
}

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const PRIORITY_FRAME: u8 = 2;
pub(super) const RESET: u8 = 3;
pub(super) const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;
/// A type that no specification has.
const UNKNOWN: u8 = 0xfb;
pub(super) const END_STREAM: u8 = 0x1;
pub(super) const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;

pub(super) const HEAD_BYTES: usize = 9;
/// The longest payload as callers may assume it, since our settings don't say otherwise.
pub(super) const MOST_BYTES: usize = 16 * 1024;
const STREAM_MASK: u32 = 0x7fff_ffff;
