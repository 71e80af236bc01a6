//! A map of which a copy costs next to nothing, and a change in the copy only a small part of the map.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Entries spread over shards, which copies share until one of them changes a shard.
#[derive(Clone, Debug)]
pub(crate) struct Sharded<K, V> {
    shards: Vec<Arc<HashMap<K, V>>>,
    entries: usize,
}

impl<K: Hash + Eq + Clone, V: Clone> Sharded<K, V> {
    /// The value of a key.
    pub(crate) fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.shards.get(shard_of(key))?.get(key)
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.entries
    }

    /// All keys with their values, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards.iter().flat_map(|shard| shard.iter())
    }

    /// Sets the value of a key and gives back the one it had.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let shard = self.shards.get_mut(shard_of(&key))?;
        let before = Arc::make_mut(shard).insert(key, value);
        self.entries += usize::from(before.is_none());
        before
    }

    /// Removes a key and gives back the value it had.
    pub(crate) fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let shard = self.shards.get_mut(shard_of(key))?;
        let before = Arc::make_mut(shard).remove(key);
        self.entries -= usize::from(before.is_some());
        before
    }
}

impl<K, V> Default for Sharded<K, V> {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Arc::default()).collect(), entries: 0 }
    }
}

/// Only the maps inside the shards must withstand callers who choose their keys; this only has to be quick.
fn shard_of<Q: Hash + ?Sized>(key: &Q) -> usize {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    key.hash(&mut hasher);
    let hash = hasher.finish();
    usize::from((hash ^ (hash >> 32)).to_le_bytes()[0])
}

/// FNV-1a.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// One for each value of a byte.
const SHARDS: usize = 256;

#[cfg(test)]
mod tests {
    use super::Sharded;

    #[test]
    fn a_changed_copy_leaves_the_original_as_it_was() {
        let mut original = Sharded::default();
        for number in 0..1_000_u32 {
            assert_eq!(original.insert(number.to_string(), number), None);
        }
        let mut copy = original.clone();
        assert_eq!((copy.insert("7".to_owned(), 70), copy.remove("8")), (Some(7), Some(8)));
        assert_eq!((copy.get("7"), copy.get("8"), copy.len()), (Some(&70), None, 999));
        assert_eq!((original.get("7"), original.get("8"), original.len()), (Some(&7), Some(&8), 1000));
        assert_eq!(original.entries().map(|(_, number)| number).sum::<u32>(), 999 * 500);
    }
}
