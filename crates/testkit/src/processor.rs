//! What a piece of work costs, however busy the machine is and whatever else the test process does.

use std::fs;
use std::time::Duration;

/// How long this thread was on a processor while it did `work`. Exact to a few milliseconds; what `work` has other
/// threads do isn't in it.
pub fn processor_time(work: impl FnOnce()) -> Duration {
    let before = time_of_this_thread();
    work();
    time_of_this_thread().saturating_sub(before)
}

fn time_of_this_thread() -> Duration {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = statistics.split(' ').next().and_then(|field| field.parse().ok()).expect("a number");
    Duration::from_nanos(nanoseconds)
}
