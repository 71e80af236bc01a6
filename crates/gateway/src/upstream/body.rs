//! The body of a request on its way to the backend: read from the caller only as fast as the backend takes it.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::answer::BodyError;
use crate::connection::Connection;
use crate::headers;
use crate::leftover::Leftover;

/// A request's body that tells how far it is.
#[derive(Debug)]
pub(crate) struct RequestBody {
    source: Source,
    progress: Rc<Progress>,
    idle: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

/// Where a body comes from.
#[derive(Debug)]
enum Source {
    /// There is none.
    None,
    /// The caller sends it.
    Caller(FromCaller),
    /// It is all here.
    Whole(Bytes),
}

/// A body that is still coming. What is not read of it is left to the exchange.
#[derive(Debug)]
struct FromCaller {
    leftover: Leftover,
    /// Asked whether the caller waits for the backend to say that it wants the body (RFC 9110, 10.1.1), and which
    /// trailers are no caller's to send.
    connection: Rc<Connection>,
    has_begun: bool,
}

/// How far a request's body is, for those who wait for the response.
#[derive(Debug)]
pub(crate) struct Progress {
    phase: Cell<Phase>,
    newest: Cell<Instant>,
}

/// Who has to do the next thing about a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The backend must take what is there.
    Backend,
    /// The caller must send more.
    Caller,
    /// Nobody: all of it was sent.
    Ended,
    /// Nobody: the caller broke off.
    Broken,
    /// Nobody: the caller sent nothing for too long.
    Stalled,
}

impl RequestBody {
    /// The body of a request that came in over a connection.
    pub(crate) fn new(leftover: Option<Leftover>, connection: &Rc<Connection>) -> Self {
        let Some(leftover) = leftover else { return Self::none() };
        let idle = connection.worker.shared.settings.timeouts.idle;
        let from = FromCaller { leftover, connection: Rc::clone(connection), has_begun: false };
        Self::from_source(Source::Caller(from), idle)
    }

    /// The body of a request that has none.
    pub(crate) fn none() -> Self {
        Self::from_source(Source::None, Duration::MAX)
    }

    /// A body that is all here.
    pub(crate) fn whole(bytes: Bytes) -> Self {
        let source = if bytes.is_empty() { Source::None } else { Source::Whole(bytes) };
        Self::from_source(source, Duration::MAX)
    }

    /// Whether there is no body.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self.source, Source::None)
    }

    fn from_source(source: Source, idle: Duration) -> Self {
        let phase = if matches!(source, Source::None) { Phase::Ended } else { Phase::Backend };
        let progress = Progress { phase: Cell::new(phase), newest: Cell::new(Instant::now()) };
        Self { source, progress: Rc::new(progress), idle, alarm: None }
    }

    /// How far it is; stays true wherever the body goes.
    pub(crate) fn progress(&self) -> Rc<Progress> {
        Rc::clone(&self.progress)
    }

    fn poll_alarm(&mut self, context: &mut Context<'_>) -> Poll<BodyError> {
        loop {
            let due = self.progress.newest.get() + self.idle;
            let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
            if alarm.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            if Instant::now() >= due {
                self.progress.phase.set(Phase::Stalled);
                return Poll::Ready(BodyError::Stalled { limit_ms: self.idle.as_millis() });
            }
            alarm.as_mut().reset(due);
        }
    }
}

impl Progress {
    /// Who has to do the next thing.
    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    /// When something was last done.
    pub(crate) fn newest(&self) -> Instant {
        self.newest.get()
    }

    /// Marks that something was done just now.
    pub(crate) fn touch(&self) {
        self.newest.set(Instant::now());
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let from = match &mut this.source {
            Source::None => return Poll::Ready(None),
            Source::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                this.source = Source::None;
                this.progress.phase.set(Phase::Ended);
                this.progress.touch();
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            Source::Caller(from) => from,
        };
        if from.leftover.is_abandoned() {
            this.progress.phase.set(Phase::Broken);
            return Poll::Ready(Some(Err(BodyError::Abandoned)));
        }
        let mut polled = from.leftover.poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &mut polled
            && let Some(trailers) = frame.trailers_mut()
        {
            let proxies = &from.connection.worker.shared.settings.proxies;
            headers::clean_trailers(trailers, &proxies.identity_fields);
        }
        from.has_begun |= polled.is_ready();
        let waits_for_backend = !from.has_begun && from.connection.interim.is_awaited();
        let phase = match &polled {
            Poll::Pending if waits_for_backend => Phase::Backend,
            Poll::Pending => Phase::Caller,
            Poll::Ready(None) => Phase::Ended,
            Poll::Ready(Some(Ok(_))) if from.leftover.is_end_stream() => Phase::Ended,
            Poll::Ready(Some(Ok(_))) => Phase::Backend,
            Poll::Ready(Some(Err(_))) => Phase::Broken,
        };
        if !waits_for_backend && (this.progress.phase.replace(phase) != Phase::Caller || polled.is_ready()) {
            this.progress.touch();
        }
        match polled {
            Poll::Pending if waits_for_backend => Poll::Pending,
            Poll::Pending => this.poll_alarm(context).map(|error| Some(Err(error))),
            Poll::Ready(frame) => Poll::Ready(frame.map(|frame| frame.map_err(BodyError::Broken))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::None => true,
            Source::Caller(from) => !from.leftover.is_abandoned() && from.leftover.is_end_stream(),
            Source::Whole(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::None => SizeHint::with_exact(0),
            Source::Caller(from) => from.leftover.size_hint(),
            Source::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
        }
    }
}

impl Drop for FromCaller {
    fn drop(&mut self) {
        self.leftover.leave();
    }
}
