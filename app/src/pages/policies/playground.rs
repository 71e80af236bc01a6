//! The playground: a call that nobody makes, and what the policies would do with it, statement by statement.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

use domain::certificate::CertificateChoice;
use domain::failed_call::FailedCall;
use domain::language::Language;
use domain::policy_document::Scope;

use crate::components::field::{Choice, SelectField, TextArea, TextField};
use crate::components::form::{Form, Hidden};
use crate::components::thumbprint::last_four;
use crate::error::PageError;
use crate::forms::{Detail, Refill, refill};
use crate::gateway::for_callers;
use crate::load::{loaded, query};
use crate::pages::operations::fields::METHODS;
use crate::pages::policies::place::{Place, PolicyPage, PolicyView, scope_here};
use crate::pages::policies::played::PlayedView;
use crate::session::language;
use crate::words::dates;

/// Everything that the page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlaygroundAt {
    pub place: Place,
    pub certificates: Vec<CertificateChoice>,
    /// Whether there are more of them.
    pub more: bool,
    /// The calls of the API that failed last.
    pub failed: Vec<FailedCall>,
}

/// The page: `…/policies/playground`. The address can name a failed call (`call`) to begin with.
#[component]
pub fn PlaygroundPage() -> impl IntoView {
    loaded(playground(scope_here(), query("call")), |at: PlaygroundAt| {
        let l = language();
        let form = refill(FORM);
        let played = match &form.detail {
            Detail::Played(played) => Some(played.clone()),
            _ => None,
        };
        view! {
            <PolicyPage place=at.place.clone() shown=PolicyView::Playground>
                <p class="max-w-prose text-muted">
                    {l.say(
                        "See how the saved policies would process a request, statement by statement. Nothing is sent.",
                        "저장된 정책이 요청을 어떻게 처리하는지 정책 문별로 보여 줍니다. 실제로 전송되는 것은 없습니다.",
                    )}
                </p>
                <PlayForm at=at form=form />
                {played.map(|played| view! { <PlayedView played=*played /> })}
            </PolicyPage>
        }
        .into_any()
    })
}

#[component]
fn PlayForm(at: PlaygroundAt, form: Refill) -> impl IntoView {
    let l = language();
    let chosen = at.failed.iter().find(|call| call.request_id == query("call")).cloned();
    let suffix = suffix(&at.place);
    let (method, path) = begin_with(&at.place, chosen.as_ref(), &suffix);
    let call = chosen.as_ref().map(|call| call.request_id.clone()).unwrap_or_default();
    let by = if chosen.is_some() { FAILED } else { NOBODY };
    let has_body = !form.value("body", "").is_empty();
    view! {
        <section class="card">
            <Form refill=form.clone() action=Play::PATH class="form depends">
                <Hidden name="scope" value=at.place.scope().to_string() />
                <CallerFields
                    form=form.clone()
                    by=by
                    certificates=at.certificates
                    more=at.more
                    failed=at.failed
                    call=call
                />
                <div class="grid gap-4 md:grid-cols-[10rem_1fr]">
                    <TextField
                        refill=form.clone()
                        name="method"
                        label=l.say("Method", "메서드")
                        value=method
                        suggestions=METHODS.into_iter().filter(|name| *name != "*").collect()
                        longest=40
                        monospace=true
                        required=true
                    />
                    <TextField
                        refill=form.clone()
                        name="path"
                        label=l.say("Path and query", "경로 및 쿼리")
                        value=path
                        before=for_callers(&suffix)
                        longest=4000
                        monospace=true
                    />
                </div>
                <TextArea
                    refill=form.clone()
                    name="headers"
                    label=l.say("Headers", "헤더")
                    hint=l.say("One per line, for example Accept: application/json", "한 줄에 하나씩: Accept: application/json")
                    rows=3
                />
                <details open=has_body>
                    <summary class="cursor-pointer font-medium">{l.say("Body", "본문")}</summary>
                    <TextArea refill=form name="body" label=l.say("Request body", "요청 본문") rows=5 />
                </details>
                <div class="actions">
                    <button class="button primary">{l.say("Run", "실행")}</button>
                </div>
            </Form>
        </section>
    }
}

