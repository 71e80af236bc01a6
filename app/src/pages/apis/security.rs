//! The Security tab of an API: what the gateway shows to the backend, and how it judges the backend.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::api::ApiDetail;
use domain::authority::AuthorityChoice;
use domain::caller_checks::Callers;
use domain::certificate::{CertificateChoice, CertificateFacts};

use crate::components::form::{Form, Hidden};
use crate::error::PageError;
use crate::forms::{Detail, Refill, refill};
use crate::load::{loaded, parameter, query};
use crate::pages::apis::api::{ApiPage, ApiTab, Revision};
use crate::pages::apis::security::callers::CallersFields;
use crate::pages::apis::security::credential::CredentialFields;
use crate::pages::apis::security::entered::Entered;
use crate::pages::apis::security::probe::{ProbeResult, TryConnection};
use crate::pages::apis::security::trust::TrustFields;
use crate::session::language;

pub mod authority_boxes;
pub mod callers;
pub mod credential;
pub mod entered;
pub mod probe;
pub mod trust;
pub mod vouchers;

/// Everything that the tab shows, as the store has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SecurityAt {
    pub api: ApiDetail,
    /// The entries of the dropdown, the chosen one among them.
    pub choices: Vec<CertificateChoice>,
    /// How many of them a search found.
    pub found: Option<usize>,
    /// How many certificates there are in all.
    pub total: u64,
    /// The CA certificates that the backend is judged by, when they are not the machine's own.
    pub authorities: Vec<CertificateFacts>,
    /// The uploaded CA certificates, to choose from.
    pub uploaded: Vec<AuthorityChoice>,
    /// What the policy says about client certificates.
    pub callers: Callers,
    pub now: OffsetDateTime,
}

/// The tab. `find` in the address searches the certificates.
#[component]
pub fn ApiSecurityPage() -> impl IntoView {
    let form = refill(FORM);
    let load = security(parameter("api"), query("find"), form.value("certificate", ""));
    loaded(load, move |at| {
        view! {
            <ApiPage api=at.api.clone() tab=ApiTab::Security>
                <SecurityForm refill=form at=at />
            </ApiPage>
        }
        .into_any()
    })
}

/// One form for both questions: they are tried and saved together.
#[component]
fn SecurityForm(refill: Refill, at: SecurityAt) -> impl IntoView {
    let l = language();
    let probed = match &refill.detail {
        Detail::Probe(report) => Some((**report).clone()),
        _ => None,
    };
    let (id, revision) = (at.api.id.to_string(), at.api.revision);
    view! {
        <div class="max-w-4xl">
            <Form refill=refill.clone() action=SaveSecurity::PATH class="form depends">
                <Hidden name="id" value=id />
                <Revision refill=refill.clone() present=revision />
                <CredentialFields refill=refill.clone() at=at.clone() />
                <TrustFields refill=refill.clone() at=at.clone() />
                <CallersFields refill=refill at=at />
                {probed.map(|report| view! { <ProbeResult report=report /> })}
                <div class="actions">
                    <button class="button primary">{l.say("Save", "저장")}</button>
                    <button class="button" formaction=TryConnection::PATH>
                        {l.say("Test connection", "연결 테스트")}
                    </button>
                </div>
                <p class="hint">
                    {l.say(
                        "The test connects to the backend with the settings above and saves nothing. Saved settings apply immediately.",
                        "연결 테스트는 위의 설정으로 백 엔드에 연결해 보기만 하고 저장하지 않습니다. 저장한 설정은 즉시 적용됩니다.",
                    )}
                </p>
            </Form>
        </div>
    }
}

/// What the tab shows. `find` searches the certificates; `chosen` is among them whatever is searched for.
///
/// # Errors
/// Nobody has signed in, there is no such API, or the store can't be read.
#[server(endpoint = "apis/security/show")]
pub async fn security(
    #[server(default)] id: String,
    #[server(default)] find: String,
    #[server(default)] chosen: String,
) -> Result<SecurityAt, PageError> {
    use domain::credential::Credential;

    let id = id.parse().map_err(|_| crate::context::not_found())?;
    let chosen = chosen.parse().ok().map(Credential::Certificate);
    crate::context::look(move |management, actor| {
        let api = management.api(actor, &id)?;
        let selected = chosen.as_ref().unwrap_or(&api.credential);
        let entries = management.certificate_choices(actor, &find, Some(selected))?;
        let found = if find.is_empty() {
            None
        } else {
            Some(management.certificate_choices(actor, &find, None)?.choices.len())
        };
        Ok(SecurityAt {
            authorities: management.security_authorities(actor, &id)?,
            uploaded: management.authority_choices(actor)?,
            callers: management.callers(actor, &id)?,
            choices: entries.choices,
            total: entries.total,
            found,
            now: management.now(),
            api,
        })
    })
    .await
}

/// Saves what the form says; it applies at once.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "apis/security/save")]
pub async fn save_security(
    #[server(default)] id: String,
    #[server(flatten)] entered: Entered,
) -> Result<(), PageError> {
    use crate::components::ending::EndingAt;
    use crate::pages::apis::security::vouchers::unvouched;
    use crate::pages::apis::security_page;
    use crate::post::{Next, saved_with};
    use domain::policy_document::Scope;

    let id: domain::name::ApiId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = security_page(&id);
    let lets_anyone_in = entered.lets_anyone_in();
    entered
        .posted(&address)
        .run(
            move |management, actor| {
                let expected = entered.revision.parse().unwrap_or(0);
                let saved = management.save_security(actor, &id, &entered.form()?, expected)?;
                Ok((saved, EndingAt::of(&Scope::Api(id), management, actor)?))
            },
            move |(saved, ending), l| {
                let notice = saved_with(&saved, &ending, l);
                let notice = if lets_anyone_in { notice.warning(unvouched()) } else { notice };
                Next::to(address).saying(notice)
            },
        )
        .await
}

const FORM: &str = "security";
