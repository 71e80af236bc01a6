//! What a test's gateways log, as JSON lines, for the test to read.

use std::cell::OnceCell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tokio::sync::watch;
use tracing_subscriber::filter::{LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// The log of one test: of its own thread and of the gateways that it started, whatever runs beside it in the process.
#[derive(Clone, Debug)]
pub struct Log(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    lines: watch::Sender<Vec<Value>>,
    /// Off until a test asks: most never read what is logged.
    wanted: AtomicBool,
}

impl Log {
    /// Keeps what is logged from here on, at every level, and forgets what was before: with `--test-threads=1` all tests
    /// share one thread.
    pub fn capture() -> Self {
        let log = Self::of_this_test();
        log.0.wanted.store(true, Ordering::SeqCst);
        log.0.lines.send_replace(Vec::new());
        log
    }

    /// The log of the test that runs on this thread. From here on the thread logs into it, and so does every gateway
    /// that is started on it.
    pub(crate) fn of_this_test() -> Self {
        thread_local!(static LOG: OnceCell<Log> = const { OnceCell::new() });
        LOG.with(|log| log.get_or_init(Self::begin).clone())
    }

    fn begin() -> Self {
        let kept = Arc::new(Kept { lines: watch::channel(Vec::new()).0, wanted: AtomicBool::new(false) });
        let (asked, written) = (Arc::clone(&kept), Arc::clone(&kept));
        let layer = tracing_subscriber::fmt::layer()
            .json()
            .with_writer(move || Line { bytes: Vec::new(), log: Arc::clone(&written) })
            .with_filter(
                dynamic_filter_fn(move |_, _| asked.wanted.load(Ordering::SeqCst))
                    .with_max_level_hint(LevelFilter::TRACE),
            );
        let guard = tracing_subscriber::registry().with(layer).set_default();
        // As long as the thread lives, which is as long as the test.
        std::mem::forget(guard);
        Self(kept)
    }

    /// The first line that `is_meant`, now or as soon as it is logged.
    pub async fn line(&self, is_meant: impl Fn(&Value) -> bool) -> Value {
        let mut lines = self.0.lines.subscribe();
        let lines = lines.wait_for(|lines| lines.iter().any(&is_meant)).await.expect("a log");
        lines.iter().find(|line| is_meant(line)).expect("a line").clone()
    }

    /// The line of the access log about the request with this id.
    pub async fn access(&self, id: &str) -> Value {
        let line = self.line(|line| line["target"] == "access" && line["fields"]["request.id"] == id).await;
        line["fields"].clone()
    }

    /// Everything so far as one text.
    pub fn text(&self) -> String {
        self.0.lines.borrow().iter().map(|line| format!("{line}\n")).collect()
    }
}

/// One line on its way into the log.
struct Line {
    bytes: Vec<u8>,
    log: Arc<Kept>,
}

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Ok(line) = serde_json::from_slice::<Value>(&self.bytes) {
            self.log.lines.send_modify(|lines| lines.push(line));
        }
    }
}
