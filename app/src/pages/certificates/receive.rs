//! What happens to a sent upload form: its parts are read within limits, imported, and answered with the next page.

use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use management::Management;
use management::error::Error;
use management::upload::{ExpiredIs, Upload};

use domain::name::CertificateId;
use domain::pfx::Refusal;
use domain::secret::Secret;
use domain::user::Actor;

use crate::components::file_form::FORM;
use crate::context::{Portal, ask_as};
use crate::forms::{Notice, Refill};
use crate::multipart::{Asker, Sent, TEXT_LIMIT_BYTES, admitted, file_name, onward, part, text};
use crate::pages::certificates::replacement::trials::run;
use crate::pages::certificates::{LIST, UPLOAD, page, review_page};
use crate::post::created;
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
    let back = match &destination {
        Destination::New => UPLOAD.to_owned(),
        Destination::Slot(id) => format!("{}/replace", page(id)),
    };
    let form = match admitted(&visitor, asker, &back, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let (entered, outcome) = match read(form).await {
        Ok(Received { entered, upload: Some(upload) }) => {
            let l = visitor.language;
            let own = Arc::clone(&portal.management);
            let import = move |_: &Management, actor: &Actor| imported(&own, actor, &destination, &upload, l);
            (entered, ask_as(Arc::clone(&portal.management), visitor.actor.clone(), import).await)
        }
        Ok(Received { entered, upload: None }) => (entered, Err(Error::Refused(TOO_LARGE))),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            (Refill::new(FORM), Err(Error::Refused(TOO_LARGE)))
        }
        Err(error) => return error.into_response(),
    };
    onward(&portal, &visitor, asker, Sent { entered, outcome, back })
}

/// Imports, or keeps for a replacement; gives the next address and what is said there.
fn imported(
    management: &Arc<Management>,
    actor: &Actor,
    destination: &Destination,
    upload: &Upload,
    l: domain::language::Language,
) -> Result<(String, Notice), Error> {
    match destination {
        Destination::New => {
            let (link, saved) = management.import_pfx(actor, upload)?;
            let name = &link.name;
            let done = l.say(
                format!("\u{201c}{name}\u{201d} was uploaded."),
                format!("‘{name}’을(를) 업로드했습니다."),
            );
            let next = l.say("Choose it on the Security tab of an API.", "API의 보안 탭에서 선택하세요.");
            let notice = created(&done, &done, next, &saved, l);
            Ok((crate::address::with_query(LIST, &[("new", link.id.as_str())]), notice))
        }
        Destination::Slot(id) => {
            management.upload_replacement(actor, id, upload)?;
            run(management, management.begin_tests(actor, id)?);
            let done = l.say(
                "The file was opened. The current certificate stays in use until you replace it below.",
                "파일을 열었습니다. 아래에서 교체할 때까지 현재 인증서를 계속 사용합니다.",
            );
            Ok((review_page(id), done.into()))
        }
    }
}

/// What the form sent.
struct Received {
    /// What may be shown again: the names of slot and file, the choice of key.
    entered: Refill,
    /// `None` if the file is too long.
    upload: Option<Upload>,
}

async fn read(mut form: Multipart) -> Result<Received, MultipartError> {
    let mut entered = Refill::new(FORM);
    let mut fits = true;
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
                entered = entered.with_value("file", &file_name(&field));
                match part(field, FILE_LIMIT_BYTES).await? {
                    Some(file) => upload.file = file,
                    None => fits = false,
                }
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
    Ok(Received { entered, upload: fits.then_some(upload) })
}

/// The longest body that the server should let through to the receivers. More than a file may have, so that a person
/// who chose too large a file reads a sentence and not of a broken connection.
pub const BODY_LIMIT_BYTES: usize = 64 << 20;
const FILE_LIMIT_BYTES: usize = 10 << 20;
const TOO_LARGE: Refusal = Refusal::TooLarge { limit_bytes: FILE_LIMIT_BYTES as u64 };
