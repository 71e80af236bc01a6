//! The tree to a program, or to all that is wrong with it: names, places, values.

use crate::diagnostic::{self, Diagnostic, Findings, shorten};
use crate::effect::Place;
use crate::nearest::nearest;
use crate::parse::parse;
use crate::program::{Action, Program, Section, Sections, Step};
use crate::statements::later::{LATER, is_later};
use crate::statements::reader::Reader;
use crate::statements::table::{Read, STATEMENTS, Statement, statement};
use crate::syntax::{Document, Element, Node};

/// Makes a program of a document, or gives all that is wrong with it in the order of the text:
/// what reading found, repeated, and what checking found. A program may carry warnings.
///
/// # Errors
/// At least one diagnostic of the list is an error.
pub fn check(document: &Document) -> Result<Program, Vec<Diagnostic>> {
    let mut checker = Checker { document, findings: Findings::new(document.source()) };
    let sections = checker.document();
    let mut all = document.diagnostics().to_vec();
    all.extend(checker.findings.into_list());
    diagnostic::sort(&mut all);
    if all.iter().any(Diagnostic::is_error) { Err(all) } else { Ok(Program::new(sections, all)) }
}

/// Reads and checks a text: what the editor, saving and the gateway call.
///
/// # Errors
/// As `check`.
pub fn compile(text: &str) -> Result<Program, Vec<Diagnostic>> {
    let (document, _) = parse(text);
    check(&document)
}

pub(crate) struct Checker<'d> {
    document: &'d Document,
    pub(crate) findings: Findings<'d>,
}

