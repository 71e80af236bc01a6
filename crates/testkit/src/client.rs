//! A caller: HTTPS or plain HTTP, version 1 or 2, with a client certificate or without.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, HandshakeKind, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Where a client connects to and how. Each changed copy begins with a fresh TLS session store.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    http: Http,
    server_name: &'static str,
    fragment: Option<usize>,
    resumed: Arc<AtomicUsize>,
}

/// Which HTTP a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Http {
    One,
    Two,
}

/// An open connection.
pub enum Connection {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Anything that bytes go in and out of.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Client {
    /// A client of an HTTPS server that trusts this authority.
    pub fn https(address: SocketAddr, authority: Vec<u8>) -> Self {
        let tls = client_config(authority, rustls::ALL_VERSIONS);
        Self { tls: Some(Arc::new(tls)), ..Self::plain(address) }
    }

    /// A client of a plain HTTP server.
    pub fn plain(address: SocketAddr) -> Self {
        let (http, resumed) = (Http::One, Arc::default());
        Self { address, tls: None, http, server_name: HOST, fragment: None, resumed }
    }

    /// The same, speaking HTTP/2.
    #[must_use]
    pub fn http2(mut self) -> Self {
        self.http = Http::Two;
        self.change(|tls| tls.alpn_protocols = vec![b"h2".to_vec()])
    }

    /// The same, naming this host in the handshake; an IP address is named there by nobody.
    #[must_use]
    pub fn naming(self, server_name: &'static str) -> Self {
        Self { server_name, ..self }
    }

    /// The same, with the first message of the handshake cut into records of so many bytes.
    #[must_use]
    pub fn fragmenting(self, bytes: usize) -> Self {
        Self { fragment: Some(bytes), ..self }
    }

    /// The same, showing this certificate, even if the key is another's.
    #[must_use]
    pub fn showing(self, certified: CertifiedKey) -> Self {
        let resolver = Arc::new(SingleCertAndKey::from(certified));
        self.change(|tls| tls.client_auth_cert_resolver = resolver)
    }

    /// The same, speaking only this version of TLS.
    #[must_use]
    pub fn speaking(self, authority: Vec<u8>, version: &'static SupportedProtocolVersion) -> Self {
        let tls = client_config(authority, &[version]);
        Self { tls: Some(Arc::new(tls)), ..self }
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// The server doesn't take the connection, or the handshake fails.
    pub async fn connect(&self) -> std::io::Result<Connection> {
        let stream = TokioIo::new(self.stream().await?);
        match self.http {
            Http::One => {
                let (sender, connection) = http1::handshake(stream).await.map_err(std::io::Error::other)?;
                tokio::spawn(connection.with_upgrades());
                Ok(Connection::One(sender))
            }
            Http::Two => {
                let handshake = http2::handshake(TokioExecutor::new(), stream).await;
                let (sender, connection) = handshake.map_err(std::io::Error::other)?;
                tokio::spawn(connection);
                Ok(Connection::Two(sender))
            }
        }
    }

    /// Opens a connection to write bytes to, as they are.
    ///
    /// # Errors
    /// The server doesn't take the connection, or the handshake fails.
    pub async fn stream(&self) -> std::io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some(tls) => {
                let name = ServerName::try_from(self.server_name).expect("a name");
                let connector = TlsConnector::from(Arc::clone(tls));
                if let Some(bytes) = self.fragment {
                    return Ok(Box::new(connector.connect(name, fragmented(stream, bytes)).await?));
                }
                let stream = connector.connect(name, stream).await?;
                if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
                    self.resumed.fetch_add(1, Ordering::SeqCst);
                }
                Ok(Box::new(stream))
            }
        }
    }

    /// One GET request on a connection of its own.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, "")).await
    }

    /// One request on a connection of its own.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let mut connection = self.connect().await.expect("a connection");
        connection.send(request).await.expect("an answer")
    }

    /// How many TLS sessions this client and its copies have resumed.
    pub fn resumed(&self) -> usize {
        self.resumed.load(Ordering::SeqCst)
    }

    fn change(mut self, change: impl FnOnce(&mut ClientConfig)) -> Self {
        self.tls = self.tls.map(|tls| {
            let mut tls = ClientConfig::clone(&tls);
            tls.resumption = Resumption::in_memory_sessions(16);
            change(&mut tls);
            Arc::new(tls)
        });
        self
    }
}

impl Connection {
    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// The connection breaks before the answer's end.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Answer> {
        let response = self.begin(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// Waits until the server closes the connection.
    pub async fn closed(&mut self) {
        while !match self {
            Self::One(sender) => sender.is_closed(),
            Self::Two(sender) => sender.is_closed(),
        } {
            tokio::task::yield_now().await;
        }
    }

    /// Sends a request and waits for no more than the head of the answer.
    ///
    /// # Errors
    /// The connection breaks before the head.
    pub async fn begin(
        &mut self,
        mut request: Request<Full<Bytes>>,
    ) -> hyper::Result<http::Response<Incoming>> {
        match self {
            Self::One(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
            Self::Two(sender) => {
                if request.uri().authority().is_none() {
                    let target = format!("https://{HOST}{}", request.uri());
                    *request.uri_mut() = target.parse().expect("an address");
                }
                request.headers_mut().remove("host");
                sender.ready().await?;
                sender.send_request(request).await
            }
        }
    }
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// A request to `localhost`.
pub fn request(method: Method, path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(path).header("host", HOST);
    request.body(Full::new(body.into())).expect("a request")
}

/// The head of an answer that was asked for with raw bytes; empty lines at its end included.
pub async fn read_head(stream: &mut Box<dyn Stream>) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the rest of a head"));
    }
    String::from_utf8(head).expect("a head in ASCII")
}

/// A stream whose first TLS record comes out as several, each with so many bytes of it.
fn fragmented(mut outer: TcpStream, bytes: usize) -> DuplexStream {
    let (near, mut far) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        let mut header = [0; 5];
        far.read_exact(&mut header).await?;
        let [kind, major, minor, high, low] = header;
        let mut record = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        far.read_exact(&mut record).await?;
        for part in record.chunks(bytes) {
            let length = u16::try_from(part.len()).expect("a short part").to_be_bytes();
            outer.write_all(&[&[kind, major, minor], &length[..], part].concat()).await?;
            outer.flush().await?;
        }
        tokio::io::copy_bidirectional(&mut far, &mut outer).await
    });
    near
}

fn client_config(authority: Vec<u8>, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority)).expect("an authority");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

const HOST: &str = "localhost";
