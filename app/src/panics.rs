//! A fault in a page or a job: logged once, under a number that the page says, and gone through no further than that.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::incident_number;

/// A panic that was caught. The log has it already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fault in the program, logged as incident {incident}")]
pub struct Panicked {
    pub incident: String,
}

thread_local! {
    /// The number of this thread's last panic, until it is taken by the code that catches the panic.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Logs every panic from now on, with where it happened. What it says isn't logged: it may quote what people sent.
pub fn log_from_now_on() {
    std::panic::set_hook(Box::new(|panic| {
        let incident = incident_number();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or_default().to_owned();
        let trace = std::backtrace::Backtrace::capture();
        let trace = (trace.status() == std::backtrace::BacktraceStatus::Captured).then(|| trace.to_string());
        tracing::error!(incident, place, thread, trace, "a fault in the program was met");
        LAST.with(|last| last.replace(Some(incident)));
    }));
}

/// The panic that this thread has just unwound from.
#[must_use]
pub fn last() -> Panicked {
    Panicked { incident: LAST.with(RefCell::take).unwrap_or_default() }
}

/// Runs `work`; a panic in it ends there.
///
/// # Errors
/// When it panicked.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    // What the work has touched is behind locks that a panic doesn't spoil, or dropped with it.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| last())
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[test]
    fn a_panic_ends_where_it_is_caught() {
        assert_eq!(caught(|| 1), Ok(1));
        assert!(caught(|| -> i32 { panic!("what somebody sent") }).is_err());
    }
}
