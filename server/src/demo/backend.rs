//! The sample backend: HTTPS that refuses whoever shows no certificate of the sample's authority.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use certificates::x509;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::demo::material::Material;

/// The running backend.
pub(crate) struct Backend {
    address: SocketAddr,
}

impl Backend {
    /// Listens on its usual port, or on a free one when that is taken.
    pub(crate) async fn start(material: &Material) -> anyhow::Result<Self> {
        let acceptor = TlsAcceptor::from(Arc::new(tls(material)?));
        let listener = match TcpListener::bind(USUAL).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind("127.0.0.1:0").await.context("could not start the sample backend")?,
        };
        let address = listener.local_addr()?;
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream));
            }
        });
        Ok(Self { address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn tls(material: &Material) -> anyhow::Result<ServerConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(material.authority_pem.as_bytes())?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
    let chain = vec![CertificateDer::from_pem_slice(material.backend_pem.as_bytes())?];
    let key = PrivateKeyDer::from_pem_slice(material.backend_key_pem.as_bytes())?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)?;
    Ok(config)
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream) {
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first).map(|der| describe(der));
    let service = service_fn(move |request| answer(request, shown.clone()));
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn describe(der: &[u8]) -> serde_json::Value {
    match x509::facts(der) {
        Ok(facts) => json!({
            "subject": facts.subject,
            "thumbprint": facts.thumbprint.as_str(),
            "notAfter": facts.not_after.date().to_string(),
        }),
        Err(_) => serde_json::Value::Null,
    }
}

async fn answer<B>(
    request: Request<B>,
    shown: Option<serde_json::Value>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = json!({
        "message": "Hello from the sample backend",
        "method": request.method().as_str(),
        "path": request.uri().path(),
        "clientCertificate": shown,
    });
    let mut response = Response::new(Full::new(Bytes::from(format!("{body:#}\n"))));
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    Ok(response)
}

const USUAL: &str = "127.0.0.1:9443";
