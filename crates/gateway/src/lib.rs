//! The data plane: accepts calls, routes them, runs policies, shows backends the chosen certificate, answers.
//!
//! It sees one snapshot at a time and can't reach a database. [`Gateway`] is where it begins; `serve.rs` is the life
//! of a request.

mod access_log;
mod answer;
mod authorities;
mod cache;
mod caller;
mod compile;
mod compiled;
mod connection;
mod counters;
mod cut;
mod effects;
mod error;
mod exchange;
mod expect;
mod failed;
mod failure;
mod faults;
pub mod fetch;
mod file_certificate;
mod framing;
mod headers;
mod http2;
mod interim;
mod last_used;
mod leftover;
mod linger;
mod listen;
mod live;
mod operations;
mod policy_facts;
mod policy_host;
mod possession;
pub mod probe;
mod programs;
mod proxy;
mod proxy_certificate;
mod recorder;
mod request_id;
mod respond;
mod route;
mod serve;
pub mod settings;
mod shape;
mod sharded;
mod stall;
mod stream;
mod surroundings;
mod survive;
pub mod tls;
mod trace;
mod traffic;
mod transport;
pub mod upstream;
mod whole;
mod worker;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use domain::authority::ListAddress;
use domain::authority_file::FetchProblem;
use domain::clock::Clock;
use domain::failed_call::Failures;
use domain::fault::Fault;
use domain::name::{ApiId, CertificateId};
use domain::probe::{ProbeReport, ProbeTarget};
use domain::snapshot::Snapshot;
use domain::traffic::{CallTrace, TraceToken};
use thiserror::Error;
use tokio::runtime;
use tokio::sync::watch;
use tracing::{Dispatch, dispatcher};

use crate::compile::Compiler;
use crate::compiled::Compiled;
use crate::listen::{Listener, Spoken};
use crate::live::Live;
use crate::settings::Settings;
use crate::tls::IdentityError;
use crate::worker::{Shared, Stop};