#[component]
fn CallerFields(
    form: Refill,
    by: &'static str,
    certificates: Vec<CertificateChoice>,
    more: bool,
    failed: Vec<FailedCall>,
    /// The request id of the call to begin with.
    call: String,
) -> impl IntoView {
    let l = language();
    let mut ways = vec![Choice::new(NOBODY, l.say("No certificate", "인증서 없음"))];
    if !failed.is_empty() {
        ways.push(Choice::new(FAILED, l.say("From a failed request", "실패한 요청의 인증서")));
    }
    if !certificates.is_empty() {
        ways.push(Choice::new(
            UPLOADED,
            l.say("An uploaded client certificate", "업로드된 클라이언트 인증서"),
        ));
    }
    ways.push(Choice::new(PASTED, l.say("A pasted certificate (PEM)", "붙여 넣은 인증서(PEM)")));
    let certificates: Vec<Choice> = certificates.iter().map(certificate).collect();
    let calls: Vec<Choice> = failed.iter().map(|call| failed_call(call, l)).collect();
    view! {
        <SelectField
            refill=form.clone()
            name="by"
            label=l.say("Client certificate", "클라이언트 인증서")
            choices=ways
            value=by
        />
        {(!calls.is_empty())
            .then(|| {
                view! {
                    <div class="when-failed">
                        <SelectField
                            refill=form.clone()
                            name="call"
                            label=l.say("Failed request", "실패한 요청")
                            choices=calls
                            value=call
                        />
                    </div>
                }
            })}
        {(!certificates.is_empty())
            .then(|| {
                view! {
                    <div class="when-picked">
                        <SelectField
                            refill=form.clone()
                            name="certificate"
                            label=l.say("Uploaded certificate", "업로드된 인증서")
                            choices=certificates
                        />
                        {more
                            .then(|| {
                                view! {
                                    <TextField
                                        refill=form.clone()
                                        name="thumbprint"
                                        label=l.say("Or thumbprint", "또는 지문")
                                        hint=l.say(
                                            "Not all certificates are listed. Enter a thumbprint to use another one.",
                                            "인증서가 일부만 표시됩니다. 다른 인증서는 지문으로 지정하세요.",
                                        )
                                        longest=200
                                        monospace=true
                                    />
                                }
                            })}
                    </div>
                }
            })}
        <div class="when-pasted">
            <TextArea
                refill=form.clone()
                name="pem"
                label=l.say("Certificate (PEM)", "인증서(PEM)")
                hint=l.say(
                    "The client's certificate first, optionally followed by the CA certificates of its chain. Don't paste a private key.",
                    "호출자의 인증서를 먼저 넣고 체인의 CA 인증서를 이어서 넣을 수 있습니다. 개인 키는 넣지 마세요.",
                )
                rows=6
            />
        </div>
        <TextField
            refill=form
            name="address"
            label=l.say("Client address (optional)", "호출자 주소(선택)")
            hint=l.say("An IP address, used by IP policies.", "IP 주소를 검사하는 정책이 있을 때 입력하세요.")
            longest=50
            monospace=true
        />
    }
}

fn certificate(one: &CertificateChoice) -> Choice {
    Choice::new(one.id.to_string(), format!("{} ({})", one.common_name, last_four(&one.thumbprint)))
}

fn failed_call(call: &FailedCall, l: Language) -> Choice {
    let who = match &call.caller.certificate {
        Some(shown) => shown.subject.clone(),
        None => l.say("no certificate", "인증서 없음").to_owned(),
    };
    let at = dates::moment(call.at);
    Choice::new(&call.request_id, format!("{at}: {} {}, {who}", call.call.method, call.call.path))
        .at(&[call.at])
}

fn suffix(place: &Place) -> String {
    match place {
        Place::All => String::new(),
        Place::Api(api) | Place::Operation(api, _) => api.settings.suffix.as_str().to_owned(),
    }
}

/// Method and path to begin with: of the failed call, or of the operation.
fn begin_with(place: &Place, chosen: Option<&FailedCall>, suffix: &str) -> (String, String) {
    if let Some(call) = chosen {
        let path = call.call.path.trim_start_matches('/');
        return (call.call.method.clone(), path.strip_prefix(suffix).unwrap_or(path).to_owned());
    }
    match place {
        Place::Operation(_, operation) if operation.settings.method != ANY_METHOD => {
            (operation.settings.method.clone(), operation.settings.template.clone())
        }
        Place::Operation(_, operation) => ("GET".to_owned(), operation.settings.template.clone()),
        Place::All | Place::Api(_) => ("GET".to_owned(), "/".to_owned()),
    }
}

