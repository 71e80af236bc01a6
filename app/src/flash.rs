//! What one page has to tell the next: notices, and refused forms with what was entered. In memory, bounded, for
//! minutes; never a password, never the bytes of a file.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

use domain::clock::Clock;

use crate::forms::{Notice, Refill};

/// The messages on their way to a next page.
#[derive(Debug)]
pub struct Flash {
    clock: Clock,
    kept: Mutex<VecDeque<Kept>>,
}

/// What the next page is told.
#[derive(Clone, Debug)]
pub enum Message {
    /// Something was done.
    Notice(Notice),
    /// A form was refused, or answered without being saved.
    Refill(Box<Refill>),
}

impl Flash {
    /// An empty store that asks `clock` how old its messages are.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, kept: Mutex::default() }
    }

    /// Keeps a message for the next time that `visit` looks at `page` (a path). Too large a message is dropped; of
    /// too many the oldest ones are.
    pub fn keep(&self, visit: &str, page: &str, message: Message) {
        let now = self.clock.now();
        let kept = Kept { visit: visit.to_owned(), page: page.to_owned(), until: now + LIFETIME, message };
        if kept.size_bytes() > MESSAGE_LIMIT_BYTES {
            return;
        }
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.until > now);
        while all.iter().filter(|one| one.visit == visit).count() >= PER_VISIT {
            let Some(oldest) = all.iter().position(|one| one.visit == visit) else { break };
            all.remove(oldest);
        }
        all.push_back(kept);
        let mut total: usize = all.iter().map(Kept::size_bytes).sum();
        while all.len() > MESSAGES || total > TOTAL_LIMIT_BYTES {
            let Some(oldest) = all.pop_front() else { break };
            total -= oldest.size_bytes();
        }
    }

    /// Hands out, once, what was kept for this visit and page.
    #[must_use]
    pub fn take(&self, visit: &str, page: &str) -> Vec<Message> {
        let now = self.clock.now();
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return Vec::new();
        }
        let (taken, left): (VecDeque<Kept>, _) =
            all.drain(..).filter(|one| one.until > now).partition(|one| one.is_for(visit, page));
        *all = left;
        taken.into_iter().map(|one| one.message).collect()
    }
}

impl Default for Flash {
    fn default() -> Self {
        Self::new(Clock::system())
    }
}

#[derive(Debug)]
struct Kept {
    visit: String,
    page: String,
    until: OffsetDateTime,
    message: Message,
}

impl Kept {
    fn is_for(&self, visit: &str, page: &str) -> bool {
        self.visit == visit && self.page == page
    }

    fn size_bytes(&self) -> usize {
        let message = match &self.message {
            Message::Notice(notice) => notice.text.len(),
            Message::Refill(refill) => refill.size_bytes(),
        };
        self.visit.len() + self.page.len() + message
    }
}

const LIFETIME: Duration = Duration::minutes(15);
const MESSAGES: usize = 2_000;
const PER_VISIT: usize = 8;
const MESSAGE_LIMIT_BYTES: usize = 1 << 20;
const TOTAL_LIMIT_BYTES: usize = 32 << 20;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use time::Duration;
    use time::macros::datetime;

    use super::{Flash, MESSAGE_LIMIT_BYTES, MESSAGES, Message, PER_VISIT};
    use crate::forms::Refill;
    use domain::clock::Clock;

    fn flash() -> (Flash, Arc<AtomicI64>) {
        let minutes = Arc::new(AtomicI64::new(0));
        let hand = minutes.clone();
        let now = move || datetime!(2030-01-01 0:00 UTC) + Duration::minutes(hand.load(Ordering::Relaxed));
        (Flash::new(Clock::from_source(now)), minutes)
    }

    fn notice(text: &str) -> Message {
        Message::Notice(text.into())
    }

    #[test]
    fn a_message_is_handed_out_once_and_only_to_its_page_and_visit() {
        let (flash, _) = flash();
        flash.keep("me", "/apis", notice("saved"));
        assert!(flash.take("me", "/").is_empty());
        assert!(flash.take("you", "/apis").is_empty());
        assert!(
            matches!(flash.take("me", "/apis").as_slice(), [Message::Notice(notice)] if notice.text == "saved")
        );
        assert!(flash.take("me", "/apis").is_empty());
    }

    #[test]
    fn a_message_is_forgotten_after_a_quarter_of_an_hour() {
        let (flash, minutes) = flash();
        flash.keep("me", "/", notice("saved"));
        minutes.store(15, Ordering::Relaxed);
        assert!(flash.take("me", "/").is_empty());
    }

    #[test]
    fn neither_one_visit_nor_all_of_them_can_fill_the_memory() {
        let (flash, _) = flash();
        for number in 0..20 {
            flash.keep("me", "/", notice(&number.to_string()));
        }
        assert_eq!(flash.take("me", "/").len(), PER_VISIT);
        for number in 0..MESSAGES + 500 {
            flash.keep(&number.to_string(), "/", notice("x"));
        }
        assert_eq!(flash.kept.lock().unwrap().len(), MESSAGES);
        flash.keep("me", "/", notice(&"x".repeat(MESSAGE_LIMIT_BYTES)));
        assert!(flash.take("me", "/").is_empty());
    }

    #[test]
    fn what_was_entered_does_not_print() {
        let message = Message::Refill(Box::new(Refill::new("settings").with_value("name", "hunter2")));
        assert!(!format!("{message:?}").contains("hunter2"));
    }
}
