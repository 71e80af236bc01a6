//! The way from a caller's certificate to an uploaded authority, every signature on it checked.

use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use time::OffsetDateTime;
use webpki::{
    ALL_VERIFICATION_ALGS, EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter,
    KeyUsage, RequiredEkuNotFoundContext, VerifiedPath,
};

use super::{Authority, Judge, Presented};
use crate::member::{Member, Version};
use crate::signature;

/// Why no way was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    #[error("it can't be read")]
    Unreadable,
    #[error("its issuer `{issuer}` is not uploaded, and the client sent no chain to an uploaded one")]
    UnknownIssuer { issuer: String },
    #[error("a CA certificate in the chain has expired or is not yet valid")]
    IssuerDates,
    #[error("a signature in the chain is invalid or uses an algorithm that is no longer accepted")]
    Signature,
    #[error("its extended key usage doesn't allow client authentication")]
    Usage,
    #[error("a certificate in the chain may not sign other certificates, these names, or this many")]
    Constraint,
    #[error("it is a CA certificate, which can't be used as a client certificate")]
    IsAuthority,
    #[error("the chain can't be checked: {what}")]
    Other { what: String },
}

/// A way that was found.
pub(super) enum Path<'j> {
    /// The certificate itself is uploaded.
    Itself,
    /// Issuers that the caller sent, the leaf's first, and the authority at the end.
    Chain { sent: Vec<Member>, authority: &'j Authority },
}

impl Path<'_> {
    /// Who signed the leaf.
    pub(super) fn issuer<'p>(&'p self, leaf: &'p Member) -> &'p Member {
        match self {
            Self::Itself => leaf,
            Self::Chain { sent, authority } => sent.first().unwrap_or(&authority.member),
        }
    }
}

impl Judge {
    pub(super) fn path(
        &self,
        leaf: &Member,
        presented: &Presented,
        at: OffsetDateTime,
    ) -> Result<Path<'_>, Untrusted> {
        let found = match leaf.version {
            Version::One => self.direct(leaf, at),
            Version::Later => self.chain(leaf, presented, at),
        };
        match found {
            // What was uploaded itself is trusted as it is: self-signed certificates of partners look like that.
            Err(_) if self.authorities.iter().any(|one| one.member.der == leaf.der) => Ok(Path::Itself),
            found => found,
        }
    }

    fn chain(&self, leaf: &Member, presented: &Presented, at: OffsetDateTime) -> Result<Path<'_>, Untrusted> {
        let authorities: Vec<&Authority> = self.anchors(at).collect();
        let anchors: Vec<TrustAnchor<'_>> = authorities.iter().filter_map(|one| one.anchor.clone()).collect();
        let der = CertificateDer::from(leaf.der.as_slice());
        let judged = |error| untrusted(error, leaf);
        let end = EndEntityCert::try_from(&der).map_err(judged)?;
        let seconds = u64::try_from(at.unix_timestamp()).unwrap_or(0);
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let verified = end.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &anchors,
            &presented.intermediates,
            time,
            ShownToServers,
            None,
            Some(&may_all_sign),
        );
        let verified = verified.map_err(judged)?;
        let sent = members(&verified).ok_or(Untrusted::Unreadable)?;
        let is_anchor = |one: &&&Authority| one.anchor.as_ref() == Some(verified.anchor());
        let authority = authorities.iter().find(is_anchor).ok_or(Untrusted::Unreadable)?;
        Ok(Path::Chain { sent, authority })
    }

    /// A certificate of X.509 version 1, as old tools made them, signed by an authority itself. It has no extensions
    /// that could limit its use; an authority with limits on names doesn't vouch for it.
    fn direct(&self, leaf: &Member, at: OffsetDateTime) -> Result<Path<'_>, Untrusted> {
        let is_issuer = |one: &&Authority| {
            let limits_names = one.anchor.as_ref().is_some_and(|anchor| anchor.name_constraints.is_some());
            !limits_names
                && one.member.subject == leaf.issuer
                && signature::is_by(&leaf.der, &one.member.public_key_info)
        };
        let authority = self.anchors(at).find(is_issuer).ok_or_else(|| unknown_issuer(leaf))?;
        Ok(Path::Chain { sent: Vec::new(), authority })
    }

    /// The authorities that may vouch for others at this time.
    fn anchors(&self, at: OffsetDateTime) -> impl Iterator<Item = &Authority> {
        let all = self.authorities.iter().map(AsRef::as_ref);
        all.filter(move |one| one.anchor.is_some() && one.member.is_valid_at(at))
    }
}

/// A client certificate, or one without any limit.
struct ShownToServers;

impl ExtendedKeyUsageValidator for ShownToServers {
    fn validate(&self, usages: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        let taken = [KeyPurposeId::new(CLIENT_AUTHENTICATION), KeyPurposeId::new(ANY_USAGE)];
        let mut present = Vec::new();
        for usage in usages {
            let usage = usage?;
            if taken.contains(&usage) {
                return Ok(());
            }
            present.push(usage.to_decoded_oid());
        }
        if present.is_empty() {
            return Ok(());
        }
        let required = KeyUsage::client_auth();
        Err(Error::RequiredEkuNotFoundContext(RequiredEkuNotFoundContext { required, present }))
    }
}

/// The library looks at basic constraints only; the key usage can forbid signing as well.
fn may_all_sign(path: &VerifiedPath<'_>) -> Result<(), Error> {
    let members = members(path).ok_or(Error::BadDer)?;
    if members.iter().all(Member::may_sign) { Ok(()) } else { Err(Error::EndEntityUsedAsCa) }
}

fn members(path: &VerifiedPath<'_>) -> Option<Vec<Member>> {
    path.intermediate_certificates().map(|one| Member::read(&one.der()).ok()).collect()
}

fn unknown_issuer(leaf: &Member) -> Untrusted {
    Untrusted::UnknownIssuer { issuer: crate::names::dotnet_name(&leaf.issuer) }
}

fn untrusted(error: Error, leaf: &Member) -> Untrusted {
    match error {
        Error::UnknownIssuer => unknown_issuer(leaf),
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => Untrusted::IssuerDates,
        Error::InvalidSignatureForPublicKey
        | Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Untrusted::Signature,
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => Untrusted::Usage,
        Error::EndEntityUsedAsCa | Error::NameConstraintViolation | Error::PathLenConstraintViolated => {
            Untrusted::Constraint
        }
        Error::CaUsedAsEndEntity => Untrusted::IsAuthority,
        Error::BadDer => Untrusted::Unreadable,
        other => Untrusted::Other { what: other.to_string() },
    }
}

/// 1.3.6.1.5.5.7.3.2
const CLIENT_AUTHENTICATION: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
/// 2.5.29.37.0
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0];
