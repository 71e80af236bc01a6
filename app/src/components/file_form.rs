//! A form that sends a file, with the help that scripts give.

use leptos::prelude::*;

use domain::language::Language;

use crate::components::form::Summary;
use crate::components::icon::{Icon, Symbol};
use crate::document::browser_library_is_built;
use crate::forms::Refill;
use crate::islands::upload::{UploadAssistant, UploadWords};
use crate::session::language;
use crate::words::sessions;

/// The form; `children` are its fields.
#[component]
pub fn FileForm(
    refill: Refill,
    #[prop(into)] action: String,
    /// Where "Cancel" leads.
    #[prop(into)]
    back: String,
    children: Children,
) -> impl IntoView {
    let l = language();
    let returned = refill.holds_work();
    let assistant = browser_library_is_built().then(|| {
        view! {
            <UploadAssistant form=FORM.to_owned() words=words(l) />
        }
    });
    view! {
        {assistant}
        <form
            class="form"
            method="post"
            enctype="multipart/form-data"
            action=action
            id=FORM
            data-returned=returned
        >
            <Summary refill=refill />
            {children()}
            <div class="actions">
                <button class="button primary">
                    <Icon symbol=Symbol::Upload />
                    {l.say("Upload", "업로드")}
                </button>
                <a class="button" href=back>
                    {l.say("Cancel", "취소")}
                </a>
            </div>
        </form>
    }
}

fn words(l: Language) -> UploadWords {
    UploadWords {
        drop_here: l
            .say("Drop the file here, or choose it below", "파일을 여기에 놓거나 아래에서 선택하세요")
            .to_owned(),
        sending: l.say("Sending the file\u{2026}", "파일을 보내는 중\u{2026}").to_owned(),
        broken: l
            .say(
                "The connection was lost during the upload. Nothing was uploaded. Try again.",
                "전송 중 연결이 끊어져 업로드하지 못했습니다. 다시 시도하세요.",
            )
            .to_owned(),
        ended: sessions::ended(l).to_owned(),
        sign_in: l.say("Sign in (opens a new tab)", "로그인(새 탭에서 열림)").to_owned(),
        then: l
            .say(
                "Then come back here and press Upload again.",
                "로그인한 후 여기로 돌아와 업로드를 다시 누르세요.",
            )
            .to_owned(),
    }
}

/// The form's name.
pub const FORM: &str = "upload";
