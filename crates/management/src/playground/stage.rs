//! Runs a program on a call that nobody makes: does what stays inside, says what would go out.

use std::collections::HashMap;
use std::sync::Arc;

use domain::certificate::CertificateChoice;
use domain::playground::{Ending, Forwarded, Played, PlayedAnswer, PlayedCredential, PlayedStep};
use domain::policy_document::Scope;
use domain::snapshot::{Snapshot, without_secrets};
use domain::traffic::Statement;
use policy::effect::{Effect, Place, Reply, Target};
use policy::facts::Facts as _;
use policy::failure::Failure;
use policy::kept::Kept;
use policy::program::{CertificateSelector, Program};
use policy::run::{Counted, Outcome, Run};
use store::transaction::View;

use crate::error::Error;
use crate::playground::made_up::{Answer, MadeUp};
use crate::playground::{judged, words};

/// Runs it to its end and writes down what happens.
///
/// # Errors
/// When the store can't be read.
pub(crate) fn run(
    view: &View<'_>,
    call: MadeUp,
    program: &Program,
    played: &mut Played,
) -> Result<(), Error> {
    let mut stage =
        Stage { view, call, credential: PlayedCredential::None, cache: HashMap::new(), forwarded: None };
    let mut run = Run::new(program).watched();
    let mut outcome = Outcome::Start;
    played.ending = Ending::TooLong;
    for _ in 0..MOST_EFFECTS {
        let effect = run.next(outcome, &stage.call);
        for seen in run.take_seen() {
            played.steps.push(stage.step(seen.place, seen.what));
        }
        if let (Some(place), Some(what)) = (run.place(), words::wish(&effect)) {
            played.steps.push(stage.step(place, what));
        }
        match effect {
            Effect::Answer => {
                let failure = run.last_error().map(|error| (error.reason.clone(), error.message.clone()));
                played.ending = Ending::Answered(stage.answered(failure));
                break;
            }
            effect => {
                let (done, said) = stage.perform(effect)?;
                if let (Some(place), Some(said)) = (run.place(), said) {
                    played.steps.push(stage.step(place, said));
                }
                outcome = done;
            }
        }
    }
    played.forwarded = stage.forwarded.take();
    Ok(())
}

struct Stage<'v, 'c> {
    view: &'v View<'c>,
    call: MadeUp,
    credential: PlayedCredential,
    cache: HashMap<String, Kept>,
    forwarded: Option<Forwarded>,
}

/// What became of a wish, and what there is to say about it.
type Done = (Outcome, Option<String>);

impl Stage<'_, '_> {
    fn perform(&mut self, effect: Effect<'_>) -> Result<Done, Error> {
        let mut done = Ok(());
        match effect {
            Effect::SetHeader { target, header } => self.call.message(target).change(&header),
            Effect::SetBody { target, body, media_type, form } => {
                self.call.message(target).set_body(&body.0, media_type, form);
            }
            Effect::SetStatus { code, reason } => {
                let answer = self.call.answer();
                (answer.status, answer.reason) = (code, reason);
            }
            Effect::SetMethod { method } => self.call.method = method,
            Effect::RewriteUri { to, copy_unmatched } => done = self.call.target.rewrite(&to, copy_unmatched),
            Effect::SetQueryParameter { name, action, values } => {
                self.call.target.set_parameter(&name, action, &values);
            }
            Effect::SetBackend { base_url, .. } => done = self.call.target.set_backend(&base_url),
            Effect::UseCertificate { selector, .. } => return self.use_certificate(&selector),
            Effect::UsePfx { .. } => self.credential = PlayedCredential::Pfx,
            Effect::UseBasic { username, .. } => {
                self.credential = PlayedCredential::Basic { username: username.into_owned() };
            }
            Effect::Forward(_) => self.forward(),
            Effect::Call(call) if !call.one_way => {
                let message = policy::message::Message { status: 200, ..Default::default() };
                return Ok((Outcome::Answered(Some(Arc::new(message))), None));
            }
            Effect::CacheLookup { key } => return Ok((Outcome::Cached(self.cache.get(&key).cloned()), None)),
            Effect::CacheStore { key, value, .. } => {
                self.cache.insert(key, value);
            }
            Effect::CacheRemove { key } => {
                self.cache.remove(&key);
            }
            Effect::Count(counter) => {
                let remaining = counter.calls.saturating_sub(1);
                let counted = Counted { allowed: counter.calls > 0, remaining, retry_after_s: 0 };
                return Ok((Outcome::Counted(counted), None));
            }
            Effect::ValidateCertificate(checks) => {
                let judged = judged::judge(&self.call, checks);
                let said = judged.as_ref().err().map(|(_, sentence)| sentence.clone());
                return Ok((Outcome::Judged(judged.map_err(|(problem, _)| problem)), said));
            }
            Effect::ValidateJwt(checks) => {
                return Ok((Outcome::Jwt(judged::judge_token(&self.call, &checks)), None));
            }
            Effect::Return { reply, .. } => self.call.answer = Some(answer(&reply)),
            // The program knows of it already.
            Effect::Fail { failure, .. } => self.fail(&failure),
            Effect::Buffer { target } => return Ok((self.buffer(target), None)),
            Effect::Call(_)
            | Effect::Wait { .. }
            | Effect::Trace(_)
            | Effect::EmitMetric(_)
            | Effect::Answer => {}
        }
        Ok(match done {
            Ok(()) => (Outcome::Done, None),
            Err(message) => (self.failed(message), None),
        })
    }

