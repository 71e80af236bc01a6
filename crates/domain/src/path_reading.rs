//! How the most generous backend reads a path: what is judged by one reading must not be answered by another.

/// Whether backends may differ in what they make of a path.
#[must_use]
pub fn is_ambiguous(path: &str) -> bool {
    path.contains(['%', ';', '\\']) || path.contains("//") || path.contains("/.")
}

/// The parts of a path for a backend that decodes everything, overlong UTF-8 too, takes `\` for a slash, leaves out
/// what follows a `;` and empty parts, follows dot parts, and stops at NUL.
#[must_use]
pub fn parts(path: &str) -> Vec<String> {
    let decoded = decoded(path.as_bytes());
    let decoded = String::from_utf8_lossy(&decoded).replace('\\', "/");
    let mut parts = Vec::new();
    for part in decoded.split('\0').next().unwrap_or_default().split('/') {
        match part.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name.to_owned()),
        }
    }
    parts
}

/// The bytes with `%41` and the like replaced. An invalid escape stays as it is.
fn decoded(path: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((byte, behind)) = rest.split_first() {
        let escaped = if *byte == b'%' { escape(behind) } else { None };
        decoded.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
        shorten(&mut decoded);
    }
    decoded
}

fn escape(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    u8::try_from(digit(0)? << 4 | digit(1)?).ok()
}

/// Puts the character of ASCII for which the last two or three bytes are an overlong writing in their place.
fn shorten(bytes: &mut Vec<u8>) {
    let (length, byte) = match bytes.as_slice() {
        [.., 0xe0, high @ 0x80..=0x81, low @ 0x80..=0xbf] => (3, (high & 1) << 6 | low & 0x3f),
        [.., high @ 0xc0..=0xc1, low @ 0x80..=0xbf] => (2, (high & 1) << 6 | low & 0x3f),
        _ => return,
    };
    bytes.truncate(bytes.len() - length);
    bytes.push(byte);
}

#[cfg(test)]
mod tests {
    use super::{is_ambiguous, parts};

    #[test]
    fn every_disguise_is_read_as_what_it_means() {
        for path in [
            "/a/%62",
            "//a///b/",
            "/./a/./b/.",
            "/x/../a/b",
            "/x/%2e%2E/a/b",
            "/a%2fb",
            "/a%5Cb",
            "/a\\b",
            "/a;v=1/b;w",
            "/x/..;/a/b",
            "/a%c0%afb",
            "/a%e0%80%afb",
            "/a/x/%c0%ae%c0%ae/b",
            "/a/b%00.txt",
        ] {
            assert!(is_ambiguous(path), "{path}");
            assert_eq!(parts(path), ["a", "b"], "{path}");
        }
        assert!(!is_ambiguous("/a/b.c/d..e"));
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(parts("/%/%4/%zz/a%"), ["%", "%4", "%zz", "a%"]);
        assert_eq!(parts("/é/%c3%a9/%252e"), ["é", "é", "%2e"]);
    }
}
