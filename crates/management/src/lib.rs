//! Everything an operator may ask or change, one function each: allowed? valid? saved, recorded, live.

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::certificates::seal::Vault;
use domain::api::{Live, Saved};
use domain::causes::causes;
use domain::clock::Clock;
use domain::fault::Fault;
use domain::secret::Secret;
use domain::snapshot::Snapshot;
use store::connect::Store;
use store::transaction::Change;
use time::OffsetDateTime;

use crate::attempts::Attempts;
use crate::error::Error;
use crate::plane::Plane;
use crate::slots::Slots;
use crate::snapshot::Touched;
use crate::traffic::TrafficLimits;
use crate::trials::RunTrials;
use crate::users::SessionLimits;

pub mod apis;
mod attempts;
mod audit;
pub mod authorities;
mod authorize;
pub mod callers;
pub mod certificates;
mod effective;
mod ending;
pub mod error;
pub mod fragments;
mod free_id;
mod history;
pub mod keys;
pub mod known_browser;
mod language;
mod last_used;
pub mod named_values;
pub mod operations;
mod overview;
mod passwords;
pub mod plane;
pub mod playground;
pub mod policies;
mod recheck;
pub mod replacement;
pub mod revocation;
pub mod security;
mod slots;
pub mod snapshot;
mod surroundings;
pub mod timeouts;
pub mod traffic;
mod trials;
pub mod upload;
pub mod users;

/// The handle that the portal holds. All functions but the probe block on the store: call them from a thread that
/// may wait.
pub struct Management {
    store: Store,
    vault: Vault,
    clock: Clock,
    plane: Plane,
    limits: SessionLimits,
    traffic: TrafficLimits,
    /// Held while failures go from the gateway to the store: a page that is asked for in between waits.
    keeping_failures: Mutex<()>,
    /// When it was last stored what was used, in Unix seconds.
    uses_kept_until: AtomicI64,
    /// What the gateway was last given. Only who holds it writes, so configurations go out in the order of their
    /// revisions.
    published: Mutex<Published>,
    attempts: Attempts,
    uploads: Slots,
    hashing: Slots,
    /// For those whom the others may not keep waiting.
    hashing_known: Slots,
    setup: Mutex<Option<Secret>>,
    trials: RunTrials,
}

/// The configuration that the gateway was last given.
struct Published {
    snapshot: Arc<Snapshot>,
    /// Whether it has all that is stored: otherwise the next change reads everything anew.
    is_current: bool,
}

/// What [`Management`] is put together from.
pub struct Parts {
    pub store: Store,
    pub vault: Vault,
    pub clock: Clock,
    pub plane: Plane,
    pub limits: SessionLimits,
    pub traffic: TrafficLimits,
    /// What the gateway was started with.
    pub snapshot: Arc<Snapshot>,
    /// The token of the one-time link that makes the first administrator.
    pub setup: Option<Secret>,
}

impl Management {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            store: parts.store,
            vault: parts.vault,
            clock: parts.clock,
            plane: parts.plane,
            limits: parts.limits,
            traffic: parts.traffic,
            keeping_failures: Mutex::default(),
            uses_kept_until: AtomicI64::new(0),
            published: Mutex::new(Published { snapshot: parts.snapshot, is_current: true }),
            attempts: Attempts::default(),
            uploads: Slots::new(UPLOADS_AT_ONCE),
            hashing: Slots::new(PASSWORDS_AT_ONCE),
            hashing_known: Slots::new(PASSWORDS_AT_ONCE),
            setup: Mutex::new(parts.setup),
            trials: RunTrials::default(),
        }
    }

    /// The time that everything here goes by.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Writes, then gives the gateway what changed: when this answers, new requests see it.
    fn change<T>(
        &self,
        write: impl FnOnce(&Change<'_>) -> Result<(T, Touched), Error>,
    ) -> Result<(T, Saved), Error> {
        let mut published = lock(&self.published);
        let (answer, touched, revision) = self.store.write(|change| {
            let (answer, touched) = write(change)?;
            Ok::<_, Error>((answer, touched, change.revision()?))
        })?;
        let live = self.make_live(&mut published, revision, &touched);
        Ok((answer, Saved { revision, live }))
    }

    /// Gives the gateway what is stored by now. That it is stored no failure in here can change.
    fn make_live(&self, published: &mut Published, revision: u64, touched: &Touched) -> Live {
        let before = (self.plane.faults)();
        let next = if published.is_current {
            snapshot::refreshed(&published.snapshot, &self.store, &self.vault, revision, touched)
        } else {
            snapshot::load(&self.store, &self.vault)
        };
        let next = match next {
            Ok(next) => Arc::new(next),
            Err(error) => {
                published.is_current = false;
                let reason = causes(&error);
                tracing::error!(revision, reason, "the saved configuration can't be read for the gateway");
                return Live::Nowhere { reason };
            }
        };
        *published = Published { snapshot: Arc::clone(&next), is_current: true };
        if let Err(reason) = (self.plane.publish)(Arc::clone(&next)) {
            if (self.plane.served)().is_none() {
                return Live::NoGateway;
            }
            tracing::error!(revision, reason, "the gateway keeps serving the configuration before");
            return Live::Nowhere { reason };
        }
        let after = (self.plane.faults)();
        let faults: Vec<Fault> = after
            .iter()
            .filter(|fault| !before.contains(fault) || touched.is_about(fault, &next))
            .cloned()
            .collect();
        if faults.is_empty() { Live::Everywhere } else { Live::Except(faults) }
    }
}

/// A lock that a panic elsewhere doesn't spoil: what it guards is replaced whole, never half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const UPLOADS_AT_ONCE: usize = 2;
const PASSWORDS_AT_ONCE: usize = 4;
