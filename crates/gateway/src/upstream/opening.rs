//! A TCP connection that remembers its first bytes, to tell what a backend speaks that doesn't speak TLS.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The connection under a TLS handshake.
#[derive(Debug)]
pub(crate) struct Opening {
    stream: TcpStream,
    first: Vec<u8>,
}

/// What a backend speaks, by the first bytes that it sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    Http,
    Nothing,
    Other,
    Tls,
}

impl Opening {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, first: Vec::with_capacity(HTTP.len()) }
    }

    /// What came so far.
    pub(crate) fn speaks(&self) -> Speaks {
        match self.first.as_slice() {
            [] => Speaks::Nothing,
            // Alert and handshake records (RFC 8446, 5.1).
            [21 | 22, ..] => Speaks::Tls,
            first if first.starts_with(HTTP) => Speaks::Http,
            _ => Speaks::Other,
        }
    }
}

impl AsyncRead for Opening {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(context, buffer);
        let missing = HTTP.len().saturating_sub(this.first.len());
        if missing > 0 {
            let came = buffer.filled().get(before..).unwrap_or_default();
            this.first.extend(came.iter().take(missing));
        }
        polled
    }
}

impl AsyncWrite for Opening {
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

const HTTP: &[u8] = b"HTTP/";
