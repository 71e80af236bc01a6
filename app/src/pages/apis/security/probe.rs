//! Trying the connection with what the form says, before anything is saved.

use leptos::prelude::*;

use domain::handshake::{HandshakeProblem, Untrusted};
use domain::probe::{Presented, ProbeReport};

use crate::components::icon::Icon;
use crate::components::notice::Tone;
use crate::components::when::Day;
use crate::error::PageError;
use crate::pages::apis::security::entered::{ANSWER, Entered};
use crate::pages::authorities;
use crate::session::language;
use crate::words::probe::{is_fine, sentence};

/// What came of it, in words. The browser goes to it by its id, which also gives it the focus.
#[component]
pub fn ProbeResult(report: ProbeReport) -> impl IntoView {
    let l = language();
    let tone = tone(&report);
    let title = match tone {
        Tone::Good => l.say("Connection succeeded", "연결되었습니다"),
        Tone::Warning | Tone::Info => {
            l.say("Connection succeeded with warnings", "연결되었지만 확인이 필요합니다")
        }
        Tone::Bad => l.say("Connection failed", "연결되지 않았습니다"),
    };
    let text = sentence(&report, l);
    let upload = wants_authority(&report).then(|| {
        view! {
            <p>
                <a href=authorities::UPLOAD>{l.say("Upload a CA certificate", "CA 인증서 업로드")}</a>
            </p>
        }
    });
    let presented = presented(report).map(|presented| view! { <PresentedFacts presented=presented /> });
    view! {
        <section class=format!("callout {}", tone.class()) role="status" id=ANSWER tabindex="-1">
            <Icon symbol=tone.symbol() />
            <div class="flex min-w-0 flex-col gap-2">
                <p class="font-semibold">{title}</p>
                <p>{text}</p>
                {upload}
                {presented}
                <p>{l.say("Nothing has been saved yet.", "아직 저장되지 않았습니다.")}</p>
            </div>
        </section>
    }
}

/// The certificate that the backend presented.
#[component]
fn PresentedFacts(presented: Presented) -> impl IntoView {
    let l = language();
    let names = (!presented.names.is_empty()).then(|| presented.names.join(", "));
    view! {
        <div class="text-ink">
            <h3>{l.say("The backend's certificate", "백 엔드의 인증서")}</h3>
            <dl class="facts mt-1">
                <dt>{l.say("Subject", "주체")}</dt>
                <dd>{presented.subject}</dd>
                <dt>{l.say("Issuer", "발급자")}</dt>
                <dd>{presented.issuer}</dd>
                {names
                    .map(|names| {
                        view! {
                            <dt>{l.say("Names", "이름")}</dt>
                            <dd>{names}</dd>
                        }
                    })}
                <dt>{l.say("Expires", "만료")}</dt>
                <dd>
                    <Day at=presented.not_after />
                </dd>
            </dl>
        </div>
    }
}

/// How the outcome of a test is meant.
#[must_use]
pub fn tone(report: &ProbeReport) -> Tone {
    match report {
        report if is_fine(report) => Tone::Good,
        ProbeReport::Fine(_) | ProbeReport::Plain => Tone::Warning,
        _ => Tone::Bad,
    }
}

/// Whether uploading a certificate would help.
fn wants_authority(report: &ProbeReport) -> bool {
    let ProbeReport::TlsFailed { problem: HandshakeProblem::Certificate(reason), .. } = report else {
        return false;
    };
    matches!(reason, Untrusted::Authority | Untrusted::SelfSigned | Untrusted::UnknownIssuer)
}

fn presented(report: ProbeReport) -> Option<Presented> {
    match report {
        ProbeReport::Fine(facts) => facts.presented,
        ProbeReport::TlsFailed { presented, .. } => presented,
        _ => None,
    }
}

/// Connects to the backend with what was entered and comes back with the outcome.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "apis/security/try")]
pub async fn try_connection(
    #[server(default)] id: String,
    #[server(flatten)] entered: Entered,
) -> Result<(), PageError> {
    use crate::context::{ask, management};
    use crate::forms::Detail;

    let id: domain::name::ApiId = id.parse().map_err(|_| crate::context::not_found())?;
    let form = entered.posted(&crate::pages::apis::security_page(&id));
    match ask(move |management, actor| management.probe_target(actor, &id, &entered.form()?)).await {
        Ok(target) => {
            let report = management()?.probe(target).await;
            form.answer(Detail::Probe(Box::new(report)))
        }
        Err(error) => form.refuse(&error),
    }
}
