//! The body of an answer on its way to the caller, and all that must last until its last byte.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use thiserror::Error;
use tokio::time::{Instant, Sleep};

use crate::access_log::Entry;
use crate::connection::InFlight;
use crate::upstream::pool::Lease;

/// Why a body breaks off after it began. All that can be done then is to close the connection.
#[derive(Debug, Error)]
pub(crate) enum BodyError {
    #[error("the sender broke off")]
    Broken(#[source] hyper::Error),
    #[error("nothing came for {limit_ms} ms")]
    Stalled { limit_ms: u128 },
    #[error("the call took longer than any may")]
    TooLong,
}

/// A body made here, or one streamed from a backend: read only as fast as the caller takes it.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    source: Source,
    entry: Option<Entry>,
    in_flight: Option<InFlight>,
}

#[derive(Debug)]
enum Source {
    Local(Bytes),
    Backend(Box<Streamed>),
}

/// A body that is still coming from a backend.
#[derive(Debug)]
struct Streamed {
    incoming: Incoming,
    /// The connection it comes over; None once that is given back.
    lease: Option<Lease>,
    idle: Duration,
    newest: Instant,
    end: Instant,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl AnswerBody {
    /// A body of this text.
    pub(crate) fn local(body: impl Into<Bytes>) -> Self {
        Self { source: Source::Local(body.into()), entry: None, in_flight: None }
    }

    /// A body from a backend, whose connection goes back to the pool at its end. It breaks off when nothing comes
    /// for `idle`, or at `end`.
    pub(crate) fn streamed(incoming: Incoming, lease: Option<Lease>, idle: Duration, end: Instant) -> Self {
        let streamed = Streamed { incoming, lease, idle, newest: Instant::now(), end, alarm: None };
        Self { source: Source::Backend(Box::new(streamed)), entry: None, in_flight: None }
    }

    /// Keeps the log's entry and the mark of a request in flight until the body is done with.
    pub(crate) fn keep(&mut self, entry: Entry, in_flight: InFlight) {
        self.entry = Some(entry);
        self.in_flight = Some(in_flight);
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let polled = match &mut this.source {
            Source::Local(bytes) if bytes.is_empty() => Poll::Ready(None),
            Source::Local(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Source::Backend(streamed) => streamed.poll_frame(context),
        };
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let (Some(data), Some(entry)) = (frame.data_ref(), &mut this.entry)
        {
            entry.sent_bytes += data.len() as u64;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Local(bytes) => bytes.is_empty(),
            Source::Backend(streamed) => streamed.incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Local(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Source::Backend(streamed) => streamed.incoming.size_hint(),
        }
    }
}

impl Streamed {
    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match Pin::new(&mut self.incoming).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                self.newest = Instant::now();
                if self.incoming.is_end_stream() {
                    self.give_back();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.lease = None;
                Poll::Ready(Some(Err(BodyError::Broken(error))))
            }
            Poll::Ready(None) => {
                self.give_back();
                Poll::Ready(None)
            }
            Poll::Pending => self.poll_alarm(context).map(|error| Some(Err(error))),
        }
    }

    /// Ready when nothing came for too long. The alarm is set once and moved only when it rings.
    fn poll_alarm(&mut self, context: &mut Context<'_>) -> Poll<BodyError> {
        loop {
            let due = (self.newest + self.idle).min(self.end);
            let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
            if alarm.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            let now = Instant::now();
            if now >= self.end {
                return Poll::Ready(BodyError::TooLong);
            }
            if now >= due {
                return Poll::Ready(BodyError::Stalled { limit_ms: self.idle.as_millis() });
            }
            alarm.as_mut().reset(due);
        }
    }

    fn give_back(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        // An answer without a body is never read, but its connection is as good as any.
        if self.incoming.is_end_stream() {
            self.give_back();
        }
    }
}
