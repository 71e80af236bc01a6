//! Strings in HPACK's Huffman code (RFC 7541, 5.2).

use crate::http2::block::NotHpack;

/// Decodes a string and appends it to `text`.
///
/// # Errors
/// It contains the end-of-string code, or its padding is invalid.
pub(super) fn read(spelled: &[u8], text: &mut Vec<u8>) -> Result<(), NotHpack> {
    let mut bytes = spelled.iter();
    // The next bits, left-aligned.
    let (mut window, mut bits) = (0_u64, 0_u32);
    loop {
        while bits <= 56
            && let Some(byte) = bytes.next()
        {
            window |= u64::from(*byte) << (56 - bits);
            bits += 8;
        }
        match first(window) {
            Some((byte, length)) if length <= bits => {
                text.push(byte);
                window <<= length;
                bits -= length;
            }
            // The rest is padding: fewer than eight bits, all set.
            _ if bits < 8 && window.leading_ones() >= bits => return Ok(()),
            _ => return Err(NotHpack),
        }
    }
}

/// The byte whose code comes first in the window, with the number of its bits; `None` if no byte's code does.
fn first(window: u64) -> Option<(u8, u32)> {
    let short = usize::try_from(window >> (64 - SHORT_BITS)).ok()?;
    match SHORT.get(short) {
        Some((byte, length)) if *length > 0 => Some((*byte, u32::from(*length))),
        _ => LONG.iter().find_map(|group| {
            let code = u32::try_from(window >> (64 - group.length)).ok()?;
            let within = usize::from(group.from) + usize::try_from(code.checked_sub(group.code)?).ok()?;
            let byte = SORTED.get(within).filter(|_| within < usize::from(group.to))?;
            Some((*byte, group.length))
        }),
    }
}

/// All bytes whose codes have the same length; codes are handed out by length, then by byte.
#[derive(Clone, Copy)]
struct Group {
    length: u32,
    /// The code of the first one.
    code: u32,
    /// Where they begin and end in `SORTED`.
    from: u16,
    to: u16,
}

#[expect(clippy::indexing_slicing, reason = "the compiler runs it")]
const fn sorted() -> [u8; 256] {
    let mut sorted = [0; 256];
    let (mut length, mut at) = (SHORTEST, 0);
    while length <= LONGEST {
        let mut byte = 0;
        while byte < 256 {
            if LENGTHS[byte] == length {
                sorted[at] = byte as u8;
                at += 1;
            }
            byte += 1;
        }
        length += 1;
    }
    sorted
}

#[expect(clippy::indexing_slicing, reason = "the compiler runs it")]
const fn groups() -> [Group; GROUPS] {
    let mut groups = [Group { length: 0, code: 0, from: 0, to: 0 }; GROUPS];
    let (mut group, mut code, mut at) = (0, 0, 0);
    while group < GROUPS {
        let length = SHORTEST + group as u8;
        let from = at;
        while at < 256 && LENGTHS[SORTED[at as usize] as usize] == length {
            at += 1;
        }
        groups[group] = Group { length: length as u32, code, from, to: at };
        code = (code + (at - from) as u32) << 1;
        group += 1;
    }
    groups
}

/// The byte for each beginning, with the number of its bits, which is 0 where the code is longer.
#[expect(clippy::indexing_slicing, reason = "the compiler runs it")]
const fn short() -> [(u8, u8); 1 << SHORT_BITS] {
    let groups = groups();
    let mut short = [(0, 0); 1 << SHORT_BITS];
    let mut group = 0;
    while group < GROUPS && groups[group].length <= SHORT_BITS {
        let Group { length, code, from, to } = groups[group];
        let mut at = from;
        while at < to {
            let rest = SHORT_BITS - length;
            let begin = ((code + (at - from) as u32) << rest) as usize;
            let mut filled = 0;
            while filled < 1 << rest {
                short[begin + filled] = (SORTED[at as usize], length as u8);
                filled += 1;
            }
            at += 1;
        }
        group += 1;
    }
    short
}

/// Codes of up to this many bits are found with one lookup.
const SHORT_BITS: u32 = 10;
const SHORTEST: u8 = 5;
const LONGEST: u8 = 30;
const GROUPS: usize = (LONGEST - SHORTEST + 1) as usize;
static SHORT: [(u8, u8); 1 << SHORT_BITS] = short();
static LONG: [Group; GROUPS] = groups();
const SORTED: [u8; 256] = sorted();

/// How many bits the code of each byte has (RFC 7541, appendix B).
const LENGTHS: [u8; 256] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6,
    6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7,
    8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7,
    15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24,
    23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23,
    23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26,
    26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20,
    21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27,
    27, 27, 26,
];
