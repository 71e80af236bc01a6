//! `choose` and `retry` to steps: conditions, and leaps over steps or back to them.

use crate::check::Checker;
use crate::check_section::{Base, Siblings};
use crate::program::Section;
use crate::statements::choose::{OTHERWISE, WHEN, read_condition};
use crate::statements::retry::{RETRY, read_plan};
use crate::step::{Action, Notes, Setting, Step};
use crate::syntax::Element;

impl<'d> Checker<'d> {
    /// Reads the branches of a `choose`, whose own shape is checked already.
    pub(crate) fn choose(&mut self, section: Section, choose: &'d Element, steps: &mut Vec<Step>) {
        let mut branches = Vec::new();
        let mut otherwise: Option<&Element> = None;
        let mut siblings = Siblings::default();
        let outer = self.path.clone();
        for child in choose.elements() {
            if let Some(last) = otherwise.filter(|_| matches!(child.name.as_str(), "when" | "otherwise")) {
                let message =
                    format!("`{}` can't stand after `otherwise`, which is the last branch", child.name);
                self.findings.error("not-allowed-here", Some(&last.name), child.name_span, message);
            }
            self.path = format!("{outer}/{}", siblings.next(&child.name));
            match child.name.as_str() {
                "when" => branches.push(self.branch(section, child, BranchKind::When)),
                "otherwise" => {
                    otherwise = Some(child);
                    branches.push(self.branch(section, child, BranchKind::Otherwise));
                }
                // Reported with the shape of the element.
                _ => {}
            }
        }
        self.path = outer;
        if !choose.elements().any(|child| child.name == "when") {
            let message = "`choose` needs at least one `when`";
            self.findings.error("missing-element", Some(&choose.name), choose.name_span, message);
        }
        steps.extend(joined(branches));
    }

    /// Reads a `retry`, whose own shape is checked already: its steps between a beginning and an end.
    pub(crate) fn retry(&mut self, section: Section, retry: &'d Element, steps: &mut Vec<Step>) {
        let plan = read_plan(&mut self.reader(retry));
        let notes = std::mem::take(&mut self.notes);
        let first = self.step(RETRY.name, section, retry, Action::BeginRetry);
        let place = first.place.clone();
        let begin = steps.len();
        steps.push(first);
        self.statements(section, retry, Base::Refused, steps);
        // A plan that can't be read refuses the document.
        let Some(plan) = plan else { return };
        let back = steps.len() - begin - 1;
        let action = Action::EndRetry { plan: Box::new(plan), back };
        steps.push(Step { place, action, conditional: false, notes });
    }

    /// The step with the condition, and those of the branch.
    fn branch(&mut self, section: Section, branch: &'d Element, kind: BranchKind) -> (Step, Vec<Step>) {
        let condition = match kind {
            BranchKind::Otherwise => {
                self.reader(branch).check_attributes(&OTHERWISE);
                Some(Setting::Fixed(true))
            }
            BranchKind::When => {
                self.reader(branch).check_attributes(&WHEN);
                self.note_kept_name(branch);
                read_condition(&mut self.reader(branch))
            }
        };
        // A condition that can't be read refuses the document, so that it doesn't matter what it says.
        let condition = condition.unwrap_or(Setting::Fixed(false));
        let name = if kind == BranchKind::When { WHEN.name } else { OTHERWISE.name };
        let mut first = self.step(name, section, branch, Action::When { condition, skip: 0 });
        first.conditional = true;
        let mut steps = Vec::new();
        self.statements(section, branch, Base::Refused, &mut steps);
        for step in &mut steps {
            step.conditional = true;
        }
        (first, steps)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BranchKind {
    When,
    Otherwise,
}

/// All branches after each other, with leaps of the right length.
fn joined(branches: Vec<(Step, Vec<Step>)>) -> Vec<Step> {
    let mut rest: usize = branches.iter().map(|(_, steps)| steps.len() + 2).sum();
    let mut all = Vec::with_capacity(rest);
    for (mut first, steps) in branches {
        rest -= steps.len() + 2;
        let place = first.place.clone();
        if let Action::When { skip, .. } = &mut first.action {
            *skip = steps.len() + 1;
        }
        all.push(first);
        all.extend(steps);
        all.push(Step { place, action: Action::Skip(rest), conditional: true, notes: Notes::default() });
    }
    all
}
