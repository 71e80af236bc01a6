//! Forms with a file in them: read part by part within limits, and answered to a person or to the page's script.

use axum::Json;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use management::error::Error;
use zeroize::Zeroize;

use domain::secret::Secret;

use crate::context::{Portal, tell_as};
use crate::error::{NOT_SIGNED_IN, ONWARD, incident};
use crate::flash::Message;
use crate::forms::{Notice, Refill};
use crate::islands::upload::Onward;
use crate::post::refused;
use crate::session::Visitor;

/// A form that was read and used.
pub(crate) struct Sent {
    /// What may be shown again.
    pub(crate) entered: Refill,
    /// The next address and what is said there, or what is wrong.
    pub(crate) outcome: Result<(String, Notice), Error>,
    /// The page with the form.
    pub(crate) back: String,
}

/// The form, if somebody signed in sent it as one.
pub(crate) fn admitted(
    visitor: &Visitor,
    asker: Asker,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Multipart, Box<Response>> {
    if visitor.is_anonymous() {
        return Err(Box::new(match asker {
            Asker::Person => (ONWARD, [(LOCATION, "/sign-in")]).into_response(),
            Asker::Script => NOT_SIGNED_IN.into_response(),
        }));
    }
    form.map_err(|rejection| Box::new(rejection.into_response()))
}

/// Sends the browser, or its script, to the next page, with what it has to tell.
pub(crate) fn onward(portal: &Portal, visitor: &Visitor, asker: Asker, sent: Sent) -> Response {
    let (onward, message) = match sent.outcome {
        Ok((address, notice)) => (Onward::Next(address), Message::Notice(notice)),
        Err(error) => {
            (Onward::Again(sent.back), Message::Refill(Box::new(sorry(sent.entered, &error, visitor))))
        }
    };
    let (Onward::Again(address) | Onward::Next(address)) = &onward;
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let cookie = tell_as(&portal.flash, visitor, path, message);
    let response = match asker {
        Asker::Person => (ONWARD, [(LOCATION, address.as_str())]).into_response(),
        Asker::Script => Json(&onward).into_response(),
    };
    with_cookie(response, cookie)
}

fn sorry(mut entered: Refill, error: &Error, visitor: &Visitor) -> Refill {
    if let Error::Failed(_) = error {
        entered.summary = Some(incident(error).sentence(visitor.language));
        return entered;
    }
    refused(entered, error, visitor.language)
}

/// Who sent the form: a browser by itself, which follows a redirect, or the page's script, which wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    Person,
    Script,
}

impl Asker {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if accepts.starts_with("application/json") { Self::Script } else { Self::Person }
    }
}

fn with_cookie(mut response: Response, cookie: Option<String>) -> Response {
    if let Some(line) = cookie.and_then(|line| line.parse().ok()) {
        response.headers_mut().insert(SET_COOKIE, line);
    }
    response
}

/// A part of the form as text; empty when it is too long or isn't text.
pub(crate) async fn text(field: Field<'_>) -> Result<String, MultipartError> {
    let bytes = part(field, TEXT_LIMIT_BYTES).await?.unwrap_or_default();
    Ok(bytes.expose_text().unwrap_or_default().to_owned())
}

/// A part of the form, or `None` when it is longer than the limit. What is too much is read all the same, and thrown
/// away: a browser shows an answer only after it could send everything.
pub(crate) async fn part(mut field: Field<'_>, limit_bytes: usize) -> Result<Option<Secret>, MultipartError> {
    let mut kept: Vec<u8> = Vec::new();
    let mut too_long = false;
    while let Some(chunk) = field.chunk().await? {
        too_long = too_long || kept.len() + chunk.len() > limit_bytes;
        if !too_long {
            append_wiping(&mut kept, &chunk);
        }
    }
    let kept = Secret::new(kept);
    Ok((!too_long).then_some(kept))
}

/// Appends, and wipes the old place when the bytes have to move.
fn append_wiping(kept: &mut Vec<u8>, more: &[u8]) {
    let needed = kept.len() + more.len();
    if needed > kept.capacity() {
        let mut roomier = Vec::with_capacity(needed.max(2 * kept.capacity()));
        roomier.extend_from_slice(kept);
        kept.zeroize();
        *kept = roomier;
    }
    kept.extend_from_slice(more);
}

pub(crate) const TEXT_LIMIT_BYTES: usize = 8 << 10;

#[cfg(test)]
mod tests {
    use super::append_wiping;

    #[test]
    fn a_part_is_put_together_from_its_chunks() {
        let mut kept = Vec::new();
        for chunk in [b"one".as_slice(), b"two", b"three"] {
            append_wiping(&mut kept, chunk);
        }
        assert_eq!(kept, b"onetwothree");
    }
}
