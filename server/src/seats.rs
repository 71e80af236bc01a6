//! So many connections at once: when all places are taken, whoever has waited longest without a request makes room.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// The places of a server.
#[derive(Clone)]
pub(crate) struct Seats {
    places: Arc<Semaphore>,
    waiting: Arc<Mutex<Waiting>>,
}

/// Connections without a request, the one that has waited longest first.
#[derive(Default)]
struct Waiting {
    next: u64,
    by_order: BTreeMap<u64, Arc<Notify>>,
}

/// A place that is taken, until it is dropped.
pub(crate) struct Seat {
    waiting: Arc<Mutex<Waiting>>,
    leave: Arc<Notify>,
    order: Mutex<Option<u64>>,
    _place: OwnedSemaphorePermit,
}

/// While it lives, its connection is not asked to leave.
pub(crate) struct Busy(Arc<Seat>);

impl Seats {
    /// So many places.
    pub(crate) fn new(places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
        Self { places, waiting: Arc::default() }
    }

    /// A place, or none when every connection is answering a request and none comes free at once.
    pub(crate) async fn take(&self) -> Option<Arc<Seat>> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(self.seat(place));
        }
        if let Some((_, longest)) = lock(&self.waiting).by_order.pop_first() {
            longest.notify_one();
        }
        let place = tokio::time::timeout(ROOM_IN, Arc::clone(&self.places).acquire_owned());
        Some(self.seat(place.await.ok()?.ok()?))
    }

    fn seat(&self, place: OwnedSemaphorePermit) -> Arc<Seat> {
        let seat = Seat {
            waiting: Arc::clone(&self.waiting),
            leave: Arc::default(),
            order: Mutex::default(),
            _place: place,
        };
        seat.waits();
        Arc::new(seat)
    }
}

impl Seat {
    /// A request has come.
    pub(crate) fn busy(self: &Arc<Self>) -> Busy {
        self.waits_no_more();
        Busy(Arc::clone(self))
    }

    /// Comes back when the connection has to make room.
    pub(crate) async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }

    fn waits(&self) {
        let mut waiting = lock(&self.waiting);
        let order = waiting.next;
        waiting.next += 1;
        waiting.by_order.insert(order, Arc::clone(&self.leave));
        *lock(&self.order) = Some(order);
    }

    fn waits_no_more(&self) {
        if let Some(order) = lock(&self.order).take() {
            lock(&self.waiting).by_order.remove(&order);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.waits_no_more();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.waits();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const ROOM_IN: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Seats;

    #[tokio::test]
    async fn whoever_has_waited_longest_makes_room() {
        let seats = Seats::new(2);
        let (first, second) = (seats.take().await.unwrap(), seats.take().await.unwrap());
        let leaving = tokio::spawn({
            let first = Arc::clone(&first);
            async move { first.asked_to_leave().await }
        });
        drop(first);
        assert!(seats.take().await.is_some(), "the first leaves when it is asked");
        leaving.await.unwrap();
        drop(second);
    }

    #[tokio::test]
    async fn nobody_is_asked_who_is_being_answered() {
        let seats = Seats::new(1);
        let seat = seats.take().await.unwrap();
        let busy = seat.busy();
        assert!(seats.take().await.is_none());
        drop((busy, seat));
        assert!(seats.take().await.is_some());
    }
}
