//! A program as a list of its statements, for people.

use crate::effect::Place;
use crate::program::{Program, Section};
use crate::step::{Action, Setting, Step, Written};

/// One statement of a program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line<'p> {
    /// The statement, with the scope it comes from.
    pub place: &'p Place,
    /// How many statements it stands in.
    pub depth: usize,
    /// What it does, in the words of the document: `set-header X-Id`. Tells no password.
    pub summary: String,
}

impl Program {
    /// The statements of each section in the order in which they are run.
    pub fn outline(&self) -> Vec<(Section, Vec<Line<'_>>)> {
        let lines = |section| {
            let steps: &[Step] = self.steps(section);
            steps.iter().filter_map(line).collect()
        };
        Section::ALL.into_iter().map(|section| (section, lines(section))).collect()
    }
}

fn line(step: &Step) -> Option<Line<'_>> {
    let place = &step.place;
    let detail = match &step.action {
        // A hole, or the end of something whose beginning is listed.
        Action::Base | Action::Skip(_) | Action::EndRetry { .. } => return None,
        action => detail(action),
    };
    let depth = place.path.matches('/').count();
    let summary = match detail {
        Some(detail) => format!("{} {detail}", place.element),
        None => place.element.to_owned(),
    };
    Some(Line { place, depth, summary })
}

/// What the statement is about, if that is short.
fn detail(action: &Action) -> Option<String> {
    Some(match action {
        Action::SetHeader(header) => header.name.clone(),
        Action::SetHeaderFrom(plan) => shown(&plan.name),
        Action::SetVariable { name, .. } => name.clone(),
        Action::When { condition: Setting::Fixed(value), .. } => value.to_string(),
        Action::Return(reply) => reply.status.to_string(),
        Action::UseBasic(plan) => shown(&plan.username),
        Action::SetStatus(plan) => match &plan.code {
            Setting::Fixed(code) => code.to_string(),
            Setting::Expression(_) => EXPRESSION.to_owned(),
        },
        Action::SetMethod(text) | Action::SetBackend(text) => shown(text),
        Action::RewriteUri(plan) => shown(&plan.template),
        Action::SetQueryParameter { name, .. } => shown(name),
        Action::LookUp(plan) => plan.variable.clone(),
        Action::Call(plan) => plan.variable.clone()?,
        _ => return None,
    })
}

fn shown(written: &Written) -> String {
    written.literal().map_or_else(|| EXPRESSION.to_owned(), crate::diagnostic::shorten)
}

const EXPRESSION: &str = "@(…)";
