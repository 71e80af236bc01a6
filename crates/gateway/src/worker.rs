//! One serving thread: a runtime, listeners and a pool of its own, sharing nothing but the live configuration.

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::clock::Clock;
use rustls::ServerConfig;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio::task::{LocalSet, spawn_local};

use crate::cache::Cache;
use crate::compile::Compiler;
use crate::counters::Counters;
use crate::effects::credential::OpenedFiles;
use crate::effects::openid::Configurations;
use crate::listen::{self, Listener};
use crate::live::Live;
use crate::settings::Settings;
use crate::traffic::Traffic;
use crate::upstream::made::MadePeers;
use crate::upstream::pool::Pool;

/// What all threads of a gateway see.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) live: Live,
    pub(crate) compiler: Compiler,
    pub(crate) settings: Settings,
    pub(crate) tls: Arc<ServerConfig>,
    pub(crate) clock: Clock,
    pub(crate) opened_files: OpenedFiles,
    pub(crate) cache: Cache,
    pub(crate) counters: Counters,
    pub(crate) traffic: Traffic,
    pub(crate) openid: Configurations,
    connections: AtomicUsize,
    backend_connections: AtomicUsize,
}

/// One thread's share.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) shared: Arc<Shared>,
    pub(crate) pool: Pool,
    pub(crate) made: MadePeers,
    /// The time in Unix seconds, a second behind at most: for what every request notes.
    pub(crate) now_s: Cell<i64>,
    /// Calls that run beside the ones that they were made for.
    beside: Cell<usize>,
    pub(crate) stop: watch::Receiver<Stop>,
}

/// A call of a policy's own that nobody waits for.
#[derive(Debug)]
pub(crate) struct Background(Rc<Worker>);

/// Whether a gateway goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It serves.
    No,
    /// It takes no new connections, and ends those it has as their requests end.
    Gently,
    /// It ends at once.
    Now,
}

/// One of the connections that a gateway may have open at once.
#[derive(Debug)]
pub(crate) struct Permit(Arc<Shared>);

/// One of the connections to backends that a gateway may have open at once.
#[derive(Debug)]
pub(crate) struct BackendPermit(Arc<Shared>);

/// Held by whatever must end before its thread does.
#[derive(Clone, Debug)]
pub(crate) struct Open(#[expect(dead_code, reason = "it is held, not used")] mpsc::Sender<Infallible>);

impl Shared {
    pub(crate) fn new(
        live: Live,
        compiler: Compiler,
        settings: Settings,
        tls: Arc<ServerConfig>,
        clock: Clock,
    ) -> Self {
        let traffic = Traffic::new(settings.failure_records);
        Self {
            live,
            compiler,
            settings,
            tls,
            clock,
            opened_files: OpenedFiles::default(),
            cache: Cache::default(),
            counters: Counters::default(),
            traffic,
            openid: Configurations::default(),
            connections: AtomicUsize::new(0),
            backend_connections: AtomicUsize::new(0),
        }
    }
}

impl Background {
    /// None if there are as many on this thread as there may be.
    pub(crate) fn begin(worker: &Rc<Worker>) -> Option<Self> {
        let under_way = worker.beside.get();
        (under_way < MOST_BESIDE).then(|| {
            worker.beside.set(under_way + 1);
            Self(Rc::clone(worker))
        })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.0.beside.set(self.0.beside.get().saturating_sub(1));
    }
}

impl Permit {
    /// None if there are as many connections as there may be.
    pub(crate) fn take(shared: &Arc<Shared>) -> Option<Self> {
        let before = shared.connections.fetch_add(1, Ordering::Relaxed);
        let permit = Self(Arc::clone(shared));
        (before < shared.settings.limits.max_connections).then_some(permit)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl BackendPermit {
    /// `None` if there are as many connections to backends as there may be.
    pub(crate) fn take(shared: &Arc<Shared>) -> Option<Self> {
        let before = shared.backend_connections.fetch_add(1, Ordering::Relaxed);
        let permit = Self(Arc::clone(shared));
        (before < shared.settings.limits.max_backend_connections).then_some(permit)
    }
}

impl Drop for BackendPermit {
    fn drop(&mut self) {
        self.0.backend_connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves until told to stop: the whole life of one thread.
pub(crate) fn run(
    runtime: Runtime,
    shared: Arc<Shared>,
    listeners: Vec<Listener>,
    stop: watch::Receiver<Stop>,
) {
    let tasks = LocalSet::new();
    tasks.block_on(&runtime, work(shared, listeners, stop));
    drop(tasks);
    // A name lookup under way can't be called back, and nobody waits for it any more.
    runtime.shutdown_background();
}

async fn work(shared: Arc<Shared>, listeners: Vec<Listener>, mut stop: watch::Receiver<Stop>) {
    let pool = Pool::new(shared.settings.limits.pool_idle_per_backend);
    let now_s = Cell::new(shared.clock.now().unix_timestamp());
    let worker = Rc::new(Worker {
        shared,
        now_s,
        pool,
        made: MadePeers::default(),
        beside: Cell::new(0),
        stop: stop.clone(),
    });
    let (open, mut closed) = mpsc::channel(1);
    let open = Open(open);
    spawn_local(tend_pool(Rc::clone(&worker)));
    for listener in listeners {
        spawn_local(listen::accept(Rc::clone(&worker), open.clone(), listener));
    }
    drop(open);
    // If the sender is gone, so is the gateway.
    let _ = stop.wait_for(|stop| *stop != Stop::No).await;
    tokio::select! {
        _ = closed.recv() => {}
        () = tokio::time::sleep(worker.shared.settings.drain) => {}
        _ = stop.wait_for(|stop| *stop == Stop::Now) => {}
    }
}

/// Closes connections to backends that no API may use any more, at once, and those that nobody used for long. The
/// thread's clock is set here, too.
async fn tend_pool(worker: Rc<Worker>) {
    let mut changes = worker.shared.live.changes();
    let mut ticks = tokio::time::interval(TEND_EVERY);
    loop {
        tokio::select! {
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
                worker.made.clear();
                let live = worker.shared.live.current();
                worker.pool.keep_only(|key| live.peer(key).is_some());
            }
            _ = ticks.tick() => {
                worker.now_s.set(worker.shared.clock.now().unix_timestamp());
                worker.pool.close_unused(worker.shared.settings.timeouts.pool_idle);
            }
        }
    }
}

/// The most calls on one thread that nobody waits for.
const MOST_BESIDE: usize = 256;
const TEND_EVERY: Duration = Duration::from_secs(1);
