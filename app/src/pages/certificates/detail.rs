//! Everything about one client certificate.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use domain::certificate::{CertificateDetail, CertificateFacts, Status};

use crate::components::status::{StatusBadge, word};
use crate::components::thumbprint::{ThumbprintText, last_four};
use crate::components::when::{Day, Moment};
use crate::error::PageError;
use crate::layout::{Page, Section};
use crate::load::{loaded, parameter};
use crate::pages::certificates::chain::Chain;
use crate::pages::certificates::delete::{DeleteCertificateLink, Used};
use crate::pages::certificates::previous::PreviousVersions;
use crate::pages::certificates::rename::RenameForm;
use crate::pages::certificates::uses::Uses;
use crate::pages::certificates::{crumbs, page};
use crate::session::language;
use crate::words::dates;
use crate::words::usages::usage;

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
            uses=Used::in_places(detail.uses.len())
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
            <Validity facts=detail.leaf.clone() now=now />
            <Facts detail=detail.clone() />
            <Uses uses=detail.uses.clone() last_used=detail.last_used />
            <Chain detail=detail.clone() now=now />
            <PreviousVersions detail=detail.clone() />
            <RenameForm detail=detail />
        </Page>
    }
}

/// The validity as a bar, said in words too.
#[component]
fn Validity(facts: CertificateFacts, now: OffsetDateTime) -> impl IntoView {
    let l = language();
    let status = Status::at(now, facts.not_before, facts.not_after);
    let class = match status {
        Status::Expired => "validity bad",
        Status::Expiring => "validity warning",
        Status::NotYetValid => "validity",
        Status::Valid => "validity good",
    };
    let passed = passed_percent(now, facts.not_before, facts.not_after);
    let described = l.say(
        format!("{}: {passed} percent of the validity have passed", word(status, l)),
        format!("{}: 유효 기간의 {passed}퍼센트가 지났습니다", word(status, l)),
    );
    view! {
        <section class="card" aria-label=l.say("Validity", "유효 기간")>
            <p class="flex flex-wrap items-center gap-3">
                <StatusBadge status=status />
                <span>
                    {l.say("expires ", "만료: ")} <Day at=facts.not_after /> {" "}
                    <span class="text-muted">"(" {dates::distance(now, facts.not_after, l)} ")"</span>
                </span>
            </p>
            <svg class=class viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=described>
                <rect width=passed height="4" />
            </svg>
            <p class="flex justify-between text-sm text-muted">
                <Day at=facts.not_before />
                <Day at=facts.not_after />
            </p>
        </section>
    }
}

#[component]
fn Facts(detail: CertificateDetail) -> impl IntoView {
    let l = language();
    let leaf = detail.leaf;
    let or_none = |lines: Vec<String>| {
        if lines.is_empty() { vec![l.say("none", "없음").to_owned()] } else { lines }
    };
    let lines = move |lines: Vec<String>| {
        or_none(lines).into_iter().map(|line| view! { <p>{line}</p> }).collect_view()
    };
    view! {
        <section class="card">
            <h2>{l.say("The certificate", "인증서 정보")}</h2>
            <dl class="facts">
                <dt>{l.say("Subject", "주체")}</dt>
                <dd>{leaf.subject}</dd>
                <dt>{l.say("Issuer", "발급자")}</dt>
                <dd>{leaf.issuer}</dd>
                <dt>{l.say("Thumbprint (SHA-1)", "지문(SHA-1)")}</dt>
                <dd>
                    <ThumbprintText thumbprint=leaf.thumbprint />
                </dd>
                <dt>{l.say("Fingerprint (SHA-256)", "지문(SHA-256)")}</dt>
                <dd class="thumbprint">{leaf.sha256}</dd>
                <dt>{l.say("Serial number", "일련번호")}</dt>
                <dd class="thumbprint">{leaf.serial_number}</dd>
                <dt>{l.say("Key", "키")}</dt>
                <dd>{leaf.key_type}</dd>
                <dt>{l.say("Alternative names", "대체 이름")}</dt>
                <dd>{lines(leaf.alternative_names)}</dd>
                <dt>{l.say("Usages", "용도")}</dt>
                <dd>{lines(leaf.usages.iter().map(|name| usage(name, l)).collect())}</dd>
                <dt>{l.say("Id in policies", "정책에서 쓰는 ID")}</dt>
                <dd>
                    <code class="font-mono text-sm">{detail.id.to_string()}</code>
                </dd>
                <dt>{l.say("Uploaded", "업로드")}</dt>
                <dd>
                    <Moment at=detail.uploaded_at />
                    {l.say(format!(" by {}", detail.uploaded_by), format!(" ({} 님)", detail.uploaded_by))}
                </dd>
            </dl>
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

/// How much of a validity has passed, from 0 to 100.
fn passed_percent(now: OffsetDateTime, from: OffsetDateTime, to: OffsetDateTime) -> i64 {
    let whole = (to - from).whole_seconds().max(1);
    let passed = (now - from).whole_seconds().clamp(0, whole);
    passed.saturating_mul(100) / whole
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::passed_percent;

    #[test]
    fn the_bar_is_empty_before_the_validity_and_full_after_it() {
        let (from, to) = (datetime!(2030-01-01 0:00 UTC), datetime!(2030-01-11 0:00 UTC));
        assert_eq!(passed_percent(datetime!(2029-01-01 0:00 UTC), from, to), 0);
        assert_eq!(passed_percent(datetime!(2030-01-06 0:00 UTC), from, to), 50);
        assert_eq!(passed_percent(datetime!(2031-01-01 0:00 UTC), from, to), 100);
    }
}
