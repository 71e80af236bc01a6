//! Header blocks that replace a caller's: they change the library's dynamic table in the same way, and make the
//! library refuse the request on its own stream.
//!
//! The library's table holds the same fields as the caller's, except for those that the library can't read: it holds
//! harmless fields of the same size in their place. These never reach anybody, because every block that refers to one
//! is replaced. Behind the caller's fields the library's table may hold some older ones. They are the first to be
//! evicted, and no block that passes refers to them.

use crate::http2::block::Read;
use crate::http2::fields::Kind;
use crate::http2::table::{Field, MOST_SIZE, Table};

/// Returns a block that the library treats as malformed, which is an error of one stream.
pub(super) fn malformed(table: &Table) -> Vec<u8> {
    let mut block = Vec::new();
    integer(&mut block, 0x20, 5, table.limit());
    table.newest(usize::MAX).for_each(|field| add(&mut block, field));
    block.push(TRANSFER_ENCODING);
    block
}

/// The same for frames that don't change the table.
pub(super) const MALFORMED: [u8; 1] = [TRANSFER_ENCODING];

/// Returns a block that the library answers with 431; `None` if the pseudo fields alone are too large.
pub(super) fn too_large(original: &[u8], read: &Read, table: &Table, limit_bytes: usize) -> Option<Vec<u8>> {
    let pseudo = original.get(..read.pseudo_bytes).filter(|pseudo| pseudo.len() <= MOST_SIZE)?;
    let mut block = pseudo.to_vec();
    table.newest(read.added).for_each(|field| add(&mut block, field));
    let filling = limit_bytes / ACCEPT_ENCODING_BYTES + 1;
    block.resize(block.len() + filling, ACCEPT_ENCODING);
    Some(block)
}

/// Adds a field to the block, which adds it to the table.
fn add(block: &mut Vec<u8>, field: Field<'_>) {
    block.push(0x40);
    match field {
        Field { is_sound: true, name, value, .. } => {
            string(block, name.len(), |block| block.extend_from_slice(name));
            string(block, value.len(), |block| block.extend_from_slice(value));
        }
        // A later block may use the name again with another value. An empty method has no valid counterpart.
        Field { name, value, kind, .. }
            if kind != Kind::Foreign && !(kind == Kind::Method && value.is_empty()) =>
        {
            string(block, name.len(), |block| block.extend_from_slice(name));
            string(block, value.len(), |block| fill(block, value.len()));
        }
        Field { name, value, .. } => {
            let name_length = name.len().max(1);
            let value_length = (name.len() + value.len()).saturating_sub(name_length);
            string(block, name_length, |block| fill(block, name_length));
            string(block, value_length, |block| fill(block, value_length));
        }
    }
}

fn fill(block: &mut Vec<u8>, length: usize) {
    block.resize(block.len() + length, b'x');
}

fn string(block: &mut Vec<u8>, length: usize, text: impl FnOnce(&mut Vec<u8>)) {
    integer(block, 0, 7, length);
    text(block);
}

/// An integer whose begin shares a byte with `pattern` (RFC 7541, 5.1).
fn integer(block: &mut Vec<u8>, pattern: u8, prefix: u32, value: usize) {
    let mask = (1_usize << prefix) - 1;
    let low = |value: usize| u8::try_from(value).unwrap_or(u8::MAX);
    let Some(mut rest) = value.checked_sub(mask) else {
        block.push(pattern | low(value));
        return;
    };
    block.push(pattern | low(mask));
    while rest >= 0x80 {
        block.push(0x80 | low(rest % 0x80));
        rest /= 0x80;
    }
    block.push(low(rest));
}

/// The fixed field `transfer-encoding`, which no request of HTTP/2 has.
const TRANSFER_ENCODING: u8 = 0x80 | 57;
/// The fixed field `accept-encoding: gzip, deflate`, and what it counts for.
const ACCEPT_ENCODING: u8 = 0x80 | 16;
const ACCEPT_ENCODING_BYTES: usize = 32 + 28;
