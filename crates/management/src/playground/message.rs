//! A request or an answer that nobody sends.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use policy::body_text::content_type_in_utf8;
use policy::coded_body::{CodingProblem, OF_CODED};
use policy::effect::{BodyForm, HeaderAction, SetHeader};
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

    /// Undoes what `Content-Encoding` says of the body, as the gateway does before a policy reads it.
    ///
    /// # Errors
    /// It can't be undone.
    pub(crate) fn decode(&mut self, status: Option<u16>, limit_bytes: usize) -> Result<(), CodingProblem> {
        let Some(body) = self.body(Reading::Keep) else { return Ok(()) };
        let coded = policy::message::Message {
            status: status.unwrap_or_default(),
            headers: self.headers.clone(),
            body: Arc::clone(&body),
            ..policy::message::Message::default()
        };
        let decoded = coded.decoded(limit_bytes)?;
        if !Arc::ptr_eq(&decoded, &body) {
            self.forget_coded();
            self.body.replace(Some(decoded));
        }
        Ok(())
    }

    /// Removes what is about the bytes of a coded body.
    fn forget_coded(&mut self) {
        self.headers.retain(|(name, _)| !OF_CODED.iter().any(|coded| coded.eq_ignore_ascii_case(name)));
        let tags = self.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("etag"));
        tags.filter(|(_, tag)| tag.starts_with('"')).for_each(|(_, tag)| tag.insert_str(0, "W/"));
    }

    /// Puts a body in the place of what is there, and says what it is, if that is another thing than before: its media
    /// type, and the charset of a text.
    pub(crate) fn set_body(&mut self, body: &[u8], media_type: Option<&'static str>, form: BodyForm) {
        self.forget_coded();
        if let Some(media_type) = media_type {
            self.change(&SetHeader {
                name: "Content-Type".to_owned(),
                action: HeaderAction::Override,
                values: vec![media_type.to_owned()],
            });
        }
        let types = self.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        for (_, value) in types.filter(|_| form == BodyForm::Text) {
            if let Some(changed) = content_type_in_utf8(value) {
                *value = changed;
            }
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
