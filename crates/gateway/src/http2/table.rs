//! HPACK's static and dynamic table (RFC 7541, 2.3), with the kind of each field.

use std::collections::VecDeque;

use crate::http2::block::NotHpack;
use crate::http2::fields::Kind;

/// A field of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'t> {
    pub(super) name: &'t [u8],
    pub(super) value: &'t [u8],
    pub(super) kind: Kind,
    /// Whether a request may have it.
    pub(super) is_sound: bool,
}

/// The fields that the caller added, the newest first.
#[derive(Debug)]
pub(super) struct Table {
    entries: VecDeque<Entry>,
    size: usize,
    limit: usize,
}

#[derive(Debug)]
struct Entry {
    /// The name, and behind it the value.
    text: Box<[u8]>,
    name_length: usize,
    kind: Kind,
    is_sound: bool,
}

impl Field<'_> {
    /// Its size in the table and in a message's list of fields.
    pub(super) fn size(&self) -> usize {
        self.name.len() + self.value.len() + FIELD_SIZE
    }
}

impl Table {
    /// Returns an empty dynamic table of the default size, which our settings don't change.
    pub(super) fn new() -> Self {
        Self { entries: VecDeque::new(), size: 0, limit: MOST_SIZE }
    }

    /// Returns the field with this index in either table.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn field(&self, index: usize) -> Result<Field<'_>, NotHpack> {
        let within = index.checked_sub(1).ok_or(NotHpack)?;
        match within.checked_sub(FIXED.len()) {
            None => FIXED.get(within).map(fixed).ok_or(NotHpack),
            Some(within) => self.entries.get(within).map(Entry::field).ok_or(NotHpack),
        }
    }

    /// Adds a field and evicts the oldest ones. A field that is larger than the table empties it.
    pub(super) fn add(&mut self, field: Field<'_>) {
        let size = field.size();
        self.shrink(self.limit.saturating_sub(size));
        if size <= self.limit {
            self.size += size;
            self.entries.push_front(Entry::new(field));
        }
    }

    /// Changes the size of the table.
    ///
    /// # Errors
    /// It is larger than allowed.
    pub(super) fn resize(&mut self, limit: usize) -> Result<(), NotHpack> {
        if limit > MOST_SIZE {
            return Err(NotHpack);
        }
        self.limit = limit;
        self.shrink(limit);
        Ok(())
    }

    /// How large it may be.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// The newest `count` fields, the oldest of them first.
    pub(super) fn newest(&self, count: usize) -> impl Iterator<Item = Field<'_>> {
        self.entries.iter().take(count).rev().map(Entry::field)
    }

    fn shrink(&mut self, size: usize) {
        while self.size > size
            && let Some(entry) = self.entries.pop_back()
        {
            self.size -= entry.field().size();
        }
    }
}

impl Entry {
    fn new(field: Field<'_>) -> Self {
        Self {
            text: [field.name, field.value].concat().into(),
            name_length: field.name.len(),
            kind: field.kind,
            is_sound: field.is_sound,
        }
    }

    fn field(&self) -> Field<'_> {
        let (name, value) = self.text.split_at_checked(self.name_length).unwrap_or_default();
        Field { name, value, kind: self.kind, is_sound: self.is_sound }
    }
}

fn fixed((kind, name, value): &'static (Kind, &str, &str)) -> Field<'static> {
    let is_sound = match kind {
        Kind::Foreign => false,
        Kind::ContentLength | Kind::Authority => !value.is_empty(),
        _ => true,
    };
    Field { name: name.as_bytes(), value: value.as_bytes(), kind: *kind, is_sound }
}

/// What RFC 7541 (4.1) adds to the size of each field.
const FIELD_SIZE: usize = 32;
/// The default size of the table.
pub(super) const MOST_SIZE: usize = 4096;

/// The fields that are always there (RFC 7541, appendix A).
#[rustfmt::skip]
static FIXED: [(Kind, &str, &str); 61] = [
    (Kind::Authority, ":authority", ""),
    (Kind::Method, ":method", "GET"),
    (Kind::Method, ":method", "POST"),
    (Kind::Path, ":path", "/"),
    (Kind::Path, ":path", "/index.html"),
    (Kind::Scheme, ":scheme", "http"),
    (Kind::Scheme, ":scheme", "https"),
    (Kind::Foreign, ":status", "200"),
    (Kind::Foreign, ":status", "204"),
    (Kind::Foreign, ":status", "206"),
    (Kind::Foreign, ":status", "304"),
    (Kind::Foreign, ":status", "400"),
    (Kind::Foreign, ":status", "404"),
    (Kind::Foreign, ":status", "500"),
    (Kind::Plain, "accept-charset", ""),
    (Kind::Plain, "accept-encoding", "gzip, deflate"),
    (Kind::Plain, "accept-language", ""),
    (Kind::Plain, "accept-ranges", ""),
    (Kind::Plain, "accept", ""),
    (Kind::Plain, "access-control-allow-origin", ""),
    (Kind::Plain, "age", ""),
    (Kind::Plain, "allow", ""),
    (Kind::Plain, "authorization", ""),
    (Kind::Plain, "cache-control", ""),
    (Kind::Plain, "content-disposition", ""),
    (Kind::Plain, "content-encoding", ""),
    (Kind::Plain, "content-language", ""),
    (Kind::ContentLength, "content-length", ""),
    (Kind::Plain, "content-location", ""),
    (Kind::Plain, "content-range", ""),
    (Kind::Plain, "content-type", ""),
    (Kind::Plain, "cookie", ""),
    (Kind::Plain, "date", ""),
    (Kind::Plain, "etag", ""),
    (Kind::Plain, "expect", ""),
    (Kind::Plain, "expires", ""),
    (Kind::Plain, "from", ""),
    (Kind::Plain, "host", ""),
    (Kind::Plain, "if-match", ""),
    (Kind::Plain, "if-modified-since", ""),
    (Kind::Plain, "if-none-match", ""),
    (Kind::Plain, "if-range", ""),
    (Kind::Plain, "if-unmodified-since", ""),
    (Kind::Plain, "last-modified", ""),
    (Kind::Plain, "link", ""),
    (Kind::Plain, "location", ""),
    (Kind::Plain, "max-forwards", ""),
    (Kind::Plain, "proxy-authenticate", ""),
    (Kind::Plain, "proxy-authorization", ""),
    (Kind::Plain, "range", ""),
    (Kind::Plain, "referer", ""),
    (Kind::Plain, "refresh", ""),
    (Kind::Plain, "retry-after", ""),
    (Kind::Plain, "server", ""),
    (Kind::Plain, "set-cookie", ""),
    (Kind::Plain, "strict-transport-security", ""),
    (Kind::Foreign, "transfer-encoding", ""),
    (Kind::Plain, "user-agent", ""),
    (Kind::Plain, "vary", ""),
    (Kind::Plain, "via", ""),
    (Kind::Plain, "www-authenticate", ""),
];
