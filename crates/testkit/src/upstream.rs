//! A backend: over TLS it can demand a client certificate; it records who came, and misbehaves on request.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use certificates::x509;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::sign::SingleCertAndKey;
use rustls::{HandshakeKind, ServerConfig, SupportedProtocolVersion};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use crate::authority::{Authority, Leaf};
use crate::upstream::demand::server_config;

mod demand;

/// A running backend. It ends when it is dropped.
///
/// What it does depends on the path: `/body` sends the request's body back as it comes, `/wait` answers when
/// [`Upstream::release`] is called, `/stall` sends half an answer and then nothing, `/cut` sends half and closes,
/// `/close` answers and closes, `/upgrade` turns to an echo of bytes; every other path is answered with a JSON
/// description of the request.
pub struct Upstream {
    address: SocketAddr,
    record: Arc<Record>,
    release: watch::Sender<bool>,
    listening: AbortHandle,
}

/// One request as the backend saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// SHA-1 of the client certificate of the connection it came over.
    pub thumbprint: Option<String>,
    pub method: Method,
    /// Path and query.
    pub target: String,
    pub headers: HeaderMap,
}

/// What a backend wants to see of its clients.
#[derive(Clone, Copy)]
pub enum Demand<'a> {
    /// Nothing.
    Nothing,
    /// A certificate of this authority, or none.
    Ask(&'a Authority),
    /// The same, but only one with an RSA key.
    AskForRsa(&'a Authority),
    /// A certificate of this authority.
    Certificate(&'a Authority),
}

#[derive(Default)]
struct Record {
    accepted: AtomicUsize,
    open: watch::Sender<usize>,
    resumed: AtomicUsize,
    seen: watch::Sender<Vec<Seen>>,
}

impl Upstream {
    /// A backend over TLS 1.2 and 1.3 with this certificate.
    pub async fn tls(leaf: &Leaf, demand: Demand<'_>) -> Self {
        Self::tls_speaking(leaf, demand, rustls::ALL_VERSIONS).await
    }

    /// A backend whose key belongs to another certificate than it presents.
    pub async fn tls_stolen(leaf: &Leaf, version: &'static SupportedProtocolVersion) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(leaf.certified_key())));
        Self::tls_with(config).await
    }

    /// A backend over these versions of TLS.
    pub async fn tls_speaking(
        leaf: &Leaf,
        demand: Demand<'_>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        Self::tls_with(server_config(leaf, demand, versions)).await
    }

    async fn tls_with(config: ServerConfig) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::start(move |stream, record, release| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
                    record.resumed.fetch_add(1, Ordering::SeqCst);
                }
                let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
                let thumbprint = shown.map(|leaf| x509::thumbprint(leaf).as_str().to_owned());
                serve(TokioIo::new(stream), thumbprint, record, release).await;
            }
        })
        .await
    }

    /// A backend over plain HTTP.
    pub async fn plain() -> Self {
        Self::start(|stream, record, release| serve(TokioIo::new(stream), None, record, release)).await
    }

    /// A backend that does with each connection what `behave` says; the second argument counts them from 0.
    pub async fn raw<F>(behave: impl Fn(TcpStream, usize) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::start(move |stream, record, _| behave(stream, record.accepted.load(Ordering::SeqCst) - 1)).await
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for the settings of an API.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.address.port())
    }

    /// How many TCP connections it has accepted.
    pub fn accepted(&self) -> usize {
        self.record.accepted.load(Ordering::SeqCst)
    }

    /// How many of them are open.
    pub fn open(&self) -> usize {
        *self.record.open.borrow()
    }

    /// Waits until so many of them are open.
    pub async fn until_open(&self, count: usize) {
        let mut open = self.record.open.subscribe();
        open.wait_for(|open| *open == count).await.expect("a record");
    }

    /// How many TLS sessions were resumed.
    pub fn resumed(&self) -> usize {
        self.record.resumed.load(Ordering::SeqCst)
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.record.seen.borrow().clone()
    }

    /// Waits until there were so many.
    pub async fn until_seen(&self, count: usize) {
        let mut seen = self.record.seen.subscribe();
        seen.wait_for(|seen| seen.len() >= count).await.expect("a record");
    }

    /// Lets requests for `/wait` be answered, those to come included.
    pub fn release(&self) {
        self.release.send_replace(true);
    }

    async fn start<F>(
        connection: impl Fn(TcpStream, Arc<Record>, watch::Receiver<bool>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let record = Arc::new(Record::default());
        let (release, waiting) = watch::channel(false);
        let counting = Arc::clone(&record);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                counting.accepted.fetch_add(1, Ordering::SeqCst);
                counting.open.send_modify(|open| *open += 1);
                let serving = connection(stream, Arc::clone(&counting), waiting.clone());
                let counting = Arc::clone(&counting);
                tokio::spawn(async move {
                    serving.await;
                    counting.open.send_modify(|open| *open -= 1);
                });
            }
        });
        Self { address, record, release, listening: listening.abort_handle() }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// The head of the next request on a connection; none when the client closes it. For backends that answer by hand.
