//! The lines that say how long a request is: fields of a head, sizes of chunks, trailers (RFC 9112, 5 to 7).

use crate::framing::Finding;

/// What the lines of the present head said so far.
#[derive(Debug, Default)]
pub(super) struct Head {
    lines: usize,
    lengths: u32,
    length: u64,
    codings: u32,
    finding: Option<Finding>,
}

impl Head {
    pub(super) fn has_begun(&self) -> bool {
        self.lines > 0
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn is_chunked(&self) -> bool {
        self.codings > 0
    }

    pub(super) fn note_bare_line_feed(&mut self) {
        self.note(Finding::Ambiguous("a line ends without a carriage return"));
    }

    /// The request line first, then the fields.
    pub(super) fn read_line(&mut self, line: &[u8]) {
        self.lines += 1;
        if self.lines > 1 {
            self.read_field(line);
        }
    }

    fn read_field(&mut self, line: &[u8]) {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            self.note(Finding::Ambiguous("a field goes on over more than one line"));
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts.next().unwrap_or_default();
        let value = parts.next().unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths += 1;
            match decimal(value) {
                Some(length) => self.length = length,
                None => self.note(Finding::Ambiguous("its `Content-Length` is not a number")),
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.codings += 1;
            if !value.eq_ignore_ascii_case(b"chunked") {
                self.note(Finding::Coding);
            }
        }
    }

    pub(super) fn finding(&self) -> Option<Finding> {
        if self.lengths > 0 && self.codings > 0 {
            return Some(Finding::Ambiguous("it has both `Content-Length` and `Transfer-Encoding`"));
        }
        if self.lengths > 1 {
            return Some(Finding::Ambiguous("it has more than one `Content-Length`"));
        }
        if self.codings > 1 {
            return Some(Finding::Ambiguous("it has more than one `Transfer-Encoding`"));
        }
        self.finding
    }

    fn note(&mut self, finding: Finding) {
        self.finding.get_or_insert(finding);
    }
}

/// The size in the line that begins a chunk; its extensions are skipped. `None` if the line is not one.
pub(super) fn chunk_size(line: &[u8]) -> Option<u64> {
    let (size, extensions) = match line.iter().position(|byte| *byte == b';') {
        Some(at) => (line.get(..at)?, line.get(at..)?),
        None => (line, &b""[..]),
    };
    let digits = size.trim_ascii_end();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) || !is_text(extensions) {
        return None;
    }
    // Sixteen digits are 64 bits, leading zeros included.
    u64::from_str_radix(std::str::from_utf8(digits).ok().filter(|digits| digits.len() <= 16)?, 16).ok()
}

/// Whether a line is a field: a token, a colon, and text without control characters (RFC 9110, 5.1 and 5.5).
pub(super) fn is_field(line: &[u8]) -> bool {
    let Some(at) = line.iter().position(|byte| *byte == b':') else { return false };
    let (name, value) = line.split_at(at);
    !name.is_empty() && name.iter().all(|byte| is_token(*byte)) && is_text(value)
}

fn decimal(text: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(text).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == b'\t' || !byte.is_ascii_control())
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
