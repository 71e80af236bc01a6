//! Addresses inside the portal: what may be gone back to, and how a query is written.

/// The text as an address inside the portal, or `/` when it is none: it begins with exactly one slash, and holds
/// nothing that a browser takes for another host (`//`, a backslash) or for the end of a header line.
#[must_use]
pub fn local(text: &str) -> &str {
    let foreign = text.starts_with("//") || text.contains(['\\', '\r', '\n', '\t', '\0']);
    if text.starts_with('/') && !foreign && text.len() <= LIMIT { text } else { "/" }
}

/// The address without its query and the place on the page.
#[must_use]
pub fn path(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// The sign-in that leads on to `next`, an address inside the portal.
#[must_use]
pub fn sign_in(next: &str) -> String {
    let next = match local(next) {
        "/" => "",
        further => further,
    };
    with_query(SIGN_IN, &[("next", next)])
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

/// The page of the sign-in.
pub const SIGN_IN: &str = "/sign-in";
const LIMIT: usize = 2048;

#[cfg(test)]
mod tests {
    use super::{local, sign_in, with_query};

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
    fn the_sign_in_leads_on_to_pages_of_the_portal_only() {
        assert_eq!(sign_in("/apis?page=2"), "/sign-in?next=%2Fapis%3Fpage%3D2");
        assert_eq!((sign_in("/"), sign_in("//evil.example")), ("/sign-in".to_owned(), "/sign-in".to_owned()));
    }

    #[test]
    fn a_query_is_encoded_and_leaves_out_what_is_empty() {
        let address = with_query("/apis", &[("search", "a&b 가"), ("sort", ""), ("page", "2")]);
        assert_eq!(address, "/apis?search=a%26b%20%EA%B0%80&page=2");
    }
}
