//! Interim responses (RFC 9110, 15.2) to a caller over HTTP/1.1, which the HTTP library lets no service send.
//!
//! The library would also send `100 Continue` by itself, as soon as somebody reads the body. But whether a caller
//! shall send it is the backend's to say: the library's own is swallowed, and the backend's passed on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use http::{HeaderMap, StatusCode};

/// What waits to be sent ahead of the response to the present request. The connection's stream and the request share
/// it; one that was never used costs the stream a look at a flag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interim(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_in_use: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<u8>,
    /// Wakes the connection, so that it sends what waits.
    waker: Option<Waker>,
    expects_continue: bool,
    /// The caller was told to go on.
    was_continued: bool,
    /// The response itself is on its way: nothing may come ahead of it any more.
    is_final: bool,
}

impl Interim {
    /// A request has begun that may be sent interim responses, and expects `100 Continue` or doesn't.
    pub(crate) fn begin(&self, expects_continue: bool, waker: &Waker) {
        *self.state() = State { expects_continue, waker: Some(waker.clone()), ..State::default() };
        self.0.is_in_use.store(true, Ordering::Relaxed);
    }

    /// Tells a caller who waits for it to send the body.
    pub(crate) fn send_continue(&self) {
        self.send(StatusCode::CONTINUE, &HeaderMap::new());
    }

    /// Sends what a backend sent ahead of its response. `100` goes only to those who wait for it, and once; `101` is
    /// no interim response here.
    pub(crate) fn send(&self, status: StatusCode, headers: &HeaderMap) {
        if !self.is_in_use() || !status.is_informational() || status == StatusCode::SWITCHING_PROTOCOLS {
            return;
        }
        let mut state = self.state();
        let is_continue = status == StatusCode::CONTINUE;
        if state.is_final || (is_continue && (state.was_continued || !state.expects_continue)) {
            return;
        }
        state.was_continued |= is_continue;
        if state.waiting.len() < MOST_WAITING_BYTES {
            write(&mut state.waiting, status, headers);
        }
        if let Some(waker) = &state.waker {
            waker.wake_by_ref();
        }
    }

    /// Whether the caller still waits to be told to send the body.
    pub(crate) fn is_awaited(&self) -> bool {
        self.is_in_use() && {
            let state = self.state();
            state.expects_continue && !state.was_continued
        }
    }

    /// The response itself comes next.
    pub(crate) fn end(&self) {
        if self.is_in_use() {
            self.state().is_final = true;
        }
    }

    /// What is to be sent now, at a place between two messages.
    pub(crate) fn take(&self) -> Vec<u8> {
        if self.is_in_use() { std::mem::take(&mut self.state().waiting) } else { Vec::new() }
    }

    /// How many of these bytes, which the library writes at a place between two messages, are its own
    /// `100 Continue`. Any others are the response: then nothing is sent ahead of it any more.
    pub(crate) fn swallows(&self, bytes: &[u8]) -> usize {
        if !self.is_in_use() {
            return 0;
        }
        if bytes.starts_with(CONTINUE) {
            return CONTINUE.len();
        }
        self.0.is_in_use.store(false, Ordering::Relaxed);
        0
    }

    /// Bytes were written that belong to no known place, such as the end of one response and the start of the next.
    pub(crate) fn lose_place(&self) {
        if self.is_in_use() && self.state().is_final {
            self.0.is_in_use.store(false, Ordering::Relaxed);
        }
    }

    fn is_in_use(&self) -> bool {
        self.0.is_in_use.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(to: &mut Vec<u8>, status: StatusCode, headers: &HeaderMap) {
    to.extend_from_slice(b"HTTP/1.1 ");
    to.extend_from_slice(status.as_str().as_bytes());
    to.push(b' ');
    to.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    to.extend_from_slice(b"\r\n");
    for (name, value) in headers {
        to.extend_from_slice(name.as_str().as_bytes());
        to.extend_from_slice(b": ");
        to.extend_from_slice(value.as_bytes());
        to.extend_from_slice(b"\r\n");
    }
    to.extend_from_slice(b"\r\n");
}

/// What the HTTP library writes by itself.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
/// A backend that sends more ahead than a caller takes is not listened to any further.
const MOST_WAITING_BYTES: usize = 64 * 1024;
