//! Who sends a request: the session's cookie, checked once for each request.

use std::net::SocketAddr;
use std::sync::Arc;

use app::session::{Visitor, session_token};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::causes::causes;
use domain::user::Actor;
use management::Management;

use crate::client::TrustedProxies;
use crate::reached::reached;

/// Puts the [`Visitor`] into the request, for pages, server functions and receivers.
pub(crate) async fn recognise(
    State(management): State<Arc<Management>>,
    State(proxies): State<Arc<TrustedProxies>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let token = session_token(&parts.headers);
    let asked = Arc::clone(&management);
    let actor = match token.clone() {
        None => Actor::Anonymous,
        Some(token) => match tokio::task::spawn_blocking(move || asked.authenticate(&token)).await {
            Ok(Ok(actor)) => actor,
            Ok(Err(error)) => {
                tracing::error!(error = causes(&error), "could not check a session");
                return crate::error::unavailable().into_response();
            }
            Err(_) => return crate::error::unavailable().into_response(),
        },
    };
    let client = proxies.client(&parts.headers, peer.ip());
    let mut visitor = Visitor::of(&parts, actor, token, client.to_string());
    visitor.reached = reached(&parts.headers, &proxies, peer.ip());
    if visitor.is_anonymous() {
        visitor.former = visitor.browser.as_ref().and_then(|cookie| management.last_user(cookie));
    }
    parts.extensions.insert(visitor);
    next.run(Request::from_parts(parts, body)).await
}

/// Whether the request comes from a browser in which a session has ended.
pub(crate) fn has_ended(request: &Request) -> bool {
    request.extensions().get::<Visitor>().is_some_and(|visitor| visitor.former.is_some())
}

/// Whether nobody is signed in where a request comes from.
pub(crate) fn is_stranger(request: &Request) -> bool {
    request.extensions().get::<Visitor>().is_none_or(Visitor::is_anonymous)
}
