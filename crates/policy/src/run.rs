//! Runs a program as a resumable machine: one effect at a time, no I/O.

use std::borrow::Cow;
use std::sync::Arc;

use crate::client_certificate::CertificateProblem;
use crate::effect::{Body, Effect, Kept, Place, Reply, SetHeader};
use crate::expression::evaluate::evaluate;
use crate::expression::node::Compiled;
use crate::facts::Facts;
use crate::failure::{Failure, LastError};
use crate::jwt::{JudgedJwt, JwtProblem};
use crate::message::Message;
use crate::program::{Action, Condition, HeaderPlan, Program, ReplyPlan, Section, Step, Written};
use crate::situation::Situation;
use crate::statements::set_header::is_field_text;
use crate::value::{EvaluationError, Value};
use crate::variables::Variables;

/// One run of a program for one call.
///
/// The host calls `next`, does what it is handed, and calls `next` again with what became of it,
/// until it is handed `Effect::Answer`. Nothing is allocated for what a document says without an
/// expression, nor for a comparison.
#[derive(Clone, Debug)]
pub struct Run<'p> {
    program: &'p Program,
    /// None once the program is over.
    section: Option<Section>,
    /// The next step in that section.
    next_step: usize,
    place: Option<&'p Place>,
    variables: Variables,
    last_error: Option<LastError>,
    /// An expression failed: no outcome makes that undone.
    failed: bool,
    /// What each statement came to; none if nobody wants to know.
    seen: Option<Vec<Seen<'p>>>,
}

/// What became of the effect that was handed out before.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// There was none: the run begins.
    Start,
    /// It was done.
    Done,
    /// It couldn't be done, or the call failed for a reason of the host's.
    Failed(Failure),
    /// What came back of a call; none if it failed and that doesn't matter.
    Answered(Option<Arc<Message>>),
    /// The value that was looked up; none if there is none.
    Cached(Option<Kept>),
    /// What the counter says.
    Counted(Counted),
    /// What was found out about a token.
    Jwt(Result<Arc<JudgedJwt>, JwtProblem>),
    /// What was found out about the caller's certificate.
    Judged(Result<(), CertificateProblem>),
}

/// What a counter says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// Whether there was room.
    pub allowed: bool,
    /// How many more there may be in this window.
    pub remaining: u64,
    /// After how many seconds there is room again; 0 if there is.
    pub retry_after_s: u64,
}

/// What one statement came to, for the trace of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen<'p> {
    /// The statement.
    pub place: &'p Place,
    /// What it came to, in words: `the condition is true`. Holds no value of an expression, which may
    /// be a secret.
    pub what: String,
}

impl<'p> Run<'p> {
    /// A run that begins with the first statement of `inbound`.
    pub fn new(program: &'p Program) -> Self {
        Self {
            program,
            section: Some(Section::Inbound),
            next_step: 0,
            place: None,
            variables: Variables::default(),
            last_error: None,
            failed: false,
            seen: None,
        }
    }

    /// The same run, which notes what each statement comes to.
    #[must_use]
    pub fn watched(self) -> Self {
        Self { seen: Some(Vec::new()), ..self }
    }

    /// What was noted since the last time, in order; nothing unless the run is watched.
    pub fn take_seen(&mut self) -> Vec<Seen<'p>> {
        self.seen.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// What failed last; none as long as nothing has.
    pub fn last_error(&self) -> Option<&LastError> {
        self.last_error.as_ref()
    }

