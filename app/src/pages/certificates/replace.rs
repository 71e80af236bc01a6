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
                        "Upload the renewed file. Before anything changes, you see what differs and how the backends take it.",
                        "갱신된 파일을 업로드하세요. 바뀌기 전에 달라지는 내용과 백 엔드 연결 결과를 확인할 수 있습니다.",
                    )}
                </p>
                <UploadForm replacing=detail.id />
            </div>
        </Page>
    }
}
