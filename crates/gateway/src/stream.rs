//! A caller's connection as bytes: plain or TLS, watched for framing, and given up when it stalls.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_rustls::server::TlsStream;

use crate::framing::Framing;

/// What a caller's bytes come through.
#[derive(Debug)]
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A transport that fails with `TimedOut` when a request's head comes too slowly or nobody takes the answer.
#[derive(Debug)]
pub(crate) struct CallerStream {
    transport: Transport,
    /// None for HTTP/2, where frames leave nothing ambiguous.
    framing: Option<Framing>,
    header_read: Duration,
    idle: Duration,
    /// When the present head must have ended.
    head_deadline: Option<Pin<Box<Sleep>>>,
    /// When the caller must have taken some of what is written.
    write_deadline: Option<Pin<Box<Sleep>>>,
}

impl CallerStream {
    /// Wraps `transport`; `header_read` and `idle` are the longest waits for a head and for a write.
    pub(crate) fn new(
        transport: Transport,
        framing: Option<Framing>,
        header_read: Duration,
        idle: Duration,
    ) -> Self {
        // The first head is waited for like a head that has begun: whoever connects has something to say.
        let first = framing.as_ref().map(|_| Box::pin(tokio::time::sleep(header_read)));
        Self { transport, framing, header_read, idle, head_deadline: first, write_deadline: None }
    }

    fn note_read(&mut self, bytes: &[u8]) {
        let Some(framing) = &mut self.framing else { return };
        framing.feed(bytes);
        if !framing.is_inside_head() {
            self.head_deadline = None;
        } else if self.head_deadline.is_none() {
            self.head_deadline = Some(Box::pin(tokio::time::sleep(self.header_read)));
        }
    }

    fn poll_written<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_deadline = None;
            return written;
        }
        let until = Instant::now() + self.idle;
        let deadline = self.write_deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(stalled("the caller doesn't take the answer"))),
            Poll::Pending => Poll::Pending,
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
        let before = buffer.filled().len();
        let read = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_read(context, buffer),
        };
        match (read, &mut this.head_deadline) {
            (Poll::Ready(Ok(())), _) => {
                this.note_read(buffer.filled().get(before..).unwrap_or_default());
                Poll::Ready(Ok(()))
            }
            (Poll::Pending, Some(_)) if this.framing.as_ref().is_some_and(Framing::is_over) => {
                this.head_deadline = None;
                Poll::Pending
            }
            (Poll::Pending, Some(deadline)) => deadline
                .as_mut()
                .poll(context)
                .map(|()| Err(stalled("the request's head doesn't come to an end"))),
            (read, _) => read,
        }
    }
}

impl AsyncWrite for CallerStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_write(context, bytes),
        };
        this.poll_written(written, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_write_vectored(context, parts),
        };
        this.poll_written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.transport {
            Transport::Plain(stream) => stream.is_write_vectored(),
            Transport::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(context),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(context),
        };
        this.poll_written(flushed, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let closed = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Transport::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(context),
        };
        this.poll_written(closed, context)
    }
}

fn stalled(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what)
}
