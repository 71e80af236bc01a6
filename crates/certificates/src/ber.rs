//! Reads BER (X.690): tags, definite and indefinite lengths, octet strings in segments, with bounded nesting.

use zeroize::Zeroizing;

use crate::limits::MAX_DEPTH;

/// The bytes aren't BER, end too early, nest too deep, or are another element than the one wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// One element: its tag, its contents, and all its bytes with tag and length.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) body: &'a [u8],
    pub(crate) whole: &'a [u8],
    levels_left: u8,
}

/// Reads one element after the other.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    levels_left: u8,
}

impl<'a> Element<'a> {
    /// A reader of the elements inside.
    pub(crate) fn inside(self) -> Result<Reader<'a>, Malformed> {
        Ok(Reader { rest: self.body, levels_left: deeper(self.levels_left)? })
    }

    pub(crate) fn is_constructed(self) -> bool {
        self.tag & CONSTRUCTED != 0
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, levels_left: MAX_DEPTH }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The tag of the element that comes next.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(crate) fn element(&mut self) -> Result<Element<'a>, Malformed> {
        let extent = extent(self.rest, self.levels_left)?;
        let body = self.rest.get(extent.body_start..extent.body_end).ok_or(Malformed)?;
        let (whole, rest) = self.rest.split_at_checked(extent.end).ok_or(Malformed)?;
        self.rest = rest;
        Ok(Element { tag: extent.tag, body, whole, levels_left: self.levels_left })
    }

    pub(crate) fn tagged(&mut self, tag: u8) -> Result<Element<'a>, Malformed> {
        let element = self.element()?;
        if element.tag == tag { Ok(element) } else { Err(Malformed) }
    }

    /// The next element when it has this tag; otherwise it stays.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Malformed> {
        if self.peek() == Some(tag) { self.element().map(Some) } else { Ok(None) }
    }

    /// What is inside the next element, which has this tag.
    pub(crate) fn within(&mut self, tag: u8) -> Result<Reader<'a>, Malformed> {
        self.tagged(tag)?.inside()
    }

    /// What is inside the SEQUENCE that comes next.
    pub(crate) fn sequence(&mut self) -> Result<Reader<'a>, Malformed> {
        self.within(SEQUENCE)
    }

    /// An OBJECT IDENTIFIER in dotted digits.
    pub(crate) fn object_id(&mut self) -> Result<String, Malformed> {
        dotted(self.tagged(OBJECT_ID)?.body)
    }

    /// An INTEGER that isn't negative; anything above 64 bits reads as the largest.
    pub(crate) fn unsigned(&mut self) -> Result<u64, Malformed> {
        let body = self.tagged(INTEGER)?.body;
        if body.first().is_none_or(|first| first & 0x80 != 0) {
            return Err(Malformed);
        }
        let digits = without_leading_zeros(body);
        if digits.len() > 8 {
            return Ok(u64::MAX);
        }
        Ok(digits.iter().fold(0, |value, digit| value << 8 | u64::from(*digit)))
    }

    /// A string of octets with this (primitive) tag, whole or in segments.
    pub(crate) fn octets(&mut self, tag: u8) -> Result<Zeroizing<Vec<u8>>, Malformed> {
        let element = self.element()?;
        if element.tag & !CONSTRUCTED != tag {
            return Err(Malformed);
        }
        // Enough at once: a vector that grows would leave copies of key material behind.
        let mut octets = Zeroizing::new(Vec::with_capacity(element.body.len()));
        gather(element, &mut octets)?;
        Ok(octets)
    }
}

/// A number's octets without the zeros before it.
pub(crate) fn without_leading_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

struct Header {
    tag: u8,
    /// `None` for an indefinite length.
    length: Option<usize>,
    size: usize,
}

struct Extent {
    tag: u8,
    body_start: usize,
    body_end: usize,
    end: usize,
}

fn extent(bytes: &[u8], levels_left: u8) -> Result<Extent, Malformed> {
    let levels_left = deeper(levels_left)?;
    let header = header(bytes)?;
    if let Some(length) = header.length {
        let end = header.size.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(Malformed)?;
        return Ok(Extent { tag: header.tag, body_start: header.size, body_end: end, end });
    }
    let mut at = header.size;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(&[0, 0]) {
            return Ok(Extent { tag: header.tag, body_start: header.size, body_end: at, end: at + 2 });
        }
        at += extent(rest, levels_left)?.end;
    }
}

