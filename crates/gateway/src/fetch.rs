//! Fetches a revocation list over HTTP, within bounds of time and size.

use std::sync::Arc;
use std::time::Duration;

use certificates::limits::MAX_LIST_BYTES;
use domain::authority::ListAddress;
use domain::authority_file::{FetchProblem, ListRefusal};
use domain::causes::causes;
use domain::refused_addresses::RefusedAddresses;
use domain::trust::Trust;
use http::header::{ACCEPT, CONNECTION, HOST, LOCATION, USER_AGENT};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use crate::tls::provider;
use crate::upstream::connect;
use crate::upstream::ending::{Ending, Unannounced};
use crate::upstream::trust::BackendVerifier;

/// The bytes that stand at the address. They are signed, so plain HTTP does; what they are worth is judged elsewhere.
/// An `https://` address is judged by the machine's own authorities.
///
/// # Errors
/// The address is one of those that are refused, nobody answers in time, the answer isn't a success, or it is larger
/// than a list may be.
pub async fn fetch(address: ListAddress, refuse: RefusedAddresses) -> Result<Vec<u8>, FetchProblem> {
    let timed_out = |_| FetchProblem::TimedOut { limit_seconds: LIMIT.as_secs() };
    tokio::time::timeout(LIMIT, follow(address.as_str(), &refuse)).await.map_err(timed_out)?
}

async fn follow(address: &str, refuse: &RefusedAddresses) -> Result<Vec<u8>, FetchProblem> {
    let mut uri: Uri = address.parse().map_err(|error| unreachable(&error))?;
    for _ in 0..=REDIRECTS {
        let response = ask(&uri, refuse).await?;
        let status = response.status();
        if status == StatusCode::OK {
            return body(response).await;
        }
        let next = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        match next.and_then(|next| next.parse::<Uri>().ok()) {
            // Only a whole address: what stands in it is judged like the first.
            Some(next) if status.is_redirection() && next.host().is_some() => uri = next,
            _ => return Err(FetchProblem::Status(status.as_u16())),
        }
    }
    Err(FetchProblem::Unreachable { reason: "too many redirects".to_owned() })
}

async fn ask(uri: &Uri, refuse: &RefusedAddresses) -> Result<Response<Incoming>, FetchProblem> {
    let host = uri.host().ok_or_else(|| other("the address has no host"))?;
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let is_tls = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err(other("the address is neither http nor https")),
    };
    let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    let stream = connect::tcp(name, port, refuse).await.map_err(|error| unreachable(&error))?;
    if !is_tls {
        return send(TokioIo::new(stream), uri).await;
    }
    let server_name = ServerName::try_from(name.to_owned()).map_err(|error| unreachable(&error))?;
    let connector = TlsConnector::from(Arc::new(config()?));
    let stream = connector.connect(server_name, stream).await.map_err(|error| unreachable(&error))?;
    // A list is signed: one that was cut short is no list.
    send(TokioIo::new(Ending::new(stream, Unannounced::default())), uri).await
}

async fn send<S>(stream: S, uri: &Uri) -> Result<Response<Incoming>, FetchProblem>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(stream).await.map_err(|error| unreachable(&error))?;
    // It ends with the only answer that it carries.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let request = Request::get(path)
        .header(HOST, authority)
        .header(USER_AGENT, "postern")
        .header(ACCEPT, "*/*")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| unreachable(&error))?;
    sender.send_request(request).await.map_err(|error| unreachable(&error))
}

async fn body(response: Response<Incoming>) -> Result<Vec<u8>, FetchProblem> {
    match Limited::new(response.into_body(), MAX_LIST_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes().to_vec()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(FetchProblem::Refused(ListRefusal::TooLarge { limit_bytes: MAX_LIST_BYTES as u64 }))
        }
        Err(error) => Err(unreachable(error.as_ref())),
    }
}

fn config() -> Result<rustls::ClientConfig, FetchProblem> {
    let verifier = BackendVerifier::new(&Trust::default(), &[]).map_err(|error| unreachable(&error))?;
    let config = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unreachable(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

fn unreachable(error: &(dyn std::error::Error + 'static)) -> FetchProblem {
    FetchProblem::Unreachable { reason: causes(error) }
}

fn other(reason: &str) -> FetchProblem {
    FetchProblem::Unreachable { reason: reason.to_owned() }
}

const LIMIT: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 3;
