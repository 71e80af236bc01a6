//! The three fields of an operation, for making one and for changing one.

use leptos::prelude::*;

use domain::api::ApiDetail;
use domain::operation::StoredOperation;

use crate::components::field::TextField;
use crate::forms::{Detail, Refill};
use crate::gateway::for_callers;
use crate::pages::operations::page;
use crate::session::language;

/// Name, method and URL template; `present` fills them in while nothing was entered.
#[component]
pub fn OperationFields(refill: Refill, api: ApiDetail, present: Option<StoredOperation>) -> impl IntoView {
    let l = language();
    let (name, method, template) = match present {
        Some(present) => (present.name.to_string(), present.method, present.template),
        None => (String::new(), "GET".to_owned(), String::new()),
    };
    let before = for_callers(api.settings.suffix.as_str());
    let taken = taken(&refill);
    view! {
        <TextField
            refill=refill.clone()
            name="name"
            label=l.say("Name", "이름")
            hint=l.say("A display name for this operation.", "작업의 표시 이름입니다.")
            value=name
            longest=100
            required=true
        />
        <TextField
            refill=refill.clone()
            name="method"
            label=l.say("Method", "메서드")
            hint=l.say("For example GET or POST. Enter * for any method.", "예: GET, POST. *는 모든 메서드를 뜻합니다.")
            value=method
            suggestions=METHODS.to_vec()
            longest=40
            monospace=true
            required=true
        />
        <div class="flex flex-col gap-1">
            <TextField
                refill=refill
                name="template"
                label=l.say("URL template", "URL 템플릿")
                hint=l.say(
                    "The path after the API's address: /orders/{id} has a parameter; /files/{*path} and /* match the rest of the path.",
                    "API 주소 뒤의 경로입니다. /orders/{id}에는 매개 변수가 있고, /files/{*path}와 /*는 나머지 경로 전체와 일치합니다.",
                )
                before=before.trim_end_matches('/')
                value=template
                longest=400
                monospace=true
            />
            {taken}
        </div>
    }
}

/// The way to the operation that the same requests match.
fn taken(refill: &Refill) -> Option<impl IntoView + use<>> {
    let Detail::OperationTaken { api, operation } = refill.detail.clone() else { return None };
    let text = language().say(format!("Open {}", operation.name), format!("{} 열기", operation.name));
    Some(view! {
        <p class="text-sm">
            <a href=page(&api, &operation.id)>{text}</a>
        </p>
    })
}

/// What is offered while a method is typed; the last one stands for any.
pub const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"];
