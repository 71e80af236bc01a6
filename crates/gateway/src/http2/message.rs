//! Judges the fields of one header block together: a request's head, or its trailers (RFC 9113, 8.1 to 8.5).

use crate::http2::fields::Kind;
use crate::http2::table::Field;

/// Where in a request a header block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Head,
    Trailers,
}

/// How a header block is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    Malformed,
    TooLarge,
}

/// The fields seen so far.
#[derive(Debug)]
pub(super) struct Message {
    part: Part,
    is_malformed: bool,
    pseudo: Pseudo,
    /// Whether a field came that isn't a pseudo field.
    pub(super) has_plain: bool,
    is_tunnel: bool,
    has_length: bool,
    has_content: bool,
    list_bytes: usize,
}

/// Which pseudo fields came.
#[derive(Debug, Default)]
struct Pseudo {
    method: bool,
    scheme: bool,
    authority: bool,
    path: bool,
}

impl Message {
    pub(super) fn new(part: Part) -> Self {
        Self {
            part,
            is_malformed: false,
            pseudo: Pseudo::default(),
            has_plain: false,
            is_tunnel: false,
            has_length: false,
            has_content: false,
            list_bytes: 0,
        }
    }

    /// Takes the next field.
    pub(super) fn take(&mut self, field: &Field<'_>) {
        self.list_bytes = self.list_bytes.saturating_add(field.size());
        let is_misplaced = field.kind.is_pseudo() && (self.has_plain || self.part == Part::Trailers);
        let is_repeated = match field.kind {
            Kind::Method => {
                self.is_tunnel = field.value == b"CONNECT";
                std::mem::replace(&mut self.pseudo.method, true)
            }
            Kind::Scheme => std::mem::replace(&mut self.pseudo.scheme, true),
            Kind::Authority => std::mem::replace(&mut self.pseudo.authority, true),
            Kind::Path => std::mem::replace(&mut self.pseudo.path, true),
            Kind::ContentLength => {
                // A value that isn't sound may be long, and named again and again.
                self.has_content |= field.is_sound && field.value.iter().any(|digit| *digit != b'0');
                // A length in trailers comes too late.
                std::mem::replace(&mut self.has_length, true) || self.part == Part::Trailers
            }
            Kind::Te | Kind::Plain | Kind::Foreign => false,
        };
        self.has_plain |= !field.kind.is_pseudo();
        self.is_malformed |= !field.is_sound || is_misplaced || is_repeated;
    }

    /// Judges the fields taken so far. They must have fewer than `limit_bytes`.
    pub(super) fn verdict(&self, limit_bytes: usize) -> Verdict {
        let is_large = self.list_bytes >= limit_bytes;
        // The library ends the connection when `CONNECT` announces a body.
        if self.is_malformed
            || (self.is_tunnel && self.has_content)
            || (is_large && self.part == Part::Trailers)
        {
            Verdict::Malformed
        } else if is_large {
            Verdict::TooLarge
        } else {
            Verdict::Fine
        }
    }
}
