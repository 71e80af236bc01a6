//! Distinguished names as text: whether two of them name the same.

/// Whether two names have the same parts, in the same order or in exactly the opposite one: some
/// programs print the most specific part first, some last. The kinds of parts are compared without
/// case, with `S` for `ST` and `E` for `emailAddress`; a value with a comma stands in double quotes.
pub fn are_same(one: &str, two: &str) -> bool {
    let (one, mut two) = (parts(one), parts(two));
    if one == two {
        return true;
    }
    two.reverse();
    one == two
}

/// The kind and the value of each part.
pub(crate) fn parts(name: &str) -> Vec<(String, String)> {
    split(name).iter().map(|part| part_of(part)).filter(|part| *part != Default::default()).collect()
}

/// Cuts at commas and plus signs that stand outside of quotes.
fn split(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for character in name.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' | '+' if !quoted => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts
}

fn part_of(written: &str) -> (String, String) {
    let (kind, value) = written.split_once('=').unwrap_or(("", written));
    let kind = kind.trim().to_ascii_uppercase();
    let kind = match kind.strip_prefix("OID.").unwrap_or(&kind) {
        "ST" => "S",
        "EMAILADDRESS" | "1.2.840.113549.1.9.1" => "E",
        kind => kind,
    };
    let value = value.trim();
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let value = inner.map_or_else(|| value.to_owned(), |inner| inner.replace("\"\"", "\""));
    (kind.to_owned(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_are_the_same_name_in_either_order() {
        let name = "C=US, ST=Illinois, L=Chicago, O=\"Contoso, Inc.\", CN=*.contoso.com";
        for same in [
            name,
            "CN=*.contoso.com, O=\"Contoso, Inc.\", L=Chicago, S=Illinois, C=US",
            "cn=*.contoso.com,o=\"Contoso, Inc.\",l=Chicago,st=Illinois,c=US",
        ] {
            assert!(are_same(name, same), "{same}");
        }
        assert!(are_same("emailAddress=a@b.c, CN=x", "CN=x, E=a@b.c"));
    }

    #[test]
    fn other_parts_are_another_name() {
        for (one, two) in [
            ("CN=a", "CN=b"),
            ("CN=a", "O=a"),
            ("CN=a, O=b", "CN=a"),
            ("CN=a, O=b, C=c", "O=b, CN=a, C=c"),
            ("CN=\"a, O=b\"", "CN=a, O=b"),
            ("CN=A", "CN=a"),
        ] {
            assert!(!are_same(one, two), "{one} / {two}");
        }
    }
}
