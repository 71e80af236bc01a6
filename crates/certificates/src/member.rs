//! One certificate of a chain, as judging needs it.

use time::OffsetDateTime;
use x509_parser::extensions::{DistributionPointName, GeneralName, KeyUsage, ParsedExtension};
use x509_parser::prelude::{FromDer, X509Certificate, X509Version};

use crate::x509::Error;

/// The parts of a certificate that decide who may vouch for whom.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) der: Vec<u8>,
    /// X.501 Name, DER.
    pub(crate) subject: Vec<u8>,
    /// X.501 Name, DER.
    pub(crate) issuer: Vec<u8>,
    /// SubjectPublicKeyInfo, DER.
    pub(crate) public_key_info: Vec<u8>,
    /// Without zeros in front.
    pub(crate) serial: Vec<u8>,
    pub(crate) not_before: OffsetDateTime,
    pub(crate) not_after: OffsetDateTime,
    pub(crate) dns_names: Vec<String>,
    /// Where it says that its revocation list is found.
    pub(crate) list_points: Vec<String>,
    pub(crate) version: Version,
    is_ca: bool,
    usage: Option<KeyUsage>,
}

/// Whether a certificate can have extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    One,
    Later,
}

impl Member {
    pub(crate) fn read(der: &[u8]) -> Result<Self, Error> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|_| Error::NotACertificate)?;
        if !rest.is_empty() {
            return Err(Error::TrailingBytes);
        }
        let mut member = Self {
            der: der.to_vec(),
            subject: parsed.subject().as_raw().to_vec(),
            issuer: parsed.issuer().as_raw().to_vec(),
            public_key_info: parsed.public_key().raw.to_vec(),
            serial: serial(parsed.raw_serial()),
            not_before: parsed.validity().not_before.to_datetime(),
            not_after: parsed.validity().not_after.to_datetime(),
            dns_names: Vec::new(),
            list_points: Vec::new(),
            version: if parsed.version() == X509Version::V1 { Version::One } else { Version::Later },
            is_ca: false,
            usage: None,
        };
        for extension in parsed.extensions() {
            member.note(extension.parsed_extension());
        }
        Ok(member)
    }

    /// Whether it may sign certificates: it says that it is a CA, and its key usage doesn't say otherwise.
    pub(crate) fn may_sign(&self) -> bool {
        self.is_ca && self.usage.as_ref().is_none_or(KeyUsage::key_cert_sign)
    }

    /// Whether it may sign revocation lists.
    pub(crate) fn may_sign_lists(&self) -> bool {
        self.usage.as_ref().is_none_or(KeyUsage::crl_sign)
    }

    pub(crate) fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    pub(crate) fn is_valid_at(&self, time: OffsetDateTime) -> bool {
        self.not_before <= time && time <= self.not_after
    }

    /// Whether both are certificates of one key under one name, so that either vouches for what that key signed.
    pub(crate) fn is_same_signer(&self, other: &Self) -> bool {
        self.subject == other.subject && self.public_key_info == other.public_key_info
    }

    fn note(&mut self, extension: &ParsedExtension<'_>) {
        match extension {
            ParsedExtension::BasicConstraints(constraints) => self.is_ca = constraints.ca,
            ParsedExtension::KeyUsage(usage) => self.usage = Some(*usage),
            ParsedExtension::SubjectAlternativeName(names) => {
                self.dns_names.extend(names.general_names.iter().filter_map(|name| match name {
                    GeneralName::DNSName(name) => Some((*name).to_owned()),
                    _ => None,
                }));
            }
            ParsedExtension::CRLDistributionPoints(points) => {
                let named = points.iter().filter_map(|point| point.distribution_point.as_ref());
                self.list_points.extend(named.flat_map(point_names));
            }
            _ => {}
        }
    }
}

/// The names of a distribution point, so that those of a list and of a certificate can be compared.
pub(crate) fn point_names(point: &DistributionPointName<'_>) -> Vec<String> {
    match point {
        DistributionPointName::FullName(names) => names.iter().map(|name| format!("{name:?}")).collect(),
        DistributionPointName::NameRelativeToCRLIssuer(name) => vec![format!("{name:?}")],
    }
}

/// A serial number without the zeros in front, which some write and some don't.
pub(crate) fn serial(octets: &[u8]) -> Vec<u8> {
    crate::ber::without_leading_zeros(octets).to_vec()
}
