//! What the program logs, as JSON lines, for tests to read.

use std::io;
use std::sync::OnceLock;

use serde_json::Value;
use tokio::sync::watch;

/// The log of the whole test process. Tests run side by side: look for lines by something only one test has.
#[derive(Clone, Copy)]
pub struct Log(&'static watch::Sender<Vec<Value>>);

impl Log {
    /// Begins to keep what is logged, at every level.
    pub fn capture() -> Self {
        static LINES: OnceLock<watch::Sender<Vec<Value>>> = OnceLock::new();
        Self(LINES.get_or_init(|| {
            let subscriber = tracing_subscriber::fmt()
                .json()
                .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
                .with_writer(|| Line(Vec::new()));
            let lines = watch::channel(Vec::new()).0;
            subscriber.init();
            lines
        }))
    }

    /// The first line that `is_meant`, now or as soon as it is logged.
    pub async fn line(&self, is_meant: impl Fn(&Value) -> bool) -> Value {
        let mut lines = self.0.subscribe();
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
        self.0.borrow().iter().map(|line| format!("{line}\n")).collect()
    }
}

/// One line on its way into the log.
struct Line(Vec<u8>);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Ok(line) = serde_json::from_slice::<Value>(&self.0) {
            Log::capture().0.send_modify(|lines| lines.push(line));
        }
    }
}
