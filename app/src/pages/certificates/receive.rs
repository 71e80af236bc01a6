//! What happens to a sent upload form: its parts are read within limits, imported, and answered with the next page.

use axum::Json;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::header::{ACCEPT, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use management::Management;
use management::error::Error;
use management::upload::{ExpiredIs, Upload};
use zeroize::Zeroize;

use domain::name::CertificateId;
use domain::pfx::Refusal;
use domain::secret::Secret;
use domain::user::Actor;

use crate::context::{Portal, ask_as, tell_as};
use crate::error::{NOT_SIGNED_IN, ONWARD, incident};
use crate::flash::Message;
use crate::forms::Refill;
use crate::islands::upload::Onward;
use crate::pages::certificates::upload::FORM;
use crate::pages::certificates::{LIST, UPLOAD, page};
use crate::post::{refused, saved_notice};
use crate::session::Visitor;

/// Where an uploaded PFX goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A slot of its own.
    New,
    /// The slot of this certificate.
    Slot(CertificateId),
}

/// Reads the form, imports what it holds, and says where to go next.
pub(crate) async fn answer(
    portal: Portal,
    visitor: Visitor,
    destination: Destination,
    headers: &HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let asker = Asker::of(headers);
    if visitor.is_anonymous() {
        return match asker {
            Asker::Person => (ONWARD, [(LOCATION, "/sign-in")]).into_response(),
            Asker::Script => NOT_SIGNED_IN.into_response(),
        };
    }
    let form = match form {
        Ok(form) => form,
        Err(rejection) => return rejection.into_response(),
    };
    let back = match &destination {
        Destination::New => UPLOAD.to_owned(),
        Destination::Slot(id) => format!("{}/replace", page(id)),
    };
    let (entered, outcome) = match read(form).await {
        Ok(Received { entered, upload }) => {
            let l = visitor.language;
            let import = move |management: &Management, actor: &Actor| {
                imported(management, actor, &destination, &upload, l)
            };
            (entered, ask_as(portal.management, visitor.actor.clone(), import).await)
        }
        Err(ReadError::Refused(refusal)) => (Refill::new(FORM), Err(Error::Refused(refusal))),
        Err(ReadError::Unreadable(error)) => return error.into_response(),
    };
    let (onward, message) = match outcome {
        Ok((address, notice)) => (Onward::Next(address), Message::Notice(notice)),
        Err(error) => (Onward::Again(back), Message::Refill(Box::new(sorry(entered, &error, &visitor)))),
    };
    let (Onward::Again(address) | Onward::Next(address)) = &onward;
    let path = address.split('?').next().unwrap_or_default();
    let cookie = tell_as(&portal.flash, &visitor, path, message);
    let response = match asker {
        Asker::Person => (ONWARD, [(LOCATION, address.as_str())]).into_response(),
        Asker::Script => Json(&onward).into_response(),
    };
    with_cookie(response, cookie)
}

/// Imports or replaces; gives the next address and what is said there.
fn imported(
    management: &Management,
    actor: &Actor,
    destination: &Destination,
    upload: &Upload,
    l: domain::language::Language,
) -> Result<(String, String), Error> {
    match destination {
        Destination::New => {
            let link = management.import_pfx(actor, upload)?;
            let notice = l.say(
                format!(
                    "\u{201c}{}\u{201d} is uploaded. Choose it on the Security tab of an API.",
                    link.name
                ),
                format!("‘{}’을(를) 업로드했습니다. API의 보안 탭에서 선택하세요.", link.name),
            );
            Ok((crate::address::with_query(LIST, &[("new", link.id.as_str())]), notice))
        }
        Destination::Slot(id) => {
            let saved = management.replace_certificate(actor, id, upload)?;
            Ok((page(id), saved_notice(&saved, l)))
        }
    }
}

fn sorry(mut entered: Refill, error: &Error, visitor: &Visitor) -> Refill {
    if let Error::Failed(_) = error {
        entered.summary = Some(incident(error).sentence(visitor.language));
        return entered;
    }
    refused(entered, error, visitor.language)
}

fn with_cookie(mut response: Response, cookie: Option<String>) -> Response {
    if let Some(line) = cookie.and_then(|line| line.parse().ok()) {
        response.headers_mut().insert(SET_COOKIE, line);
    }
    response
}

/// Who sent the form: a browser by itself, which follows a redirect, or the page's script, which wants to be told.
enum Asker {
    Person,
    Script,
}

impl Asker {
    fn of(headers: &HeaderMap) -> Self {
        let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if accepts.starts_with("application/json") { Self::Script } else { Self::Person }
    }
}

/// What the form sent.
struct Received {
    /// What may be shown again: the name, the choice of key.
    entered: Refill,
    upload: Upload,
}

enum ReadError {
    Refused(Refusal),
    Unreadable(MultipartError),
}

impl From<MultipartError> for ReadError {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::Refused(TOO_LARGE)
        } else {
            Self::Unreadable(error)
        }
    }
}

async fn read(mut form: Multipart) -> Result<Received, ReadError> {
    let mut entered = Refill::new(FORM);
    let mut upload = Upload {
        file: Secret::default(),
        password: Secret::default(),
        name: String::new(),
        expired: ExpiredIs::Refused,
        choice: None,
    };
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                upload.file = part(field, FILE_LIMIT_BYTES).await?.ok_or(ReadError::Refused(TOO_LARGE))?
            }
            "password" => upload.password = part(field, TEXT_LIMIT_BYTES).await?.unwrap_or_default(),
            "name" => {
                upload.name = text(field).await?;
                entered = entered.with_value("name", &upload.name);
            }
            "expired" => {
                let confirmed = text(field).await? == "confirmed";
                upload.expired = if confirmed { ExpiredIs::Confirmed } else { ExpiredIs::Refused };
            }
            "key" => {
                let key = text(field).await?;
                upload.choice = key.parse().ok();
                entered = entered.with_value("key", &key);
            }
            _ => {}
        }
    }
    Ok(Received { entered, upload })
}

async fn text(field: Field<'_>) -> Result<String, ReadError> {
    let bytes = part(field, TEXT_LIMIT_BYTES).await?.unwrap_or_default();
    Ok(bytes.expose_text().unwrap_or_default().to_owned())
}

/// A part of the form, or `None` when it is longer than the limit. What is too much is read all the same, and thrown
/// away: a browser shows an answer only after it could send everything.
async fn part(mut field: Field<'_>, limit_bytes: usize) -> Result<Option<Secret>, ReadError> {
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

/// The longest body that the server should let through to the receivers. More than a file may have, so that a person
/// who chose too large a file reads a sentence and not of a broken connection.
pub const BODY_LIMIT_BYTES: usize = 64 << 20;
const FILE_LIMIT_BYTES: usize = 10 << 20;
const TEXT_LIMIT_BYTES: usize = 8 << 10;
const TOO_LARGE: Refusal = Refusal::TooLarge { limit_bytes: FILE_LIMIT_BYTES as u64 };

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
