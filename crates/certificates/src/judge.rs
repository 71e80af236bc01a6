//! Judges a caller's certificate: dates, chain up to an uploaded authority, revocation, identity. No I/O, and the
//! time is handed in.

use std::sync::Arc;

use domain::authority::{AuthorityId, Unlisted};
use domain::snapshot::SnapshotAuthority;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use time::OffsetDateTime;

use crate::limits::MAX_CHAIN;
use crate::member::Member;
use crate::revocation::{self, RevocationList};
use crate::signature;

pub use self::identity::Identity;
pub use self::path::Untrusted;
pub use self::status::Unproven;

mod identity;
mod path;
mod status;

/// What is asked of a caller's certificate. The checks are made in the order in which they stand here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demands {
    pub not_before: bool,
    pub not_after: bool,
    /// The chain must lead to an uploaded authority.
    pub trust: bool,
    pub revocation: bool,
    /// One of them must fit; none at all takes everybody.
    pub identities: Vec<Identity>,
}

/// Why a caller's certificate isn't taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("the certificate is not valid before {not_before}")]
    NotYetValid { not_before: OffsetDateTime },
    #[error("the certificate expired on {not_after}")]
    Expired { not_after: OffsetDateTime },
    #[error("the certificate is not trusted: {0}")]
    NotTrusted(Untrusted),
    #[error("the revocation check failed: {0}")]
    Revoked(Unproven),
    #[error("the certificate matches none of the identities")]
    IdentityNotMatched,
}

/// The certificates that a caller sent, read once for the whole connection.
#[derive(Clone, Debug)]
pub struct Presented {
    leaf: Option<Member>,
    intermediates: Vec<CertificateDer<'static>>,
}

/// The uploaded authorities, ready to judge by.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    authorities: Vec<Arc<Authority>>,
    /// The authorities that another one's list takes back.
    revoked: Vec<AuthorityId>,
}

/// An uploaded authority and its list.
#[derive(Debug)]
struct Authority {
    source: Arc<SnapshotAuthority>,
    member: Member,
    /// For the chains that end with it; none if it vouches for itself only.
    anchor: Option<TrustAnchor<'static>>,
    list: Option<List>,
}

/// What is known of what an authority took back.
#[derive(Debug)]
enum List {
    Read(RevocationList),
    /// There is one that can't be read: nobody knows who stands in it.
    Damaged,
}

impl Default for Demands {
    /// All that can be asked of any certificate: what `validate-client-certificate` asks when nothing is said.
    fn default() -> Self {
        Self { not_before: true, not_after: true, trust: true, revocation: true, identities: Vec::new() }
    }
}

impl Presented {
    /// A chain as it was sent, leaf first (DER). One that can't be read is never taken.
    pub fn read<D: AsRef<[u8]>>(chain: &[D]) -> Self {
        let mut ders = chain.iter().take(MAX_CHAIN).map(AsRef::as_ref);
        let leaf = ders.next().and_then(|der| Member::read(der).ok());
        let intermediates = ders.map(|der| CertificateDer::from(der.to_vec())).collect();
        Self { leaf, intermediates }
    }
}

impl Judge {
    /// A judge that goes by these authorities. Those that this one knows already are not read again.
    #[must_use]
    pub fn next<'a>(&self, authorities: impl Iterator<Item = &'a Arc<SnapshotAuthority>>) -> Self {
        let known = |source: &Arc<SnapshotAuthority>| {
            let found = self.authorities.iter().find(|known| Arc::ptr_eq(&known.source, source));
            found.cloned().or_else(|| Authority::read(source).map(Arc::new))
        };
        let authorities: Vec<_> = authorities.filter_map(known).collect();
        let is_revoked = |authority: &&Arc<Authority>| {
            authorities.iter().any(|issuer| issuer.takes_back(&authority.member))
        };
        let revoked = authorities.iter().filter(is_revoked).map(|one| one.source.id.clone()).collect();
        Self { authorities, revoked }
    }

    /// The authorities whose revocation lists can't be read. Callers of whom such a list would speak are refused.
    pub fn with_damaged_lists(&self) -> impl Iterator<Item = &AuthorityId> {
        let damaged = self.authorities.iter().filter(|one| matches!(one.list, Some(List::Damaged)));
        damaged.map(|one| &one.source.id)
    }

    /// Judges a certificate as it is now.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn judge(
        &self,
        presented: &Presented,
        demands: &Demands,
        now: OffsetDateTime,
    ) -> Result<(), Problem> {
        let unreadable = Problem::NotTrusted(Untrusted::Unreadable);
        let leaf = presented.leaf.as_ref().ok_or(unreadable)?;
        if demands.not_before && now < leaf.not_before {
            return Err(Problem::NotYetValid { not_before: leaf.not_before });
        }
        if demands.not_after && now > leaf.not_after {
            return Err(Problem::Expired { not_after: leaf.not_after });
        }
        // Where the leaf's dates don't matter, its chain is the one that was good in its time.
        let at = now.clamp(leaf.not_before, leaf.not_after.max(leaf.not_before));
        let path = self.path(leaf, presented, at);
        if demands.trust
            && let Err(untrusted) = &path
        {
            return Err(Problem::NotTrusted(untrusted.clone()));
        }
        if demands.revocation {
            self.check_status(leaf, path.as_ref().ok(), now).map_err(Problem::Revoked)?;
        }
        let fits = |identity: &Identity| self.is_of(identity, leaf, path.as_ref().ok());
        if demands.identities.is_empty() || demands.identities.iter().any(fits) {
            Ok(())
        } else {
            Err(Problem::IdentityNotMatched)
        }
    }
}

impl Authority {
    /// None if it isn't a certificate, which saving has refused.
    fn read(source: &Arc<SnapshotAuthority>) -> Option<Self> {
        let member = Member::read(&source.certificate).ok()?;
        let anchor = member.may_sign().then(|| anchor(&source.certificate)).flatten();
        let list = source.list.as_ref().map(|list| match revocation::read_of(list, &member) {
            Ok(list) => List::Read(list),
            Err(_) => List::Damaged,
        });
        Some(Self { source: Arc::clone(source), member, anchor, list })
    }

    fn unlisted(&self) -> Unlisted {
        self.source.unlisted
    }

    /// Whether its list takes back a certificate that it signed.
    fn takes_back(&self, certificate: &Member) -> bool {
        let Some(List::Read(list)) = &self.list else { return false };
        certificate.issuer == self.member.subject
            && !certificate.is_self_issued()
            && list.lists(certificate)
            && signature::is_by(&certificate.der, &self.member.public_key_info)
    }
}

fn anchor(der: &[u8]) -> Option<TrustAnchor<'static>> {
    let der = CertificateDer::from(der);
    webpki::anchor_from_trusted_cert(&der).ok().map(|anchor| anchor.to_owned())
}
