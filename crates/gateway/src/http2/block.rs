//! Reads header blocks (RFC 7541, 6): which fields they hold, and what they do to the table.

use crate::http2::fields::Kind;
use crate::http2::huffman;
use crate::http2::message::Message;
use crate::http2::table::{Field, Table};

/// A block isn't valid HPACK. No block after it can be read, since the tables differ from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotHpack;

/// What a block holds and does.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Bytes of the pseudo fields at its begin.
    pub(super) pseudo_bytes: usize,
    /// How many fields were added to the table behind them.
    pub(super) added: usize,
}

/// Buffers for strings, reused for each field.
#[derive(Debug, Default)]
pub(super) struct Strings {
    name: Vec<u8>,
    value: Vec<u8>,
}

/// Reads a whole block into `message`.
///
/// # Errors
/// It isn't a header block.
pub(super) fn read(
    block: &[u8],
    table: &mut Table,
    strings: &mut Strings,
    message: &mut Message,
) -> Result<Read, NotHpack> {
    let mut reader = Reader { rest: Rest(block), table, strings, message, may_resize: true };
    let mut read = Read::default();
    while let Some(first) = reader.rest.0.first() {
        let is_added = reader.next(*first)?;
        if !reader.message.has_plain {
            read.pseudo_bytes = block.len() - reader.rest.0.len();
        } else if is_added {
            read.added += 1;
        }
    }
    strings.tidy();
    Ok(read)
}

struct Reader<'r> {
    rest: Rest<'r>,
    table: &'r mut Table,
    strings: &'r mut Strings,
    message: &'r mut Message,
    /// Whether no field came yet.
    may_resize: bool,
}

impl Reader<'_> {
    /// Reads the representation that begins with this byte. Returns whether it added a field to the table.
    fn next(&mut self, first: u8) -> Result<bool, NotHpack> {
        if first & INDEXED != 0 {
            self.may_resize = false;
            let index = self.rest.integer(7)?;
            self.message.take(&self.table.field(index)?);
            return Ok(false);
        }
        if first & ADDED == 0 && first & RESIZED != 0 {
            let size = self.rest.integer(5)?;
            if !self.may_resize {
                return Err(NotHpack);
            }
            self.table.resize(size)?;
            return Ok(false);
        }
        self.may_resize = false;
        self.literal(first & ADDED != 0)
    }

    fn literal(&mut self, is_added: bool) -> Result<bool, NotHpack> {
        let index = self.rest.integer(if is_added { 6 } else { 4 })?;
        let Strings { name, value } = &mut *self.strings;
        let (name, kind) = if index == 0 {
            let name = self.rest.string(name)?;
            (name, Kind::of(name))
        } else {
            let known = self.table.field(index)?;
            (copied(known.name, name), known.kind)
        };
        let value = self.rest.string(value)?;
        let field = Field { name, value, kind, is_sound: kind.allows(value) };
        self.message.take(&field);
        if is_added {
            // The library can't hold a field of this size, so that no stand-in keeps its table in step.
            if name.is_empty() && value.is_empty() {
                return Err(NotHpack);
            }
            self.table.add(field);
        }
        Ok(is_added)
    }
}

fn copied<'s>(text: &[u8], into: &'s mut Vec<u8>) -> &'s [u8] {
    into.clear();
    into.extend_from_slice(text);
    into
}

/// The bytes of a block that aren't read yet.
#[derive(Debug)]
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    /// An integer that begins in the last `prefix` bits of the next byte (RFC 7541, 5.1).
    fn integer(&mut self, prefix: u32) -> Result<usize, NotHpack> {
        let mask = (1_usize << prefix) - 1;
        let start = usize::from(self.byte()?) & mask;
        if start < mask {
            return Ok(start);
        }
        let mut value = start;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            value += usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(NotHpack)
    }

    /// A string (RFC 7541, 5.2), taken from the block or put together in `room`.
    fn string<'s>(&mut self, room: &'s mut Vec<u8>) -> Result<&'s [u8], NotHpack>
    where
        'b: 's,
    {
        let is_huffman = self.0.first().ok_or(NotHpack)? & 0x80 != 0;
        let length = self.integer(7)?;
        let (string, rest) = self.0.split_at_checked(length).ok_or(NotHpack)?;
        self.0 = rest;
        if !is_huffman {
            return Ok(string);
        }
        room.clear();
        huffman::read(string, room)?;
        Ok(room)
    }

    fn byte(&mut self) -> Result<u8, NotHpack> {
        let (byte, rest) = self.0.split_first().ok_or(NotHpack)?;
        self.0 = rest;
        Ok(*byte)
    }
}

impl Strings {
    /// Frees the memory of unusually long strings.
    fn tidy(&mut self) {
        for room in [&mut self.name, &mut self.value] {
            room.clear();
            room.shrink_to(KEPT_BYTES);
        }
    }
}

const INDEXED: u8 = 0x80;
const ADDED: u8 = 0x40;
const RESIZED: u8 = 0x20;
const KEPT_BYTES: usize = 1024;
