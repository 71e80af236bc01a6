//! Uploading the renewed PFX into the slot of a certificate.

use leptos::prelude::*;

use crate::components::thumbprint::last_four;
use crate::components::when::Day;
use crate::layout::{Crumb, Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::certificates::detail::{CertificateAt, certificate};
use crate::pages::certificates::upload::UploadForm;
use crate::pages::certificates::{crumbs, page};
use crate::session::language;

/// The page with the form.
#[component]
pub fn ReplaceCertificate() -> impl IntoView {
    loaded(certificate(parameter("id")), |at| view! { <ReplaceView at=at /> }.into_any())
}

#[component]
fn ReplaceView(at: CertificateAt) -> impl IntoView {
    let l = language();
    let detail = at.detail;
    let crumbs = crumbs(l, Some(Crumb::new(detail.name.to_string(), page(&detail.id))));
    view! {
        <Page title=l.say("Replace the certificate", "인증서 교체").to_owned() section=Section::Security crumbs=crumbs>
            <div class="card max-w-2xl">
                <p>
                    {l.say("Current certificate: ", "현재 인증서: ")} <strong>{detail.leaf.common_name.clone()}</strong>
                    {format!(" ({}), ", last_four(&detail.leaf.thumbprint))} {l.say("expires ", "만료: ")}
                    <Day at=detail.leaf.not_after />
                </p>
                <p class="text-muted">
                    {l.say(
                        "Every API that uses this certificate changes to the new one immediately; no policy needs to be edited. The current one is kept and can be restored.",
                        "이 인증서를 사용하는 모든 API가 즉시 새 인증서로 바뀌며 정책을 수정할 필요가 없습니다. 현재 인증서는 보관되며 복원할 수 있습니다.",
                    )}
                </p>
                <UploadForm replacing=detail.id />
            </div>
        </Page>
    }
}