/// Why a gateway doesn't start.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("could not listen on `{address}`")]
    Bind { address: SocketAddr, source: io::Error },
    #[error("the gateway's own certificate can't be used")]
    Identity(#[source] IdentityError),
    #[error("could not start a thread")]
    Thread(#[source] io::Error),
}

/// A running data plane. Dropping it ends it at once; [`Gateway::shutdown`] lets requests in flight finish.
#[derive(Debug)]
pub struct Gateway {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    plain_addresses: Vec<SocketAddr>,
    stop: watch::Sender<Stop>,
    threads: Vec<JoinHandle<()>>,
    /// Held while a snapshot is compiled, so that the newest one wins.
    publishing: Mutex<()>,
}

impl Gateway {
    /// Binds all addresses, compiles the snapshot and begins to serve. Its threads log where the calling one does.
    ///
    /// # Errors
    /// An address is taken, or the gateway's own certificate can't be used. What stands in the snapshot is no reason:
    /// whatever of it can't be used is one of [`Gateway::faults`].
    pub fn start(settings: Settings, snapshot: Arc<Snapshot>) -> Result<Self, StartError> {
        let tls = Arc::new(tls::server_config(&settings.identity).map_err(StartError::Identity)?);
        let compiler = Compiler::default();
        let compiled = compiler.compile(&snapshot, &Compiled::default());
        let threads = match settings.threads {
            0 => thread::available_parallelism().map_or(1, NonZero::get),
            threads => threads,
        };
        let mut listeners: Vec<Vec<Listener>> = (0..threads).map(|_| Vec::new()).collect();
        let addresses = bind(&settings.listen, Spoken::Tls, &mut listeners)?;
        let plain_addresses = bind(&settings.listen_plain, Spoken::Plain, &mut listeners)?;
        let shared = Shared::new(Live::new(compiled), compiler, settings, tls, Clock::system());
        let (stop, _) = watch::channel(Stop::No);
        let mut gateway = Self {
            shared: Arc::new(shared),
            addresses,
            plain_addresses,
            stop,
            threads: Vec::with_capacity(threads),
            publishing: Mutex::default(),
        };
        for (number, listeners) in listeners.into_iter().enumerate() {
            gateway.spawn(number, listeners).map_err(StartError::Thread)?;
        }
        Ok(gateway)
    }

    /// Where it listens for HTTPS, in the order of the settings.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where it listens for plain HTTP, in the order of the settings.
    pub fn plain_addresses(&self) -> &[SocketAddr] {
        &self.plain_addresses
    }

    /// Compiles a snapshot and puts it in the place of the one before. When this returns, every new request sees it;
    /// requests in flight finish with what they began with. What can't be used is one of [`Gateway::faults`] from then
    /// on, and everything else is in force.
    pub fn publish(&self, snapshot: Arc<Snapshot>) {
        let _one_at_a_time = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.shared.live.current();
        let compiled = self.shared.compiler.compile(&snapshot, &before);
        drop(before);
        self.shared.live.swap(compiled);
    }

    /// What of the snapshot that is served can't be used, and why.
    pub fn faults(&self) -> Arc<Vec<Fault>> {
        Arc::clone(&self.shared.live.current().faults)
    }

    /// The revision that new requests are served with.
    pub fn revision(&self) -> u64 {
        self.shared.live.current().revision
    }

    /// Tries a connection to a backend, as [`probe::probe`] says.
    pub fn probe(&self, target: ProbeTarget) -> impl Future<Output = ProbeReport> + Send + use<> {
        probe::probe(target, self.shared.settings.refused_addresses.clone())
    }

    /// Fetches a revocation list, as [`fetch::fetch`] says.
    pub fn fetch_list(
        &self,
        address: ListAddress,
    ) -> impl Future<Output = Result<Vec<u8>, FetchProblem>> + Send + use<> {
        fetch::fetch(address, self.shared.settings.refused_addresses.clone())
    }

    /// When a certificate was last shown to a backend, or was about to be, since this gateway started: Unix seconds, a
    /// second behind at most.
    pub fn certificate_used(&self, id: &CertificateId) -> Option<i64> {
        self.shared.compiler.certificates_used.at(id)
    }

    /// When a request last reached an API since this gateway started: Unix seconds, a second behind at most.
    pub fn api_used(&self, id: &ApiId) -> Option<i64> {
        self.shared.compiler.apis_used.at(id)
    }

    /// The calls that failed since this was last asked. They are no longer kept here.
    pub fn take_failures(&self) -> Failures {
        self.shared.traffic.take_failures()
    }

    /// A token that makes calls to this API be traced, for ten minutes.
    pub fn start_trace(&self, api: ApiId) -> TraceToken {
        self.shared.traffic.start_trace(api, &self.shared.clock)
    }

    /// The trace of the call with this request id, as long as it is kept.
    pub fn trace(&self, request_id: &str) -> Option<CallTrace> {
        self.shared.traffic.trace(request_id)
    }

    /// Whether policies see a header of this name when somebody at this address sends it: it says nothing of who they
    /// are, or they are a trusted proxy whose claims pass.
    pub fn passes(&self, name: &str, address: IpAddr) -> bool {
        proxy::passes(&self.shared.settings.proxies, name, address)
    }

    /// Takes no more connections, waits for requests in flight up to `Settings::drain`, ends. Blocks until then, and hands
    /// over what has failed to the end.
    pub fn shutdown(mut self) -> Failures {
        self.end(Stop::Gently);
        self.take_failures()
    }

    fn spawn(&mut self, number: usize, listeners: Vec<Listener>) -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (shared, stop) = (Arc::clone(&self.shared), self.stop.subscribe());
        let thread = thread::Builder::new().name(format!("gateway-{number}")).stack_size(policy::STACK_BYTES);
        let log = dispatcher::get_default(Dispatch::clone);
        let run = move || {
            dispatcher::with_default(&log, || worker::run(runtime, shared, listeners, stop));
        };
        self.threads.push(thread.spawn(run)?);
        Ok(())
    }

    fn end(&mut self, how: Stop) {
        self.stop.send_replace(how);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the gateway had panicked");
            }
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.end(Stop::Now);
    }
}

fn bind(
    addresses: &[SocketAddr],
    protocol: Spoken,
    listeners: &mut [Vec<Listener>],
) -> Result<Vec<SocketAddr>, StartError> {
    let mut bound = Vec::with_capacity(addresses.len());
    for address in addresses {
        let failed = |source| StartError::Bind { address: *address, source };
        let sockets = listen::bind(*address, listeners.len()).map_err(failed)?;
        if let Some(socket) = sockets.first() {
            bound.push(socket.local_addr().map_err(failed)?);
        }
        for (thread, socket) in listeners.iter_mut().zip(sockets) {
            thread.push(Listener { socket, protocol });
        }
    }
    Ok(bound)
}
