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

use crate::address::{path, sign_in};
use crate::context::{Portal, tell_as};
use crate::error::{NOT_SIGNED_IN, ONWARD, incident};
use crate::flash::Message;
use crate::forms::{Notice, Refill};
use crate::islands::upload::Onward;
use crate::post::refused;
use crate::session::Visitor;
use crate::words::sessions;

/// A form that was read and used.
pub(crate) struct Sent {
    /// What may be shown again.
    pub(crate) entered: Refill,
    /// The next address and what is said there, or what is wrong.
    pub(crate) outcome: Result<(String, Notice), Error>,
    /// The page with the form.
    pub(crate) back: String,
}

/// The form, if somebody sent it as one who is signed in, or was until the session ended: their fields are read, so that
/// they aren't lost. `back` is the page with the form.
pub(crate) fn admitted(
    visitor: &Visitor,
    asker: Asker,
    back: &str,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Multipart, Box<Response>> {
    if visitor.is_anonymous() && visitor.former.is_none() {
        return Err(Box::new(to_sign_in(asker, back)));
    }
    form.map_err(|rejection| Box::new(rejection.into_response()))
}

/// Sends the browser, or its script, to the next page, with what it has to tell.
pub(crate) fn onward(portal: &Portal, visitor: &Visitor, asker: Asker, sent: Sent) -> Response {
    if visitor.is_anonymous() {
        return after_sign_in(portal, visitor, asker, sent);
    }
    let (onward, message) = match sent.outcome {
        Ok((address, notice)) => (Onward::Next(address), Message::Notice(notice)),
        Err(error) => (Onward::Again(sent.back), kept(sorry(sent.entered, &error, visitor))),
    };
    let (Onward::Again(address) | Onward::Next(address) | Onward::SignIn(address)) = &onward;
    let cookie = tell_as(&portal.flash, visitor, path(address), message);
    let response = match asker {
        Asker::Person => (ONWARD, [(LOCATION, address.as_str())]).into_response(),
        Asker::Script => Json(&onward).into_response(),
    };
    with_cookie(response, cookie)
}

/// Nobody is signed in any more. A script keeps the form and its file on the page; without one the fields wait for the
/// person to sign in again.
fn after_sign_in(portal: &Portal, visitor: &Visitor, asker: Asker, sent: Sent) -> Response {
    let response = to_sign_in(asker, &sent.back);
    if asker == Asker::Script {
        return response;
    }
    let mut entered = sent.entered;
    entered.summary = Some(sessions::ended_before(&entered, visitor.language).to_owned());
    with_cookie(response, tell_as(&portal.flash, visitor, path(&sent.back), kept(entered)))
}

fn to_sign_in(asker: Asker, back: &str) -> Response {
    let address = sign_in(back);
    match asker {
        Asker::Person => (ONWARD, [(LOCATION, address)]).into_response(),
        Asker::Script => (NOT_SIGNED_IN, Json(Onward::SignIn(address))).into_response(),
    }
}

fn kept(entered: Refill) -> Message {
    Message::Refill(Box::new(entered))
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

/// What the chosen file is called, so that a page can name it when it has to be chosen again.
pub(crate) fn file_name(field: &Field<'_>) -> String {
    field.file_name().unwrap_or_default().chars().take(FILE_NAME_LIMIT).collect()
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
const FILE_NAME_LIMIT: usize = 255;

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
