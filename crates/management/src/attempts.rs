//! Slows down whoever guesses passwords: names, addresses, browsers and accounts are counted apart, each with limits of
//! its own, so that nobody is locked out by what others do.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use time::OffsetDateTime;

use crate::error::Error;
use crate::lock;

/// Attempts that haven't succeeded, by whom they count against.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<Against, Failures>>);

/// Whom an attempt counts against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Against {
    /// Where it came from: an address, or the network that one customer of a provider has (RFC 6177).
    Address(String),
    /// A browser in which this user has signed in before, by the hash of its cookie.
    Browser([u8; 32]),
    /// The user name, in small letters.
    Name(String),
    /// A user who is signed in and was asked for the password.
    Password(i64),
    /// Where a wrong one-time link came from.
    Setup(String),
    /// Who tries the password of a file.
    Upload(String),
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: OffsetDateTime,
}

impl Attempts {
    /// Counts an attempt before it is looked at, so that many at once are no more than many in a row. Refuses while a
    /// wait isn't over. Tells how long the next one will have to wait should this one fail.
    pub(crate) fn begin(&self, all: &[Against], now: OffsetDateTime) -> Result<u64, Error> {
        let mut failures = lock(&self.0);
        let wait = longest(&failures, all, now);
        if wait > 0 {
            return Err(Error::TooManyAttempts { wait_seconds: wait });
        }
        make_room(&mut failures, now);
        for against in all {
            let entry = failures.entry(against.clone()).or_insert(Failures { count: 0, last: now });
            if (now - entry.last).whole_seconds() >= FORGOTTEN_AFTER {
                entry.count = 0;
            }
            entry.count = entry.count.saturating_add(1);
            entry.last = now;
        }
        Ok(longest(&failures, all, now))
    }

    /// Takes back what was counted for an attempt that wasn't looked at, or failed for another reason.
    pub(crate) fn withdrawn(&self, all: &[Against]) {
        let mut failures = lock(&self.0);
        for against in all {
            if let Some(entry) = failures.get_mut(against) {
                entry.count = entry.count.saturating_sub(1);
            }
        }
    }

    /// Forgets the failures of the name, the browser or the account that an attempt has succeeded for. Those of an
    /// address stay, for others may have made them.
    pub(crate) fn succeeded(&self, all: &[Against]) {
        let (addresses, own): (Vec<Against>, Vec<Against>) =
            all.iter().cloned().partition(|one| matches!(one, Against::Address(_)));
        self.withdrawn(&addresses);
        let mut failures = lock(&self.0);
        for against in own {
            failures.remove(&against);
        }
    }
}

impl Against {
    /// The address as the server has it, or the text itself where it is none.
    pub(crate) fn address(from: &str) -> Self {
        Self::Address(network(from))
    }

    /// The same for a one-time link.
    pub(crate) fn setup(from: &str) -> Self {
        Self::Setup(network(from))
    }

    fn longest_wait(&self) -> i64 {
        match self {
            // Long waits would let anybody lock out whoever has the name; this many still make guessing hopeless.
            Self::Name(_) => 30,
            _ => 900,
        }
    }

    /// Seconds still to wait: none for the first few failures, then twice as many after each.
    fn wait(&self, failures: Failures, now: OffsetDateTime) -> u64 {
        let over = failures.count.saturating_sub(FREE);
        if over == 0 {
            return 0;
        }
        let longest = self.longest_wait();
        let whole = if over < 16 { (1_i64 << over).min(longest) } else { longest };
        let passed = (now - failures.last).whole_seconds();
        u64::try_from(whole - passed).unwrap_or(0)
    }
}

fn longest(failures: &HashMap<Against, Failures>, all: &[Against], now: OffsetDateTime) -> u64 {
    let waits = all.iter().filter_map(|one| failures.get(one).map(|failures| one.wait(*failures, now)));
    waits.max().unwrap_or(0)
}

/// Forgets what is old, and then what is oldest: nobody fills the memory.
fn make_room(failures: &mut HashMap<Against, Failures>, now: OffsetDateTime) {
    if failures.len() < KEPT {
        return;
    }
    failures.retain(|_, one| (now - one.last).whole_seconds() < FORGOTTEN_AFTER);
    if failures.len() >= KEPT {
        let mut times: Vec<OffsetDateTime> = failures.values().map(|one| one.last).collect();
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied().unwrap_or(now);
        failures.retain(|_, one| one.last > middle);
    }
}

/// An IPv4 address as it is, an IPv6 address as the /64 it lies in: whoever has one has all of those.
fn network(from: &str) -> String {
    match from.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(address) => address.to_string(),
        Err(_) => from.to_owned(),
    }
}

const FREE: u32 = 5;
const FORGOTTEN_AFTER: i64 = 3600;
const KEPT: usize = 10_000;

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::{Against, Attempts, FREE, KEPT, network};
    use crate::lock;

    #[test]
    fn the_wait_doubles_after_the_first_few_failures_and_passes() {
        let attempts = Attempts::default();
        let all = [Against::Name("anna".to_owned())];
        let now = datetime!(2030-01-01 0:00 UTC);
        for _ in 0..FREE {
            assert_eq!(attempts.begin(&all, now).unwrap(), 0);
        }
        assert_eq!(attempts.begin(&all, now).unwrap(), 2);
        assert!(attempts.begin(&all, now).is_err());
        assert_eq!(attempts.begin(&all, now + Duration::seconds(2)).unwrap(), 4);
        assert!(attempts.begin(&all, now + Duration::seconds(4)).is_err());
        attempts.succeeded(&all);
        assert_eq!(attempts.begin(&all, now).unwrap(), 0);
    }

    #[test]
    fn a_name_never_waits_long_and_an_address_may() {
        let now = datetime!(2030-01-01 0:00 UTC);
        let wait_of = |against: Against| {
            let attempts = Attempts::default();
            let later = |minutes| now + Duration::minutes(minutes);
            (0..40).map(|at| attempts.begin(std::slice::from_ref(&against), later(at * 16)).unwrap()).last()
        };
        assert_eq!(wait_of(Against::Name("anna".to_owned())), Some(30));
        assert_eq!(wait_of(Against::address("10.0.0.1")), Some(900));
    }

    #[test]
    fn neighbours_of_one_network_are_one() {
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::"), network("2001:db8:1:3::"));
        assert_eq!(network("::ffff:10.0.0.1"), "10.0.0.1");
    }

    #[test]
    fn the_memory_of_failures_is_bounded() {
        let attempts = Attempts::default();
        let now = datetime!(2030-01-01 0:00 UTC);
        for number in 0..KEPT + 100 {
            attempts
                .begin(&[Against::Name(number.to_string())], now + Duration::milliseconds(number as i64))
                .unwrap();
        }
        assert!(lock(&attempts.0).len() <= KEPT);
    }
}
