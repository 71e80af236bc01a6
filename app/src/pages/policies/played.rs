//! What the playground found out: how the call ends, and every statement on the way there.

use leptos::prelude::*;

use domain::language::Language;
use domain::playground::{Ending, Forwarded, Played, PlayedAnswer, PlayedCredential, PlayedStep};

use crate::components::icon::Icon;
use crate::components::notice::Tone;
use crate::components::statement::StatementAnchor;
use crate::components::thumbprint::last_four;
use crate::pages::certificates;
use crate::pages::policies::place::scope_name;
use crate::session::language;
use crate::words::steps::StepText;

/// The ending first, then the statements, then the messages.
#[component]
pub fn PlayedView(played: Played) -> impl IntoView {
    let l = language();
    let (tone, sentence) = ending(&played, l);
    // The words that go out with the status, as the policy has them.
    let reason = match &played.ending {
        Ending::Answered(answer) if played.forwarded.is_none() => answer.reason.clone(),
        _ => String::new(),
    };
    let answer = match played.ending {
        Ending::Answered(answer) => Some(answer),
        Ending::NoOperation | Ending::TooLong => None,
    };
    let answer = answer
        .filter(|answer| played.forwarded.is_none() || !answer.headers.is_empty() || !answer.body.is_empty());
    view! {
        <section class="card" aria-label=l.say("Expected result", "예상 결과")>
            <div class=format!("callout {}", tone.class()) role="status" id=ANSWER tabindex="-1">
                <Icon symbol=tone.symbol() />
                <div class="min-w-0">
                    <p class="font-semibold">
                        {sentence} " " <code class="font-mono text-sm">{reason}</code>
                    </p>
                    {played.operation.map(|one| view! { <p>{l.say(format!("Operation: {}", one.name), format!("작업: {}", one.name))}</p> })}
                    {played
                        .caller
                        .map(|caller| {
                            let who = format!("{} ({})", caller.subject, last_four(&caller.thumbprint));
                            view! { <p>{l.say(format!("Client: {who}"), format!("호출자: {who}"))}</p> }
                        })}
                    {(!played.removed.is_empty()).then(|| view! { <p>{removed(&played.removed, l)}</p> })}
                </div>
            </div>
            <Steps steps=played.steps />
        </section>
        {played.forwarded.map(|request| view! { <Request request=request /> })}
        {answer.map(|answer| view! { <Answer answer=answer /> })}
    }
}

/// What the gateway takes from no caller, in a sentence.
fn removed(names: &[String], l: Language) -> String {
    let names = names.join(", ");
    l.say(
        format!("Removed before policies run, because clients may not set these headers: {names}"),
        format!("호출자가 설정할 수 없는 헤더이므로 정책을 실행하기 전에 제거합니다: {names}"),
    )
}

/// How the call ends, in a sentence.
fn ending(played: &Played, l: Language) -> (Tone, String) {
    match (&played.ending, &played.forwarded) {
        (Ending::NoOperation, _) => (
            Tone::Bad,
            l.say(
                "No operation of the API matches this method and path. The client gets 404 and no policy runs.",
                "이 메서드와 경로에 일치하는 작업이 없습니다. 정책을 실행하지 않고 404로 응답합니다.",
            )
            .to_owned(),
        ),
        (Ending::TooLong, _) => (
            Tone::Warning,
            l.say(
                "The policies exceeded the limits of the playground, so it stopped.",
                "정책이 모의 실행의 한도를 초과하여 중단했습니다.",
            )
            .to_owned(),
        ),
        (Ending::Answered(answer), Some(request)) if answer.failure.is_none() => {
            (Tone::Good, forwarded(request, answer.status, l))
        }
        (Ending::Answered(answer), _) => (if answer.status < 400 { Tone::Good } else { Tone::Bad }, answered(answer, l)),
    }
}

