//! Every address of the portal's server, and what stands in front of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::components::needs_https::PortalAddress;
use app::context::{self, Portal};
use app::document::{Assets, document};
use app::error::{ONWARD, PageError};
use app::flash::Flash;
use app::functions;
use app::gateway::GatewayAddress;
use app::pages::authorities;
use app::pages::certificates::{receive, upload};
use app::session::Visitor;
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use domain::clock::Clock;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use management::Management;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::assets::{self, Files};
use crate::client::TrustedProxies;
use crate::{cross_site, edge, error, forms, headers, session};

/// What all of the portal's requests share.
#[derive(Clone, FromRef)]
pub(crate) struct PortalParts {
    options: LeptosOptions,
    management: Arc<Management>,
    files: Arc<Files>,
    portal: Portal,
    assets: Assets,
    gateway: GatewayAddress,
    address: PortalAddress,
    proxies: Arc<TrustedProxies>,
    waits: Waits,
}

/// How long the portal waits while a request is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits {
    /// For each piece of a body.
    pub(crate) piece: Duration,
    /// For the whole request and what becomes of it.
    pub(crate) whole: Duration,
}

impl PortalParts {
    /// Puts together what the portal needs; `gateway` is where it listens for callers, `portal` where for people.
    pub(crate) fn new(
        management: Arc<Management>,
        gateway: &[SocketAddr],
        portal: SocketAddr,
        proxies: TrustedProxies,
        waits: Waits,
    ) -> Self {
        let files = Files::load();
        Self {
            options: LeptosOptions::builder().output_name("postern").build(),
            portal: Portal {
                management: Arc::clone(&management),
                flash: Arc::new(Flash::new(Clock::system())),
            },
            assets: Assets::new(files.addresses()),
            gateway: GatewayAddress::listening_on(gateway),
            address: PortalAddress::listening_on(portal),
            management,
            files,
            proxies: Arc::new(proxies),
            waits,
        }
    }
}

/// All addresses. Pages and server functions are listed in `app`, and each of them asks who is there; what is here
/// beside them needs no session: files, and whether the program is alive.
pub(crate) fn router(parts: PortalParts) -> Router {
    let pages = Router::<PortalParts>::new()
        .leptos_routes_with_handler(generate_route_list(app::App), page)
        .route("/api/{*function}", post(function).get(function))
        .fallback(page);
    let receivers = Router::<PortalParts>::new()
        .route("/security/certificates/upload", post(upload::receive))
        .route("/security/certificates/{id}/replace", post(upload::receive_replacement))
        .route("/security/authorities/upload", post(authorities::receive::receive))
        .route("/security/authorities/{id}/list", post(authorities::receive::receive_list))
        .layer(DefaultBodyLimit::max(receive::BODY_LIMIT_BYTES))
        .layer(Extension(parts.portal.clone()));
    pages
        .merge(receivers)
        .layer(from_fn(cross_site::refuse))
        .layer(CatchPanicLayer::custom(edge::broken))
        .layer(RequestBodyTimeoutLayer::new(parts.waits.piece))
        .layer(TimeoutLayer::with_status_code(error::TOO_SLOW, parts.waits.whole))
        .layer(from_fn_with_state(parts.clone(), edge::show_pages))
        .layer(from_fn_with_state(parts.clone(), session::recognise))
        .route("/assets/{folder}/{name}", get(assets::serve))
        .route("/health/live", get(async || "alive\n"))
        .route("/health/ready", get(ready))
        // Once more for what stands in front of the pages.
        .layer(CatchPanicLayer::custom(edge::broken))
        .layer(from_fn(headers::add))
        .layer(CompressionLayer::new())
        .with_state(parts)
}

/// A page: rendered whole before the first byte leaves.
async fn page(State(parts): State<PortalParts>, request: Request) -> Response {
    let contexts = contexts(&parts, &request);
    leptos_axum::render_app_async_with_context(contexts, document)(request).await.into_response()
}

/// A server function. Each asks for itself who may call it; strangers don't even get that far.
async fn function(State(parts): State<PortalParts>, request: Request) -> Response {
    if !session::is_stranger(&request) || functions::OPEN.contains(&request.uri().path()) {
        return answered(parts, request).await;
    }
    let refused = error::not_signed_in(&request);
    if !session::has_ended(&request) || !edge::wants_html(request.headers()) {
        return refused;
    }
    // Nobody may do what the form asks for; but it keeps what was entered for the person whose session ended.
    let response = answered(parts, request).await;
    if response.status() == ONWARD { response } else { refused }
}

async fn answered(parts: PortalParts, request: Request) -> Response {
    if let Some(error) = without_function(&request) {
        return error::refused(error);
    }
    let contexts = contexts(&parts, &request);
    match forms::read(request).await {
        Ok(request) => leptos_axum::handle_server_fns_with_context(contexts, request).await.into_response(),
        Err(refused) => error::refused(refused),
    }
}

/// What is wrong with an address and method that no server function has.
fn without_function(request: &Request) -> Option<PageError> {
    let path = request.uri().path();
    let mut methods =
        server_fn_paths().filter(|(known, _)| *known == path).map(|(_, method)| method).peekable();
    if methods.peek().is_none() {
        return Some(PageError::NotFound);
    }
    (!methods.any(|method| method == request.method())).then_some(PageError::Method)
}

/// A page that says what is wrong with a request, in place of what it asked for.
pub(crate) async fn page_about(parts: PortalParts, request: Request, error: PageError) -> Response {
    let contexts = contexts(&parts, &request);
    let contexts = move || {
        contexts();
        provide_context(error.clone());
    };
    leptos_axum::render_app_async_with_context(contexts, document)(request).await.into_response()
}

fn contexts(parts: &PortalParts, request: &Request) -> impl Fn() + Clone + Send + 'static + use<> {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let (portal, assets) = (parts.portal.clone(), parts.assets.clone());
    let (gateway, address) = (parts.gateway.clone(), parts.address.clone());
    move || {
        context::provide(portal.clone(), visitor.clone());
        provide_context(assets.clone());
        provide_context(gateway.clone());
        provide_context(address.clone());
    }
}

/// Ready when the store answers; the gateway was started before the portal listens.
async fn ready(State(management): State<Arc<Management>>) -> Response {
    match tokio::task::spawn_blocking(move || management.needs_setup()).await {
        Ok(Ok(_)) => "ready\n".into_response(),
        _ => error::unavailable().into_response(),
    }
}
