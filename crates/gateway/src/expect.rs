//! `Expect: 100-continue` (RFC 9110, 10.1.1): whether a caller shall send the body is the backend's to say, and a
//! refusal that needs no body comes before it is sent.

use std::task::Poll;

use http::header::EXPECT;
use http::{HeaderMap, HeaderValue, Request, Version};

use crate::exchange::Exchange;
use crate::headers;
use crate::upstream::body::RequestBody;

/// Notes on the caller's connection what may be sent ahead of the response.
pub(crate) async fn begin(exchange: &Exchange) {
    // A caller who speaks HTTP/1.0 knows no interim responses, and over HTTP/2 the library sends none.
    if exchange.head.version != Version::HTTP_11 {
        return;
    }
    let expects_continue = expects_continue(&exchange.head.headers)
        && exchange.body.as_ref().is_some_and(|body| !body.is_none());
    std::future::poll_fn(|context| {
        exchange.connection.interim.begin(expects_continue, context.waker());
        Poll::Ready(())
    })
    .await;
}

/// Passes the expectation on to the backend, and to the caller what the backend sends ahead of its response.
pub(crate) fn pass_on(exchange: &Exchange, request: &mut Request<RequestBody>) {
    if exchange.head.version != Version::HTTP_11 {
        return;
    }
    let interim = exchange.connection.interim.clone();
    if interim.is_awaited() {
        request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
    }
    hyper::ext::on_informational(request, move |response| {
        let mut fields = response.headers().clone();
        headers::clean_response(&mut fields);
        interim.send(response.status(), &fields);
    });
}

fn expects_continue(headers: &HeaderMap) -> bool {
    headers::names(headers, &EXPECT, "100-continue")
}