pub async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(head)
}

async fn serve<S>(
    stream: TokioIo<S>,
    thumbprint: Option<String>,
    record: Arc<Record>,
    release: watch::Receiver<bool>,
) where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let seen = Seen {
            thumbprint: thumbprint.clone(),
            method: request.method().clone(),
            target: request.uri().to_string(),
            headers: request.headers().clone(),
        };
        record.seen.send_modify(|all| all.push(seen.clone()));
        answer(request, seen, release.clone())
    });
    let _ = http1::Builder::new().serve_connection(stream, service).with_upgrades().await;
}

async fn answer(
    mut request: Request<Incoming>,
    seen: Seen,
    mut release: watch::Receiver<bool>,
) -> hyper::Result<Response<BoxBody<Bytes, std::io::Error>>> {
    let path = request.uri().path().to_owned();
    match path.rsplit('/').next().unwrap_or_default() {
        "body" => return Ok(Response::new(request.into_body().map_err(std::io::Error::other).boxed())),
        "wait" => {
            let _ = release.wait_for(|released| *released).await;
        }
        "stall" => return Ok(half(Ending::Stall)),
        "cut" => return Ok(half(Ending::Cut)),
        "upgrade" => {
            let upgrade = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                let Ok(upgraded) = upgrade.await else { return };
                let (mut reading, mut writing) = tokio::io::split(TokioIo::new(upgraded));
                let _ = tokio::io::copy(&mut reading, &mut writing).await;
                let _ = writing.shutdown().await;
            });
            let mut response = Response::new(whole(""));
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            response.headers_mut().insert("connection", "upgrade".parse().expect("a value"));
            response.headers_mut().insert("upgrade", "echo".parse().expect("a value"));
            return Ok(response);
        }
        _ => {}
    }
    let collected = request.into_body().collect().await?;
    let trailers = collected.trailers().cloned().unwrap_or_default();
    let body = collected.to_bytes();
    let description = json!({
        "method": seen.method.as_str(),
        "target": seen.target,
        "thumbprint": seen.thumbprint,
        "headers": pairs(&seen.headers),
        "trailers": pairs(&trailers),
        "body": String::from_utf8_lossy(&body),
    });
    let mut response = Response::new(whole(&description.to_string()));
    response.headers_mut().insert("x-backend", "yes".parse().expect("a value"));
    if path.ends_with("/close") {
        response.headers_mut().insert("connection", "close".parse().expect("a value"));
    }
    Ok(response)
}

fn pairs(fields: &HeaderMap) -> Vec<(&str, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    fields.iter().map(|(name, value)| (name.as_str(), text(value))).collect()
}

/// An answer that promises more than comes.
fn half(ending: Ending) -> Response<BoxBody<Bytes, std::io::Error>> {
    let mut response = Response::new(Half { is_sent: false, ending }.boxed());
    response.headers_mut().insert("content-length", "100".parse().expect("a value"));
    response
}

/// How a half answer ends.
#[derive(Clone, Copy)]
enum Ending {
    Cut,
    Stall,
}

struct Half {
    is_sent: bool,
    ending: Ending,
}

impl Body for Half {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        match self.ending {
            _ if !self.is_sent => {
                self.is_sent = true;
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"half")))))
            }
            Ending::Cut => Poll::Ready(Some(Err(std::io::Error::other("cut")))),
            // Nobody wakes this: it lasts until the connection is closed.
            Ending::Stall => Poll::Pending,
        }
    }
}

fn whole(text: &str) -> BoxBody<Bytes, std::io::Error> {
    Full::new(Bytes::from(text.to_owned())).map_err(|never| match never {}).boxed()
}
