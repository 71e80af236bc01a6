//! The body of a request, held by all who may have to read it: whoever forwards it, and the exchange, which reads into
//! nothing what is left when nobody wants more of it.
//!
//! Many callers look at a response only when they have sent all of their request. If the gateway stopped reading,
//! they would wait for it to go on, or get an error in place of the response.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

/// What the caller sends.
#[derive(Clone, Debug)]
pub(crate) struct Leftover(Rc<Shared>);

#[derive(Debug)]
struct Shared {
    /// `None` once it has come to its end.
    incoming: RefCell<Option<Incoming>>,
    /// Whether somebody forwards it.
    is_wanted: Cell<bool>,
    reader: RefCell<Option<Waker>>,
}

impl Leftover {
    /// The body of a request; `None` if it has none.
    pub(crate) fn of(incoming: Incoming) -> Option<Self> {
        if incoming.is_end_stream() {
            return None;
        }
        let incoming = RefCell::new(Some(incoming));
        Some(Self(Rc::new(Shared { incoming, is_wanted: Cell::new(true), reader: RefCell::default() })))
    }

    /// The next piece for whoever forwards the body; `None` at its end, or once the exchange gave it up.
    pub(crate) fn poll_frame(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut incoming = self.0.incoming.borrow_mut();
        let Some(body) = incoming.as_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        match &polled {
            Poll::Pending => drop(self.0.reader.replace(Some(context.waker().clone()))),
            Poll::Ready(None | Some(Err(_))) => *incoming = None,
            Poll::Ready(Some(Ok(_))) => {}
        }
        polled
    }

    /// Whether it has come to its end.
    pub(crate) fn is_end_stream(&self) -> bool {
        self.0.incoming.borrow().as_ref().is_none_or(Body::is_end_stream)
    }

    /// Whether the exchange gave it up while it was being forwarded.
    pub(crate) fn is_abandoned(&self) -> bool {
        !self.0.is_wanted.get()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.0.incoming.borrow().as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }

    /// Nobody forwards it any more.
    pub(crate) fn leave(&self) {
        self.0.is_wanted.set(false);
    }

    /// Gives it up: what is left comes back, and whoever still forwards it hears that nothing more comes.
    pub(crate) fn abandon(&self) -> Option<Incoming> {
        self.leave();
        let rest = self.0.incoming.take();
        if let Some(reader) = self.0.reader.take() {
            reader.wake();
        }
        rest.filter(|rest| !rest.is_end_stream())
    }

    /// Reads away what the caller has sent by now, unless somebody forwards it.
    pub(crate) async fn drain_what_came(&self) {
        let mut looks = 0;
        while !self.is_end_stream()
            && self.is_abandoned()
            && looks < MOST_LOOKS
            && self.size_hint().lower() <= MOST_WAITED_FOR_BYTES
        {
            looks += 1;
            // The library reads on only when it is asked, and gives what it read at the next look.
            std::future::poll_fn(|context| {
                self.drain(context);
                Poll::Ready(())
            })
            .await;
            tokio::task::yield_now().await;
        }
    }

    /// Reads away what has come without waiting for more, unless somebody forwards it.
    pub(crate) fn drain(&self, context: &mut Context<'_>) {
        let mut incoming = self.0.incoming.borrow_mut();
        if let Some(body) = incoming.as_mut().filter(|_| self.is_abandoned())
            && discard(body, context).is_ready()
        {
            *incoming = None;
        }
    }
}

/// Reads a body to its end, for as long as the caller goes on sending.
pub(crate) async fn drain_all(mut body: Incoming) {
    std::future::poll_fn(|context| discard(&mut body, context)).await;
}

/// Ready at the end of the body, or when it breaks off.
fn discard(body: &mut Incoming, context: &mut Context<'_>) -> Poll<()> {
    loop {
        match Pin::new(&mut *body).poll_frame(context) {
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(None | Some(Err(_))) => return Poll::Ready(()),
            Poll::Pending => return Poll::Pending,
        }
    }
}

/// How often it is looked whether a short body has come as a whole. What came with the head is there at the second
/// look, its end at the third.
const MOST_LOOKS: usize = 4;
/// Bodies that are longer aren't waited for: the connection is closed after the response.
const MOST_WAITED_FOR_BYTES: u64 = 64 * 1024;
