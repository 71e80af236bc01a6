//! The body of a response on its way to the caller, and all that must last until its last byte.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use thiserror::Error;
use tokio::time::{Instant, Sleep};

use crate::access_log::Entry;
use crate::connection::InFlight;
use crate::cut::Cut;
use crate::leftover::{Leftover, drain_all};
use crate::stall::Watch;
use crate::upstream::ending::Unannounced;
use crate::upstream::pool::Lease;
use crate::upstream::send::Patience;

/// Why a body breaks off after it began. All that can be done then is to close the connection.
#[derive(Debug, Error)]
pub(crate) enum BodyError {
    #[error("the sender broke off")]
    Broken(#[source] hyper::Error),
    #[error("nothing came for {limit_ms} ms")]
    Stalled { limit_ms: u128 },
    #[error("the response ended before the request did")]
    Abandoned,
    #[error("the exchange took longer than any may")]
    TooLong,
}

/// A body made here, or one streamed from a backend: read only as fast as the caller takes it.
#[derive(Debug)]
pub(crate) struct AnswerBody {
    source: Source,
    kept: Option<Kept>,
}

/// What lasts as long as the body.
#[derive(Debug)]
struct Kept {
    entry: Entry,
    leftover: Option<Leftover>,
    /// The watch of an HTTP/2 stream over a caller who takes nothing, and how long that may last.
    watch: Option<(Rc<Watch>, Duration)>,
    in_flight: InFlight,
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
    /// The connection it comes over; `None` once that is given back.
    lease: Option<Lease>,
    idle: Duration,
    newest: Instant,
    end: Instant,
    alarm: Option<Pin<Box<Sleep>>>,
    /// How its connection ended, if that is where it ends.
    ending: Option<Unannounced>,
    /// Whether the end was given out.
    is_done: bool,
}

impl AnswerBody {
    /// A body of this text.
    pub(crate) fn local(body: impl Into<Bytes>) -> Self {
        Self { source: Source::Local(body.into()), kept: None }
    }

    /// A body from a backend, whose connection goes back to the pool at its end. It breaks off when nothing comes
    /// for as long as `patience` allows, or at its end. `ending` belongs to one that ends with its connection.
    pub(crate) fn streamed(
        incoming: Incoming,
        lease: Option<Lease>,
        patience: Patience,
        ending: Option<Unannounced>,
    ) -> Self {
        let Patience { idle, end, .. } = patience;
        let newest = Instant::now();
        let ending = ending.filter(|_| !incoming.is_end_stream());
        let streamed = Streamed { incoming, lease, idle, newest, end, alarm: None, ending, is_done: false };
        Self { source: Source::Backend(Box::new(streamed)), kept: None }
    }

    /// How the connection ended that a body of unknown length comes over; for those who read it whole.
    pub(crate) fn ending(&self) -> Option<Unannounced> {
        match &self.source {
            Source::Local(_) => None,
            Source::Backend(streamed) => streamed.ending.clone(),
        }
    }

    /// Keeps the log's entry, the mark of a request in flight and what is left of the request until the body is done
    /// with.
    pub(crate) fn keep(&mut self, entry: Entry, in_flight: InFlight, leftover: Option<Leftover>) {
        let idle = in_flight.connection().worker.shared.settings.timeouts.idle;
        let watch = Watch::current().map(|watch| (watch, idle));
        if !self.is_end_stream()
            && let Some((watch, idle)) = &watch
        {
            // The library may have no room for a first piece, and then doesn't ask for it.
            watch.wait_until(Instant::now() + *idle);
        }
        self.kept = Some(Kept { entry, leftover, watch, in_flight });
    }
}

impl Kept {
    /// Follows what became of one look at the body.
    fn note(&mut self, polled: &Poll<Option<Result<Frame<Bytes>, BodyError>>>) {
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.entry.sent_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            Poll::Ready(Some(Err(error))) => self.entry.cut(Cut::of(error)),
            Poll::Ready(None) | Poll::Pending => {}
        }
        if let Some((watch, idle)) = &self.watch {
            match polled {
                Poll::Pending => watch.rest(),
                Poll::Ready(_) => watch.wait_until(Instant::now() + *idle),
            }
        }
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        let is_at_end = match &self.source {
            Source::Local(_) => true,
            Source::Backend(body) => body.is_done || body.incoming.is_end_stream(),
        };
        let Some(kept) = &mut self.kept else { return };
        if !is_at_end {
            let is_stalled = kept.watch.as_ref().is_some_and(|(watch, _)| watch.has_ended());
            kept.entry.cut(if is_stalled { Cut::CallerIdle } else { Cut::CallerGone });
        }
        // Over HTTP/2 the stream would be reset, which some callers take for the end of the response, too.
        let rest = kept.leftover.as_ref().and_then(Leftover::abandon);
        if let Some(rest) = rest.filter(|_| kept.watch.is_some()) {
            let longest = kept.in_flight.connection().worker.shared.settings.timeouts.linger;
            tokio::task::spawn_local(tokio::time::timeout(longest, drain_all(rest)));
        }
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
        if let Some(kept) = &mut this.kept {
            if let Some(leftover) = &kept.leftover {
                leftover.drain(context);
            }
            kept.note(&polled);
            if matches!(polled, Poll::Ready(None)) && this.source.ended_unannounced() {
                kept.entry.note_unannounced_end();
            }
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

impl Source {
    fn ended_unannounced(&self) -> bool {
        match self {
            Self::Local(_) => false,
            Self::Backend(streamed) => streamed.ending.as_ref().is_some_and(Unannounced::is_seen),
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
                self.is_done = true;
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
        // A response without a body is never read, but its connection is as good as any.
        if self.incoming.is_end_stream() {
            self.give_back();
        }
    }
}
