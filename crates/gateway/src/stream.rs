//! A caller's connection as bytes: plain or TLS, watched for framing, given up when it stalls, and closed so that the
//! last response arrives.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::framing::{Broken, Framing};
use crate::interim::Interim;
use crate::linger::Linger;
use crate::settings::Timeouts;
use crate::transport::Transport;

/// What is spoken over a connection, with what its stream has to know of it.
#[derive(Debug)]
pub(crate) enum Speech {
    One {
        framing: Framing,
        interim: Interim,
    },
    /// Frames leave nothing ambiguous. How many bytes of the beginning that every caller sends have yet to come.
    Two {
        preface_bytes: usize,
    },
}

/// How many requests of a connection have no whole response yet: counted by the connection, looked at by its stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlightCount(Arc<Count>);

#[derive(Debug, Default)]
struct Count {
    requests: AtomicUsize,
    /// Wakes the stream when the last response is out.
    waker: Mutex<Option<Waker>>,
}

impl InFlightCount {
    pub(crate) fn add(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn remove(&self) {
        if self.0.requests.fetch_sub(1, Ordering::Relaxed) == 1
            && let Some(waker) = self.waker().take()
        {
            waker.wake();
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0.requests.load(Ordering::Relaxed) == 0
    }

    fn waker(&self) -> MutexGuard<'_, Option<Waker>> {
        self.0.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A transport that fails with `TimedOut` when a request's head comes too slowly or nobody takes the response.
#[derive(Debug)]
pub(crate) struct CallerStream {
    transport: Transport,
    speech: Speech,
    in_flight: InFlightCount,
    header_read: Duration,
    idle: Duration,
    linger: Duration,
    /// When the present head must have ended.
    head_deadline: Option<Pin<Box<Sleep>>>,
    /// When the caller must have taken some of what is written.
    write_deadline: Option<Pin<Box<Sleep>>>,
    /// Once the caller closed their half: until when the response must have moved on.
    half_closed: Option<Pin<Box<Sleep>>>,
    is_broken: bool,
    /// Whether the library has written out all it had: what it writes next begins a message, or goes on with a body.
    is_flushed: bool,
    /// Interim responses that are being written.
    ahead: Vec<u8>,
    closing: Option<Linger>,
}

impl Speech {
    /// HTTP/2, from its first byte.
    pub(crate) fn two() -> Self {
        Self::Two { preface_bytes: PREFACE_BYTES }
    }

    /// Whether what was read so far ends in the middle of something that must come to its end in time.
    fn is_in_haste(&self) -> bool {
        match self {
            Self::One { framing, .. } => framing.is_inside_head(),
            Self::Two { preface_bytes } => *preface_bytes > 0,
        }
    }

    fn note(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        match self {
            Self::One { framing, .. } => framing.feed(bytes),
            Self::Two { preface_bytes } => {
                *preface_bytes = preface_bytes.saturating_sub(bytes.len());
                Ok(())
            }
        }
    }
}

impl CallerStream {
    /// Wraps `transport` with the waits that `timeouts` allow.
    pub(crate) fn new(
        transport: Transport,
        speech: Speech,
        in_flight: InFlightCount,
        timeouts: &Timeouts,
    ) -> Self {
        Self {
            transport,
            speech,
            in_flight,
            header_read: timeouts.header_read,
            idle: timeouts.idle,
            linger: timeouts.linger,
            // The first head is waited for like a head that has begun: whoever connects has something to say.
            head_deadline: Some(Box::pin(tokio::time::sleep(timeouts.header_read))),
            write_deadline: None,
            half_closed: None,
            is_broken: false,
            is_flushed: true,
            ahead: Vec::new(),
            closing: None,
        }
    }

    /// Follows what was read into `buffer` behind `before`, and takes away what must not be read.
    fn note_read(&mut self, buffer: &mut ReadBuf<'_>, before: usize) -> io::Result<()> {
        let bytes = buffer.filled().get(before..).unwrap_or_default();
        if let Err(broken) = self.speech.note(bytes) {
            self.is_broken = true;
            buffer.set_filled(before + broken.sound_bytes);
            if broken.sound_bytes == 0 {
                return Err(unsound());
            }
        }
        if !self.speech.is_in_haste() {
            self.head_deadline = None;
        } else if self.head_deadline.is_none() {
            self.head_deadline = Some(Box::pin(tokio::time::sleep(self.header_read)));
        }
        Ok(())
    }

    /// The end of what the caller sends, which the library takes for the end of the caller. Whoever sent a whole
    /// request may close that half and wait for the response (RFC 9112, 9.6), for as long as it moves.
    fn poll_half_closed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let idle = self.idle;
        let deadline = self.half_closed.get_or_insert_with(|| Box::pin(tokio::time::sleep(idle)));
        let is_whole = matches!(&self.speech, Speech::One { framing, .. } if framing.is_between_requests());
        if !is_whole || self.in_flight.is_none() {
            return Poll::Ready(());
        }
        *self.in_flight.waker() = Some(context.waker().clone());
        deadline.as_mut().poll(context)
    }

    fn poll_head_deadline(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if matches!(&self.speech, Speech::One { framing, .. } if framing.is_over()) {
            self.head_deadline = None;
        }
        match &mut self.head_deadline {
            Some(deadline) => {
                deadline.as_mut().poll(context).map(|()| Err(stalled("the head doesn't come to an end")))
            }
            None => Poll::Pending,
        }
    }

    fn poll_written<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_deadline = None;
            if let Some(deadline) = &mut self.half_closed {
                deadline.as_mut().reset(Instant::now() + self.idle);
            }
            return written;
        }
        let until = Instant::now() + self.idle;
        let deadline = self.write_deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(stalled("the caller doesn't take the response"))),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Writes the interim responses that wait, at a place between two messages.
    fn poll_ahead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Speech::One { interim, .. } = &self.speech else { return Poll::Ready(Ok(())) };
        if self.ahead.is_empty() {
            self.ahead = interim.take();
        }
        while !self.ahead.is_empty() {
            let written = Pin::new(&mut self.transport).poll_write(context, &self.ahead);
            let count = ready!(self.poll_written(written, context))?;
            self.ahead.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    /// What comes before a write of the library's: interim responses are sent, and its own is swallowed. Ready with
    /// how many of its bytes count as written.
    fn poll_before_write(
        &mut self,
        context: &mut Context<'_>,
        first: &[u8],
    ) -> Poll<io::Result<Option<usize>>> {
        if self.is_flushed || !self.ahead.is_empty() {
            ready!(self.poll_ahead(context))?;
        }
        let Speech::One { interim, .. } = &self.speech else { return Poll::Ready(Ok(None)) };
        if !self.is_flushed {
            interim.lose_place();
            return Poll::Ready(Ok(None));
        }
        match interim.swallows(first) {
            0 => {
                self.is_flushed = false;
                Poll::Ready(Ok(None))
            }
            count => Poll::Ready(Ok(Some(count))),
        }
    }

    /// Whether the caller may still be sending what nobody will read.
    fn is_left_unread(&self) -> bool {
        match &self.speech {
            Speech::One { framing, .. } => !framing.is_over() && !framing.is_between_requests(),
            Speech::Two { .. } => true,
        }
    }
}

impl AsyncRead for CallerStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.is_broken {
            return Poll::Ready(Err(unsound()));
        }
        if this.half_closed.is_some() {
            return this.poll_half_closed(context).map(Ok);
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.transport).poll_read(context, buffer) {
            Poll::Ready(Ok(())) if buffer.filled().len() == before => this.poll_half_closed(context).map(Ok),
            Poll::Ready(Ok(())) => Poll::Ready(this.note_read(buffer, before)),
            Poll::Pending => this.poll_head_deadline(context),
            failed => failed,
        }
    }
}

