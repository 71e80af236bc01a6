//! Ends an HTTP/2 response whose caller takes nothing of it: a caller who answers pings but leaves no room to send
//! would else hold the backend's connection for ever. The library doesn't ask for a body that there is no room for,
//! so the body itself can't notice.

use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep};

/// How long one response may wait for its caller.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    due: Cell<Option<Instant>>,
    has_ended: Cell<bool>,
}

tokio::task_local! {
    static WATCH: Rc<Watch>;
}

impl Watch {
    /// That of the present HTTP/2 stream; `None` over HTTP/1, where the connection notices by itself.
    pub(crate) fn current() -> Option<Rc<Self>> {
        WATCH.try_with(Rc::clone).ok()
    }

    /// The caller must take something until then.
    pub(crate) fn wait_until(&self, due: Instant) {
        self.due.set(Some(due));
    }

    /// It is not the caller who is waited for.
    pub(crate) fn rest(&self) {
        self.due.set(None);
    }

    /// Whether the response is being dropped because its caller takes nothing.
    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended.get()
    }

    fn poll(&self, alarm: &mut Option<Pin<Box<Sleep>>>, context: &mut Context<'_>) -> Poll<()> {
        let Some(due) = self.due.get() else { return Poll::Pending };
        let alarm = alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
        while alarm.as_mut().poll(context).is_ready() {
            if Instant::now() >= due {
                self.has_ended.set(true);
                return Poll::Ready(());
            }
            alarm.as_mut().reset(due);
        }
        Poll::Pending
    }
}

/// Runs one stream of a connection to its end, or until its watch says that nobody takes the response. Dropping the
/// stream then resets it.
pub(crate) async fn watched<F>(stream: F)
where
    F: Future,
{
    let watch = Rc::new(Watch::default());
    let mut stream = pin!(WATCH.scope(Rc::clone(&watch), stream));
    let mut alarm = None;
    std::future::poll_fn(|context| match stream.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => watch.poll(&mut alarm, context),
    })
    .await;
}
