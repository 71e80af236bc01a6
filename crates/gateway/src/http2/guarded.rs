//! A caller's HTTP/2 stream, read through a [`Guard`].

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use crate::http2::guard::{Guard, Next, Scanned};

/// A stream that is read through a guard. Bytes that pass aren't copied, unless they come in the same read as bytes that
/// were held back before them.
#[derive(Debug)]
pub(crate) struct Guarded<S> {
    stream: S,
    guard: Guard,
    /// Bytes that were read but not checked yet; begins with a frame.
    held: Vec<u8>,
    /// Bytes for the reader, of which it already has `given`.
    ready: Vec<u8>,
    given: usize,
}

impl<S: AsyncRead + Unpin> Guarded<S> {
    /// Guards a connection from its first byte. Lists of fields must have fewer than `limit_bytes`.
    pub(crate) fn new(stream: S, limit_bytes: usize) -> Self {
        Self { stream, guard: Guard::new(limit_bytes), held: Vec::new(), ready: Vec::new(), given: 0 }
    }

    /// Hands ready bytes to the reader.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) {
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let part = rest.get(..buffer.remaining()).unwrap_or(rest);
        buffer.put_slice(part);
        self.given += part.len();
        if self.given == self.ready.len() {
            // Connections live long, and what is held back is rare.
            self.ready = Vec::new();
            self.given = 0;
        }
    }

    /// Checks the held bytes. Returns how many more are needed to go on; 0 if nothing is held any more.
    fn look(&mut self) -> usize {
        let mut seen = 0;
        let missing = loop {
            let Scanned { passed, next } = self.guard.scan(self.held.get(seen..).unwrap_or_default());
            self.ready.extend_from_slice(self.held.get(seen..seen + passed).unwrap_or_default());
            seen += passed;
            match next {
                Next::Nothing => break 0,
                Next::Missing(missing) => break missing,
                Next::Replaced(length, bytes) => {
                    seen += length;
                    self.ready.extend(bytes);
                }
            }
        };
        self.held.drain(..seen.min(self.held.len()));
        if self.held.is_empty() {
            self.held = Vec::new();
        }
        missing
    }

    /// Reads up to `missing` bytes behind the held ones. Returns how many.
    fn poll_more(&mut self, context: &mut Context<'_>, missing: usize) -> Poll<io::Result<usize>> {
        self.held.reserve(missing);
        let mut room = (&mut self.held).limit(missing);
        pin!(self.stream.read_buf(&mut room)).poll(context)
    }

    /// Reads into the reader's own buffer, and holds back what can't pass.
    fn poll_direct(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<Direct>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let new = buffer.filled().get(before..).unwrap_or_default();
        let Scanned { passed, next } = self.guard.scan(new);
        let (length, bytes) = match next {
            Next::Nothing => return Poll::Ready(Ok(Direct::Given)),
            Next::Missing(_) => (0, Vec::new()),
            Next::Replaced(length, bytes) => (length, bytes),
        };
        self.ready = bytes;
        self.held = new.get(passed + length..).unwrap_or_default().to_vec();
        buffer.set_filled(before + passed);
        Poll::Ready(Ok(if passed > 0 { Direct::Given } else { Direct::Held }))
    }
}

/// What became of bytes that were read directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direct {
    /// The reader has some, or there will be none any more.
    Given,
    Held,
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.ready.is_empty() && this.held.is_empty() {
                if ready!(this.poll_direct(context, buffer))? == Direct::Given {
                    return Poll::Ready(Ok(()));
                }
                continue;
            }
            let missing = if this.held.is_empty() { 0 } else { this.look() };
            if !this.ready.is_empty() {
                this.give(buffer);
                return Poll::Ready(Ok(()));
            }
            // At the end of the stream the held part of a frame is dropped.
            if missing > 0 && ready!(this.poll_more(context, missing))? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