impl AsyncWrite for CallerStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(swallowed) = ready!(this.poll_before_write(context, bytes))? {
            return Poll::Ready(Ok(swallowed));
        }
        let written = Pin::new(&mut this.transport).poll_write(context, bytes);
        this.poll_written(written, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let first = parts.iter().find(|part| !part.is_empty()).map_or(&[][..], |part| part);
        if let Some(swallowed) = ready!(this.poll_before_write(context, first))? {
            return Poll::Ready(Ok(swallowed));
        }
        let written = Pin::new(&mut this.transport).poll_write_vectored(context, parts);
        this.poll_written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }

    /// The library flushes when it has written out all it had.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.is_flushed = true;
        ready!(this.poll_ahead(context))?;
        let flushed = Pin::new(&mut this.transport).poll_flush(context);
        this.poll_written(flushed, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.closing.is_none() {
            let closed = Pin::new(&mut this.transport).poll_shutdown(context);
            ready!(this.poll_written(closed, context))?;
            if !this.is_left_unread() || this.half_closed.is_some() {
                return Poll::Ready(Ok(()));
            }
        }
        let closing = this.closing.get_or_insert_with(|| Linger::new(this.linger));
        closing.poll(this.transport.tcp(), context).map(Ok)
    }
}

/// In place of more bytes: the rest of what the caller sends must not be read.
fn unsound() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the request's body is framed wrongly")
}

fn stalled(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what)
}

/// The connection preface of HTTP/2 (RFC 9113, 3.4): 24 bytes, and the head of a SETTINGS frame.
const PREFACE_BYTES: usize = 24 + 9;
