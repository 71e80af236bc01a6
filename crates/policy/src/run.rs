//! Runs a program as a resumable machine: one effect at a time, no I/O.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::client_certificate::CertificateProblem;
use crate::effect::{Count, Counter, Effect, Place, SetHeader, Target};
use crate::facts::Facts;
use crate::failure::{Failure, LastError};
use crate::jwt::{JudgedJwt, JwtProblem};
use crate::kept::Kept;
use crate::message::Message;
use crate::program::{Program, Section};
use crate::situation::Situation;
use crate::statements::rate_limit::LimitPlan;
use crate::step::{Action, Step};
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
    /// The step in that section that is next, or waits for an outcome.
    next_step: usize,
    stage: Stage,
    place: Option<&'p Place>,
    pub(crate) variables: Variables,
    last_error: Option<LastError>,
    /// The program has failed: no outcome makes that undone.
    failed: bool,
    /// How often the loops around the next step were tried again, the innermost last.
    pub(crate) loops: Vec<u64>,
    /// What is still to be done before the answer.
    pub(crate) owed: VecDeque<Owed<'p>>,
    /// What each statement came to; none if nobody wants to know.
    seen: Option<Vec<Seen<'p>>>,
}

/// How far the next step is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stage {
    /// Nothing of it was done.
    Fresh,
    /// The body of the request was read for it, if that was needed.
    HasRequest,
    /// So was the body of the answer.
    Ready,
    /// It has asked for something and waits for the outcome.
    Waiting,
}

/// Something that a statement owes to the answer.
#[derive(Clone, Debug)]
pub(crate) enum Owed<'p> {
    Header(SetHeader),
    /// To count the call, if it turns out to count.
    Count {
        plan: &'p LimitPlan,
        counter: Counter,
    },
}

/// What becomes of a step.
pub(crate) enum Move<'p> {
    /// It is done.
    Next,
    /// It is done when the host has done this.
    Ask(Effect<'p>),
    /// It goes on with the outcome of this.
    Await(Effect<'p>),
    /// It is done, and so many steps after it are left out.
    Leap(usize),
    /// The run goes so many steps back.
    Back(usize),
    /// This is the end of the program.
    End(Effect<'p>),
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
            stage: Stage::Fresh,
            place: None,
            variables: Variables::default(),
            last_error: None,
            failed: false,
            loops: Vec::new(),
            owed: VecDeque::new(),
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

    /// The statement whose effect was handed out last; none before the first and with the answer.
    pub fn place(&self) -> Option<&'p Place> {
        self.place
    }

    /// Takes in what became of the last effect and gives the next. `facts` is what expressions may
    /// ask about the call as it is now.
    ///
    /// A failure in `inbound`, `backend` or `outbound` leads to `on-error`; a failure there, or its
    /// end, to `Effect::Answer`. A first `Outcome::Failed` begins with `on-error`. After
    /// `Effect::Return` come only headers that are owed, after `Effect::Answer` only `Effect::Answer`.
    pub fn next(&mut self, outcome: Outcome, facts: &dyn Facts) -> Effect<'p> {
        let mut outcome = self.take_in(outcome);
        while let Some(section) = self.section {
            let Some(step) = self.program.steps(section).get(self.next_step) else {
                self.enter(following(section));
                continue;
            };
            self.place = Some(&step.place);
            if let Some(target) = self.body_to_read(step) {
                return Effect::Buffer { target };
            }
            let moved = match outcome.take().filter(|_| self.stage == Stage::Waiting) {
                Some(outcome) => self.resume(step, section, outcome, facts),
                None => self.begin(step, section, facts),
            };
            if let Some(effect) = self.make(moved, step) {
                return effect;
            }
        }
        self.last_effect(facts)
    }

    pub(crate) fn situation<'e>(&'e self, facts: &'e dyn Facts) -> Situation<'e> {
        Situation { facts, variables: &self.variables, last_error: self.last_error.as_ref() }
    }

    pub(crate) fn note(&mut self, what: impl FnOnce() -> String) {
        if let (Some(seen), Some(place)) = (&mut self.seen, self.place) {
            seen.push(Seen { place, what: what() });
        }
    }

    /// The outcome that a waiting step goes on with; a failure goes to `on-error`, unless the step can
    /// live with it.
    fn take_in(&mut self, outcome: Outcome) -> Option<Outcome> {
        if let Outcome::Failed(failure) = &outcome {
            if self.stage == Stage::Waiting && !self.failed && self.bears_failure() {
                self.note(|| format!("failed, which is ignored: {}", failure.for_records()));
                return Some(Outcome::Answered(None));
            }
            // A failure that this run has handed out comes back as the host's.
            if !self.failed {
                self.remember(failure);
            }
            self.failed = true;
        }
        if std::mem::take(&mut self.failed) {
            let section = self.section.and_then(after_failure);
            self.enter(section);
            return None;
        }
        Some(outcome)
    }

    fn enter(&mut self, section: Option<Section>) {
        self.section = section;
        self.next_step = 0;
        self.stage = Stage::Fresh;
        self.loops.clear();
    }

    /// Whether the waiting step goes on after a failure.
    fn bears_failure(&self) -> bool {
        let step = self.section.and_then(|section| self.program.steps(section).get(self.next_step));
        step.is_some_and(|step| matches!(&step.action, Action::Call(plan) if plan.ignore_error))
    }

    /// The body that the step needs and that wasn't asked for yet.
    fn body_to_read(&mut self, step: &Step) -> Option<Target> {
        if self.stage == Stage::Fresh {
            self.stage = Stage::HasRequest;
            if step.notes.reads_request {
                return Some(Target::Request);
            }
        }
        if self.stage == Stage::HasRequest {
            self.stage = Stage::Ready;
            if step.notes.reads_response {
                return Some(Target::Response);
            }
        }
        None
    }

    /// Goes on as the step says; the effect for the host, if there is one.
    fn make(&mut self, moved: Result<Move<'p>, Failure>, step: &'p Step) -> Option<Effect<'p>> {
        let moved = match moved {
            Ok(moved) => moved,
            Err(failure) => {
                self.remember(&failure);
                self.failed = true;
                return Some(Effect::Fail { failure, at: &step.place });
            }
        };
        self.stage = Stage::Fresh;
        match moved {
            Move::Next => self.next_step += 1,
            Move::Leap(steps) => self.next_step += 1 + steps,
            Move::Back(steps) => self.next_step = self.next_step.saturating_sub(steps),
            Move::Ask(effect) => {
                self.next_step += 1;
                return Some(effect);
            }
            Move::Await(effect) => {
                self.stage = Stage::Waiting;
                return Some(effect);
            }
            Move::End(effect) => {
                self.section = None;
                return Some(effect);
            }
        }
        None
    }

    fn remember(&mut self, failure: &Failure) {
        self.last_error = Some(LastError::new(failure, self.place));
        self.note(|| format!("failed: {}", failure.for_records()));
    }

    /// What is owed, one after the other, and then the answer.
    fn last_effect(&mut self, facts: &dyn Facts) -> Effect<'p> {
        self.place = None;
        while let Some(owed) = self.owed.pop_front() {
            match owed {
                Owed::Header(header) => {
                    return Effect::SetHeader { target: Target::Response, header: Cow::Owned(header) };
                }
                Owed::Count { plan, counter } => {
                    // A condition that fails when all is over counts the call: else nobody would.
                    let count = plan.late_count(&self.situation(facts)).unwrap_or(Some(1));
                    if let Some(count) = count {
                        return Effect::Count(Counter { count: Count::Add(count), ..counter });
                    }
                }
            }
        }
        Effect::Answer
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
