//! Host names and IP addresses: what DNS resolves and a certificate can name.

use std::net::{Ipv4Addr, Ipv6Addr};

use rustls_pki_types::DnsName;
use thiserror::Error;

/// Why a text is not a host.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HostProblem {
    #[error("the host name is missing")]
    Missing,
    #[error("the host name must be in ASCII; write an international name in its `xn--` form (Punycode)")]
    NotAscii,
    #[error("the host name must not contain {}", shown(*.found))]
    Character { found: char },
    #[error(
        "the host name must not have an empty part: remove a dot at its beginning or end, or a double dot"
    )]
    EmptyPart,
    #[error("a part of the host name must not begin or end with `-`")]
    Hyphen,
    #[error("a part of the host name is longer than 63 characters")]
    LongPart,
    #[error("the host name is longer than 253 characters")]
    TooLong,
    #[error(
        "the host is not a valid IP address: write four decimal numbers from 0 to 255, such as `10.0.0.1`"
    )]
    Number,
    #[error("the text in brackets is not a valid IPv6 address")]
    Brackets,
    #[error("an IPv6 address with a zone, such as `%eth0`, can't be used")]
    Zone,
}

/// A host name or an IPv4 address, in lower case; an IPv6 address stands in brackets in a URL, and is judged by
/// [`bracketed`].
///
/// # Errors
/// DNS can't resolve it, or no certificate can name it.
pub fn host(text: &str) -> Result<String, HostProblem> {
    if text.is_empty() {
        return Err(HostProblem::Missing);
    }
    if !text.is_ascii() {
        return Err(HostProblem::NotAscii);
    }
    let is_of_a_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if let Some(found) = text.chars().find(|c| !is_of_a_name(c)) {
        return Err(HostProblem::Character { found });
    }
    if text.parse::<Ipv4Addr>().is_ok() {
        return Ok(text.to_owned());
    }
    if text.len() > NAME_LIMIT {
        return Err(HostProblem::TooLong);
    }
    text.split('.').try_for_each(part)?;
    // Resolvers and browsers read such a name as an address in another notation: `0x7f.1` is 127.0.0.1 to them.
    if text.rsplit('.').next().is_some_and(is_number) {
        return Err(HostProblem::Number);
    }
    let name = text.to_ascii_lowercase();
    // What rules a certificate's names has the last word.
    match DnsName::try_from(name.as_str()) {
        Ok(_) => Ok(name),
        Err(_) => Err(HostProblem::Number),
    }
}

/// The IPv6 address that stands in the brackets of a URL, in lower case and without them.
///
/// # Errors
/// It isn't one.
pub fn bracketed(text: &str) -> Result<String, HostProblem> {
    if text.contains('%') {
        return Err(HostProblem::Zone);
    }
    match text.parse::<Ipv6Addr>() {
        Ok(_) => Ok(text.to_ascii_lowercase()),
        Err(_) => Err(HostProblem::Brackets),
    }
}

/// What a certificate is to name: a host name or an IP address, an IPv6 address with or without brackets.
///
/// # Errors
/// No certificate can name it.
pub fn server_name(text: &str) -> Result<String, HostProblem> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(inner) => bracketed(inner),
        None if text.parse::<Ipv6Addr>().is_ok() => bracketed(text),
        None => host(text),
    }
}

fn part(part: &str) -> Result<(), HostProblem> {
    if part.is_empty() {
        return Err(HostProblem::EmptyPart);
    }
    if part.len() > PART_LIMIT {
        return Err(HostProblem::LongPart);
    }
    if part.starts_with('-') || part.ends_with('-') {
        return Err(HostProblem::Hyphen);
    }
    Ok(())
}

fn is_number(part: &str) -> bool {
    let hex = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
    part.bytes().all(|b| b.is_ascii_digit())
        || hex.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn shown(found: char) -> String {
    match found {
        ' ' => "spaces".to_owned(),
        c if c.is_control() => "control characters".to_owned(),
        c => format!("`{c}`"),
    }
}

const NAME_LIMIT: usize = 253;
const PART_LIMIT: usize = 63;

#[cfg(test)]
mod tests {
    use rustls_pki_types::ServerName;

    use super::{HostProblem, host, server_name};

    #[test]
    fn names_that_dns_and_certificates_carry_are_taken() {
        let long = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        assert_eq!(long.len(), 253);
        for good in [
            "localhost",
            "partner.example",
            "Partner.EXAMPLE",
            "10.0.0.1",
            "255.255.255.255",
            "a-b.c_d.example",
            "_dns.example",
            "1.example",
            "10.0.0.example",
            "xn--bcher-kva.example",
            "0x7f.example",
            "x0",
            &long,
        ] {
            let name = host(good).unwrap_or_else(|problem| panic!("{good}: {problem}"));
            assert_eq!(name, good.to_ascii_lowercase());
            assert!(ServerName::try_from(name).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_no_certificate_or_resolver_carries_is_refused_by_its_reason() {
        let part = "a".repeat(64);
        let long = format!("{0}.{0}.{0}.{0}", "a".repeat(63));
        let character = |found| HostProblem::Character { found };
        for (bad, problem) in [
            ("", HostProblem::Missing),
            ("10.0.0", HostProblem::Number),
            ("999.1.1.1", HostProblem::Number),
            ("1", HostProblem::Number),
            ("2130706433", HostProblem::Number),
            ("0x7f.1", HostProblem::Number),
            ("0x7f000001", HostProblem::Number),
            ("0x", HostProblem::Number),
            ("010.0.0.1", HostProblem::Number),
            ("10.0.0.1.", HostProblem::EmptyPart),
            ("a..b", HostProblem::EmptyPart),
            (".a", HostProblem::EmptyPart),
            ("partner.example.", HostProblem::EmptyPart),
            ("-a.example", HostProblem::Hyphen),
            ("a-.example", HostProblem::Hyphen),
            (&part, HostProblem::LongPart),
            (&long, HostProblem::TooLong),
            ("b\u{fc}cher.example", HostProblem::NotAscii),
            ("\u{ff11}0.0.0.1", HostProblem::NotAscii),
            ("a b", character(' ')),
            ("a%20b", character('%')),
            ("a\u{7}b", character('\u{7}')),
            ("a\\b", character('\\')),
            ("a:b", character(':')),
            ("*.example", character('*')),
        ] {
            assert_eq!(host(bad), Err(problem), "{bad}");
        }
    }

    #[test]
    fn a_server_name_may_be_an_ipv6_address() {
        assert_eq!(server_name("2001:DB8::1"), Ok("2001:db8::1".to_owned()));
        assert_eq!(server_name("[::1]"), Ok("::1".to_owned()));
        assert_eq!(server_name("[fe80::1%25eth0]"), Err(HostProblem::Zone));
        assert_eq!(server_name("[10.0.0.1]"), Err(HostProblem::Brackets));
        assert_eq!(server_name("[::1"), Err(HostProblem::Character { found: '[' }));
    }
}
