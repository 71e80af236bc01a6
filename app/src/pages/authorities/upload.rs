//! The upload form for CA certificates; what receives it is in `receive.rs`.

use leptos::prelude::*;

use crate::components::field::TextField;
use crate::components::file_field::FileField;
use crate::components::form::Summary;
use crate::components::icon::{Icon, Symbol};
use crate::document::browser_library_is_built;
use crate::forms::refill;
use crate::islands::upload::UploadAssistant;
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
                        "Whoever has a certificate that this CA signed is trusted: callers where a policy validates them, and backends checked against the system's and the uploaded CAs.",
                        "이 CA가 서명한 인증서를 가진 쪽을 신뢰하게 됩니다. 정책이 검증하는 호출자와, 시스템 및 업로드된 CA로 확인하는 백 엔드가 해당됩니다.",
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
    let assistant = browser_library_is_built().then(|| {
        view! {
            <UploadAssistant
                form=FORM.to_owned()
                drop_here=l.say("Drop the file here, or choose it below", "파일을 여기에 놓거나 아래에서 선택하세요").to_owned()
                sending=l.say("Sending the file\u{2026}", "파일을 보내는 중\u{2026}").to_owned()
                broken=l
                    .say(
                        "The connection broke while sending. Nothing was uploaded; try again.",
                        "전송 중 연결이 끊어져 업로드되지 않았습니다. 다시 시도하세요.",
                    )
                    .to_owned()
            />
        }
    });
    view! {
        {assistant}
        <form class="form" method="post" enctype="multipart/form-data" action=UPLOAD id=FORM>
            <Summary refill=form.clone() />
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
                    "What you call it. Without one, and for each of several certificates, the common name is taken.",
                    "구분하기 위한 이름입니다. 비워 두거나 인증서가 여러 개이면 일반 이름(CN)을 사용합니다.",
                )
                longest=100
            />
            <div class="actions">
                <button class="button primary">
                    <Icon symbol=Symbol::Upload />
                    {l.say("Upload", "업로드")}
                </button>
                <a class="button" href=LIST>
                    {l.say("Cancel", "취소")}
                </a>
            </div>
        </form>
    }
}

/// The form's name.
pub const FORM: &str = "upload";