    fn buffer(&mut self, target: Target) -> Outcome {
        let limit_bytes = self.call.most_body_bytes();
        let (status, message) = match target {
            Target::Request => (None, Some(&mut self.call.request)),
            Target::Response => {
                (self.call.response_status(), self.call.answer.as_mut().map(|answer| &mut answer.message))
            }
        };
        match message.map_or(Ok(()), |message| message.decode(status, limit_bytes)) {
            Ok(()) => Outcome::Done,
            Err(problem) => {
                let (status, told) = problem.told(target);
                let message = format!("The body of the {} can't be decoded: {problem}.", target.in_words());
                let failure = Failure {
                    told: Some(told.into()),
                    ..Failure::hidden(problem.reason(target), message, status)
                };
                self.fail(&failure);
                Outcome::Failed(failure)
            }
        }
    }

    fn use_certificate(&mut self, selector: &CertificateSelector) -> Result<Done, Error> {
        let id = match selector {
            CertificateSelector::Id(id) => id.parse().ok(),
            CertificateSelector::Thumbprint(thumbprint) => match thumbprint.parse() {
                Ok(thumbprint) => self.view.certificate_meant_by(&thumbprint)?,
                Err(_) => None,
            },
            CertificateSelector::Authority(_) => None,
        };
        let found = id.map(|id| self.view.certificate_choice(&id)).transpose()?.flatten();
        let Some(CertificateChoice { id, name, thumbprint, .. }) = found else {
            return Ok((self.failed("this certificate does not exist".to_owned()), None));
        };
        let said = format!("uses the certificate {name} ({thumbprint})");
        self.credential = PlayedCredential::Certificate { id, name: name.to_string(), thumbprint };
        Ok((Outcome::Done, Some(said)))
    }

    fn forward(&mut self) {
        let blot = |text: String| blotted(&self.call.snapshot, text);
        let headers = self.call.request.headers.iter();
        self.forwarded = Some(Forwarded {
            method: self.call.method.clone(),
            url: blot(self.call.target.text()),
            headers: headers.map(|(name, value)| (name.clone(), blot(value.clone()))).collect(),
            credential: self.credential.clone(),
        });
        self.call.answer = Some(Answer::new(200, None, Vec::new(), b""));
    }

    fn failed(&mut self, message: String) -> Outcome {
        let failure = Failure::hidden("ConfigurationFailure", message, 500);
        self.fail(&failure);
        Outcome::Failed(failure)
    }

    fn fail(&mut self, failure: &Failure) {
        let silent = if failure.status >= 500 { UNABLE } else { REFUSED };
        let told = failure.told.as_deref().unwrap_or(silent);
        let after =
            failure.retry_after.iter().map(|after| (after.header.to_string(), after.seconds.to_string()));
        self.call.answer = Some(Answer::new(failure.status, None, after.collect(), told.as_bytes()));
    }

    fn answered(&mut self, failure: Option<(String, String)>) -> PlayedAnswer {
        let Answer { status, reason, message } =
            self.call.answer.take().unwrap_or_else(|| Answer::new(200, None, Vec::new(), b""));
        let blot = |text: String| blotted(&self.call.snapshot, text);
        // First blotted out, then cut: half a secret isn't found any more.
        let body = blot(message.text().to_string()).chars().take(LONGEST_BODY).collect();
        let headers = message.headers.into_iter().map(|(name, value)| (name, blot(value)));
        PlayedAnswer {
            status,
            reason: blot(reason.unwrap_or_default()),
            headers: headers.collect(),
            body,
            failure: failure.map(|(reason, message)| (reason, blot(message))),
        }
    }

    fn step(&self, place: &Place, what: String) -> PlayedStep {
        let statement = Statement {
            element: place.element.to_owned(),
            scope: place.scope_name().to_owned(),
            section: place.section.name().to_owned(),
            path: place.path.clone(),
            fragment: place.fragment.clone(),
            line: place.line,
            column: place.column,
        };
        let api = self.call.api.id.clone();
        let scope = match (place.scope, &self.call.operation) {
            (0, _) => Scope::All,
            (1, _) | (_, None) => Scope::Api(api),
            (_, Some((operation, _))) => Scope::Operation(api, operation.id.clone()),
        };
        PlayedStep { statement, scope, what: blotted(&self.call.snapshot, what) }
    }
}

fn answer(reply: &Reply) -> Answer {
    let body = reply.body.as_ref().map(|body| body.0.as_slice()).unwrap_or_default();
    let mut answer = Answer::new(reply.status, reply.reason.clone(), Vec::new(), body);
    for header in &reply.headers {
        answer.message.change(header);
    }
    answer
}

const MOST_EFFECTS: usize = 5_000;
fn blotted(snapshot: &Snapshot, text: String) -> String {
    without_secrets(snapshot.named_values.values().map(|value| &**value), text)
}

const LONGEST_BODY: usize = 10_000;
const REFUSED: &str = "The call was refused.";
const UNABLE: &str = "The gateway could not handle the request.";