impl<'d> Checker<'d> {
    fn document(&mut self) -> Sections {
        let mut sections = Sections::default();
        let Some(root) = self.document.root() else { return sections };
        if root.name != "policies" {
            self.refuse_root(root);
            return sections;
        }
        self.reader(root).refuse_attributes(root);
        for node in &root.children {
            match node {
                Node::Text(text) => self.reader(root).refuse_text(text, &SECTION_NAMES),
                Node::Element(child) => self.child_of_policies(child, &mut sections),
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
        sections
    }

    fn refuse_root(&mut self, root: &Element) {
        let name = shorten(&root.name);
        if root.name == "fragment" {
            let message = "policy fragments are not supported yet";
            self.findings.error("unsupported-fragment", Some(&root.name), root.name_span, message);
        } else {
            let message = format!("a policy document begins with `policies`, not with `{name}`");
            self.findings.error("not-policies", Some(&root.name), root.name_span, message);
        }
    }

    fn child_of_policies(&mut self, child: &'d Element, sections: &mut Sections) {
        let Some(section) = Section::named(&child.name) else {
            return self.refuse_child_of_policies(child);
        };
        let steps = self.section(section, child);
        let slot = sections.of_mut(section);
        if slot.is_some() {
            let message = format!("`{}` is there twice; it can be there once", section.name());
            self.findings.error("duplicate-section", Some(&child.name), child.name_span, message);
            return;
        }
        *slot = Some(steps);
    }

    fn refuse_child_of_policies(&mut self, child: &Element) {
        let name = shorten(&child.name);
        let (code, message) = if child.name == "base" || is_known(&child.name) {
            ("not-allowed-here", format!("`{name}` can't stand directly in `policies`, only in a section"))
        } else {
            ("unknown-element", format!("`{name}` is no section of a policy document"))
        };
        let help = match nearest(&child.name, SECTION_NAMES).filter(|_| code == "unknown-element") {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the sections are `{}`", SECTION_NAMES.join("`, `")),
        };
        self.findings.error(code, Some(&child.name), child.name_span, message).set_help(help);
    }

    fn section(&mut self, section: Section, element: &'d Element) -> Vec<Step> {
        let mut steps = Vec::new();
        self.reader(element).refuse_attributes(element);
        for node in &element.children {
            match node {
                Node::Text(text) => self.reader(element).refuse_text(text, &[]),
                Node::Element(child) => self.child_of_section(section, child, &mut steps),
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
        self.check_bases(element);
        match section {
            Section::Backend => self.check_backend(element),
            _ => self.warn_of_overridden(element),
        }
        steps
    }

    fn child_of_section(&mut self, section: Section, child: &'d Element, steps: &mut Vec<Step>) {
        if child.name == "base" {
            self.reader(child).check_shape(&BASE);
            steps.push(self.step(BASE.name, section, child, Action::Base));
            return;
        }
        self.statement(section, child, steps);
    }

    /// Reads a statement in a section or in a branch.
    pub(crate) fn statement(&mut self, section: Section, child: &'d Element, steps: &mut Vec<Step>) {
        let Some(statement) = statement(&child.name) else {
            self.refuse_child_of_section(section, child);
            return;
        };
        if !statement.sections.contains(&section) {
            let allowed: Vec<&str> = statement.sections.iter().map(|section| section.name()).collect();
            let message = format!(
                "`{}` is not allowed in `{}`; it is allowed in `{}`",
                statement.name,
                section.name(),
                allowed.join("`, `")
            );
            self.findings.error("not-allowed-here", Some(&child.name), child.name_span, message);
        }
        let mut reader = self.reader(child);
        reader.check_shape(statement);
        match statement.read {
            Read::Step(read) => {
                let action = read(&mut reader);
                steps.extend(action.map(|action| self.step(statement.name, section, child, action)));
            }
            Read::Choose => self.choose(section, child, steps),
            Read::Part => {}
        }
    }

    fn refuse_child_of_section(&mut self, section: Section, child: &Element) {
        let name = shorten(&child.name);
        if is_later(&child.name) {
            let message = format!("the policy `{name}` is not supported yet");
            self.findings
                .error("unsupported-policy", Some(&child.name), child.name_span, message)
                .set_help("take it out: a policy is never skipped silently");
        } else if child.name == "base" {
            let message = "`base` can't stand in another element, only directly in a section";
            self.findings.error("not-allowed-here", Some(&child.name), child.name_span, message);
        } else if is_known(&child.name) || child.name == "policies" {
            let message = format!("`{name}` can't stand in `{}`", section.name());
            self.findings.error("not-allowed-here", Some(&child.name), child.name_span, message);
        } else {
            let message = format!("there is no policy `{name}`");
            let policies = STATEMENTS.iter().map(|statement| statement.name).chain(["base"]);
            let meant = nearest(&child.name, policies.chain(LATER.iter().copied()));
            let diagnostic =
                self.findings.error("unknown-element", Some(&child.name), child.name_span, message);
            if let Some(meant) = meant {
                diagnostic.set_help(format!("did you mean `{meant}`?"));
            }
        }
    }

    fn check_bases(&mut self, section: &Element) {
        for second in section.elements().filter(|child| child.name == "base").skip(1) {
            let message = format!("`base` is there twice in `{}`; it can be there once", section.name);
            self.findings.error("duplicate-base", Some(&second.name), second.name_span, message);
        }
    }

    /// In `backend` stands at most one policy beside `base`; if that one forwards, `base` mustn't.
    fn check_backend(&mut self, section: &Element) {
        let mut policies = section.elements().filter(|child| child.name != "base");
        let first = policies.next();
        if let Some(second) = policies.next() {
            let message = "`backend` can hold one policy beside `base`; this is the second";
            self.findings.error("too-many-in-backend", Some(&second.name), second.name_span, message);
        }
        let has_base = section.elements().any(|child| child.name == "base");
        if let Some(forward) = first.filter(|first| has_base && first.name == "forward-request") {
            let message = "`base` may forward the call too; only this `forward-request` is carried out";
            self.findings
                .warning("forwards-twice", Some(&forward.name), forward.name_span, message)
                .set_help("leave out `base` or `forward-request`");
        }
    }

    /// The last credential of a kind is the one that holds.
    fn warn_of_overridden(&mut self, section: &Element) {
        for name in ["authentication-certificate", "authentication-basic"] {
            let mut all = section.elements().filter(|child| child.name == name).peekable();
            while let Some(one) = all.next() {
                if let Some(next) = all.peek() {
                    let line = self.document.source().position(next.name_span.start).line;
                    let message = format!("this has no effect: `{name}` on line {line} replaces it");
                    self.findings.warning("overridden", Some(name), one.name_span, message);
                }
            }
        }
    }

    pub(crate) fn step(&self, element: &'static str, section: Section, at: &Element, action: Action) -> Step {
        let position = self.document.source().position(at.name_span.start);
        let place = Place {
            element,
            line: position.line,
            column: position.column,
            section,
            scope: 0,
            path: String::new(),
            id: None,
            fragment: None,
        };
        Step { place, action, conditional: false }
    }

    pub(crate) fn reader(&mut self, element: &'d Element) -> Reader<'d, '_> {
        Reader::new(self.document, element, &mut self.findings)
    }
}

/// Whether the language has an element of this name anywhere.
fn is_known(name: &str) -> bool {
    let children = STATEMENTS.iter().flat_map(|statement| statement.children);
    statement(name).is_some()
        || is_later(name)
        || Section::named(name).is_some()
        || children.into_iter().any(|child| *child == name)
}

const SECTION_NAMES: [&str; 4] = ["inbound", "backend", "outbound", "on-error"];

/// `<base/>` is no statement of its own: it stands for those of the broader scope.
static BASE: Statement = Statement {
    name: "base",
    sections: &Section::ALL,
    attributes: &[],
    later_attributes: &[],
    children: &[],
    read: Read::Part,
};
