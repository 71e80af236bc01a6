//! A request or an answer that nobody sends.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use policy::effect::{HeaderAction, SetHeader};
use policy::facts::Reading;

/// Headers and body.
#[derive(Default)]
pub(crate) struct Message {
    pub(crate) headers: Vec<(String, String)>,
    /// None once it was taken.
    body: RefCell<Option<Arc<[u8]>>>,
}

impl Message {
    /// A message with these parts.
    pub(crate) fn new(headers: Vec<(String, String)>, body: &[u8]) -> Self {
        Self { headers, body: RefCell::new(Some(body.into())) }
    }

    /// The body as the program may read it.
    pub(crate) fn body(&self, reading: Reading) -> Option<Arc<[u8]>> {
        match reading {
            Reading::Keep => self.body.borrow().clone(),
            Reading::Take => self.body.take(),
        }
    }

    /// Puts a body in the place of what is there, and says what it is, if that is another thing than before.
    pub(crate) fn set_body(&mut self, body: &[u8], media_type: Option<&'static str>) {
        if let Some(media_type) = media_type {
            self.change(&SetHeader {
                name: "Content-Type".to_owned(),
                action: HeaderAction::Override,
                values: vec![media_type.to_owned()],
            });
        }
        self.body.replace(Some(body.into()));
    }

    /// The body as far as it is text.
    pub(crate) fn text(&self) -> String {
        let body = self.body.borrow();
        String::from_utf8_lossy(body.as_deref().unwrap_or_default()).into_owned()
    }

    /// The values of a header, its name compared without case.
    pub(crate) fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        let meant = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        meant.map(|(_, value)| Cow::Borrowed(value.as_str())).collect()
    }

    /// All headers in their order.
    pub(crate) fn all(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        self.headers.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
    }

    /// Makes one change of a header.
    pub(crate) fn change(&mut self, change: &SetHeader) {
        let is_there = self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(&change.name));
        match change.action {
            HeaderAction::Skip if is_there => return,
            HeaderAction::Override | HeaderAction::Delete => {
                self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&change.name));
            }
            HeaderAction::Skip | HeaderAction::Append => {}
        }
        self.headers.extend(change.values.iter().map(|value| (change.name.clone(), value.clone())));
    }
}
