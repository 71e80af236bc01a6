//! A connection to a backend: one from the pool, or a new one over TCP and TLS.

use std::io;
use std::rc::Rc;
use std::time::Duration;

use domain::refused_addresses::RefusedAddresses;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::error::{Cause, Error, Retry, Step};
use crate::upstream::ending::{Ending, Unannounced};
use crate::upstream::handshake;
use crate::upstream::line::{Counted, Heard, Line};
use crate::upstream::opening::Opening;
use crate::upstream::peer::{Peer, PeerTls};
use crate::upstream::show::Asked;
use crate::worker::{BackendPermit, Worker};

/// A connection that can take a request.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) line: Line,
    pub(crate) history: History,
}

/// Whether a connection carried requests before: the backend may then have closed it without our knowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    New,
    Reused,
}

/// The last used connection with the peer's key, or a new one.
///
/// # Errors
/// As of [`open`].
pub(crate) async fn reuse_or_open(worker: &Rc<Worker>, peer: &Peer) -> Result<Connected, Error> {
    match worker.pool.take(&peer.key) {
        Some(line) => Ok(Connected { line, history: History::Reused }),
        None => open(worker, peer).await,
    }
}

/// A new connection, within the time that connecting may take.
///
/// # Errors
/// The name is unknown, nobody listens, the handshake fails, or all of it takes too long.
pub(crate) async fn open(worker: &Rc<Worker>, peer: &Peer) -> Result<Connected, Error> {
    let limit = worker.shared.settings.timeouts.connect;
    match tokio::time::timeout(limit, connect(worker, peer)).await {
        Ok(line) => Ok(Connected { line: line?, history: History::New }),
        Err(_) => {
            let cause = Cause::ConnectTimeout { limit_ms: limit.as_millis() };
            Err(Error::upstream(Step::Connect, Retry::Never, cause))
        }
    }
}

/// TCP to the first of a host's addresses that takes the connection. Each address is judged after the name was looked
/// up, just before it is connected to: a name that means something else by then deceives nobody.
///
/// # Errors
/// The name is unknown, or none of its addresses may be connected to or takes the connection: then the last refusal.
pub(crate) async fn tcp(host: &str, port: u16, refuse: &RefusedAddresses) -> Result<TcpStream, Error> {
    let lookup = |error| Error::upstream(Step::Connect, Retry::Never, Cause::Lookup(error));
    let refused = |error| Error::upstream(Step::Connect, Retry::Always, Cause::Connect(error));
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in tokio::net::lookup_host((host, port)).await.map_err(lookup)? {
        if refuse.refuse(address.ip()) {
            let message = format!("the setting `gateway.refuse-addresses` refuses {}", address.ip());
            last = io::Error::new(io::ErrorKind::PermissionDenied, message);
            continue;
        }
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(tuned(stream)),
            Err(error) => last = error,
        }
    }
    if last.kind() == io::ErrorKind::PermissionDenied {
        return Err(Error::upstream(Step::Connect, Retry::Never, Cause::Connect(last)));
    }
    Err(refused(last))
}

/// Sets what every connection has: no waiting to fill packets, and dead peers noticed even when nobody writes.
pub(crate) fn tuned(stream: TcpStream) -> TcpStream {
    // A connection that can't be tuned works all the same.
    let _ = stream.set_nodelay(true);
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE_AFTER).with_interval(KEEPALIVE_EVERY);
    let _ = SockRef::from(&stream).set_tcp_keepalive(&keepalive);
    stream
}

async fn connect(worker: &Rc<Worker>, peer: &Peer) -> Result<Line, Error> {
    let permit = permit(worker).await?;
    let stream = tcp(&peer.host, peer.port, &worker.shared.settings.refused_addresses).await?;
    match &peer.tls {
        None => speak_http(worker, stream, permit, Unannounced::default()).await,
        Some(tls) => {
            let unannounced = Unannounced::default();
            let stream = Ending::new(secure(tls, stream).await?, unannounced.clone());
            speak_http(worker, stream, permit, unannounced).await
        }
    }
}

/// Room for one more connection; for its sake the unused ones of this thread are closed.
async fn permit(worker: &Rc<Worker>) -> Result<BackendPermit, Error> {
    if let Some(permit) = BackendPermit::take(&worker.shared) {
        return Ok(permit);
    }
    worker.pool.close_unused(Duration::ZERO);
    // Connections close when their tasks have run.
    tokio::task::yield_now().await;
    BackendPermit::take(&worker.shared).ok_or_else(|| Error::gateway(Step::Connect, Cause::NoRoom))
}

async fn secure(tls: &PeerTls, stream: TcpStream) -> Result<TlsStream<Opening>, Error> {
    let stream = handshake::handshake(tls, stream).await.map_err(|failed| {
        // A verdict of TLS stays what it is; a connection that broke may be luck.
        let is_verdict = failed.error.kind() == io::ErrorKind::InvalidData;
        let retry = if is_verdict { Retry::Never } else { Retry::Always };
        Error::upstream(Step::Connect, retry, Cause::Handshake(Box::new(failed)))
    })?;
    if tls.show.asked() == Asked::Unfit {
        return Err(Error::upstream(Step::Connect, Retry::Never, Cause::CertificateUnfit));
    }
    Ok(stream)
}

async fn speak_http<S>(
    worker: &Rc<Worker>,
    transport: S,
    permit: BackendPermit,
    unannounced: Unannounced,
) -> Result<Line, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = &worker.shared.settings.limits;
    let heard = Heard::default();
    let stream = TokioIo::new(Counted { transport, heard: heard.clone(), permit });
    let (sender, connection) = http1::Builder::new()
        .max_headers(limits.max_headers)
        .max_buf_size(limits.max_header_bytes.max(RELAY_BYTES))
        .handshake(stream)
        .await
        .map_err(|error| Error::upstream(Step::Connect, Retry::Always, Cause::Broken(error)))?;
    tokio::task::spawn_local(async move {
        // What goes wrong with it is told to the request that it carries.
        let _ = connection.with_upgrades().await;
    });
    Ok(Line { sender, heard, unannounced })
}

const KEEPALIVE_AFTER: Duration = Duration::from_secs(60);
const KEEPALIVE_EVERY: Duration = Duration::from_secs(15);
/// The size of buffers between caller and backend.
pub(crate) const RELAY_BYTES: usize = 64 * 1024;
