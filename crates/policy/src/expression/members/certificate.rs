//! `X509Certificate2` and its names.

use std::sync::Arc;

use crate::datetime::DateTime;
use crate::error::EvaluationError;
use crate::expression::arguments::{at, flag, made_bytes};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::evaluate::Step;
use crate::expression::members::rsa;
use crate::facts::{Certificate, Revocation};
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["X509Certificate"], bases: &["object"], ..plain("X509Certificate2", CERTIFICATE) },
    Class { bases: &["object"], ..plain("X500DistinguishedName", NAME) },
    enumeration(
        "X509NameType",
        &[
            ("SimpleName", 0),
            ("EmailName", 1),
            ("UpnName", 2),
            ("DnsName", 3),
            ("DnsFromAlternativeName", 4),
            ("UrlName", 5),
        ],
    ),
    enumeration("X509ContentType", &[("Unknown", 0), ("Cert", 1), ("SerializedCert", 2), ("Pfx", 3)]),
];

const CERTIFICATE: &[Member] = &[
    member(&["Thumbprint: string", "GetCertHashString(): string"], |_, a| {
        Ok(Value::Text(Arc::clone(&own(a)?.thumbprint)))
    }),
    member(&["Subject: string"], |_, a| Ok(Value::Text(Arc::clone(&own(a)?.subject)))),
    member(&["Issuer: string"], |_, a| Ok(Value::Text(Arc::clone(&own(a)?.issuer)))),
    member(&["SubjectName: X500DistinguishedName"], |_, a| {
        Ok(Value::DistinguishedName(Arc::clone(&own(a)?.subject)))
    }),
    member(&["IssuerName: X500DistinguishedName"], |_, a| {
        Ok(Value::DistinguishedName(Arc::clone(&own(a)?.issuer)))
    }),
    member(&["SerialNumber: string", "GetSerialNumberString(): string"], |_, a| {
        Ok(Value::Text(Arc::clone(&own(a)?.serial_number)))
    }),
    member(&["NotBefore: DateTime"], |_, a| {
        Ok(Value::DateTime(DateTime::from_unix_s(own(a)?.not_before_unix_s)))
    }),
    member(&["NotAfter: DateTime"], |_, a| {
        Ok(Value::DateTime(DateTime::from_unix_s(own(a)?.not_after_unix_s)))
    }),
    member(&["GetEffectiveDateString(): string"], |_, a| printed(own(a)?.not_before_unix_s)),
    member(&["GetExpirationDateString(): string"], |_, a| printed(own(a)?.not_after_unix_s)),
    member(&["FriendlyName: string"], |_, a| Ok(Value::Text(Arc::clone(&own(a)?.friendly_name)))),
    member(&["Dispose(): void", "Reset(): void"], |_, _| Ok(Value::Null)),
    member(&["HasPrivateKey: bool"], |_, a| Ok(Value::Bool(own(a)?.has_private_key))),
    member(&["Version: int"], |_, a| Ok(Value::Int(own(a)?.version))),
    member(&["RawData: byte[]", "GetRawCertData(): byte[]"], |_, a| Ok(made_bytes(own(a)?.der.to_vec()))),
    member(&["Export(X509ContentType contentType): byte[]"], |_, a| match at(a, 1) {
        Value::Enumeration(kind) if kind.name == "Cert" => Ok(made_bytes(own(a)?.der.to_vec())),
        // The key of a certificate never leaves.
        _ => Err(EvaluationError::thrown(
            "CryptographicException",
            "Key not valid for use in specified state.",
        )
        .into()),
    }),
    member(&["GetRawCertDataString(): string"], |machine, a| {
        let digits = own(a)?.der.iter().map(|byte| format!("{byte:02X}")).collect();
        machine.made(digits)
    }),
    member(&["GetCertHash(): byte[]"], |_, a| {
        let digits = Arc::clone(&own(a)?.thumbprint);
        let pairs = digits.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
        Ok(made_bytes(pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()))
    }),
    member(&["GetNameInfo(X509NameType nameType, bool forIssuer): string"], |_, a| {
        let certificate = own(a)?;
        let Value::Enumeration(kind) = at(a, 1) else { return Err(EvaluationError::WrongKind.into()) };
        Ok(Value::text(&certificate.name_info(kind.name, flag(a, 2))))
    }),
    member(
        &[
            "new(byte[] rawData)",
            "new(byte[] rawData, string password)",
            "new(byte[] rawData, string password, X509KeyStorageFlags keyStorageFlags)",
        ],
        rsa::read,
    ),
    member(&["GetRSAPrivateKey(): RSA"], rsa::private_key),
    member(&["GetRSAPublicKey(): RSA"], rsa::public_key),
    member(&["Verify(): bool"], |machine, a| {
        let certificate = own(a)?;
        Ok(Value::Bool(machine.situation.facts.verify_certificate(certificate, Revocation::Check)))
    }),
    member(&["VerifyNoRevocation(): bool"], |machine, a| {
        let certificate = own(a)?;
        Ok(Value::Bool(machine.situation.facts.verify_certificate(certificate, Revocation::Ignore)))
    }),
    member(&["ToString(): string"], |machine, a| {
        let text = own(a)?.describe();
        machine.made(text)
    }),
];

const NAME: &[Member] = &[member(&["Name: string"], |_, a| match at(a, 0) {
    Value::DistinguishedName(name) => Ok(Value::Text(Arc::clone(name))),
    _ => Err(EvaluationError::WrongKind.into()),
})];

fn own(a: &[Value]) -> Step<&Arc<Certificate>> {
    match at(a, 0) {
        Value::Certificate(certificate) => Ok(certificate),
        Value::Null => Err(EvaluationError::NullReference.into()),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn printed(unix_s: i64) -> Step<Value> {
    let text = crate::datetime_format::format(DateTime::from_unix_s(unix_s), "");
    Ok(Value::Text(text.ok_or(EvaluationError::Format)?.into()))
}
