//! A fault in the handling of one request is that request's alone.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use http::Response;

use crate::answer::AnswerBody;
use crate::error::{Cause, Error, Step};
use crate::request_id::RequestId;
use crate::respond;

/// The response that `serving` makes, or 500 if it panics. What it had in hand is dropped then, the connection to the
/// backend included; nothing that others use is left half changed by that.
pub(crate) async fn survive<F>(serving: F) -> Response<AnswerBody>
where
    F: Future<Output = Response<AnswerBody>>,
{
    let mut serving = pin!(serving);
    let served = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| serving.as_mut().poll(context))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await;
    served.unwrap_or_else(|| {
        let id = RequestId::random();
        let error = Error::gateway(Step::Policy, Cause::Panicked);
        // What and where the panic was is on the line that the panic itself has written.
        tracing::error!(request.id = id.as_str(), reason = %error, "failed");
        respond::refusal(id, &error)
    })
}
