//! Revocation lists (RFC 5280, 5): read, and taken only when their authority signed them.

use std::collections::HashSet;

use domain::authority_file::ListRefusal;
use time::OffsetDateTime;
use x509_parser::extensions::{IssuingDistributionPoint, ParsedExtension};
use x509_parser::prelude::{CertificateRevocationList, FromDer, X509Extension};

use crate::limits::MAX_LIST_BYTES;
use crate::member::{Member, point_names, serial};
use crate::{pem_blocks, signature};

/// Which certificates an authority took back.
#[derive(Clone, Debug)]
pub struct RevocationList {
    /// DER.
    pub der: Vec<u8>,
    pub this_update: OffsetDateTime,
    pub next_update: OffsetDateTime,
    revoked: HashSet<Box<[u8]>>,
    scope: Scope,
    /// A list with points speaks only of certificates that name one of them.
    points: Vec<String>,
}

/// Which kinds of certificates a list speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    All,
    AuthoritiesOnly,
    UsersOnly,
}

/// Reads a list (DER or PEM) of this authority (DER) and checks its signature.
///
/// # Errors
/// It can't be read, isn't the authority's, or doesn't speak of all its certificates.
pub fn read(file: &[u8], authority: &[u8]) -> Result<RevocationList, ListRefusal> {
    // What was uploaded as an authority can be read.
    let member = Member::read(authority).map_err(|_| ListRefusal::SignerMayNot)?;
    read_of(file, &member)
}

/// Whether the bytes are a revocation list, whoever signed it.
pub(crate) fn is_list(der: &[u8]) -> bool {
    CertificateRevocationList::from_der(der).is_ok_and(|(rest, _)| rest.is_empty())
}

pub(crate) fn read_of(file: &[u8], authority: &Member) -> Result<RevocationList, ListRefusal> {
    if file.len() > MAX_LIST_BYTES {
        return Err(ListRefusal::TooLarge { limit_bytes: MAX_LIST_BYTES as u64 });
    }
    let der = der(file)?;
    let (rest, parsed) = CertificateRevocationList::from_der(&der).map_err(|_| ListRefusal::NotAList)?;
    if !rest.is_empty() {
        return Err(ListRefusal::NotAList);
    }
    if parsed.issuer().as_raw() != authority.subject {
        let issuer = crate::names::dotnet_name(parsed.issuer().as_raw());
        return Err(ListRefusal::OtherIssuer { issuer });
    }
    if !authority.may_sign_lists() {
        return Err(ListRefusal::SignerMayNot);
    }
    if !signature::is_by(&der, &authority.public_key_info) {
        return Err(ListRefusal::NotSigned);
    }
    let (scope, points) = extent(parsed.extensions())?;
    let mut revoked = HashSet::new();
    for entry in parsed.iter_revoked_certificates() {
        // An entry of another issuer is critical (5.3.3) and would make this list one of several authorities.
        if entry.extensions().iter().any(|extension| extension.critical) {
            return Err(ListRefusal::Partial);
        }
        revoked.insert(serial(entry.raw_serial()).into_boxed_slice());
    }
    let this_update = parsed.last_update().to_datetime();
    let next_update = parsed.next_update().ok_or(ListRefusal::NoNextUpdate)?.to_datetime();
    drop(parsed);
    Ok(RevocationList { der, this_update, next_update, revoked, scope, points })
}

impl RevocationList {
    /// How many certificates it takes back.
    #[must_use]
    pub fn count(&self) -> usize {
        self.revoked.len()
    }

    /// Whether a newer one isn't due yet.
    #[must_use]
    pub fn is_current(&self, now: OffsetDateTime) -> bool {
        self.this_update <= now && now <= self.next_update
    }

    pub(crate) fn lists(&self, certificate: &Member) -> bool {
        self.revoked.contains(certificate.serial.as_slice())
    }

    /// Whether not standing in the list means that the certificate wasn't taken back.
    pub(crate) fn covers(&self, certificate: &Member) -> bool {
        let in_scope = match self.scope {
            Scope::All => true,
            Scope::AuthoritiesOnly => certificate.may_sign(),
            Scope::UsersOnly => !certificate.may_sign(),
        };
        let points_here =
            self.points.is_empty() || certificate.list_points.iter().any(|point| self.points.contains(point));
        in_scope && points_here
    }
}

fn der(file: &[u8]) -> Result<Vec<u8>, ListRefusal> {
    if file.first() == Some(&crate::ber::SEQUENCE) || !pem_blocks::is_pem(file) {
        return Ok(file.to_vec());
    }
    let text = String::from_utf8_lossy(file);
    let list = pem_blocks::blocks(&text).into_iter().find(|block| block.label == "X509 CRL");
    list.and_then(|block| block.octets).ok_or(ListRefusal::NotAList)
}

fn extent(extensions: &[X509Extension<'_>]) -> Result<(Scope, Vec<String>), ListRefusal> {
    let mut extent = (Scope::All, Vec::new());
    for extension in extensions {
        match extension.parsed_extension() {
            ParsedExtension::IssuingDistributionPoint(point) => extent = of_point(point)?,
            _ if extension.oid.to_id_string() == DELTA => return Err(ListRefusal::Delta),
            ParsedExtension::AuthorityKeyIdentifier(_)
            | ParsedExtension::CRLNumber(_)
            | ParsedExtension::IssuerAlternativeName(_) => {}
            _ if extension.critical => {
                return Err(ListRefusal::Extension { object_id: extension.oid.to_id_string() });
            }
            _ => {}
        }
    }
    Ok(extent)
}

fn of_point(point: &IssuingDistributionPoint<'_>) -> Result<(Scope, Vec<String>), ListRefusal> {
    if point.indirect_crl || point.only_some_reasons.is_some() || point.only_contains_attribute_certs {
        return Err(ListRefusal::Partial);
    }
    let scope = match (point.only_contains_user_certs, point.only_contains_ca_certs) {
        (true, _) => Scope::UsersOnly,
        (_, true) => Scope::AuthoritiesOnly,
        (false, false) => Scope::All,
    };
    Ok((scope, point.distribution_point.as_ref().map(point_names).unwrap_or_default()))
}

const DELTA: &str = "2.5.29.27";
