//! One caller's connection: handshake, HTTP/1 or 2 as they agree, request after request, until it ends.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::task::spawn_local;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::answer::AnswerBody;
use crate::caller::Caller;
use crate::framing::{Findings, Framing};
use crate::http2::guarded::Guarded;
use crate::interim::Interim;
use crate::listen::Spoken;
use crate::proxy::LastCertificate;
use crate::serve::serve;
use crate::stall;
use crate::stream::{CallerStream, InFlightCount, Speech};
use crate::survive::survive;
use crate::transport::Transport;
use crate::upstream::connect::RELAY_BYTES;
use crate::worker::{Open, Permit, Stop, Worker};

/// What the requests of one connection have in common.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) worker: Rc<Worker>,
    /// Who is at the other end: the caller, or a proxy that speaks for callers.
    pub(crate) caller: Rc<Caller>,
    pub(crate) last_certificate: LastCertificate,
    /// What is wrong with the framing of requests that came in over HTTP/1.
    pub(crate) findings: Findings,
    /// What is sent ahead of a response over HTTP/1.1.
    pub(crate) interim: Interim,
    in_flight: InFlightCount,
    idle_since: Cell<Instant>,
    _held: (Permit, Open),
}

/// Marks a request whose response isn't sent yet.
#[derive(Debug)]
pub(crate) struct InFlight(Rc<Connection>);

impl InFlight {
    pub(crate) fn begin(connection: &Rc<Connection>) -> Self {
        connection.in_flight.add();
        Self(Rc::clone(connection))
    }

    pub(crate) fn connection(&self) -> &Rc<Connection> {
        &self.0
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.remove();
        self.0.idle_since.set(Instant::now());
    }
}

/// Serves a connection from its first byte to its last.
pub(crate) async fn run(
    worker: Rc<Worker>,
    held: (Permit, Open),
    stream: TcpStream,
    address: SocketAddr,
    protocol: Spoken,
) {
    match protocol {
        Spoken::Plain => {
            let caller = Caller::plain(address);
            serve_http1(Connection::new(worker, caller, held), Transport::Plain(stream)).await;
        }
        Spoken::Tls => {
            let Some(stream) = handshake(&worker, stream).await else { return };
            let (_, tls) = stream.get_ref();
            let is_http2 = tls.alpn_protocol() == Some(b"h2");
            let connection = Connection::new(worker, Caller::over_tls(address, tls), held);
            let transport = Transport::Tls(Box::new(stream));
            if is_http2 {
                serve_http2(connection, transport).await;
            } else {
                serve_http1(connection, transport).await;
            }
        }
    }
}

impl Connection {
    fn new(worker: Rc<Worker>, caller: Caller, held: (Permit, Open)) -> Rc<Self> {
        Rc::new(Self {
            worker,
            caller: Rc::new(caller),
            last_certificate: LastCertificate::default(),
            findings: Findings::default(),
            interim: Interim::default(),
            in_flight: InFlightCount::default(),
            idle_since: Cell::new(Instant::now()),
            _held: held,
        })
    }

    /// When it will have been without a request for as long as it may; `None` while there is one.
    fn idle_deadline(&self) -> Option<Instant> {
        let keep_alive = self.worker.shared.settings.timeouts.keep_alive;
        self.in_flight.is_none().then(|| self.idle_since.get() + keep_alive)
    }
}

async fn handshake(worker: &Rc<Worker>, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
    let acceptor = TlsAcceptor::from(std::sync::Arc::clone(&worker.shared.tls));
    let limit = worker.shared.settings.timeouts.handshake;
    let mut stop = worker.stop.clone();
    let accepted = tokio::select! {
        accepted = tokio::time::timeout(limit, acceptor.accept(stream)) => accepted,
        _ = stop.wait_for(|stop| *stop != Stop::No) => return None,
    };
    match accepted {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a caller's handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("a caller's handshake took too long");
            None
        }
    }
}

