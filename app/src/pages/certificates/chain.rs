//! The chain of a client certificate as it was uploaded, and what else lay in the file.

use leptos::prelude::*;
use time::OffsetDateTime;

use domain::certificate::{CertificateDetail, CertificateFacts, Status};

use crate::components::status::StatusBadge;
use crate::components::thumbprint::last_four;
use crate::components::when::Day;
use crate::session::language;

/// The certificates from the leaf towards the root, then those apart from the chain.
#[component]
pub fn Chain(detail: CertificateDetail, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let link = move |facts: CertificateFacts| view! { <Link facts=facts now=now /> };
    let alone = detail.chain.is_empty();
    let chain = std::iter::once(detail.leaf).chain(detail.chain).map(link).collect_view();
    let apart = (!detail.apart.is_empty()).then(|| {
        view! {
            <h3>{l.say("Also in the file, but not part of the chain", "파일에 있지만 체인에 속하지 않는 인증서")}</h3>
            <ul class="flex flex-col gap-3">{detail.apart.into_iter().map(link).collect_view()}</ul>
        }
    });
    view! {
        <section class="card">
            <h2>{l.say("Chain", "인증서 체인")}</h2>
            <ol class="flex flex-col gap-3">{chain}</ol>
            {alone
                .then(|| {
                    view! {
                        <p class="hint">
                            {l.say(
                                "The file contains no other certificates. Backends that don't know the issuer may require the issuer's certificate in the PFX.",
                                "파일에 다른 인증서가 없습니다. 백 엔드가 발급자를 모르면 PFX에 발급자 인증서가 필요할 수 있습니다.",
                            )}
                        </p>
                    }
                })}
            {apart}
        </section>
    }
}

#[component]
fn Link(facts: CertificateFacts, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let status = Status::at(now, facts.not_before, facts.not_after);
    view! {
        <li class="border-s-2 border-line ps-4">
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class="font-medium">{facts.common_name}</span>
                <span class="font-mono text-sm text-muted">{last_four(&facts.thumbprint)}</span>
                <StatusBadge status=status />
            </p>
            <p class="hint">{facts.subject}</p>
            <p class="hint">{l.say("Issuer: ", "발급자: ")} {facts.issuer}</p>
            <p class="hint">
                <Day at=facts.not_before />
                " \u{2013} "
                <Day at=facts.not_after />
            </p>
        </li>
    }
}