/// What the page shows.
///
/// # Errors
/// Nobody has signed in, there is no such API or operation, or the store can't be read.
#[server(endpoint = "policies/playground")]
pub async fn playground(
    #[server(default)] scope: String,
    #[server(default)] call: String,
) -> Result<PlaygroundAt, PageError> {
    use domain::failed_call::FailedFilter;
    use management::error::Error;

    let scope: Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    crate::context::look(move |management, actor| {
        let filter = FailedFilter { api: scope.api().cloned(), ..FailedFilter::default() };
        let found = management.failed_calls(actor, &filter, None)?.calls;
        let others = found.into_iter().map(|one| one.call).filter(|one| one.request_id != call);
        let chosen = match management.failed_call(actor, &call) {
            Ok(chosen) => Some(chosen).filter(|one| one.call.api.as_ref() == scope.api()),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        let failed = chosen.into_iter().chain(others.take(CALLS_SHOWN)).collect();
        let found = management.certificate_choices(actor, "", None)?;
        let listed = u64::try_from(found.choices.len()).unwrap_or(u64::MAX);
        Ok(PlaygroundAt {
            place: Place::of(&scope, management, actor)?,
            more: found.total > listed,
            certificates: found.choices,
            failed,
        })
    })
    .await
}

/// Finds out what would become of a call and comes back with that.
///
/// # Errors
/// Only towards scripts; a person is led back to the form.
#[server(endpoint = "policies/play")]
#[allow(clippy::too_many_arguments, reason = "they are the fields of the form")]
pub async fn play(
    #[server(default)] scope: String,
    #[server(default)] by: String,
    #[server(default)] call: String,
    #[server(default)] certificate: String,
    #[server(default)] thumbprint: String,
    #[server(default)] pem: String,
    #[server(default)] address: String,
    #[server(default)] method: String,
    #[server(default)] path: String,
    #[server(default)] headers: String,
    #[server(default)] body: String,
) -> Result<(), PageError> {
    use crate::pages::policies::played::ANSWER;
    use crate::pages::policies::playground_page;
    use domain::playground::PlayedBy;
    use management::error::{Error, Problem};
    use management::playground::PlaygroundForm;

    let scope: Scope = scope.parse().map_err(|_| crate::context::not_found())?;
    let api = scope.api().cloned().ok_or_else(crate::context::not_found)?;
    let form = crate::post::Posted::on(format!("{}#{ANSWER}", playground_page(&scope)), FORM)
        .with("by", &by)
        .with("call", &call)
        .with("certificate", &certificate)
        .with("thumbprint", &thumbprint)
        .with("pem", &pem)
        .with("address", &address)
        .with("method", &method)
        .with("path", &path)
        .with("headers", &headers)
        .with("body", &body);
    let by = match by.as_str() {
        FAILED => PlayedBy::Failed(call),
        PASTED => PlayedBy::Pem(pem),
        UPLOADED if !thumbprint.trim().is_empty() => PlayedBy::Thumbprint(thumbprint),
        UPLOADED => match certificate.parse() {
            Ok(id) => PlayedBy::Uploaded(id),
            Err(_) => return form.refuse(&Error::invalid("certificate", Problem::NoSuchCertificate)),
        },
        _ => PlayedBy::Nobody,
    };
    let body = crate::post::with_plain_line_ends(&body);
    let asked = PlaygroundForm { by, address, method, path, headers, body };
    match crate::context::ask(move |management, actor| management.play(actor, &api, &asked)).await {
        Ok(played) => form.answer(Detail::Played(Box::new(played))),
        Err(error) => form.refuse(&error),
    }
}

const FORM: &str = "playground";
const NOBODY: &str = "nobody";
const FAILED: &str = "failed";
const UPLOADED: &str = "uploaded";
const PASTED: &str = "pasted";
#[cfg(feature = "ssr")]
const CALLS_SHOWN: usize = 20;
const ANY_METHOD: &str = "*";