    /// Takes in what became of the last effect and gives the next. `facts` is what expressions may
    /// ask about the call as it is now.
    ///
    /// A failure in `inbound`, `backend` or `outbound` leads to `on-error`; a failure there, or its
    /// end, to `Effect::Answer`. A first `Outcome::Failed` begins with `on-error`. After
    /// `Effect::Return` and `Effect::Answer` there is nothing but `Effect::Answer`.
    pub fn next(&mut self, outcome: Outcome, facts: &dyn Facts) -> Effect<'p> {
        if let Outcome::Failed(failure) = outcome {
            self.remember(&failure);
            self.failed = true;
        }
        if std::mem::take(&mut self.failed) {
            self.section = self.section.and_then(after_failure);
            self.next_step = 0;
        }
        while let Some(section) = self.section {
            match self.program.steps(section).get(self.next_step) {
                Some(step) => {
                    self.next_step += 1;
                    self.place = Some(&step.place);
                    match self.effect(step, section, facts) {
                        Ok(Some(effect)) => return effect,
                        Ok(None) => {}
                        Err(error) => {
                            let failure = Failure::from(error);
                            self.remember(&failure);
                            self.failed = true;
                            return Effect::Fail { failure, at: &step.place };
                        }
                    }
                }
                None => {
                    self.section = following(section);
                    self.next_step = 0;
                }
            }
        }
        self.place = None;
        Effect::Answer
    }

    fn remember(&mut self, failure: &Failure) {
        self.last_error = Some(LastError::new(failure, self.place));
        self.note(|| format!("failed: {}", failure.message));
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if let (Some(seen), Some(place)) = (&mut self.seen, self.place) {
            seen.push(Seen { place, what: what() });
        }
    }

    fn situation<'e>(&'e self, facts: &'e dyn Facts) -> Situation<'e> {
        Situation { facts, variables: &self.variables, last_error: self.last_error.as_ref() }
    }

    /// The statement whose effect was handed out last; none before the first and with the answer.
    pub fn place(&self) -> Option<&'p Place> {
        self.place
    }

    /// What a step asks of the host; none if it was done here.
    fn effect(
        &mut self,
        step: &'p Step,
        section: Section,
        facts: &dyn Facts,
    ) -> Result<Option<Effect<'p>>, EvaluationError> {
        Ok(Some(match &step.action {
            // A hole that no broader scope fills: the document stands alone.
            Action::Base => return Ok(None),
            Action::When { condition, skip } => {
                let holds = self.holds(condition, facts)?;
                self.note(|| format!("the condition is {holds}"));
                if !holds {
                    self.next_step += skip;
                }
                return Ok(None);
            }
            Action::Skip(steps) => {
                self.next_step += steps;
                return Ok(None);
            }
            Action::SetVariable { name, value } => {
                let value = self.kept(value, facts)?;
                self.variables.set(name, value);
                return Ok(None);
            }
            Action::UseCertificate(reference) => {
                Effect::UseCertificate { selector: Cow::Borrowed(&reference.selector), at: &step.place }
            }
            Action::UseBasic { username, password } => {
                Effect::UseBasic { username: username.into(), password: password.reveal().into() }
            }
            Action::SetHeader(header) => {
                Effect::SetHeader { target: section.target(), header: Cow::Borrowed(header) }
            }
            Action::SetHeaderFrom(plan) => {
                let header = Cow::Owned(self.header(plan, facts)?);
                Effect::SetHeader { target: section.target(), header }
            }
            Action::Return(reply) => self.end(Cow::Borrowed(reply), &step.place),
            Action::ReturnFrom(plan) => {
                let reply = self.reply(plan, facts)?;
                self.end(Cow::Owned(reply), &step.place)
            }
            Action::Forward(forward) => Effect::Forward(Cow::Borrowed(forward)),
        }))
    }

    fn end(&mut self, reply: Cow<'p, Reply>, at: &'p Place) -> Effect<'p> {
        self.section = None;
        Effect::Return { reply, at }
    }

    fn holds(&self, condition: &Condition, facts: &dyn Facts) -> Result<bool, EvaluationError> {
        let compiled = match condition {
            Condition::Literal(value) => return Ok(*value),
            Condition::Expression(compiled) => compiled,
        };
        match evaluate(compiled, &self.situation(facts))? {
            Value::Bool(value) => Ok(value),
            Value::Null => Err(EvaluationError::NullReference),
            other => Err(EvaluationError::Cast { from: other.type_name(), to: "System.Boolean" }),
        }
    }

    fn kept(&self, written: &Written, facts: &dyn Facts) -> Result<Value<'static>, EvaluationError> {
        match written {
            Written::Literal(text) => Ok(Value::made(text)),
            Written::Expression(compiled) => {
                let value = evaluate(compiled, &self.situation(facts))?;
                value.into_owned().ok_or(EvaluationError::WrongKind)
            }
        }
    }

    fn header(&self, plan: &HeaderPlan, facts: &dyn Facts) -> Result<SetHeader, EvaluationError> {
        let values = plan.values.iter().map(|value| self.line(value, facts)).collect::<Result<_, _>>()?;
        Ok(SetHeader { name: plan.name.clone(), action: plan.action, values })
    }

    fn reply(&self, plan: &ReplyPlan, facts: &dyn Facts) -> Result<Reply, EvaluationError> {
        let headers = plan.headers.iter().map(|header| self.header(header, facts));
        let reason = plan.reason.as_ref().map(|reason| self.line(reason, facts));
        let body = plan.body.as_ref().map(|body| self.text(body, facts));
        Ok(Reply {
            status: plan.status,
            reason: reason.transpose()?,
            headers: headers.collect::<Result<_, _>>()?,
            body: body.transpose()?.as_deref().map(Body::from),
        })
    }

    /// A text that goes into the head of a message: without line breaks, which would end it.
    fn line(&self, written: &Written, facts: &dyn Facts) -> Result<String, EvaluationError> {
        let text = self.text(written, facts)?;
        let line = text.trim_matches([' ', '\t']);
        if !line.chars().all(is_field_text) {
            return Err(EvaluationError::ControlCharacter);
        }
        Ok(line.to_owned())
    }

    fn text(&self, written: &Written, facts: &dyn Facts) -> Result<String, EvaluationError> {
        match written {
            Written::Literal(text) => Ok(text.clone()),
            Written::Expression(compiled) => self.printed(compiled, facts),
        }
    }

    fn printed(&self, compiled: &Compiled, facts: &dyn Facts) -> Result<String, EvaluationError> {
        Ok(evaluate(compiled, &self.situation(facts))?.print()?.as_str().to_owned())
    }
}

fn following(section: Section) -> Option<Section> {
    match section {
        Section::Inbound => Some(Section::Backend),
        Section::Backend => Some(Section::Outbound),
        Section::Outbound | Section::OnError => None,
    }
}

fn after_failure(section: Section) -> Option<Section> {
    match section {
        Section::Inbound | Section::Backend | Section::Outbound => Some(Section::OnError),
        Section::OnError => None,
    }
}
