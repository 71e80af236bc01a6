//! Whether the certificates of a chain were taken back.

use domain::authority::Unlisted;
use time::OffsetDateTime;

use super::path::Path;
use super::{Authority, Judge, List};
use crate::member::Member;
use crate::names::dotnet_name;
use crate::signature;

/// Why a certificate isn't known to be unrevoked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    #[error("it is revoked in the list of `{issuer}`")]
    Listed { issuer: String },
    #[error("the revocation list of `{issuer}` can't be read")]
    Damaged { issuer: String },
    #[error("there is no revocation list of `{issuer}`")]
    NoList { issuer: String },
    #[error("the revocation list of `{issuer}` was due for renewal by {next_update}")]
    Stale { issuer: String, next_update: OffsetDateTime },
    #[error("its issuer `{issuer}` is unknown")]
    NoIssuer { issuer: String },
}

/// What the lists at hand say of one certificate.
enum Status {
    Good,
    Unproven(Unproven),
}

impl Judge {
    /// A certificate that stands in a list is always refused, however old the list. What becomes of one of which no
    /// current list speaks is the choice made for the authority at the end of its chain.
    pub(super) fn check_status(
        &self,
        leaf: &Member,
        path: Option<&Path<'_>>,
        now: OffsetDateTime,
    ) -> Result<(), Unproven> {
        let (sent, authority) = match path {
            Some(Path::Chain { sent, authority }) => (sent, *authority),
            // Nobody but who uploaded it can take it back.
            Some(Path::Itself) => return Ok(()),
            None if leaf.is_self_issued() && signature::is_by(&leaf.der, &leaf.public_key_info) => {
                return Ok(());
            }
            None => return Err(Unproven::NoIssuer { issuer: dotnet_name(&leaf.issuer) }),
        };
        if self.revoked.contains(&authority.source.id) {
            return Err(Unproven::Listed { issuer: dotnet_name(&authority.member.issuer) });
        }
        let certificates = std::iter::once(leaf).chain(sent);
        let issuers = sent.iter().chain([&authority.member]);
        let mut first_unproven = None;
        for (certificate, issuer) in certificates.zip(issuers) {
            if let Status::Unproven(unproven) = self.status(certificate, issuer, now)? {
                first_unproven.get_or_insert(unproven);
            }
        }
        match first_unproven {
            Some(unproven) if authority.unlisted() == Unlisted::Refuse => Err(unproven),
            _ => Ok(()),
        }
    }

    fn status(&self, certificate: &Member, issuer: &Member, now: OffsetDateTime) -> Result<Status, Unproven> {
        let name = || dotnet_name(&issuer.subject);
        let mut status = Status::Unproven(Unproven::NoList { issuer: name() });
        for list in self.of_signer(issuer).filter_map(|one| one.list.as_ref()) {
            let List::Read(list) = list else { return Err(Unproven::Damaged { issuer: name() }) };
            if list.lists(certificate) {
                return Err(Unproven::Listed { issuer: name() });
            }
            if !list.covers(certificate) {
                continue;
            }
            match &status {
                _ if list.is_current(now) => status = Status::Good,
                Status::Good => {}
                Status::Unproven(_) => {
                    let next_update = list.next_update;
                    status = Status::Unproven(Unproven::Stale { issuer: name(), next_update });
                }
            }
        }
        Ok(status)
    }

    /// The uploaded authorities that are this signer, under whichever of its certificates.
    pub(super) fn of_signer(&self, signer: &Member) -> impl Iterator<Item = &Authority> {
        self.authorities.iter().map(AsRef::as_ref).filter(|one| one.member.is_same_signer(signer))
    }
}
