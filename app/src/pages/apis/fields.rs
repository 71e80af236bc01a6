//! The three fields of an API, for making one and for changing one.

use leptos::prelude::*;

use domain::api::StoredSettings;

use crate::components::field::TextField;
use crate::forms::{Detail, Refill};
use crate::gateway::for_callers;
use crate::pages::apis::page;
use crate::session::language;

/// Name, URL suffix and backend; `present` fills them in while nothing was entered.
#[component]
pub fn SettingsFields(refill: Refill, present: Option<StoredSettings>) -> impl IntoView {
    let l = language();
    let (name, suffix, backend) = match present {
        Some(present) => (present.name.to_string(), present.suffix, present.backend),
        None => <(String, String, String)>::default(),
    };
    let taken = taken(&refill);
    view! {
        <TextField
            refill=refill.clone()
            name="name"
            label=l.say("Name", "이름")
            hint=l.say("A display name for this API.", "API의 표시 이름입니다.")
            value=name
            longest=100
            required=true
        />
        <div class="flex flex-col gap-1">
            <TextField
                refill=refill.clone()
                name="suffix"
                label=l.say("URL suffix", "URL 접미사")
                hint=l.say(
                    "The part of the URL after the gateway's address, such as orders/v1. Leave empty to receive all requests that match no other API.",
                    "게이트웨이 주소 뒤에 붙는 부분입니다(예: orders/v1). 비워 두면 다른 API와 일치하지 않는 모든 요청을 받습니다.",
                )
                before=for_callers("")
                value=suffix
                longest=210
                monospace=true
            />
            {taken}
        </div>
        <TextField
            refill=refill
            name="backend"
            label=l.say("Backend address", "백 엔드 주소")
            hint=l.say(
                "The address that the gateway sends requests to, such as https://partner.example/base. Client certificates require https://.",
                "게이트웨이가 요청을 전달할 주소입니다(예: https://partner.example/base). 클라이언트 인증서를 사용하려면 https:// 주소여야 합니다.",
            )
            value=backend
            longest=1024
            monospace=true
            required=true
        />
    }
}

/// The way to the API that has the wanted suffix.
fn taken(refill: &Refill) -> Option<impl IntoView + use<>> {
    let Detail::SuffixTaken(other) = refill.detail.clone() else { return None };
    let text = language().say(format!("Open {}", other.name), format!("{} 열기", other.name));
    Some(view! {
        <p class="text-sm">
            <a href=page(&other.id)>{text}</a>
        </p>
    })
}
