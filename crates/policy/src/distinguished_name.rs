//! The parts of distinguished names as text.

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
    fn a_name_has_its_parts_without_quotes() {
        let name = "CN=*.contoso.com, O=\"Contoso, \"\"Inc.\"\"\", emailAddress=a@b.c, ST=Illinois";
        let expected =
            [("CN", "*.contoso.com"), ("O", "Contoso, \"Inc.\""), ("E", "a@b.c"), ("S", "Illinois")];
        assert_eq!(parts(name), expected.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
        assert!(parts("").is_empty());
    }
}
