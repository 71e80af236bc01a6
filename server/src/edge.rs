//! The edge of the portal's requests: a fault ends there, and what is answered in a word elsewhere gets a page.

use std::any::Any;

use app::error::{PageError, status_for};
use app::panics;
use app::session::Visitor;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Request as HttpRequest};
use axum::middleware::Next;
use axum::response::Response;
use leptos::server_fn::error::FromServerFnError as _;

use crate::error::{self, meant_by};
use crate::router::{PortalParts, page_about};

/// Gives a person a page of the portal for every answer that is none, and the status that belongs to it.
pub(crate) async fn show_pages(State(parts): State<PortalParts>, request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let is_person = wants_html(request.headers());
    let response = next.run(request).await;
    let (error, response) = told(response).await;
    let Some(error) = error else { return response };
    let status = status_for(&error, &visitor);
    if !is_person {
        let (mut head, body) = response.into_parts();
        head.status = status;
        return Response::from_parts(head, body);
    }
    let mut page = HttpRequest::new(Body::empty());
    *page.method_mut() = Method::GET;
    page.extensions_mut().insert(visitor);
    let mut shown = page_about(parts, page, error).await;
    *shown.status_mut() = status;
    for (name, value) in response.headers() {
        if ![&CONTENT_LENGTH, &CONTENT_TYPE].contains(&name) && !shown.headers().contains_key(name) {
            shown.headers_mut().insert(name.clone(), value.clone());
        }
    }
    shown.headers_mut().remove(axum::http::header::LOCATION);
    shown
}

/// The response of a request that met a fault; the log has it already.
pub(crate) fn broken(_panic: Box<dyn Any + Send + 'static>) -> Response {
    error::refused(PageError::Failed { incident: panics::last().incident })
}

/// What a response says went wrong, if it isn't a page that says so itself.
async fn told(response: Response) -> (Option<PageError>, Response) {
    if let Some(error) = response.extensions().get::<PageError>().cloned() {
        return (Some(error), response);
    }
    if response.headers().contains_key(SERVER_FUNCTION_ERROR) {
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, ERROR_LIMIT_BYTES).await.unwrap_or_default();
        let error = PageError::de(bytes.clone());
        return (Some(error), Response::from_parts(head, Body::from(bytes)));
    }
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(is_html);
    let error = if is_page { None } else { meant_by(response.status()) };
    (error, response)
}

/// Whether the request was sent by a page or a plain form, not by a script.
pub(crate) fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn is_html(kind: &HeaderValue) -> bool {
    kind.to_str().is_ok_and(|kind| kind.starts_with("text/html"))
}

/// The header by which Leptos marks the error of a server function.
const SERVER_FUNCTION_ERROR: &str = "serverfnerror";
const ERROR_LIMIT_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tower_http::catch_panic::CatchPanicLayer;

    use crate::connections::{ConnectionLimits, serve};

    #[tokio::test]
    async fn a_fault_in_a_page_is_a_number_there_and_the_next_page_is_answered() {
        app::panics::log_from_now_on();
        let fault = async || -> &'static str { panic!("what somebody sent") };
        let pages = Router::new().route("/fault", get(fault)).route("/fine", get(async || "all is well"));
        let router = pages.layer(CatchPanicLayer::custom(super::broken));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_stop, stopped) = tokio::sync::watch::channel(());
        let limits = ConnectionLimits { most: 1, wait: Duration::from_secs(10) };
        tokio::spawn(serve(listener, router, limits, stopped));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let asked = "GET /fault HTTP/1.1\r\nhost: a\r\n\r\nGET /fine HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).await.unwrap();
        assert!(answers.starts_with("HTTP/1.1 500") && answers.contains("all is well"), "{answers}");
        assert!(!answers.contains("what somebody sent"), "{answers}");
        let number = answers.split("number: ").nth(1).map(|rest| rest.chars().take(12).collect::<String>());
        assert!(number.is_some_and(|number| number.chars().all(|c| c.is_ascii_hexdigit())), "{answers}");
    }
}
