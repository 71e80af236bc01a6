//! Runs a program as a resumable machine: one effect at a time, no I/O, no allocation.

use crate::effect::{Effect, Place};
use crate::program::{Action, Program, Section, Step};

/// One run of a program for one call.
///
/// The host calls `next`, does what it is handed, and calls `next` again with what became of it,
/// until it is handed `Effect::Answer`. A run ends after at most one effect for each statement.
#[derive(Clone, Debug)]
pub struct Run<'p> {
    program: &'p Program,
    /// None once the program is over.
    section: Option<Section>,
    /// The next step in that section.
    next_step: usize,
    place: Option<&'p Place>,
}

/// What became of the effect that was handed out before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// There was none: the run begins.
    Start,
    /// It was done.
    Done,
    /// It couldn't be done, or the call failed for a reason of the host's.
    Failed,
}

impl<'p> Run<'p> {
    /// A run that begins with the first statement of `inbound`.
    pub fn new(program: &'p Program) -> Self {
        Self { program, section: Some(Section::Inbound), next_step: 0, place: None }
    }

    /// Takes in what became of the last effect and gives the next.
    ///
    /// A failure in `inbound`, `backend` or `outbound` leads to `on-error`; a failure there, or its
    /// end, to `Effect::Answer`. A first `Outcome::Failed` begins with `on-error`. After
    /// `Effect::Answer` there is nothing but `Effect::Answer`.
    pub fn next(&mut self, outcome: Outcome) -> Effect<'p> {
        if outcome == Outcome::Failed {
            self.section = self.section.and_then(after_failure);
            self.next_step = 0;
        }
        while let Some(section) = self.section {
            match self.program.steps(section).get(self.next_step) {
                Some(step) => {
                    self.next_step += 1;
                    self.place = Some(&step.place);
                    if let Some(effect) = effect(step, section) {
                        return effect;
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

    /// The statement whose effect was handed out last; none before the first and with the answer.
    pub fn place(&self) -> Option<&'p Place> {
        self.place
    }
}

fn effect(step: &Step, section: Section) -> Option<Effect<'_>> {
    match &step.action {
        // A hole that no broader scope fills: the document stands alone.
        Action::Base => None,
        Action::UseCertificate(reference) => {
            Some(Effect::UseCertificate { selector: &reference.selector, at: &step.place })
        }
        Action::UseBasic { username, password } => Some(Effect::UseBasic { username, password: &password.0 }),
        Action::SetHeader(header) => Some(Effect::SetHeader { target: section.target(), header }),
        Action::Forward(forward) => Some(Effect::Forward(forward)),
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
