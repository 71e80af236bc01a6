//! Everything about one CA certificate.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::authority::{AuthorityDetail, Signs};

use crate::components::certificate_facts::{FactList, Validity};
use crate::components::delete_page::Used;
use crate::components::faults::FaultsOf;
use crate::components::notice::{Callout, Tone};
use crate::components::rename::RenameForm;
use crate::components::thumbprint::last_four;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::authorities::crumbs;
use crate::pages::authorities::delete::DeleteAuthorityLink;
use crate::pages::authorities::rename::RenameAuthority;
use crate::pages::authorities::revocation::RevocationCard;
use crate::pages::authorities::uses::Uses;
use crate::session::language;

/// An authority, and what time it was looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorityAt {
    pub detail: AuthorityDetail,
    pub now: OffsetDateTime,
}

/// The page of one authority.
#[component]
pub fn Authority() -> impl IntoView {
    loaded(authority(parameter("id")), |at| view! { <DetailView at=at /> }.into_any())
}

#[component]
fn DetailView(at: AuthorityAt) -> impl IntoView {
    let l = language();
    let AuthorityAt { detail, now } = at;
    let actions = view! {
        <DeleteAuthorityLink
            id=detail.id.clone()
            named=format!("{} ({})", detail.name, last_four(&detail.facts.thumbprint))
            subject=detail.facts.subject.clone()
            used=Used::in_places(detail.uses.len())
        />
    };
    view! {
        <Page
            title=detail.name.to_string()
            section=Section::Security
            crumbs=crumbs(l, None)
            actions=actions.into_any()
        >
            <FaultsOf kind="authority" id=detail.id.to_string() />
            <OnlyItself signs=detail.signs />
            <Validity facts=detail.facts.clone() now=now />
            <Facts detail=detail.clone() />
            <RevocationCard detail=detail.clone() now=now />
            <Uses uses=detail.uses.clone() />
            <RenameForm action=RenameAuthority::PATH id=detail.id.to_string() name=detail.name.to_string() />
        </Page>
    }
}

/// What a certificate that is no CA can and can't do here.
#[component]
fn OnlyItself(signs: Signs) -> impl IntoView {
    let l = language();
    (signs == Signs::OnlyItself).then(|| {
        view! {
            <Callout tone=Tone::Warning>
                <p>
                    {l.say(
                        "This is not a CA certificate: its basic constraints or key usage don't allow it to sign other certificates. It is trusted itself, like a self-signed certificate of a client or a backend, but no certificate is trusted because of it. To trust certificates from its issuer, upload the issuer's certificate.",
                        "CA 인증서가 아닙니다. 기본 제한이나 키 사용 때문에 다른 인증서에 서명할 수 없습니다. 호출자나 백 엔드의 자체 서명된 인증서처럼 그 자체만 신뢰하며, 이 인증서로 다른 인증서를 신뢰하지는 않습니다. 같은 발급자의 인증서를 신뢰하려면 발급자의 인증서를 업로드하세요.",
                    )}
                </p>
            </Callout>
        }
    })
}

#[component]
fn Facts(detail: AuthorityDetail) -> impl IntoView {
    let l = language();
    view! {
        <section class="card">
            <h2>{l.say("The certificate", "인증서 정보")}</h2>
            <FactList facts=detail.facts>
                <dt>{l.say("ID in policies", "정책에서 사용하는 ID")}</dt>
                <dd>
                    <code class="font-mono text-sm">{detail.id.to_string()}</code>
                    <p class="hint">
                        {l.say(
                            "Use it as issuer-certificate-id in validate-client-certificate.",
                            "validate-client-certificate의 issuer-certificate-id에 사용합니다.",
                        )}
                    </p>
                </dd>
                <dt>{l.say("Uploaded", "업로드 시각")}</dt>
                <dd>
                    <Moment at=detail.uploaded_at />
                    {l.say(format!(" by {}", detail.uploaded_by), format!(" ({} 님)", detail.uploaded_by))}
                </dd>
            </FactList>
        </section>
    }
}

/// One authority with all that belongs to it.
///
/// # Errors
/// Nobody has signed in, there is no such authority, or the store can't be read.
#[server(endpoint = "authorities/show")]
pub async fn authority(#[server(default)] id: String) -> Result<AuthorityAt, PageError> {
    let id = id.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| {
        Ok(AuthorityAt { detail: management.authority(actor, &id)?, now: management.now() })
    })
    .await
}
