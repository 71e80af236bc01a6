//! The connection tests of the APIs that use a certificate, with the one that is to replace it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use domain::name::CertificateId;
use domain::replacement::{Trial, Trials};

use crate::components::form::{Form, Hidden};
use crate::components::icon::Icon;
use crate::components::literal::RefreshWithoutScripts;
use crate::error::PageError;
use crate::forms::Refill;
use crate::pages::apis;
use crate::pages::apis::security::probe::tone;
use crate::session::language;
use crate::words::probe::sentence;

/// The tests, renewed while they run.
#[component]
pub fn TrialList(id: CertificateId, trials: Trials) -> impl IntoView {
    let l = language();
    let running =
        trials.are_running().then(|| view! { <Running done=trials.done() all=trials.tried.len() /> });
    let more = trials.apis.saturating_sub(trials.tried.len() as u64);
    let more = (more > 0 && !trials.tried.is_empty()).then(|| {
        let text = l.say(
            format!("{more} more APIs use this certificate and are not tested."),
            format!("이 인증서를 사용하는 API {}개는 테스트하지 않습니다.", more),
        );
        view! { <p class="hint">{text}</p> }
    });
    let again = (!trials.are_running()).then(|| view! { <TestAgain id=id /> });
    let none = trials.tried.is_empty().then(|| {
        view! {
            <p class="text-muted">
                {l.say(
                    "No connection has been tested with the new certificate.",
                    "새 인증서로 테스트한 연결이 없습니다.",
                )}
            </p>
        }
    });
    view! {
        <section class="card" aria-labelledby="trials">
            <h2 id="trials">{l.say("Connections with the new certificate", "새 인증서로 연결 테스트")}</h2>
            {running}
            {none}
            <ul>{trials.tried.into_iter().map(|trial| view! { <TrialRow trial=trial /> }).collect_view()}</ul>
            {more}
            {again}
        </section>
    }
}

#[component]
fn Running(done: usize, all: usize) -> impl IntoView {
    let l = language();
    let text = l.say(
        format!("{done} of {all} connections tested\u{2026}"),
        format!("연결 {all}개 중 {done}개 테스트됨\u{2026}"),
    );
    view! {
        <label class="field" role="status" data-running>
            {text} <progress class="w-full" max=all.to_string() value=done.to_string()></progress>
        </label>
        <RefreshWithoutScripts />
    }
}

#[component]
fn TrialRow(trial: Trial) -> impl IntoView {
    let l = language();
    let outcome = trial.report.map(|report| {
        let tone = tone(&report);
        view! {
            <p class=format!("flex items-start gap-2 text-{}", tone.class())>
                <Icon symbol=tone.symbol() />
                <span class="min-w-0 text-ink">{sentence(&report, l)}</span>
            </p>
        }
    });
    let waiting = outcome.is_none().then(|| {
        view! { <span class="text-muted">{l.say("testing\u{2026}", "테스트 중\u{2026}")}</span> }
    });
    view! {
        <li class="border-t border-line py-2.5 first:border-0">
            <p class="font-medium">
                <a href=apis::security_page(&trial.api.id)>{trial.api.name.to_string()}</a>
                " "
                {waiting}
            </p>
            {outcome}
        </li>
    }
}

#[component]
fn TestAgain(id: CertificateId) -> impl IntoView {
    view! {
        <Form refill=Refill::default() action=TryReplacement::PATH class="">
            <Hidden name="id" value=id.to_string() />
            <button class="button">{language().say("Test connections", "연결 테스트")}</button>
        </Form>
    }
}

/// Runs the tests of what waits for a slot, and comes back to see how they go.
///
/// # Errors
/// Only towards scripts; a person is led back to the page.
#[server(endpoint = "certificates/replacement/try")]
pub async fn try_replacement(#[server(default)] id: String) -> Result<(), PageError> {
    use crate::pages::certificates::review_page;
    use crate::post::Posted;

    let id: CertificateId = id.parse().map_err(|_| crate::context::not_found())?;
    let address = review_page(&id);
    let begun = crate::context::ask(move |management, actor| management.begin_tests(actor, &id)).await;
    match begun {
        Ok(tests) => {
            run(&crate::context::management().map_err(PageError::from)?, tests);
            crate::answer::see_other(&address);
            Ok(())
        }
        Err(error) => Posted::on(address, FORM).refuse(&error),
    }
}

/// Runs the tests beside each other, each with its own time limit; their outcomes are looked up later.
#[cfg(feature = "ssr")]
pub fn run(management: &std::sync::Arc<management::Management>, tests: management::replacement::Tests) {
    let (id, version) = (tests.id, tests.version);
    for (api, target) in tests.targets {
        let (management, id) = (std::sync::Arc::clone(management), id.clone());
        tokio::spawn(async move {
            let report = management.probe(target).await;
            management.note_test(&id, version, &api, report);
        });
    }
}

/// The id of the part of the page that is renewed.
pub const PART: &str = "replacement";
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "only the server refuses forms"))]
const FORM: &str = "try";
