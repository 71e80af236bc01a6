//! Closing a connection on which the caller may still be sending (RFC 9112, 9.6).
//!
//! A socket that is closed with bytes unread is reset, and a reset makes the caller's system throw away a response
//! that came before it. So the gateway closes its own half first and goes on reading, into nothing, until the caller
//! closes too.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// Reads what a caller still sends.
#[derive(Debug)]
pub(crate) struct Linger {
    left_bytes: u64,
    end: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl Linger {
    /// Reads for no longer than `longest`, no more than [`MOST_BYTES`], and not on when the caller pauses for
    /// [`LONGEST_PAUSE`].
    pub(crate) fn new(longest: Duration) -> Self {
        let end = Instant::now() + longest;
        let alarm = Box::pin(tokio::time::sleep_until(end.min(Instant::now() + LONGEST_PAUSE)));
        Self { left_bytes: MOST_BYTES, end, alarm }
    }

    /// Ready when the socket may be closed. What is read is what TLS left of it: nobody needs to understand it.
    pub(crate) fn poll(&mut self, stream: &mut TcpStream, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 16 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.left_bytes = self.left_bytes.saturating_sub(buffer.filled().len() as u64);
                    if self.left_bytes == 0 {
                        return Poll::Ready(());
                    }
                    self.alarm.as_mut().reset(self.end.min(Instant::now() + LONGEST_PAUSE));
                }
                Poll::Ready(Ok(()) | Err(_)) => return Poll::Ready(()),
                Poll::Pending => return self.alarm.as_mut().poll(context),
            }
        }
    }
}

/// As much as anybody sends before they look at the response.
const MOST_BYTES: u64 = 1 << 30;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
