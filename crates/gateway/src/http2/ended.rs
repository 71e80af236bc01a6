//! Streams on which the caller may send no more.

/// The streams that the caller ended or reset last. Those long before them are forgotten: most are answered by then.
#[derive(Debug)]
pub(super) struct Ended(Box<[u32; REMEMBERED]>);

impl Ended {
    pub(super) fn new() -> Self {
        Self(Box::new([0; REMEMBERED]))
    }

    pub(super) fn add(&mut self, stream: u32) {
        if let Some(place) = place(stream).and_then(|place| self.0.get_mut(place)) {
            *place = stream;
        }
    }

    pub(super) fn contains(&self, stream: u32) -> bool {
        stream > 0 && place(stream).and_then(|place| self.0.get(place)) == Some(&stream)
    }
}

/// Callers' streams have odd numbers.
fn place(stream: u32) -> Option<usize> {
    Some(usize::try_from(stream / 2).ok()? % REMEMBERED)
}

const REMEMBERED: usize = 256;
