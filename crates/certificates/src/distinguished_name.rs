//! Distinguished names as policies write them, compared by what they say and not as text: `CN=a, O=b` and `O=b, CN=a`
//! are the same name, one printed from the last part and one from the first.

use crate::names::{SHORT_NAMES, relative_names};

/// A name: relative names in order, each a set of types and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName {
    parts: Vec<Vec<Pair>>,
}

/// An object identifier and its value.
type Pair = (String, String);

impl DistinguishedName {
    /// The X.501 Name of a certificate; none when it isn't DER.
    #[must_use]
    pub fn of_der(name: &[u8]) -> Option<Self> {
        let parts = relative_names(name).ok()?;
        let pairs = |values: Vec<crate::names::Value>| {
            sorted(values.into_iter().map(|value| (value.object_id, value.text)).collect())
        };
        Some(Self { parts: parts.into_iter().map(pairs).collect() })
    }

    /// A text such as `CN=partner, O="Contoso, Inc.", S=WA`: types in any case, `S` or `ST`, `E` or `emailAddress`,
    /// `OID.2.5.4.3` or its digits alone. None when it isn't a name, or holds a type that nobody knows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan { rest: text };
        let mut parts = vec![vec![scan.pair()?]];
        while let Some(mark) = scan.mark()? {
            let pair = scan.pair()?;
            match parts.last_mut() {
                Some(part) if mark == '+' => part.push(pair),
                _ => parts.push(vec![pair]),
            }
        }
        Some(Self { parts: parts.into_iter().map(sorted).collect() })
    }

    /// Whether both are the same name, written in the same order or exactly the other way round.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.parts == other.parts || self.parts.iter().eq(other.parts.iter().rev())
    }
}

/// The values of a relative name are a set.
fn sorted(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_unstable();
    pairs
}

/// What of a text is left to read.
struct Scan<'t> {
    rest: &'t str,
}

impl Scan<'_> {
    fn pair(&mut self) -> Option<Pair> {
        let (kind, value) = self.rest.split_once('=')?;
        let object_id = object_id(kind.trim())?;
        self.rest = value.trim_start();
        let value = if let Some(quoted) = self.rest.strip_prefix('"') {
            let (value, rest) = unquoted(quoted)?;
            self.rest = rest;
            value
        } else {
            let end = self.rest.find(MARKS).unwrap_or(self.rest.len());
            let (value, rest) = self.rest.split_at_checked(end)?;
            self.rest = rest;
            value.trim_end().to_owned()
        };
        Some((object_id, value))
    }

    /// What stands between two pairs; `None` outside is a text that goes on otherwise, inside its end.
    fn mark(&mut self) -> Option<Option<char>> {
        self.rest = self.rest.trim_start();
        let Some(mark) = self.rest.chars().next() else { return Some(None) };
        self.rest = self.rest.strip_prefix(MARKS)?;
        Some(Some(mark))
    }
}

/// The value before the closing quote, a doubled one being one of the value, and what follows.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        value.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                value.push('"');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

fn object_id(kind: &str) -> Option<String> {
    let is_dotted = |text: &str| {
        text.contains('.')
            && text.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()))
    };
    let prefix = kind.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("OID."));
    let dotted = prefix.and_then(|_| kind.get(4..)).unwrap_or(kind);
    if is_dotted(dotted) {
        return Some(dotted.to_owned());
    }
    let known =
        SHORT_NAMES.iter().map(|(object_id, short)| (*object_id, *short)).chain(OTHER_NAMES.iter().copied());
    let mut named = known.filter(|(_, name)| name.eq_ignore_ascii_case(kind));
    named.next().map(|(object_id, _)| object_id.to_owned())
}

const MARKS: [char; 3] = [',', ';', '+'];

/// How others than .NET write the types: OpenSSL's short and long names, RFC 4519's.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("2.5.4.3", "commonName"),
    ("2.5.4.4", "surname"),
    ("2.5.4.6", "countryName"),
    ("2.5.4.7", "localityName"),
    ("2.5.4.8", "ST"),
    ("2.5.4.8", "stateOrProvinceName"),
    ("2.5.4.9", "streetAddress"),
    ("2.5.4.10", "organizationName"),
    ("2.5.4.11", "organizationalUnitName"),
    ("2.5.4.12", "title"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.42", "GN"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.43", "initials"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.1", "userId"),
    ("0.9.2342.19200300.100.1.25", "domainComponent"),
];

#[cfg(test)]
mod tests {
    use super::DistinguishedName;

    fn are_same(one: &str, other: &str) -> bool {
        match (DistinguishedName::parse(one), DistinguishedName::parse(other)) {
            (Some(one), Some(other)) => one.is_same_as(&other),
            _ => false,
        }
    }

    #[test]
    fn a_name_is_the_same_in_either_order_but_in_no_third() {
        assert!(are_same("CN=a, O=b, C=c", "CN=a,O=b;C=c"));
        assert!(are_same("CN=a, O=b, C=c", "C=c, O=b, CN=a"));
        assert!(!are_same("CN=a, O=b, C=c", "O=b, CN=a, C=c"));
        assert!(!are_same("CN=a, O=b", "CN=a"));
    }

    #[test]
    fn types_have_several_names_and_no_case() {
        assert!(are_same("cn=a, S=WA, E=a@b.example", "CN=a, st=WA, emailAddress=a@b.example"));
        assert!(are_same("OID.2.5.4.3=a", "2.5.4.3=a"));
        assert!(are_same("oid.2.5.4.3=a", "commonName=a"));
        assert!(!are_same("CN=a", "CN=A"));
        assert!(DistinguishedName::parse("NOTATYPE=a").is_none());
    }

    #[test]
    fn a_quoted_value_may_hold_every_mark() {
        assert!(are_same(r#"CN=a, O="Contoso, Inc.""#, r#"O="Contoso, Inc." , CN=a"#));
        assert!(are_same(r#"O="say ""so"" + more""#, r#"organizationName="say ""so"" + more""#));
        assert!(!are_same(r#"O="Contoso, Inc.""#, "O=Contoso"));
        for broken in ["", "CN", "O=Contoso, Inc.", r#"O="open"#, r#"O="a"b"#, "CN=a,"] {
            assert!(DistinguishedName::parse(broken).is_none(), "{broken} was read");
        }
    }

    #[test]
    fn values_of_one_relative_name_are_a_set() {
        assert!(are_same("CN=a + OU=b, O=c", "O=c, OU=b+CN=a"));
        assert!(!are_same("CN=a + OU=b", "CN=a, OU=b"));
    }
}
