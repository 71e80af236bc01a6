//! When certificates and APIs were last used. Every request notes it, so that it has to cost next to nothing.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// When something was last used, in Unix seconds.
#[derive(Debug, Default)]
pub(crate) struct LastUsed(AtomicI64);

/// What is known by id, from one compilation to the next.
#[derive(Debug)]
pub(crate) struct LastUses<K>(Mutex<HashMap<K, Arc<LastUsed>>>);

impl LastUsed {
    /// Notes a use. Threads that share it mostly read: it is written once a second.
    pub(crate) fn mark(&self, now_s: i64) {
        if self.0.load(Ordering::Relaxed) != now_s {
            self.0.store(now_s, Ordering::Relaxed);
        }
    }

    /// The newest use; `None` if there was none.
    fn at(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|at| *at != 0)
    }
}

impl<K: Clone + Eq + Hash> LastUses<K> {
    /// That of the thing with this id, whatever is compiled for it.
    pub(crate) fn of(&self, id: &K) -> Arc<LastUsed> {
        Arc::clone(self.lock().entry(id.clone()).or_default())
    }

    /// The newest use of the thing with this id.
    pub(crate) fn at(&self, id: &K) -> Option<i64> {
        self.lock().get(id)?.at()
    }

    /// Forgets a thing that is gone: another one may get its id.
    pub(crate) fn forget(&self, id: &K) {
        self.lock().remove(id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Arc<LastUsed>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Default for LastUses<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
