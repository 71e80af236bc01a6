//! The counters behind rate limits: calls by key in a window of time that moves along, for all threads.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use policy::effect::{Count, Counter};
use policy::run::Counted;
use tokio::time::Instant;

/// A bounded number of counters.
#[derive(Debug)]
pub(crate) struct Counters {
    parts: Vec<Mutex<HashMap<(String, u64), Window>>>,
    hasher: RandomState,
    start: Instant,
}

/// The calls of one window, in slots of a sixtieth of it. A slot counts until its last call is a whole window old, so
/// that a limit is never passed, and may hold a sixtieth longer.
#[derive(Debug, Default)]
struct Window {
    /// When a slot stops counting, in milliseconds since the start, and its calls.
    slots: VecDeque<(u64, u64)>,
    used: u64,
}

impl Counters {
    /// Counts as asked, and says what the counter says then.
    pub(crate) fn count(&self, counter: Counter) -> Counted {
        self.count_at(counter, self.start.elapsed())
    }

    fn count_at(&self, counter: Counter, now: Duration) -> Counted {
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let Counter { key, calls, period_s, count } = counter;
        let number = usize::from(self.hasher.hash_one(&key).to_le_bytes()[0]) % PARTS;
        let none = Counted { allowed: false, remaining: 0, retry_after_s: period_s };
        let Some(part) = self.parts.get(number) else { return none };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if part.len() >= MOST_PER_PART {
            make_room(&mut part, now_ms);
        }
        part.entry((key, period_s)).or_default().count(count, calls, period_s, now_ms)
    }
}

impl Window {
    fn count(&mut self, count: Count, calls: u64, period_s: u64, now_ms: u64) -> Counted {
        self.forget(now_ms);
        let wanted = match count {
            Count::Take(more) => more.max(1),
            Count::Look | Count::Add(_) => 1,
        };
        let allowed = self.used.saturating_add(wanted) <= calls;
        let added = match count {
            Count::Take(more) if allowed => more,
            Count::Add(more) => more,
            Count::Take(_) | Count::Look => 0,
        };
        let retry_after_s = if allowed { 0 } else { self.room_in_s(wanted, calls, period_s, now_ms) };
        self.add(added, period_s, now_ms);
        Counted { allowed, remaining: calls.saturating_sub(self.used), retry_after_s }
    }

    fn forget(&mut self, now_ms: u64) {
        while let Some((until, calls)) = self.slots.front().copied()
            && until <= now_ms
        {
            self.slots.pop_front();
            self.used = self.used.saturating_sub(calls);
        }
    }

    fn add(&mut self, calls: u64, period_s: u64, now_ms: u64) {
        if calls == 0 {
            return;
        }
        let period_ms = period_s.saturating_mul(1000);
        let width = (period_ms / SLOTS).max(1);
        let until = (now_ms / width + 1).saturating_mul(width).saturating_add(period_ms);
        self.used = self.used.saturating_add(calls);
        match self.slots.back_mut() {
            Some((newest, count)) if *newest == until => *count = count.saturating_add(calls),
            _ => self.slots.push_back((until, calls)),
        }
    }

    /// The whole seconds after which there is room for so many.
    fn room_in_s(&self, wanted: u64, calls: u64, period_s: u64, now_ms: u64) -> u64 {
        let mut used = self.used;
        for (until, count) in &self.slots {
            used = used.saturating_sub(*count);
            if used.saturating_add(wanted) <= calls {
                return (until - now_ms).div_ceil(1000).max(1);
            }
        }
        period_s
    }
}

/// Forgets counters that count nothing any more, and if that isn't enough, the half that has been quiet for longest.
fn make_room(part: &mut HashMap<(String, u64), Window>, now_ms: u64) {
    let ends = |window: &Window| window.slots.back().map_or(0, |(until, _)| *until);
    part.retain(|_, window| ends(window) > now_ms);
    if part.len() >= MOST_PER_PART {
        let mut all: Vec<u64> = part.values().map(ends).collect();
        let (_, middle, _) = all.select_nth_unstable(MOST_PER_PART / 2);
        let middle = *middle;
        part.retain(|_, window| ends(window) > middle);
    }
}

impl Default for Counters {
    fn default() -> Self {
        let parts = (0..PARTS).map(|_| Mutex::default()).collect();
        Self { parts, hasher: RandomState::new(), start: Instant::now() }
    }
}

const PARTS: usize = 64;
const MOST_PER_PART: usize = 1024;
const SLOTS: u64 = 60;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use policy::effect::{Count, Counter};
    use policy::run::Counted;

    use super::Counters;

    /// What a counter of 3 calls a minute says so many seconds after the start.
    fn at(counters: &Counters, count: Count, second: u64) -> Counted {
        let counter = Counter { key: "k".to_owned(), calls: 3, period_s: 60, count };
        counters.count_at(counter, Duration::from_secs(second))
    }

    #[test]
    fn a_window_moves_along() {
        let counters = Counters::default();
        for second in [0, 10, 20] {
            assert!(at(&counters, Count::Take(1), second).allowed);
        }
        let refused = at(&counters, Count::Take(1), 30);
        assert_eq!(refused, Counted { allowed: false, remaining: 0, retry_after_s: 31 });
        assert!(!at(&counters, Count::Take(1), 60).allowed);
        assert_eq!(
            at(&counters, Count::Take(1), 61),
            Counted { allowed: true, remaining: 0, retry_after_s: 0 }
        );
        assert!(!at(&counters, Count::Take(1), 62).allowed, "the calls of seconds 10, 20 and 61 still count");
    }

    #[test]
    fn what_is_told_to_wait_for_is_true() {
        let counters = Counters::default();
        assert!(at(&counters, Count::Take(3), 7).allowed);
        let refused = at(&counters, Count::Take(2), 8);
        assert!(!at(&counters, Count::Take(2), 8 + refused.retry_after_s - 1).allowed);
        assert!(at(&counters, Count::Take(2), 8 + refused.retry_after_s).allowed);
    }

    #[test]
    fn looking_adds_nothing_and_adding_asks_nobody() {
        let counters = Counters::default();
        for _ in 0..5 {
            assert_eq!(at(&counters, Count::Look, 0).remaining, 3);
        }
        assert_eq!(at(&counters, Count::Add(5), 0).remaining, 0);
        assert!(!at(&counters, Count::Look, 1).allowed);
    }

    #[test]
    fn keys_and_periods_count_apart() {
        let counters = Counters::default();
        assert!(!at(&counters, Count::Take(4), 0).allowed);
        assert!(at(&counters, Count::Take(3), 0).allowed);
        let other =
            |key: &str, period_s| Counter { key: key.to_owned(), calls: 1, period_s, count: Count::Take(1) };
        assert!(counters.count_at(other("l", 60), Duration::ZERO).allowed);
        assert!(counters.count_at(other("k", 10), Duration::ZERO).allowed);
    }

    #[test]
    fn a_flood_of_keys_stays_bounded() {
        let counters = Counters::default();
        for number in 0..100_000 {
            let counter = Counter { key: number.to_string(), calls: 1, period_s: 300, count: Count::Take(1) };
            assert!(counters.count_at(counter, Duration::from_millis(number)).allowed);
        }
        let kept: usize = counters.parts.iter().map(|part| part.lock().unwrap().len()).sum();
        assert!(kept <= super::PARTS * super::MOST_PER_PART, "{kept}");
    }
}
