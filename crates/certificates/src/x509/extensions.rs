//! What the extensions of a certificate say, in words. Extensions that can't be read say nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use x509_parser::extensions::{ExtendedKeyUsage, GeneralName, KeyUsage, ParsedExtension};
use x509_parser::prelude::X509Certificate;

use crate::names::{dotnet_name, hex};

/// The names beside the subject, one a line: `DNS:partner.example`.
pub(super) fn alternative_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for extension in certificate.extensions() {
        if let ParsedExtension::SubjectAlternativeName(alternative) = extension.parsed_extension() {
            names.extend(alternative.general_names.iter().map(general_name));
        }
    }
    names
}

/// What the key may be used for.
pub(super) fn usages(certificate: &X509Certificate<'_>) -> Vec<String> {
    let mut usages = Vec::new();
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => usages.extend(key_usages(usage)),
            ParsedExtension::ExtendedKeyUsage(usage) => usages.extend(extended_key_usages(usage)),
            _ => {}
        }
    }
    usages
}

/// The identifiers of the subject's and of the issuer's key.
pub(super) fn key_ids(certificate: &X509Certificate<'_>) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (mut subject, mut issuer) = (None, None);
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => subject = Some(id.0.to_vec()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                issuer = id.key_identifier.as_ref().map(|id| id.0.to_vec());
            }
            _ => {}
        }
    }
    (subject, issuer)
}

fn general_name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(name) => format!("DNS:{name}"),
        GeneralName::RFC822Name(name) => format!("email:{name}"),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::IPAddress(octets) => format!("IP:{}", ip_address(octets)),
        GeneralName::DirectoryName(name) => format!("directory name:{}", dotnet_name(name.as_raw())),
        GeneralName::RegisteredID(object_id) => format!("registered ID:{object_id}"),
        GeneralName::OtherName(object_id, value) => format!("other name {object_id}:{}", other_name(value)),
        GeneralName::X400Address(_) | GeneralName::EDIPartyName(_) | GeneralName::Invalid(..) => {
            "other name:unreadable".to_owned()
        }
    }
}

fn ip_address(octets: &[u8]) -> String {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        Ipv4Addr::from(octets).to_string()
    } else if let Ok(octets) = <[u8; 16]>::try_from(octets) {
        Ipv6Addr::from(octets).to_string()
    } else {
        hex(octets)
    }
}

/// The text of an other name, such as Windows' user principal name; hex digits when it isn't text.
fn other_name(value: &[u8]) -> String {
    let text = || {
        let mut outer = crate::ber::Reader::new(value);
        let mut element = outer.element().ok()?;
        if element.is_constructed() {
            element = element.inside().ok()?.element().ok()?;
        }
        let text = std::str::from_utf8(element.body).ok()?;
        (!text.chars().any(char::is_control)).then(|| text.to_owned())
    };
    text().unwrap_or_else(|| hex(value))
}

fn key_usages(usage: &KeyUsage) -> Vec<String> {
    let all = [
        (usage.digital_signature(), "Digital signature"),
        (usage.non_repudiation(), "Non-repudiation"),
        (usage.key_encipherment(), "Key encipherment"),
        (usage.data_encipherment(), "Data encipherment"),
        (usage.key_agreement(), "Key agreement"),
        (usage.key_cert_sign(), "Certificate signing"),
        (usage.crl_sign(), "Revocation list signing"),
        (usage.encipher_only(), "Encipher only"),
        (usage.decipher_only(), "Decipher only"),
    ];
    all.into_iter().filter(|(is_set, _)| *is_set).map(|(_, words)| words.to_owned()).collect()
}

fn extended_key_usages(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let all = [
        (usage.any, "Any usage"),
        (usage.server_auth, "Server authentication"),
        (usage.client_auth, "Client authentication"),
        (usage.code_signing, "Code signing"),
        (usage.email_protection, "E-mail protection"),
        (usage.time_stamping, "Time stamping"),
        (usage.ocsp_signing, "OCSP signing"),
    ];
    let known = all.into_iter().filter(|(is_set, _)| *is_set).map(|(_, words)| words.to_owned());
    known.chain(usage.other.iter().map(|object_id| format!("OID {object_id}"))).collect()
}