fn header(bytes: &[u8]) -> Result<Header, Malformed> {
    let (tag, first) = match bytes {
        [tag, first, ..] if tag & LONG_TAG != LONG_TAG => (*tag, *first),
        _ => return Err(Malformed),
    };
    match first {
        0x00..=0x7f => Ok(Header { tag, length: Some(usize::from(first)), size: 2 }),
        0x80 if tag & CONSTRUCTED != 0 => Ok(Header { tag, length: None, size: 2 }),
        0x81..=0x84 => {
            let size = 2 + usize::from(first & 0x7f);
            let digits = bytes.get(2..size).ok_or(Malformed)?;
            let length = digits.iter().fold(0, |value, digit| value << 8 | usize::from(*digit));
            Ok(Header { tag, length: Some(length), size })
        }
        _ => Err(Malformed),
    }
}

fn deeper(levels_left: u8) -> Result<u8, Malformed> {
    levels_left.checked_sub(1).ok_or(Malformed)
}

fn gather(element: Element<'_>, octets: &mut Vec<u8>) -> Result<(), Malformed> {
    if !element.is_constructed() {
        octets.extend_from_slice(element.body);
        return Ok(());
    }
    let mut segments = element.inside()?;
    while !segments.is_at_end() {
        let segment = segments.element()?;
        if segment.tag & !CONSTRUCTED != OCTET_STRING {
            return Err(Malformed);
        }
        gather(segment, octets)?;
    }
    Ok(())
}

fn dotted(body: &[u8]) -> Result<String, Malformed> {
    let mut text = String::new();
    let mut arc = 0u128;
    let mut is_inside_arc = false;
    for octet in body {
        if !is_inside_arc && *octet == 0x80 {
            return Err(Malformed);
        }
        arc = arc.checked_mul(0x80).ok_or(Malformed)? | u128::from(octet & 0x7f);
        is_inside_arc = octet & 0x80 != 0;
        if is_inside_arc {
            continue;
        }
        if text.is_empty() {
            let first = (arc / 40).min(2);
            text = format!("{first}.{}", arc - 40 * first);
        } else {
            text.push('.');
            text.push_str(&arc.to_string());
        }
        arc = 0;
    }
    if text.is_empty() || is_inside_arc { Err(Malformed) } else { Ok(text) }
}

pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OBJECT_ID: u8 = 0x06;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;
const LONG_TAG: u8 = 0x1f;

#[cfg(test)]
mod tests {
    use super::{Malformed, OCTET_STRING, Reader};

    #[test]
    fn an_octet_string_in_segments_of_indefinite_length_is_joined() {
        let bytes = [0x24, 0x80, 0x04, 0x02, 1, 2, 0x24, 0x03, 0x04, 0x01, 3, 0, 0];
        let octets = Reader::new(&bytes).octets(OCTET_STRING).unwrap();
        assert_eq!(octets.as_slice(), [1, 2, 3]);
    }

    #[test]
    fn a_length_past_the_end_is_refused() {
        assert!(Reader::new(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).element().is_err());
        assert!(Reader::new(&[0x30, 0x85, 0, 0, 0, 0, 0]).element().is_err());
        assert!(Reader::new(&[0x30, 0x80, 0x04]).element().is_err());
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let open = [0x30, 0x80].repeat(50_000);
        assert_eq!(Reader::new(&open).element().err(), Some(Malformed));
    }

    #[test]
    fn a_number_above_64_bits_reads_as_the_largest() {
        let bytes = [0x02, 0x0a, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(Reader::new(&bytes).unsigned(), Ok(u64::MAX));
        assert_eq!(Reader::new(&[0x02, 0x01, 0xfb]).unsigned(), Err(Malformed));
        assert_eq!(Reader::new(&[0x02, 0x02, 0x00, 0x80]).unsigned(), Ok(128));
    }

    #[test]
    fn an_object_identifier_reads_in_dotted_digits() {
        let bytes = [0x06, 0x06, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d];
        assert_eq!(Reader::new(&bytes).object_id().as_deref(), Ok("1.2.840.113549"));
        assert_eq!(Reader::new(&[0x06, 0x01, 0x00]).object_id().as_deref(), Ok("0.0"));
        assert!(Reader::new(&[0x06, 0x01, 0x86]).object_id().is_err());
    }
}
