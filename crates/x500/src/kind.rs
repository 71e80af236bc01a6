//! The types of a name: `CN`, `commonName`, `OID.2.5.4.3`.

use crate::dotnet::SHORT_NAMES;

/// The object identifier of a type by any of its names, in any case; `None` if nobody knows it.
#[must_use]
pub fn object_id(kind: &str) -> Option<String> {
    let prefix = kind.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("OID."));
    let dotted = prefix.and_then(|_| kind.get(4..)).unwrap_or(kind);
    if is_dotted(dotted) {
        return Some(dotted.to_owned());
    }
    let mut known = SHORT_NAMES.iter().chain(OTHER_NAMES);
    known.find(|(_, name)| name.eq_ignore_ascii_case(kind)).map(|(object_id, _)| (*object_id).to_owned())
}

fn is_dotted(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How others than .NET write the types: OpenSSL's short and long names, RFC 4519's.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("2.5.4.3", "commonName"),
    ("2.5.4.4", "surname"),
    ("2.5.4.6", "countryName"),
    ("2.5.4.7", "localityName"),
    ("2.5.4.8", "ST"),
    ("2.5.4.8", "SP"),
    ("2.5.4.8", "stateOrProvinceName"),
    ("2.5.4.9", "streetAddress"),
    ("2.5.4.10", "organizationName"),
    ("2.5.4.11", "organizationalUnitName"),
    ("2.5.4.12", "title"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "GN"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.43", "initials"),
    ("2.5.4.44", "generationQualifier"),
    ("2.5.4.45", "x500UniqueIdentifier"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.2.840.113549.1.9.1", "email"),
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.2.840.113549.1.9.8", "unstructuredAddress"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.1", "userId"),
    ("0.9.2342.19200300.100.1.25", "domainComponent"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionLocalityName"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionStateOrProvinceName"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionCountryName"),
];
