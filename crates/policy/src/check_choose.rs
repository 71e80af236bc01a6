//! `choose` to steps: each branch begins with its condition and ends with a leap over the others.

use crate::check::Checker;
use crate::program::{Action, Condition, Section, Step};
use crate::statements::choose::{OTHERWISE, WHEN, read_condition};
use crate::syntax::{Element, Node};

impl<'d> Checker<'d> {
    /// Reads the branches of a `choose`, whose own shape is checked already.
    pub(crate) fn choose(&mut self, section: Section, choose: &'d Element, steps: &mut Vec<Step>) {
        let mut branches = Vec::new();
        let mut otherwise: Option<&Element> = None;
        for child in choose.elements() {
            if let Some(last) = otherwise.filter(|_| matches!(child.name.as_str(), "when" | "otherwise")) {
                let message =
                    format!("`{}` can't stand after `otherwise`, which is the last branch", child.name);
                self.findings.error("not-allowed-here", Some(&last.name), child.name_span, message);
            }
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
        if !choose.elements().any(|child| child.name == "when") {
            let message = "`choose` needs at least one `when`";
            self.findings.error("missing-element", Some(&choose.name), choose.name_span, message);
        }
        steps.extend(joined(branches));
    }

    /// The step with the condition, and those of the branch.
    fn branch(&mut self, section: Section, branch: &'d Element, kind: BranchKind) -> (Step, Vec<Step>) {
        let condition = match kind {
            BranchKind::Otherwise => {
                self.reader(branch).check_attributes(&OTHERWISE);
                Some(Condition::Literal(true))
            }
            BranchKind::When => {
                self.reader(branch).check_attributes(&WHEN);
                read_condition(&mut self.reader(branch))
            }
        };
        let mut steps = Vec::new();
        for node in &branch.children {
            match node {
                Node::Text(text) => self.reader(branch).refuse_text(text, &[]),
                Node::Element(child) => self.statement(section, child, &mut steps),
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
        for step in &mut steps {
            step.conditional = true;
        }
        // A condition that can't be read refuses the document, so that it doesn't matter what it says.
        let condition = condition.unwrap_or(Condition::Literal(false));
        let name = if kind == BranchKind::When { WHEN.name } else { OTHERWISE.name };
        let mut first = self.step(name, section, branch, Action::When { condition, skip: 0 });
        first.conditional = true;
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
        all.push(Step { place, action: Action::Skip(rest), conditional: true });
    }
    all
}
