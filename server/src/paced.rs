//! A connection on which the other side has to go on reading: whoever takes less than a piece of a response in each
//! wait is left.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// The connection with the time by which the next piece has to be taken, while one is waiting.
pub(crate) struct Paced {
    stream: TcpStream,
    wait: Duration,
    due: Option<Pin<Box<Sleep>>>,
    taken_bytes: usize,
}

impl Paced {
    /// Gives the other side `wait` for each [`PIECE_BYTES`].
    pub(crate) fn new(stream: TcpStream, wait: Duration) -> Self {
        Self { stream, wait, due: None, taken_bytes: 0 }
    }

    /// The connection itself.
    pub(crate) fn into_inner(self) -> TcpStream {
        self.stream
    }

    fn took(&mut self, bytes: usize) {
        self.taken_bytes += bytes;
        if self.taken_bytes >= PIECE_BYTES {
            self.begin_anew();
        }
    }

    fn begin_anew(&mut self) {
        self.due = None;
        self.taken_bytes = 0;
    }

    fn still_in_time<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let wait = self.wait;
        let due = self.due.get_or_insert_with(|| Box::pin(tokio::time::sleep(wait)));
        match due.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Paced {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write(context, bytes) {
            Poll::Pending => this.still_in_time(context),
            Poll::Ready(Ok(count)) => {
                this.took(count);
                Poll::Ready(Ok(count))
            }
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }

    /// Reached when nothing is left to write.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.begin_anew();
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// What has to be taken in each wait: a page comes whole over any line that a person would bear.
const PIECE_BYTES: usize = 32 << 10;
