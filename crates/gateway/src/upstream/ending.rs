//! Takes the end of a backend's TCP connection for the end of what it sends, where TLS wants a `close_notify` first
//! (RFC 8446, 6.1). Why: `docs/decisions/0019-responses-without-close-notify.md`.
//!
//! A response with a `Content-Length` or in chunks that ends so is still broken: the HTTP library counts its bytes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Whether a connection ended without a `close_notify`. Clones speak of the same connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unannounced(Arc<AtomicBool>);

impl Unannounced {
    /// Whether it ended so by now.
    pub(crate) fn is_seen(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A TLS connection to a backend whose end counts, announced or not.
#[derive(Debug)]
pub(crate) struct Ending<S> {
    transport: S,
    unannounced: Unannounced,
}

impl<S> Ending<S> {
    /// Notes in `unannounced` how the connection ends.
    pub(crate) fn new(transport: S, unannounced: Unannounced) -> Self {
        Self { transport, unannounced }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Ending<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.transport).poll_read(context, buffer) {
            // The one error that TLS gives for an end without notice.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                this.unannounced.0.store(true, Ordering::Relaxed);
                Poll::Ready(Ok(()))
            }
            polled => polled,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Ending<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().transport).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().transport).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_shutdown(context)
    }
}

/// What is noted of a response of unknown length whose connection ended so.
pub(crate) const NOTE: &str = "the backend closed the connection without a TLS close_notify, and its response has no \
                               length: it is passed on as it came, and may be incomplete";