async fn serve_http1(connection: Rc<Connection>, transport: Transport) {
    let speech = Speech::One {
        framing: Framing::new(connection.findings.clone()),
        interim: connection.interim.clone(),
    };
    let stream = caller_stream(&connection, transport, speech);
    let limits = &connection.worker.shared.settings.limits;
    // Slow heads are the stream's business, which knows a slow head from a pause between requests.
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_headers(limits.max_headers)
        .max_header_size(limits.max_header_bytes)
        .max_buf_size(limits.max_header_bytes.max(RELAY_BYTES))
        .serve_connection(TokioIo::new(stream), service(&connection))
        .with_upgrades();
    drive(&connection, pin!(serving), |serving| serving.graceful_shutdown()).await;
}

async fn serve_http2(connection: Rc<Connection>, transport: Transport) {
    let limits = &connection.worker.shared.settings.limits;
    let stream = Guarded::new(caller_stream(&connection, transport, Speech::two()), limits.max_header_bytes);
    // Invariant: the sizes of frames and of the header table stay HTTP/2's own, which the guard counts on.
    let serving = http2::Builder::new(OnThisThread)
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(u32::try_from(limits.max_header_bytes).unwrap_or(u32::MAX))
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(RELAY_BYTES)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service(&connection));
    drive(&connection, pin!(serving), |serving| serving.graceful_shutdown()).await;
}

/// What the HTTP library calls for each request.
fn service(
    connection: &Rc<Connection>,
) -> impl Service<
    Request<Incoming>,
    Response = Response<AnswerBody>,
    Error = Infallible,
    Future = impl Future<Output = Result<Response<AnswerBody>, Infallible>> + use<>,
> + use<> {
    let connection = Rc::clone(connection);
    service_fn(move |request| {
        // Counted here, since the stream asks before the request is first looked at.
        let serving = survive(serve(InFlight::begin(&connection), request));
        async { Ok(serving.await) }
    })
}

fn caller_stream(connection: &Connection, transport: Transport, speech: Speech) -> CallerStream {
    let timeouts = &connection.worker.shared.settings.timeouts;
    CallerStream::new(transport, speech, connection.in_flight.clone(), timeouts)
}

/// Runs a connection to its end. It ends after the requests in flight when the gateway stops or when there was no
/// request for too long; one that doesn't come to its end by itself then is cut off.
async fn drive<C>(connection: &Connection, mut serving: Pin<&mut C>, end: impl Fn(Pin<&mut C>))
where
    C: Future<Output = hyper::Result<()>>,
{
    let timeouts = &connection.worker.shared.settings.timeouts;
    let mut stop = connection.worker.stop.clone();
    let mut is_ending = false;
    let mut tick = pin!(tokio::time::sleep_until(connection.idle_since.get()));
    loop {
        tokio::select! {
            biased;
            done = &mut serving => {
                if let Err(error) = done {
                    tracing::debug!(error = domain::causes::causes(&error), "a caller's connection broke");
                }
                return;
            }
            _ = stop.wait_for(|stop| *stop != Stop::No), if !is_ending => {
                is_ending = true;
                end(serving.as_mut());
            }
            () = &mut tick => match connection.idle_deadline() {
                Some(deadline) if deadline > Instant::now() => tick.as_mut().reset(deadline),
                Some(_) if is_ending => {
                    tracing::debug!("a caller's connection that doesn't end is cut off");
                    return;
                }
                Some(_) => {
                    is_ending = true;
                    end(serving.as_mut());
                    tick.as_mut().reset(Instant::now() + timeouts.idle);
                }
                None => tick.as_mut().reset(Instant::now() + timeouts.keep_alive),
            },
        }
    }
}

/// Runs the tasks of HTTP/2 on the thread of their connection.
#[derive(Clone, Copy, Debug)]
struct OnThisThread;

impl<F> Executor<F> for OnThisThread
where
    F: Future + 'static,
{
    fn execute(&self, future: F) {
        spawn_local(stall::watched(future));
    }
}

const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
