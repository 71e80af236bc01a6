//! The upload form for a PFX, of a new certificate or the renewed one of a slot; and what receives it.

#[cfg(feature = "ssr")]
use axum::Extension;
#[cfg(feature = "ssr")]
use axum::extract::Path;
#[cfg(feature = "ssr")]
use axum::extract::multipart::{Multipart, MultipartRejection};
#[cfg(feature = "ssr")]
use axum::http::HeaderMap;
#[cfg(feature = "ssr")]
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use domain::name::CertificateId;
use domain::pfx::Leaf;

use crate::components::field::{CheckField, Choice, SelectField, TextField};
use crate::components::file_field::FileField;
use crate::components::file_form::{FORM, FileForm};
use crate::components::notice::{Callout, Tone};
use crate::components::when::Day;
#[cfg(feature = "ssr")]
use crate::context::Portal;
use crate::forms::{Detail, Refill, refill};
use crate::layout::{Page, Section};
#[cfg(feature = "ssr")]
use crate::pages::certificates::receive::{self, Destination};
use crate::pages::certificates::{LIST, UPLOAD, crumbs, page};
#[cfg(feature = "ssr")]
use crate::session::Visitor;
use crate::session::language;
use crate::words::dates;

/// The page with the form for a new certificate.
#[component]
pub fn UploadCertificate() -> impl IntoView {
    let l = language();
    view! {
        <Page title=l.say("Upload certificate", "인증서 업로드").to_owned() section=Section::Security crumbs=crumbs(l, None)>
            <div class="card max-w-2xl">
                <UploadForm />
            </div>
        </Page>
    }
}

/// The form. With `replacing` it sends the renewed PFX of that certificate.
#[component]
pub fn UploadForm(#[prop(optional)] replacing: Option<CertificateId>) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    let (action, back) = match &replacing {
        Some(id) => (format!("{}/replace", page(id)), page(id)),
        None => (UPLOAD.to_owned(), LIST.to_owned()),
    };
    let name_field = replacing.is_none().then(|| {
        view! {
            <TextField
                refill=form.clone()
                name="name"
                label=l.say("Name (optional)", "이름(선택)")
                hint=l.say(
                    "A display name. If empty, the friendly name in the file or the subject is used.",
                    "표시 이름입니다. 비워 두면 파일의 식별 이름 또는 주체를 사용합니다.",
                )
                longest=100
            />
        }
    });
    view! {
        <FileForm refill=form.clone() action=action back=back>
            <Extra refill=form.clone() />
            <FileField
                refill=form.clone()
                name="file"
                label=l.say("File", "파일")
                hint=l.say(
                    "A .pfx or .p12 file with certificate and private key, also as PEM, base64 or JSON from Azure Key Vault; at most 10 MiB. Self-signed certificates are accepted.",
                    "인증서와 개인 키가 들어 있는 .pfx 또는 .p12 파일, 최대 10MiB. PEM, base64, Azure Key Vault의 JSON도 가능합니다. 자체 서명된 인증서도 사용할 수 있습니다.",
                )
                accept=".pfx,.p12,.pem,.txt,.json,application/x-pkcs12"
            />
            <TextField
                refill=form.clone()
                name="password"
                kind="password"
                label=l.say("File password", "파일 암호")
                hint=l.say(
                    "The password that protects the file. Leave empty if it has none. It is used once and not stored.",
                    "파일을 보호하는 암호입니다. 없으면 비워 두세요. 한 번만 사용하고 저장하지 않습니다.",
                )
            />
            {name_field}
        </FileForm>
    }
}

/// What a second try needs: a confirmation, a choice of key, or the way to what is there already.
#[component]
fn Extra(refill: Refill) -> impl IntoView {
    let l = language();
    match refill.detail.clone() {
        Detail::Expired { not_after } => view! {
            <p>
                {l.say("Expired: ", "만료: ")} <Day at=not_after />
            </p>
            <CheckField
                refill=refill
                name="expired"
                value="confirmed"
                label=l.say("Upload this expired certificate anyway", "만료된 인증서를 그래도 업로드")
            />
        }
        .into_any(),
        Detail::Leaves(leaves) => {
            let choice = move |leaf: Leaf| {
                let (subject, last_day) = (&leaf.subject, dates::day(leaf.not_after));
                let front = leaf.thumbprint.len().saturating_sub(4);
                let last_four = leaf.thumbprint.get(front..).unwrap_or_default();
                let text = l.say(
                    format!("{subject}, valid until {last_day} (\u{2026}{last_four})"),
                    format!("{subject}, {last_day}까지 유효 (\u{2026}{last_four})"),
                );
                Choice::new(leaf.thumbprint, text).at(&[leaf.not_after])
            };
            view! {
                <SelectField
                    refill=refill
                    name="key"
                    label=l.say("Which certificate?", "어느 인증서를 업로드할까요?")
                    choices=leaves.into_iter().map(choice).collect()
                />
            }
            .into_any()
        }
        Detail::AlreadyUploaded { id, name } => view! {
            <Callout tone=Tone::Info>
                <p>
                    {l.say("Already uploaded: ", "이미 업로드된 인증서: ")} <a href=page(&id)>{name.to_string()}</a>
                </p>
            </Callout>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// Receives the form for a new certificate: `POST /security/certificates/upload`. A body without boundary is answered
/// with 400, a file that is too long with its sentence.
#[cfg(feature = "ssr")]
pub async fn receive(
    Extension(portal): Extension<Portal>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    receive::answer(portal, visitor, Destination::New, &headers, form).await
}

/// Receives the renewed PFX of a certificate: `POST /security/certificates/{id}/replace`.
#[cfg(feature = "ssr")]
pub async fn receive_replacement(
    Extension(portal): Extension<Portal>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    match id.parse() {
        Ok(id) => receive::answer(portal, visitor, Destination::Slot(id), &headers, form).await,
        Err(_) => crate::error::NOWHERE.into_response(),
    }
}
