//! Slows down whoever guesses passwords, or uploads one file after the other.

use std::collections::HashMap;
use std::sync::Mutex;

use time::OffsetDateTime;

use crate::error::Error;
use crate::lock;

/// Failures by whom they count against: a user name, an address.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<String, Failures>>);

struct Failures {
    count: u32,
    last: OffsetDateTime,
}

impl Attempts {
    /// Refuses while the wait after the last failure isn't over.
    pub(crate) fn check(&self, keys: &[String], now: OffsetDateTime) -> Result<(), Error> {
        let failures = lock(&self.0);
        let wait = keys.iter().filter_map(|key| failures.get(key)).map(|f| f.wait(now)).max().unwrap_or(0);
        if wait > 0 { Err(Error::TooManyAttempts { wait_seconds: wait }) } else { Ok(()) }
    }

    /// Counts a failure against each of these.
    pub(crate) fn failed(&self, keys: &[String], now: OffsetDateTime) {
        let mut failures = lock(&self.0);
        if failures.len() > KEPT {
            failures.retain(|_, f| (now - f.last).whole_seconds() < FORGOTTEN_AFTER);
        }
        for key in keys {
            let entry = failures.entry(key.clone()).or_insert(Failures { count: 0, last: now });
            if (now - entry.last).whole_seconds() >= FORGOTTEN_AFTER {
                entry.count = 0;
            }
            entry.count = entry.count.saturating_add(1);
            entry.last = now;
        }
    }

    /// Forgets the failures of one that got it right.
    pub(crate) fn succeeded(&self, key: &str) {
        lock(&self.0).remove(key);
    }
}

impl Failures {
    /// Seconds still to wait: none for the first few failures, then twice as many after each.
    fn wait(&self, now: OffsetDateTime) -> u64 {
        let over = self.count.saturating_sub(FREE);
        if over == 0 {
            return 0;
        }
        let whole = 1_i64.checked_shl(over).unwrap_or(LONGEST).clamp(1, LONGEST);
        let passed = (now - self.last).whole_seconds();
        u64::try_from(whole - passed).unwrap_or(0)
    }
}

const FREE: u32 = 5;
const LONGEST: i64 = 900;
const FORGOTTEN_AFTER: i64 = 3600;
const KEPT: usize = 10_000;

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::{Attempts, FREE};

    #[test]
    fn the_wait_doubles_after_the_first_few_failures_and_passes() {
        let attempts = Attempts::default();
        let keys = ["name".to_owned()];
        let now = datetime!(2030-01-01 0:00 UTC);
        for _ in 0..FREE {
            attempts.failed(&keys, now);
        }
        assert!(attempts.check(&keys, now).is_ok());
        attempts.failed(&keys, now);
        assert!(attempts.check(&keys, now).is_err());
        assert!(attempts.check(&keys, now + Duration::seconds(2)).is_ok());
        attempts.failed(&keys, now);
        assert!(attempts.check(&keys, now + Duration::seconds(2)).is_err());
        attempts.succeeded("name");
        assert!(attempts.check(&keys, now).is_ok());
    }
}
