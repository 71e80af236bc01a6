//! The body of a request on its way to the backend: read from the caller only as fast as the backend takes it.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use crate::answer::BodyError;

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
    Caller(Incoming),
    /// It is all here.
    Whole(Bytes),
}

/// How far a request's body is, for those who wait for the answer.
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
    /// The body of a request that came in; `idle` is the longest wait for the caller.
    pub(crate) fn new(incoming: Incoming, idle: Duration) -> Self {
        let source = if incoming.is_end_stream() { Source::None } else { Source::Caller(incoming) };
        Self::from_source(source, idle)
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
        let incoming = match &mut this.source {
            Source::None => return Poll::Ready(None),
            Source::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                this.source = Source::None;
                this.progress.phase.set(Phase::Ended);
                this.progress.touch();
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            Source::Caller(incoming) => incoming,
        };
        let polled = Pin::new(&mut *incoming).poll_frame(context);
        let phase = match &polled {
            Poll::Pending => Phase::Caller,
            Poll::Ready(None) => Phase::Ended,
            Poll::Ready(Some(Ok(_))) if incoming.is_end_stream() => Phase::Ended,
            Poll::Ready(Some(Ok(_))) => Phase::Backend,
            Poll::Ready(Some(Err(_))) => Phase::Broken,
        };
        if this.progress.phase.replace(phase) != Phase::Caller || polled.is_ready() {
            this.progress.touch();
        }
        match polled {
            Poll::Pending => this.poll_alarm(context).map(|error| Some(Err(error))),
            Poll::Ready(frame) => Poll::Ready(frame.map(|frame| frame.map_err(BodyError::Broken))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::None => true,
            Source::Caller(incoming) => incoming.is_end_stream(),
            Source::Whole(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::None => SizeHint::with_exact(0),
            Source::Caller(incoming) => incoming.size_hint(),
            Source::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
        }
    }
}
