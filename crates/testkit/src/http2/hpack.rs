//! Header blocks written by hand (RFC 7541), so that they can hold what no library writes.

/// What a literal field does to the dynamic table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexing {
    Added,
    Omitted,
    Never,
}

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    Plain,
    Huffman,
}

/// A block of literal fields that leaves the dynamic table alone.
pub fn block<N: AsRef<[u8]>, V: AsRef<[u8]>>(fields: &[(N, V)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        literal(&mut block, Indexing::Omitted, Spelling::Plain, name.as_ref(), value.as_ref());
    }
    block
}

/// Adds a literal field with its name.
pub fn literal(block: &mut Vec<u8>, indexing: Indexing, spelling: Spelling, name: &[u8], value: &[u8]) {
    integer(block, indexing.pattern(), indexing.prefix(), 0);
    string(block, spelling, name);
    string(block, spelling, value);
}

/// Adds a literal field whose name is in a table.
pub fn named(block: &mut Vec<u8>, indexing: Indexing, spelling: Spelling, name: usize, value: &[u8]) {
    integer(block, indexing.pattern(), indexing.prefix(), name);
    string(block, spelling, value);
}

/// Adds a field that is in a table.
pub fn indexed(block: &mut Vec<u8>, index: usize) {
    integer(block, 0x80, 7, index);
}

/// Adds a change of the dynamic table's size.
pub fn size_update(block: &mut Vec<u8>, size: usize) {
    integer(block, 0x20, 5, size);
}

/// The status of a response whose block was written without a dynamic table; `None` if it has none.
pub fn status(block: &[u8]) -> Option<u16> {
    const INDEXED: [u16; 7] = [200, 204, 206, 304, 400, 404, 500];
    match block {
        [first @ 0x88..=0x8e, ..] => INDEXED.get(usize::from(first - 0x88)).copied(),
        // A change of the table's size.
        [first @ 0x20..=0x3e, rest @ ..] if first & 0x20 != 0 => status(rest),
        [0x08 | 0x18, length, rest @ ..] => {
            let value = rest.get(..usize::from(length & 0x7f))?;
            let text = if length & 0x80 == 0 { value.to_vec() } else { unspelled(value) };
            String::from_utf8(text).ok()?.parse().ok()
        }
        _ => None,
    }
}

fn string(block: &mut Vec<u8>, spelling: Spelling, text: &[u8]) {
    match spelling {
        Spelling::Plain => {
            integer(block, 0, 7, text.len());
            block.extend(text);
        }
        Spelling::Huffman => {
            let spelled = spelled(text);
            integer(block, 0x80, 7, spelled.len());
            block.extend(spelled);
        }
    }
}

fn integer(block: &mut Vec<u8>, pattern: u8, prefix: u32, value: usize) {
    let most = 2_usize.pow(prefix) - 1;
    if value < most {
        block.push(pattern | u8::try_from(value).expect("a small integer"));
        return;
    }
    block.push(pattern | u8::try_from(most).expect("a small integer"));
    let mut rest = value - most;
    while rest >= 128 {
        block.push(0x80 | u8::try_from(rest % 128).expect("seven bits"));
        rest /= 128;
    }
    block.push(u8::try_from(rest).expect("seven bits"));
}

fn spelled(text: &[u8]) -> Vec<u8> {
    let codes = codes();
    let mut bits: Vec<bool> = Vec::new();
    for byte in text {
        let (code, length) = codes[usize::from(*byte)];
        bits.extend((0..length).rev().map(|bit| code >> bit & 1 == 1));
    }
    bits.resize(bits.len().next_multiple_of(8), true);
    bits.chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
}

fn unspelled(spelled: &[u8]) -> Vec<u8> {
    let codes = codes();
    let (mut text, mut code, mut length) = (Vec::new(), 0, 0);
    for bit in spelled.iter().flat_map(|byte| (0..8).rev().map(move |bit| u32::from(byte >> bit & 1))) {
        (code, length) = (code << 1 | bit, length + 1);
        if let Some(byte) = codes.iter().position(|known| *known == (code, length)) {
            text.push(u8::try_from(byte).expect("a byte"));
            (code, length) = (0, 0);
        }
    }
    text
}

/// The code of each byte with its length. Codes are handed out by length, then by byte.
fn codes() -> [(u32, u8); 256] {
    let mut codes = [(0, 0); 256];
    let mut code = 0;
    for length in 5..=30 {
        for (byte, _) in LENGTHS.iter().enumerate().filter(|(_, known)| **known == length) {
            codes[byte] = (code, length);
            code += 1;
        }
        code <<= 1;
    }
    codes
}

impl Indexing {
    fn pattern(self) -> u8 {
        match self {
            Self::Added => 0x40,
            Self::Omitted => 0x00,
            Self::Never => 0x10,
        }
    }

    fn prefix(self) -> u32 {
        if self == Self::Added { 6 } else { 4 }
    }
}

/// How many bits the Huffman code of each byte has (RFC 7541, appendix B).
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
