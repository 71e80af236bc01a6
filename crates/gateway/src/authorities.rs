//! The uploaded CA certificates of a snapshot: what callers are judged by, and which of them count for a backend.

use std::collections::HashMap;
use std::sync::Arc;

use certificates::authority;
use certificates::judge::Judge;
use domain::authority::AuthorityId;
use domain::causes::causes;
use domain::snapshot::SnapshotAuthority;
use domain::trust::ChainCheck;

/// The authorities, read once for all requests.
#[derive(Debug, Default)]
pub(crate) struct Authorities {
    /// By their ids, so that what is made of them doesn't depend on chance.
    sorted: Vec<Arc<SnapshotAuthority>>,
    all: Arc<[Vec<u8>]>,
    /// Those that aren't certificates, and why.
    unreadable: Vec<(AuthorityId, String)>,
    pub(crate) judge: Judge,
}

impl Authorities {
    /// The authorities of the next snapshot: the same where nothing changed.
    pub(crate) fn next(
        self: &Arc<Self>,
        authorities: &HashMap<AuthorityId, Arc<SnapshotAuthority>>,
    ) -> Arc<Self> {
        let mut sorted: Vec<_> = authorities.values().cloned().collect();
        sorted.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        let is_same = |(one, other): (&Arc<_>, &Arc<_>)| Arc::ptr_eq(one, other);
        if sorted.len() == self.sorted.len() && sorted.iter().zip(&self.sorted).all(is_same) {
            return Arc::clone(self);
        }
        let all = sorted.iter().map(|authority| authority.certificate.clone()).collect();
        let unreadable = sorted.iter().filter_map(|one| Some((one.id.clone(), problem(one)?))).collect();
        Arc::new(Self { judge: self.judge.next(sorted.iter()), all, unreadable, sorted })
    }

    /// Whether backends are judged the same by both: lists are about callers.
    pub(crate) fn vouch_like(&self, other: &Self) -> bool {
        let same = |(one, other): (&Arc<SnapshotAuthority>, &Arc<SnapshotAuthority>)| {
            one.id == other.id && one.certificate == other.certificate
        };
        self.sorted.len() == other.sorted.len() && self.sorted.iter().zip(&other.sorted).all(same)
    }

    /// Those that can't be used as a whole or in part, and why.
    pub(crate) fn unreadable(&self) -> impl Iterator<Item = (&AuthorityId, &str)> {
        let certificates = self.unreadable.iter().map(|(id, reason)| (id, reason.as_str()));
        certificates.chain(self.judge.with_damaged_lists().map(|id| (id, DAMAGED_LIST)))
    }

    /// The first of these that isn't here as a certificate.
    pub(crate) fn unusable<'a>(&self, ids: &'a [AuthorityId]) -> Option<&'a AuthorityId> {
        let is_usable = |id: &AuthorityId| {
            self.sorted.iter().any(|authority| authority.id == *id)
                && self.unreadable.iter().all(|(unreadable, _)| unreadable != id)
        };
        ids.iter().find(|id| !is_usable(id))
    }

    /// The certificates (DER) that count for backends with this check.
    pub(crate) fn vouching(&self, chain: &ChainCheck) -> Arc<[Vec<u8>]> {
        match chain {
            ChainCheck::Off | ChainCheck::Only(_) => Arc::default(),
            ChainCheck::System => Arc::clone(&self.all),
            ChainCheck::Uploaded(ids) => {
                let chosen = self.sorted.iter().filter(|authority| ids.contains(&authority.id));
                chosen.map(|authority| authority.certificate.clone()).collect()
            }
        }
    }
}

fn problem(authority: &SnapshotAuthority) -> Option<String> {
    authority::signs(&authority.certificate).err().map(|error| causes(&error))
}

const DAMAGED_LIST: &str = "its revocation list can't be read";
