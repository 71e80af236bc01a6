//! The part of the Settings tab that says how long the backend of an API may take.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::api::ApiDetail;

use crate::components::field::TextField;
use crate::components::form::{Form, Hidden};
use crate::error::PageError;
use crate::forms::{Refill, refill};
use crate::pages::apis::api::Revision;
use crate::pages::apis::page;
use crate::session::language;

/// Three limits, each empty where the gateway's own holds.
#[component]
pub fn TimeoutsCard(api: ApiDetail) -> impl IntoView {
    let l = language();
    let form = refill(FORM);
    view! {
        <section class="card max-w-3xl" aria-labelledby="timeouts">
            <h2 id="timeouts">{l.say("Timeouts", "시간 제한")}</h2>
            <p class="hint">
                {l.say(
                    "In seconds. Leave a field empty to use the gateway's limit. Traffic shows responses that were cut off.",
                    "초 단위로 입력하세요. 비워 두면 게이트웨이의 제한을 사용합니다. 도중에 끊긴 응답은 트래픽에 표시됩니다.",
                )}
            </p>
            <Form refill=form.clone() action=SaveTimeouts::PATH>
                <Hidden name="id" value=api.id.to_string() />
                <Revision refill=form.clone() present=api.revision />
                <SecondsField
                    refill=form.clone()
                    name="first_byte"
                    label=l.say("Until the response begins", "응답이 시작될 때까지")
                    hint=l.say(
                        "From the end of the request. Default: 300, suited to long polling. A forward-request timeout overrides it.",
                        "요청을 모두 보낸 뒤부터 셉니다. 기본값은 300초이며 긴 폴링에 맞습니다. forward-request의 timeout이 우선합니다.",
                    )
                    limit=api.timeouts.first_byte_s
                />
                <SecondsField
                    refill=form.clone()
                    name="idle"
                    label=l.say("Between parts of a response", "응답 데이터 사이 간격")
                    hint=l.say(
                        "The longest time without data from the backend during a response or a WebSocket connection. Default: 3600, suited to server-sent events.",
                        "응답이나 WebSocket 연결 중에 백 엔드가 데이터를 보내지 않을 수 있는 최대 시간입니다. 기본값은 3600초이며 서버 전송 이벤트(SSE)에 맞습니다.",
                    )
                    limit=api.timeouts.idle_s
                />
                <SecondsField
                    refill=form
                    name="whole"
                    label=l.say("Whole request", "요청 전체")
                    hint=l.say(
                        "From the first byte of the request to the last byte of the response. Default: no limit while data moves.",
                        "요청의 첫 바이트부터 응답의 마지막 바이트까지입니다. 기본적으로 데이터가 오가는 동안에는 제한이 없습니다.",
                    )
                    limit=api.timeouts.whole_s
                />
                <div class="actions">
                    <button class="button primary">{l.say("Save timeouts", "시간 제한 저장")}</button>
                </div>
            </Form>
        </section>
    }
}

#[component]
fn SecondsField(
    refill: Refill,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    limit: Option<u32>,
) -> impl IntoView {
    let value = limit.map(|limit| limit.to_string()).unwrap_or_default();
    view! {
        <TextField refill=refill name=name label=label hint=hint value=value longest=7 monospace=true />
    }
}

/// Saves the limits.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "apis/save-timeouts")]
pub async fn save_timeouts(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] first_byte: String,
    #[server(default)] idle: String,
    #[server(default)] whole: String,
) -> Result<(), PageError> {
    use crate::post::{Next, Posted, saved_notice};
    use management::timeouts::TimeoutsForm;

    let id: domain::name::ApiId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = page(&id);
    let posted = Posted::on(address.clone(), FORM)
        .with("revision", &revision)
        .with("first_byte", &first_byte)
        .with("idle", &idle)
        .with("whole", &whole);
    let expected = revision.parse().unwrap_or(0);
    let form = TimeoutsForm { first_byte, idle, whole };
    posted
        .run(
            move |management, actor| management.save_timeouts(actor, &id, &form, expected),
            |saved, l| Next::to(address).saying(saved_notice(&saved, l)),
        )
        .await
}

const FORM: &str = "timeouts";
