//! The checks of callers' certificates that publishers begin with, to be put into a draft.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::field::{Choice, SelectField};
use crate::error::PageError;
use crate::forms::Refill;
use crate::session::language;

/// Which template, and the button that puts it in. It stands in the form of the draft and sends that along.
#[component]
pub fn Templates(refill: Refill) -> impl IntoView {
    let l = language();
    let choices = vec![
        Choice::new(
            AUTHORITY,
            l.say(
                "Refuse clients whose certificate is from another CA",
                "다른 CA의 인증서를 사용하는 클라이언트 거부",
            ),
        ),
        Choice::new(
            EXPIRED,
            l.say(
                "Refuse clients without a certificate or with an expired one",
                "인증서가 없거나 만료된 클라이언트 거부",
            ),
        ),
        Choice::new(
            NAMES,
            l.say(
                "Refuse clients with another issuer or subject (anyone can make a certificate with these names)",
                "발급자나 주체가 다른 클라이언트 거부(이름이 같은 인증서는 누구나 만들 수 있음)",
            ),
        ),
        Choice::new(
            THUMBPRINT,
            l.say("Refuse clients with another thumbprint", "지문이 다른 클라이언트 거부"),
        ),
        Choice::new(
            UPLOADED,
            l.say(
                "Refuse clients whose certificate isn't uploaded",
                "업로드되지 않은 인증서를 사용하는 클라이언트 거부",
            ),
        ),
    ];
    view! {
        <div class="flex flex-wrap items-end gap-2">
            <div class="min-w-0 grow basis-72">
                <SelectField
                    refill=refill
                    name="template"
                    label=l.say("Insert a template", "템플릿 삽입")
                    choices=choices
                />
            </div>
            <button class="button" formaction=InsertTemplate::PATH>
                {l.say("Insert", "삽입")}
            </button>
        </div>
    }
}

/// Puts a template into a draft and comes back with it; nothing is saved.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "policies/template")]
pub async fn insert_template(
    #[server(default)] scope: String,
    #[server(default)] revision: String,
    #[server(default)] text: String,
    #[server(default)] template: String,
) -> Result<(), PageError> {
    use crate::forms::Detail;
    use crate::pages::policies::edit::posted;
    use crate::post::with_plain_line_ends;
    use domain::caller_checks::CheckTemplate;

    let scope: domain::policy_document::Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    let chosen = match template.as_str() {
        AUTHORITY => CheckTemplate::Authority,
        NAMES => CheckTemplate::Names,
        THUMBPRINT => CheckTemplate::Thumbprint,
        UPLOADED => CheckTemplate::Uploaded,
        _ => CheckTemplate::Expired,
    };
    let text = with_plain_line_ends(&text);
    let before = text.clone();
    let drafted =
        crate::context::ask(move |management, actor| management.with_template(actor, &text, chosen));
    match drafted.await {
        Ok(draft) => posted(&scope, &revision, &draft).with("template", &template).answer(Detail::Inserted),
        Err(error) => posted(&scope, &revision, &before).with("template", &template).refuse(&error),
    }
}

const AUTHORITY: &str = "authority";
const EXPIRED: &str = "expired";
const NAMES: &str = "names";
const THUMBPRINT: &str = "thumbprint";
const UPLOADED: &str = "uploaded";
