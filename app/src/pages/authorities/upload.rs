//! The upload form for CA certificates; what receives it is in `receive.rs`.

use leptos::prelude::*;

use crate::components::field::TextField;
use crate::components::file_field::FileField;
use crate::components::file_form::{FORM, FileForm};
use crate::forms::refill;
use crate::layout::{Page, Section};
use crate::pages::authorities::{LIST, UPLOAD, crumbs};
use crate::session::language;

/// The page with the form.
#[component]
pub fn UploadAuthority() -> impl IntoView {
    let l = language();
    view! {
        <Page
            title=l.say("Upload CA certificate", "CA 인증서 업로드").to_owned()
            section=Section::Security
            crumbs=crumbs(l, None)
        >
            <div class="card max-w-2xl">
                <p class="text-muted">
                    {l.say(
                        "Certificates issued by this CA will be trusted: those of clients where a policy validates them, and those of backends checked against system and uploaded CAs.",
                        "이 CA가 발급한 인증서를 신뢰합니다. 정책이 검증하는 호출자의 인증서와, 시스템 CA 및 업로드된 CA로 확인하는 백 엔드의 인증서가 해당됩니다.",
                    )}
                </p>
                <UploadForm />
            </div>
        </Page>
    }
}

#[component]
fn UploadForm() -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <FileForm refill=form.clone() action=UPLOAD back=LIST>
            <FileField
                refill=form.clone()
                name="file"
                label=l.say("File", "파일")
                hint=l.say(
                    "One or several certificates as .pem, .crt, .cer, .der or .p7b, without private keys.",
                    "개인 키 없이 하나 이상의 인증서가 들어 있는 .pem, .crt, .cer, .der 또는 .p7b 파일.",
                )
                accept=".pem,.crt,.cer,.der,.p7b,.p7c,application/x-x509-ca-cert,application/x-pkcs7-certificates"
            />
            <TextField
                refill=form
                name="name"
                label=l.say("Name (optional)", "이름(선택)")
                hint=l.say(
                    "A display name. If empty, or if the file has several certificates, the common name is used.",
                    "표시 이름입니다. 비워 두거나 인증서가 여러 개이면 일반 이름(CN)을 사용합니다.",
                )
                longest=100
            />
        </FileForm>
    }
}
