//! Which names and values a field may have in a request (RFC 9113, 8.2 and 8.3).

/// The kinds of fields that are checked differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Method,
    Scheme,
    Authority,
    Path,
    ContentLength,
    Te,
    Plain,
    /// Not allowed in requests: an invalid name, a field of HTTP/1 connections, or an unknown pseudo field.
    Foreign,
}

impl Kind {
    /// The kind of the field with this name.
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b":method" => Self::Method,
            b":scheme" => Self::Scheme,
            b":authority" => Self::Authority,
            b":path" => Self::Path,
            b"content-length" => Self::ContentLength,
            b"te" => Self::Te,
            b"" | b"connection" | b"keep-alive" | b"proxy-connection" | b"transfer-encoding" | b"upgrade" => {
                Self::Foreign
            }
            name if is_name(name) => Self::Plain,
            _ => Self::Foreign,
        }
    }

    /// Whether it must come before all other fields, and only once.
    pub(super) fn is_pseudo(self) -> bool {
        matches!(self, Self::Method | Self::Scheme | Self::Authority | Self::Path)
    }

    /// Whether a field of this kind may have this value. What else is wrong with a path or an authority is seen where
    /// they are taken apart.
    pub(super) fn allows(self, value: &[u8]) -> bool {
        match self {
            Self::Method => !value.is_empty() && value.iter().all(|byte| is_token(*byte)),
            Self::Scheme => is_scheme(value),
            Self::Authority => !value.is_empty() && std::str::from_utf8(value).is_ok(),
            Self::Path => is_target(value) && std::str::from_utf8(value).is_ok(),
            // The library reads no more than 19 digits.
            Self::ContentLength => (1..=19).contains(&value.len()) && value.iter().all(u8::is_ascii_digit),
            Self::Te => value == b"trailers",
            Self::Plain => is_value(value),
            Self::Foreign => false,
        }
    }
}

fn is_name(name: &[u8]) -> bool {
    name.iter().all(|byte| NAME.get(usize::from(*byte)) == Some(&true))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_scheme(value: &[u8]) -> bool {
    let is_rest = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    matches!(value, [first, rest @ ..] if first.is_ascii_alphabetic() && rest.iter().all(is_rest))
}

/// A path with its query, or the asterisk. A fragment is refused: not everybody cuts it off.
fn is_target(value: &[u8]) -> bool {
    let is_rest = |byte: &u8| *byte > b' ' && !matches!(byte, b'#' | 0x7f);
    value == b"*" || matches!(value, [b'/', rest @ ..] if rest.iter().all(is_rest))
}

fn is_value(value: &[u8]) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    !value.first().is_some_and(is_blank)
        && !value.last().is_some_and(is_blank)
        // Without an early exit the compiler checks many bytes at once.
        && value.iter().fold(true, |is_text, byte| {
            is_text & ((*byte >= b' ') & (*byte != 0x7f) | (*byte == b'\t'))
        })
}

/// Which bytes the name of a field may have.
#[expect(clippy::indexing_slicing, reason = "the compiler runs it")]
static NAME: [bool; 256] = {
    let mut name = [false; 256];
    let mut allowed: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    while let [byte, rest @ ..] = allowed {
        name[*byte as usize] = true;
        allowed = rest;
    }
    name
};
