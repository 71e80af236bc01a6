//! What a certificate says: its validity as a bar, its names and numbers.

use leptos::prelude::*;
use time::OffsetDateTime;

use domain::certificate::{CertificateFacts, Status};

use crate::components::status::{StatusBadge, word};
use crate::components::thumbprint::ThumbprintText;
use crate::components::when::Day;
use crate::session::language;
use crate::words::dates;
use crate::words::usages::usage;

/// The validity as a bar, said in words too.
#[component]
pub fn Validity(facts: CertificateFacts, now: OffsetDateTime) -> impl IntoView {
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
        format!("{}: {passed}% of the validity period has passed", word(status, l)),
        format!("{}: 유효 기간의 {passed}%가 지났습니다", word(status, l)),
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

/// The facts of a certificate, then whatever else there is to say of it as `<dt>` and `<dd>`.
#[component]
pub fn FactList(facts: CertificateFacts, children: Children) -> impl IntoView {
    let l = language();
    let or_none = |lines: Vec<String>| {
        if lines.is_empty() { vec![l.say("none", "없음").to_owned()] } else { lines }
    };
    let lines = move |lines: Vec<String>| {
        or_none(lines).into_iter().map(|line| view! { <p>{line}</p> }).collect_view()
    };
    view! {
        <dl class="facts">
            <dt>{l.say("Subject", "주체")}</dt>
            <dd>{facts.subject}</dd>
            <dt>{l.say("Issuer", "발급자")}</dt>
            <dd>{facts.issuer}</dd>
            <dt>{l.say("Thumbprint (SHA-1)", "지문(SHA-1)")}</dt>
            <dd>
                <ThumbprintText thumbprint=facts.thumbprint />
            </dd>
            <dt>{l.say("Fingerprint (SHA-256)", "지문(SHA-256)")}</dt>
            <dd class="thumbprint">{facts.sha256}</dd>
            <dt>{l.say("Serial number", "일련번호")}</dt>
            <dd class="thumbprint">{facts.serial_number}</dd>
            <dt>{l.say("Key", "키")}</dt>
            <dd>{facts.key_type}</dd>
            <dt>{l.say("Alternative names", "대체 이름")}</dt>
            <dd>{lines(facts.alternative_names)}</dd>
            <dt>{l.say("Usages", "용도")}</dt>
            <dd>{lines(facts.usages.iter().map(|name| usage(name, l)).collect())}</dd>
            {children()}
        </dl>
    }
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
