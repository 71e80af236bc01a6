//! Unused connections to backends, one thread's own, found by peer key.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use crate::upstream::body::{Phase, Progress};
use crate::upstream::line::Line;
use crate::upstream::peer::PeerKey;
use crate::worker::Worker;

/// The connections that wait for work. A connection is only ever given to calls with the key it was made for.
#[derive(Debug)]
pub(crate) struct Pool {
    idle: RefCell<HashMap<PeerKey, Vec<Idle>>>,
    most_per_peer: usize,
}

#[derive(Debug)]
struct Idle {
    line: Line,
    since: Instant,
}

/// A connection in use, to be given back when the answer has ended.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) worker: Rc<Worker>,
    pub(crate) key: PeerKey,
    pub(crate) line: Line,
    pub(crate) progress: Rc<Progress>,
}

impl Pool {
    /// An empty pool that keeps at most so many unused connections for each key.
    pub(crate) fn new(most_per_peer: usize) -> Self {
        Self { idle: RefCell::default(), most_per_peer }
    }

    /// The connection that was used last, if one is still open.
    pub(crate) fn take(&self, key: &PeerKey) -> Option<Line> {
        let mut idle = self.idle.borrow_mut();
        let waiting = idle.get_mut(key)?;
        while let Some(Idle { line, .. }) = waiting.pop() {
            if line.sender.is_ready() {
                return Some(line);
            }
        }
        None
    }

    /// Closes the connections whose key is not `live`.
    pub(crate) fn keep_only(&self, live: impl Fn(&PeerKey) -> bool) {
        self.idle.borrow_mut().retain(|key, _| live(key));
    }

    /// Closes those that nobody used for `longest`, and forgets those that backends closed.
    pub(crate) fn close_unused(&self, longest: Duration) {
        self.idle.borrow_mut().retain(|_, waiting| {
            waiting.retain(|idle| !idle.line.sender.is_closed() && idle.since.elapsed() < longest);
            !waiting.is_empty()
        });
    }

    fn put(&self, key: PeerKey, line: Line) {
        let mut idle = self.idle.borrow_mut();
        let waiting = idle.entry(key).or_default();
        if waiting.len() < self.most_per_peer {
            waiting.push(Idle { line, since: Instant::now() });
        }
    }
}

impl Lease {
    /// Puts the connection into the pool, or lets it close: if the backend answered before it had all of the
    /// request, if it closed, or if no API may use it any more.
    pub(crate) fn give_back(mut self) {
        if self.progress.phase() != Phase::Ended || self.line.sender.is_closed() {
            return;
        }
        if self.line.sender.is_ready() {
            self.put();
        } else {
            tokio::task::spawn_local(async move {
                if self.line.sender.ready().await.is_ok() {
                    self.put();
                }
            });
        }
    }

    fn put(self) {
        // A swap after this look wakes the thread, and that closes what was put in meanwhile.
        let is_live = self.worker.shared.live.current().peer(&self.key).is_some();
        if is_live || self.worker.made.contains(&self.key) {
            self.worker.pool.put(self.key, self.line);
        }
    }
}
