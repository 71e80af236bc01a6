//! What failed and wasn't stored yet. A flood of failures costs neither time nor memory: of each kind only so many a second
//! are recorded, of one API only half of them, and the others are counted.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::failed_call::{FailedCall, Failures, Missed};
use domain::name::ApiId;
use domain::problem::Kind;

use crate::settings::FailureRecords;

/// The records of one gateway on their way to the store.
#[derive(Debug)]
pub(crate) struct Recorder {
    records: FailureRecords,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    calls: Vec<FailedCall>,
    missed: HashMap<Origin, u64>,
    /// The second that `recorded` is about, in Unix time.
    second: i64,
    recorded: HashMap<Origin, u32>,
}

/// What is bounded together. APIs are what publishers made, so that there are only so many.
type Origin = (Kind, Option<ApiId>);

impl Recorder {
    pub(crate) fn new(records: FailureRecords) -> Self {
        Self { records, waiting: Mutex::default() }
    }

    /// Whether one more call like this may be recorded in this second; if not, it is counted.
    pub(crate) fn admits(&self, kind: Kind, api: Option<&ApiId>, now_s: i64) -> bool {
        self.records == FailureRecords::On && self.lock().admits((kind, api.cloned()), now_s)
    }

    /// Keeps a call that was admitted.
    pub(crate) fn keep(&self, call: FailedCall) {
        self.lock().calls.push(call);
    }

    /// Hands over what is waiting.
    pub(crate) fn take(&self) -> Failures {
        let mut waiting = self.lock();
        let calls = std::mem::take(&mut waiting.calls);
        let missed = std::mem::take(&mut waiting.missed);
        drop(waiting);
        let missed = missed.into_iter().map(|((kind, api), count)| Missed { kind, api, count });
        Failures { calls, missed: missed.collect() }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn admits(&mut self, origin: Origin, now_s: i64) -> bool {
        if self.second != now_s {
            self.second = now_s;
            self.recorded.clear();
        }
        let of_kind: u32 =
            self.recorded.iter().filter(|((kind, _), _)| *kind == origin.0).map(|(_, count)| count).sum();
        let of_origin = self.recorded.get(&origin).copied().unwrap_or_default();
        let admits =
            of_origin < MOST_OF_AN_API && of_kind < MOST_OF_A_KIND && self.calls.len() < MOST_WAITING;
        if admits {
            self.recorded.insert(origin, of_origin + 1);
        } else {
            *self.missed.entry(origin).or_default() += 1;
        }
        admits
    }
}

/// The most that are recorded of one kind in a second.
const MOST_OF_A_KIND: u32 = 20;
/// The most of those that belong to one API, or to none.
const MOST_OF_AN_API: u32 = 10;
/// The most that wait for the store.
const MOST_WAITING: usize = 2_000;

#[cfg(test)]
mod tests {
    use domain::name::ApiId;
    use domain::problem::Kind;

    use super::{MOST_OF_A_KIND, MOST_OF_AN_API, Recorder};
    use crate::settings::FailureRecords;

    fn admitted(recorder: &Recorder, kind: Kind, api: Option<&ApiId>, second: i64) -> u32 {
        (0..100).map(|_| u32::from(recorder.admits(kind, api, second))).sum()
    }

    #[test]
    fn a_flood_of_one_kind_or_api_leaves_room_for_the_others_and_is_counted() {
        let recorder = Recorder::new(FailureRecords::On);
        let [orders, stock, bills] = ["orders", "stock", "bills"].map(|id| id.parse::<ApiId>().unwrap());
        assert_eq!(admitted(&recorder, Kind::NoApi, None, 1), MOST_OF_AN_API);
        assert_eq!(admitted(&recorder, Kind::Tls, Some(&orders), 1), MOST_OF_AN_API);
        assert_eq!(admitted(&recorder, Kind::Tls, Some(&stock), 1), MOST_OF_A_KIND - MOST_OF_AN_API);
        assert_eq!(admitted(&recorder, Kind::Tls, Some(&bills), 1), 0);
        assert_eq!(admitted(&recorder, Kind::Timeout, Some(&bills), 1), MOST_OF_AN_API);
        assert_eq!(admitted(&recorder, Kind::Tls, Some(&bills), 2), MOST_OF_AN_API);
        let missed = recorder.take().missed;
        let of_orders = missed.iter().find(|missed| missed.api.as_ref() == Some(&orders)).unwrap();
        assert_eq!((of_orders.kind, of_orders.count), (Kind::Tls, u64::from(100 - MOST_OF_AN_API)));
        assert!(recorder.take().is_empty());
    }

    #[test]
    fn nothing_is_recorded_or_counted_where_records_are_off() {
        let recorder = Recorder::new(FailureRecords::Off);
        assert_eq!(admitted(&recorder, Kind::Refused, None, 1), 0);
        assert!(recorder.take().is_empty());
    }
}
