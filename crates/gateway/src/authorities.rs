//! The uploaded CA certificates of a snapshot: what callers are judged by, and which of them count for a backend.

use std::collections::HashMap;
use std::sync::Arc;

use certificates::judge::Judge;
use domain::authority::AuthorityId;
use domain::snapshot::SnapshotAuthority;
use domain::trust::ChainCheck;

/// The authorities, read once for all requests.
#[derive(Debug, Default)]
pub(crate) struct Authorities {
    /// By their ids, so that what is made of them doesn't depend on chance.
    sorted: Vec<Arc<SnapshotAuthority>>,
    all: Arc<[Vec<u8>]>,
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
        Arc::new(Self { judge: self.judge.next(sorted.iter()), all, sorted })
    }

    /// Whether backends are judged the same by both: lists are about callers.
    pub(crate) fn vouch_like(&self, other: &Self) -> bool {
        let same = |(one, other): (&Arc<SnapshotAuthority>, &Arc<SnapshotAuthority>)| {
            one.id == other.id && one.certificate == other.certificate
        };
        self.sorted.len() == other.sorted.len() && self.sorted.iter().zip(&other.sorted).all(same)
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