fn forwarded(Forwarded { method, url, credential, .. }: &Forwarded, status: u16, l: Language) -> String {
    let with = match credential {
        PlayedCredential::None => l.say("without a credential".to_owned(), "자격 증명 없이".to_owned()),
        PlayedCredential::Basic { username } => {
            l.say(format!("with the user name {username}"), format!("사용자 이름 {username}(으)로"))
        }
        PlayedCredential::Certificate { name, thumbprint, .. } => {
            let which = format!("{name} ({})", last_four(thumbprint));
            l.say(format!("with the certificate {which}"), format!("인증서 {which}(으)로"))
        }
        PlayedCredential::Pfx => {
            l.say("with a certificate from an expression".to_owned(), "식에서 가져온 인증서로".to_owned())
        }
    };
    let then = match status {
        200 => String::new(),
        _ => l.say(
            format!(" The response has status {status}."),
            format!(" 응답 상태는 {status}이(가) 됩니다."),
        ),
    };
    l.say(
        format!("The backend gets {method} {url} {with}.{then}"),
        format!("{with} {method} {url}을(를) 호출합니다.{then}"),
    )
}

fn answered(answer: &PlayedAnswer, l: Language) -> String {
    let status = answer.status;
    l.say(format!("The client gets {status}."), format!("호출자에게 {status}(으)로 응답합니다."))
}

#[component]
fn Steps(steps: Vec<PlayedStep>) -> impl IntoView {
    let l = language();
    let step = move |step: PlayedStep| {
        let name = scope_name(&step.scope, l);
        let section = step.statement.section.clone();
        view! {
            <li class="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t border-line py-2 first:border-0">
                <span class="badge border border-line">{name}</span>
                <code class="font-mono text-sm text-muted">{section}</code>
                <StatementAnchor statement=step.statement scope=Some(step.scope) />
                <span class="basis-full md:ms-auto md:basis-auto">
                    <StepText what=step.what />
                </span>
            </li>
        }
    };
    (!steps.is_empty()).then(|| {
        view! {
            <h2>{l.say("Results by statement", "정책 문별 결과")}</h2>
            <ol>{steps.into_iter().map(step).collect_view()}</ol>
        }
    })
}

#[component]
fn Request(request: Forwarded) -> impl IntoView {
    let l = language();
    let certificate = match request.credential {
        PlayedCredential::Certificate { id, name, .. } => {
            let link = view! { <a href=certificates::page(&id)>{name}</a> };
            Some(view! { <p>{l.say("Certificate: ", "인증서: ")} {link}</p> })
        }
        PlayedCredential::None | PlayedCredential::Basic { .. } | PlayedCredential::Pfx => None,
    };
    view! {
        <section class="card">
            <h2>{l.say("Request to the backend", "백 엔드로 가는 요청")}</h2>
            {certificate}
            <pre class="excerpt mt-0">{message(&format!("{} {}", request.method, request.url), &request.headers, "")}</pre>
        </section>
    }
}

#[component]
fn Answer(answer: PlayedAnswer) -> impl IntoView {
    let l = language();
    let status = format!("{} {}", answer.status, answer.reason);
    view! {
        <section class="card">
            <h2>{l.say("Response to the client", "호출자에게 가는 응답")}</h2>
            {answer
                .failure
                .map(|(reason, message)| {
                    view! {
                        <p>
                            <code class="font-mono text-sm">{reason}</code>
                            " "
                            <StepText what=message />
                        </p>
                    }
                })}
            <pre class="excerpt mt-0 whitespace-pre-wrap">{message(status.trim(), &answer.headers, &answer.body)}</pre>
        </section>
    }
}

/// A message as it would be read on the wire.
fn message(first: &str, headers: &[(String, String)], body: &str) -> String {
    let lines = headers.iter().map(|(name, value)| format!("\n{name}: {value}"));
    let head: String = std::iter::once(first.to_owned()).chain(lines).collect();
    if body.is_empty() { head } else { format!("{head}\n\n{body}") }
}

/// Where the answer stands in the page.
pub const ANSWER: &str = "played";
