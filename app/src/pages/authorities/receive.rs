//! What happens to sent files: CA certificates, and revocation lists of one of them.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Path;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use management::Management;
use management::authorities::{AuthorityUpload, UploadedAuthorities};
use management::error::Error;

use domain::api::Saved;
use domain::authority::AuthorityId;
use domain::authority_file::{FileRefusal, ListRefusal};
use domain::language::Language;
use domain::secret::Secret;
use domain::user::Actor;

use crate::address::with_query;
use crate::components::file_form::FORM;
use crate::context::{Portal, ask_as};
use crate::forms::{Notice, Refill};
use crate::multipart::{Asker, Sent, admitted, file_name, onward, part, text};
use crate::pages::authorities::{LIST, UPLOAD, page, revocation};
use crate::post::{changed, saved_notice};
use crate::session::Visitor;

/// Receives CA certificates: `POST /security/authorities/upload`.
pub async fn receive(
    Extension(portal): Extension<Portal>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let asker = Asker::of(&headers);
    let read = match admitted(&visitor, asker, UPLOAD, form) {
        Ok(form) => read(form).await,
        Err(response) => return *response,
    };
    let Received { file, file_name, name } = match read {
        Ok(received) => received,
        Err(error) => return error.into_response(),
    };
    let entered = Refill::new(FORM).with_value("name", &name).with_value("file", &file_name);
    let l = visitor.language;
    let outcome = match file {
        Some(file) => {
            let upload = AuthorityUpload { file, name };
            let run = move |management: &Management, actor: &Actor| {
                let (uploaded, saved) = management.upload_authorities(actor, &upload)?;
                Ok(uploaded_notice(&uploaded, &saved, l))
            };
            ask_as(Arc::clone(&portal.management), visitor.actor.clone(), run).await
        }
        None => Err(Error::FileRefused(FileRefusal::TooLarge { limit_bytes: 256 << 10 })),
    };
    onward(&portal, &visitor, asker, Sent { entered, outcome, back: UPLOAD.to_owned() })
}

/// Receives the revocation list of an authority: `POST /security/authorities/{id}/list`.
pub async fn receive_list(
    Extension(portal): Extension<Portal>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let Ok(id) = id.parse::<AuthorityId>() else { return crate::error::NOWHERE.into_response() };
    let asker = Asker::of(&headers);
    let (l, address) = (visitor.language, page(&id));
    let back = format!("{address}#{}", revocation::LIST_FORM);
    let read = match admitted(&visitor, asker, &back, form) {
        Ok(form) => read(form).await,
        Err(response) => return *response,
    };
    let Received { file, file_name, .. } = match read {
        Ok(received) => received,
        Err(error) => return error.into_response(),
    };
    let entered = Refill::new(revocation::LIST_FORM).with_value("file", &file_name);
    let outcome = match file {
        Some(file) => {
            let next = address.clone();
            let run = move |management: &Management, actor: &Actor| {
                let saved = management.upload_list(actor, &id, file.expose())?;
                Ok((next, saved_notice(&saved, l)))
            };
            ask_as(Arc::clone(&portal.management), visitor.actor.clone(), run).await
        }
        None => Err(Error::ListRefused(ListRefusal::TooLarge { limit_bytes: FILE_LIMIT_BYTES as u64 })),
    };
    onward(&portal, &visitor, asker, Sent { entered, outcome, back })
}

struct Received {
    /// `None` if it is too long.
    file: Option<Secret>,
    file_name: String,
    name: String,
}

async fn read(mut form: Multipart) -> Result<Received, MultipartError> {
    let mut received =
        Received { file: Some(Secret::default()), file_name: String::new(), name: String::new() };
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("file") => {
                received.file_name = file_name(&field);
                received.file = part(field, FILE_LIMIT_BYTES).await?;
            }
            Some("name") => received.name = text(field).await?,
            _ => {}
        }
    }
    Ok(received)
}

/// The next address, and what is said there.
fn uploaded_notice(uploaded: &UploadedAuthorities, saved: &Saved, l: Language) -> (String, Notice) {
    let known = uploaded.known.len();
    let done = match uploaded.added.as_slice() {
        [one] if known == 0 => l.say(
            format!("\u{201c}{}\u{201d} was uploaded.", one.name),
            format!("‘{}’을(를) 업로드했습니다.", one.name),
        ),
        added => l.say(
            format!("Uploaded: {}. Already uploaded before: {known}.", added.len()),
            format!("업로드 {}개, 이미 업로드됨 {known}개.", added.len()),
        ),
    };
    let new = uploaded.added.first().map(|one| one.id.to_string()).unwrap_or_default();
    (with_query(LIST, &[("new", &new)]), changed(&done, saved, l))
}

const FILE_LIMIT_BYTES: usize = 10 << 20;
