//! Everything about one client certificate.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::certificate::CertificateDetail;

use crate::components::certificate_facts::{FactList, Validity};
use crate::components::delete_page::Used;
use crate::components::faults::FaultsOf;
use crate::components::rename::RenameForm;
use crate::components::thumbprint::last_four;
use crate::components::when::Moment;
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::certificates::chain::Chain;
use crate::pages::certificates::delete::DeleteCertificateLink;
use crate::pages::certificates::previous::PreviousVersions;
use crate::pages::certificates::rename::RenameCertificate;
use crate::pages::certificates::uses::Uses;
use crate::pages::certificates::{crumbs, page};
use crate::session::language;

/// A certificate, and what time it was looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CertificateAt {
    pub detail: CertificateDetail,
    pub now: OffsetDateTime,
}

/// The page of one certificate.
#[component]
pub fn Certificate() -> impl IntoView {
    loaded(certificate(parameter("id")), |at| view! { <DetailView at=at /> }.into_any())
}

#[component]
fn DetailView(at: CertificateAt) -> impl IntoView {
    let l = language();
    let CertificateAt { detail, now } = at;
    let address = page(&detail.id);
    let actions = view! {
        <a class="button" href=format!("{address}/replace")>
            {l.say("Replace", "교체")}
        </a>
        <DeleteCertificateLink
            id=detail.id.clone()
            named=format!("{} ({})", detail.name, last_four(&detail.leaf.thumbprint))
            subject=detail.leaf.subject.clone()
            used=Used::in_places(detail.uses.len())
            class="button"
        />
    };
    view! {
        <Page
            title=detail.name.to_string()
            section=Section::Security
            crumbs=crumbs(l, None)
            actions=actions.into_any()
        >
            <FaultsOf kind="certificate" id=detail.id.to_string() />
            <Validity facts=detail.leaf.clone() now=now />
            <Facts detail=detail.clone() />
            <Uses uses=detail.uses.clone() last_used=detail.last_used now=now />
            <Chain detail=detail.clone() now=now />
            <PreviousVersions detail=detail.clone() />
            <RenameForm action=RenameCertificate::PATH id=detail.id.to_string() name=detail.name.to_string() />
        </Page>
    }
}

#[component]
fn Facts(detail: CertificateDetail) -> impl IntoView {
    let l = language();
    view! {
        <section class="card">
            <h2>{l.say("The certificate", "인증서 정보")}</h2>
            <FactList facts=detail.leaf>
                <dt>{l.say("ID in policies", "정책에서 사용하는 ID")}</dt>
                <dd>
                    <code class="font-mono text-sm">{detail.id.to_string()}</code>
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

/// One certificate with all that belongs to it.
///
/// # Errors
/// Nobody has signed in, there is no such certificate, or the store can't be read.
#[server(endpoint = "certificates/show")]
pub async fn certificate(#[server(default)] id: String) -> Result<CertificateAt, PageError> {
    let id = id.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| {
        Ok(CertificateAt { detail: management.certificate(actor, &id)?, now: management.now() })
    })
    .await
}
