//! Two upgraded connections, joined: every byte in both directions, until one side closes or neither says anything.

use std::cell::Cell;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};
use tokio::time::Instant;

/// Copies until both directions have ended.
///
/// # Errors
/// A side breaks, or no byte moves for `idle`, also while one side has closed its half.
pub(crate) async fn join<A, B>(caller: A, backend: B, idle: Duration) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    let newest = Rc::new(Cell::new(Instant::now()));
    let mut caller = Side { transport: caller, newest: Rc::clone(&newest) };
    let mut backend = Side { transport: backend, newest: Rc::clone(&newest) };
    let mut copying = pin!(copy_bidirectional(&mut caller, &mut backend));
    let mut alarm = pin!(tokio::time::sleep(idle));
    loop {
        tokio::select! {
            biased;
            copied = &mut copying => return copied,
            () = &mut alarm => {
                let due = newest.get() + idle;
                if due <= Instant::now() {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "no byte came from either side"));
                }
                alarm.as_mut().reset(due);
            }
        }
    }
}

/// One side, which notes when it last moved.
struct Side<T> {
    transport: T,
    newest: Rc<Cell<Instant>>,
}

impl<T> Side<T> {
    fn note<R>(&self, polled: Poll<R>) -> Poll<R> {
        if polled.is_ready() {
            self.newest.set(Instant::now());
        }
        polled
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Side<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.transport).poll_read(context, buffer);
        this.note(polled)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Side<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.transport).poll_write(context, bytes);
        this.note(polled)
    }

    /// Not noted: there is always nothing left to flush.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_shutdown(context)
    }
}
