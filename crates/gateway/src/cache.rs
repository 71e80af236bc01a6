//! The values that policies keep from call to call: in memory, for all threads, each for its time.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use policy::kept::Kept;
use tokio::time::Instant;

/// A bounded store. When a part of it is full, what would end soonest makes room.
#[derive(Debug)]
pub(crate) struct Cache {
    parts: Vec<Mutex<HashMap<String, Entry>>>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Entry {
    value: Kept,
    until: Instant,
}

impl Cache {
    /// The value of a key whose time isn't over.
    pub(crate) fn value(&self, key: &str) -> Option<Kept> {
        let mut part = self.part(key)?;
        let entry = part.get(key)?;
        if entry.until > Instant::now() {
            return Some(entry.value.clone());
        }
        part.remove(key);
        None
    }

    /// Keeps a value for so long, in place of one that is there; 0 seconds is not at all.
    pub(crate) fn put(&self, key: String, value: Kept, duration_s: u64) {
        let Some(mut part) = self.part(&key) else { return };
        if duration_s == 0 {
            part.remove(&key);
            return;
        }
        if part.len() >= MOST_PER_PART && !part.contains_key(&key) {
            let soonest = part.iter().min_by_key(|(_, entry)| entry.until).map(|(key, _)| key.clone());
            soonest.map(|key| part.remove(&key));
        }
        let until = Instant::now() + Duration::from_secs(duration_s.min(LONGEST_S));
        part.insert(key, Entry { value, until });
    }

    /// Forgets a value.
    pub(crate) fn remove(&self, key: &str) {
        if let Some(mut part) = self.part(key) {
            part.remove(key);
        }
    }

    fn part(&self, key: &str) -> Option<MutexGuard<'_, HashMap<String, Entry>>> {
        let number = usize::from(self.hasher.hash_one(key).to_le_bytes()[0]) % PARTS;
        Some(self.parts.get(number)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }
}

const PARTS: usize = 16;
/// Expressions bound the size of each value.
const MOST_PER_PART: usize = 1024;
/// A year.
const LONGEST_S: u64 = 365 * 24 * 60 * 60;
