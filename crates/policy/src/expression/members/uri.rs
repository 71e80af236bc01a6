//! `Uri` and `IPAddress`.

use std::net::IpAddr;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, made_bytes, object, text, text_or_none};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::convert::enumeration_of;
use crate::expression::encoding;
use crate::expression::evaluate::Step;
use crate::expression::members::convert::on_text;
use crate::expression::object::{ListKind, Object};
use crate::expression::types::Type;
use crate::expression::uri::Uri;
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { bases: &["object"], ..plain("Uri", URI) },
    Class { bases: &["object"], ..plain("IPAddress", ADDRESS) },
    enumeration("AddressFamily", &[("InterNetwork", 2), ("InterNetworkV6", 23)]),
    enumeration("UriKind", &[("RelativeOrAbsolute", 0), ("Absolute", 1), ("Relative", 2)]),
];

const URI: &[Member] = &[
    member(&["static UriSchemeHttps: string"], |_, _| Ok(Value::text("https"))),
    member(&["static UriSchemeHttp: string"], |_, _| Ok(Value::text("http"))),
    member(&["new(string uriString)", "new(string uriString, UriKind kind)"], |_, a| {
        let parsed = Uri::parse(&text(a, 0)?).ok_or_else(|| {
            EvaluationError::thrown(
                "UriFormatException",
                "Invalid URI: The format of the URI could not be determined.",
            )
        })?;
        Ok(Value::object(Object::Uri(parsed)))
    }),
    member(&["new(Uri baseUri, string relativeUri)"], |_, a| {
        let joined = uri(a)?.join(&text(a, 1)?);
        let joined = joined.ok_or_else(|| EvaluationError::thrown("UriFormatException", "Invalid URI."))?;
        Ok(Value::object(Object::Uri(joined)))
    }),
    member(&["Scheme: string"], |_, a| Ok(Value::text(&uri(a)?.scheme))),
    member(&["Host: string", "DnsSafeHost: string", "IdnHost: string"], |_, a| {
        Ok(Value::text(&uri(a)?.host))
    }),
    member(&["Port: int"], |_, a| Ok(Value::Int(uri(a)?.port().map_or(-1, i32::from)))),
    member(&["Authority: string"], |_, a| Ok(Value::text(&uri(a)?.authority()))),
    member(&["AbsolutePath: string", "LocalPath: string"], |_, a| Ok(Value::text(&uri(a)?.path))),
    member(&["AbsoluteUri: string", "OriginalString: string", "ToString(): string"], |_, a| {
        Ok(Value::text(uri(a)?.text()))
    }),
    member(&["Query: string"], |_, a| Ok(Value::text(&uri(a)?.query))),
    member(&["Fragment: string"], |_, a| Ok(Value::text(&uri(a)?.fragment))),
    member(&["UserInfo: string"], |_, a| Ok(Value::text(&uri(a)?.user))),
    member(&["PathAndQuery: string"], |_, a| {
        let uri = uri(a)?;
        Ok(Value::text(&format!("{}{}", uri.path, uri.query)))
    }),
    member(&["Segments: string[]"], |machine, a| {
        let segments = uri(a)?.segments().iter().map(|segment| Value::text(segment)).collect();
        machine.listed(ListKind::Array, Type::STRING, segments)
    }),
    member(&["IsAbsoluteUri: bool"], |_, a| Ok(Value::Bool(uri(a).is_ok()))),
    member(&["IsDefaultPort: bool"], |_, a| Ok(Value::Bool(uri(a)?.is_default_port()))),
    member(&["IsLoopback: bool"], |_, a| {
        Ok(Value::Bool(matches!(uri(a)?.host.as_str(), "localhost" | "127.0.0.1" | "[::1]")))
    }),
    member(&["GetLeftPart(UriPartial part): string"], |_, a| {
        let uri = uri(a)?;
        let scheme = format!("{}://", uri.scheme);
        Ok(Value::text(&match at(a, 1) {
            Value::Enumeration(part) => match part.number {
                0 => scheme,
                1 => scheme + &uri.authority(),
                2 => scheme + &uri.authority() + &uri.path,
                _ => scheme + &uri.authority() + &uri.path + &uri.query,
            },
            _ => return Err(EvaluationError::WrongKind.into()),
        }))
    }),
    member(&["static EscapeDataString(string value): string"], |machine, a| {
        on_text(machine, a, encoding::escape_data)
    }),
    member(&["static UnescapeDataString(string value): string"], |machine, a| {
        on_text(machine, a, |text| encoding::unescape(text, false))
    }),
    member(&["static EscapeUriString(string value): string"], |machine, a| {
        on_text(machine, a, |text| encoding::escape(text, "-_.~!*'();:@&=+$,/?#[]", "%20"))
    }),
    member(&["static IsWellFormedUriString(string uriString, UriKind kind): bool"], |_, a| {
        Ok(Value::Bool(text_or_none(a, 0)?.is_some_and(|text| Uri::parse(&text).is_some())))
    }),
    member(&["static TryCreate(string uriString, UriKind kind, out Uri result): bool"], |_, a| {
        let parsed = text_or_none(a, 0)?.and_then(|text| Uri::parse(&text));
        Ok(super::object::outcome(parsed.map(|uri| Value::object(Object::Uri(uri))), Value::Null))
    }),
];

const ADDRESS: &[Member] = &[
    member(&["static Parse(string ipString): IPAddress"], |_, a| {
        let parsed = address(&text(a, 0)?);
        let parsed = parsed.ok_or_else(|| {
            EvaluationError::thrown("FormatException", "An invalid IP address was specified.")
        })?;
        Ok(Value::object(Object::IpAddress(parsed)))
    }),
    member(&["static TryParse(string ipString, out IPAddress address): bool"], |_, a| {
        let parsed = text_or_none(a, 0)?.and_then(|text| address(&text));
        Ok(super::object::outcome(parsed.map(|parsed| Value::object(Object::IpAddress(parsed))), Value::Null))
    }),
    member(&["static IsLoopback(IPAddress address): bool"], |_, a| Ok(Value::Bool(own(a)?.is_loopback()))),
    member(&["GetAddressBytes(): byte[]"], |_, a| {
        Ok(made_bytes(match own(a)? {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        }))
    }),
    member(&["AddressFamily: AddressFamily"], |_, a| {
        Ok(enumeration_of("AddressFamily", if own(a)?.is_ipv4() { 2 } else { 23 }))
    }),
];

fn address(text: &str) -> Option<IpAddr> {
    text.trim().trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn own(a: &[Value]) -> Step<IpAddr> {
    match object(a, 0)? {
        Object::IpAddress(address) => Ok(*address),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn uri(a: &[Value]) -> Step<&Uri> {
    match object(a, 0)? {
        Object::Uri(uri) => Ok(uri),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}
