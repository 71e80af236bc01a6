//! The compiled snapshot in use, swapped whole: a request reads it once and keeps what it found.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use tokio::sync::watch;

use crate::compiled::Compiled;

/// Where every thread finds the configuration of the moment.
#[derive(Debug)]
pub(crate) struct Live {
    compiled: ArcSwap<Compiled>,
    revision: watch::Sender<u64>,
}

impl Live {
    /// Begins with `compiled`.
    pub(crate) fn new(compiled: Compiled) -> Self {
        let (revision, _) = watch::channel(compiled.revision);
        Self { compiled: ArcSwap::from_pointee(compiled), revision }
    }

    /// The configuration of this moment; one atomic load.
    pub(crate) fn current(&self) -> Guard<Arc<Compiled>> {
        self.compiled.load()
    }

    /// Puts another in its place. Every `current` that begins after this returns sees it.
    pub(crate) fn swap(&self, compiled: Compiled) {
        let revision = compiled.revision;
        self.compiled.store(Arc::new(compiled));
        self.revision.send_replace(revision);
    }

    /// Wakes after each swap.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }
}
