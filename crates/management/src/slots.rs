//! A few places for work that costs much; who finds none comes again later.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Error;

/// Places that are left.
pub(crate) struct Slots(AtomicUsize);

/// A place that is taken until this is dropped.
pub(crate) struct Slot<'s>(&'s Slots);

impl Slots {
    pub(crate) fn new(places: usize) -> Self {
        Self(AtomicUsize::new(places))
    }

    /// Takes a place, or says that there is none.
    pub(crate) fn take(&self) -> Result<Slot<'_>, Error> {
        let one_less = |places: usize| places.checked_sub(1);
        match self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less) {
            Ok(_) => Ok(Slot(self)),
            Err(_) => Err(Error::Busy),
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn a_place_is_free_again_once_the_work_is_done() {
        let slots = Slots::new(1);
        let place = slots.take().unwrap();
        assert!(slots.take().is_err());
        drop(place);
        assert!(slots.take().is_ok());
    }
}
