//! Every address of the portal's server, and what stands in front of it.

use std::net::SocketAddr;
use std::sync::Arc;

use app::context::{self, Portal};
use app::document::{Assets, document};
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
use leptos_axum::{LeptosRoutes as _, generate_route_list};
use management::Management;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::assets::{self, Files};
use crate::{cross_site, error, headers, session};

/// What all of the portal's requests share.
#[derive(Clone, FromRef)]
pub(crate) struct PortalParts {
    options: LeptosOptions,
    management: Arc<Management>,
    files: Arc<Files>,
    portal: Portal,
    assets: Assets,
    gateway: GatewayAddress,
}

impl PortalParts {
    /// Puts together what the portal needs; `gateway` is where it listens for callers.
    pub(crate) fn new(management: Arc<Management>, gateway: &[SocketAddr]) -> Self {
        let files = Files::load();
        Self {
            options: LeptosOptions::builder().output_name("postern").build(),
            portal: Portal {
                management: Arc::clone(&management),
                flash: Arc::new(Flash::new(Clock::system())),
            },
            assets: Assets::new(files.addresses()),
            gateway: GatewayAddress::listening_on(gateway),
            management,
            files,
        }
    }
}

/// All addresses. Pages and server functions are listed in `app`, and each of them asks who is there; what is here
/// beside them needs no session: files, and whether the program is alive.
pub(crate) fn router(parts: PortalParts) -> Router {
    let pages = Router::<PortalParts>::new()
        .leptos_routes_with_handler(generate_route_list(app::App), page)
        .route("/api/{*function}", post(function).get(function))
        .fallback(page)
        .layer(RequestBodyLimitLayer::new(FORM_LIMIT));
    let receivers = Router::<PortalParts>::new()
        .route("/security/certificates/upload", post(upload::receive))
        .route("/security/certificates/{id}/replace", post(upload::receive_replacement))
        .route("/security/authorities/upload", post(authorities::receive::receive))
        .route("/security/authorities/{id}/list", post(authorities::receive::receive_list))
        .layer(DefaultBodyLimit::max(receive::BODY_LIMIT_BYTES))
        .layer(Extension(parts.portal.clone()));
    pages
        .merge(receivers)
        .layer(from_fn_with_state(Arc::clone(&parts.management), session::recognise))
        .layer(from_fn(cross_site::refuse))
        .route("/assets/{folder}/{name}", get(assets::serve))
        .route("/health/live", get(async || "alive\n"))
        .route("/health/ready", get(ready))
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
    if session::is_stranger(&request) && !functions::OPEN.contains(&request.uri().path()) {
        return error::not_signed_in(&request);
    }
    let contexts = contexts(&parts, &request);
    leptos_axum::handle_server_fns_with_context(contexts, request).await.into_response()
}

fn contexts(parts: &PortalParts, request: &Request) -> impl Fn() + Clone + Send + 'static + use<> {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let (portal, assets, gateway) = (parts.portal.clone(), parts.assets.clone(), parts.gateway.clone());
    move || {
        context::provide(portal.clone(), visitor.clone());
        provide_context(assets.clone());
        provide_context(gateway.clone());
    }
}

/// Ready when the store answers; the gateway was started before the portal listens.
async fn ready(State(management): State<Arc<Management>>) -> Response {
    match tokio::task::spawn_blocking(move || management.needs_setup()).await {
        Ok(Ok(_)) => "ready\n".into_response(),
        _ => error::unavailable().into_response(),
    }
}

const FORM_LIMIT: usize = 1 << 20;
