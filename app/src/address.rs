//! Addresses inside the portal: what may be gone back to, and how a query is written.

/// The text as an address inside the portal, or `/` when it is none: it begins with exactly one slash, and holds
/// nothing that a browser takes for another host (`//`, a backslash) or for the end of a header line.
#[must_use]
pub fn local(text: &str) -> &str {
    let foreign = text.starts_with("//") || text.contains(['\\', '\r', '\n', '\t', '\0']);
    if text.starts_with('/') && !foreign && text.len() <= LIMIT { text } else { "/" }
}

/// `path?name=value&…`, each value percent-encoded, empty ones left out.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.push_str(&encoded(value));
        mark = '&';
    }
    address
}

/// The text with every byte percent-encoded that isn't unreserved (RFC 3986, 2.3).
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

const LIMIT: usize = 2048;

#[cfg(test)]
mod tests {
    use super::{local, with_query};

    #[test]
    fn only_addresses_inside_the_portal_are_gone_back_to() {
        for good in ["/", "/apis", "/apis/orders/security?find=a%2Fb", "/security/certificates#top"] {
            assert_eq!(local(good), good);
        }
        for bad in
            ["", "apis", "//evil.example", "/\\evil.example", "\\\\evil", "https://evil.example", "/a\r\nb"]
        {
            assert_eq!(local(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn a_query_is_encoded_and_leaves_out_what_is_empty() {
        let address = with_query("/apis", &[("search", "a&b 가"), ("sort", ""), ("page", "2")]);
        assert_eq!(address, "/apis?search=a%26b%20%EA%B0%80&page=2");
    }
}
