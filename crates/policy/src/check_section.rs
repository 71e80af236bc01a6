//! The statements of a section to steps.

use std::collections::HashMap;

use crate::check::{Checker, is_known};
use crate::diagnostic::{Severity, shorten};
use crate::effect::{Place, Target};
use crate::nearest::nearest;
use crate::program::{CertificateSelector, Section};
use crate::statements::later::{LATER, is_later};
use crate::statements::rewrite_uri;
use crate::statements::table::{ELEMENTS, Read, Statement, statement};
use crate::step::{Action, Step};
use crate::syntax::{Content, Element, Node};

/// Counts the elements of each name on the way through their parent.
#[derive(Default)]
pub(crate) struct Siblings<'d>(HashMap<&'d str, usize>);

impl<'d> Siblings<'d> {
    /// `name[2]` for the second of its name.
    pub(crate) fn next(&mut self, name: &'d str) -> String {
        let count = self.0.entry(name).or_default();
        *count += 1;
        format!("{name}[{count}]")
    }
}

impl<'d> Checker<'d> {
    pub(crate) fn section(&mut self, section: Section, element: &'d Element) -> Vec<Step> {
        let mut steps = Vec::new();
        self.reader(element).refuse_attributes(element);
        self.statements(section, element, Base::Allowed, &mut steps);
        self.check_bases(element);
        match section {
            Section::Backend => self.check_backend(element),
            _ => self.warn_of_overridden(element),
        }
        steps
    }

    /// Reads all statements in an element.
    pub(crate) fn statements(
        &mut self,
        section: Section,
        parent: &'d Element,
        base: Base,
        steps: &mut Vec<Step>,
    ) {
        let mut siblings = Siblings::default();
        let outer = std::mem::take(&mut self.path);
        for node in &parent.children {
            match node {
                Node::Text(text) => self.reader(parent).refuse_text(text, &[]),
                Node::Element(child) => {
                    let own = siblings.next(&child.name);
                    self.path = if outer.is_empty() { own } else { format!("{outer}/{own}") };
                    if child.name == "base" && base == Base::Allowed {
                        self.reader(child).check_shape(&BASE);
                        steps.push(self.step(BASE.name, section, child, Action::Base));
                    } else {
                        self.statement(section, child, steps);
                    }
                }
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
        self.path = outer;
    }

    /// Reads a statement.
    fn statement(&mut self, section: Section, child: &'d Element, steps: &mut Vec<Step>) {
        let Some(statement) = statement(&child.name) else {
            self.refuse_child_of_section(section, child);
            return;
        };
        if !statement.sections.contains(&section) && !self.may_stand_anywhere() {
            let allowed: Vec<&str> = statement.sections.iter().map(|section| section.name()).collect();
            let message = format!(
                "`{}` is not allowed in `{}`; it is allowed in `{}`",
                statement.name,
                section.name(),
                allowed.join("`, `")
            );
            self.findings.error("not-allowed-here", Some(&child.name), child.name_span, message);
        }
        self.refuse_second(statement.name, section, child);
        if self.names_a_backend(child) {
            return;
        }
        let errors = self.findings.errors();
        let mut reader = self.reader(child);
        reader.check_shape(statement);
        match statement.read {
            Read::Step(read) => {
                let action = read(&mut reader);
                if action.is_none() {
                    self.refuse_unread(child, errors);
                }
                let step = action.map(|action| self.step(statement.name, section, child, action));
                self.check_parameters(step.as_ref(), child);
                self.notes = crate::step::Notes::default();
                steps.extend(step);
            }
            Read::Choose => self.choose(section, child, steps),
            Read::Retry => self.retry(section, child, steps),
            Read::Include => self.include(section, child, steps),
            Read::Part => {}
        }
    }

    /// Reports a second of the statements that answer or count a request once, where both would run.
    fn refuse_second(&mut self, name: &'static str, section: Section, element: &Element) {
        if !ONCE.contains(&name) {
            return;
        }
        let is_second = self.single.iter().any(|(known, place, path)| {
            *known == name && *place == section && can_both_run(path, &self.path)
        });
        if is_second {
            let message = format!("`{name}` can be used once in a section; this is the second");
            self.findings
                .error("duplicate-policy", Some(name), element.name_span, message)
                .set_help("put both into one, or into branches of a `choose` that exclude each other");
        }
        self.single.push((name, section, self.path.clone()));
    }

    /// Reports a backend that is named by an id, which can't be run yet.
    fn names_a_backend(&mut self, element: &Element) -> bool {
        let named = element.attributes.iter().find(|attribute| attribute.name == "backend-id");
        let Some(named) = named.filter(|_| element.name == "set-backend-service") else { return false };
        let message = "backends can't be named by an id yet";
        self.findings
            .error("unsupported-backend", Some(&element.name), named.name_span, message)
            .set_help("write its address: `base-url=\"https://…\"`");
        true
    }

    /// A statement is never left out silently: where it could not be read, something was reported.
    fn refuse_unread(&mut self, element: &Element, errors_before: usize) {
        let is_reported = self.findings.errors() > errors_before
            || self.findings.have_overflowed()
            || self.document.source().has_unknown(element.span)
            || self.document.diagnostics().iter().any(crate::diagnostic::Diagnostic::is_error);
        if !is_reported {
            let message = "this statement can't be used as it is written";
            self.findings.error("invalid-value", Some(&element.name), element.name_span, message);
        }
    }

    /// A fragment that is looked at alone may be meant for any section.
    fn may_stand_anywhere(&self) -> bool {
        self.fragment.as_deref() == Some("")
    }

    fn refuse_child_of_section(&mut self, section: Section, child: &Element) {
        let name = shorten(&child.name);
        if is_later(&child.name) {
            self.refuse_later(child);
        } else if child.name == "base" {
            let message = "`base` can't stand in another element, only directly in a section";
            self.findings.error("not-allowed-here", Some(&child.name), child.name_span, message);
        } else if is_known(&child.name) || matches!(child.name.as_str(), "policies" | "fragment") {
            let message = format!("`{name}` can't stand in `{}`", section.name());
            self.findings.error("not-allowed-here", Some(&child.name), child.name_span, message);
        } else {
            let message = format!("there is no policy `{name}`");
            let policies = ELEMENTS.iter().filter(|element| !element.sections.is_empty());
            let policies = policies.map(|element| element.name).chain(["base"]);
            let all = policies.chain(LATER.iter().copied());
            // Nobody reads beyond the limit, and the search takes longer than all else.
            let meant = if self.findings.is_full() { None } else { nearest(&child.name, all) };
            let diagnostic =
                self.findings.error("unknown-element", Some(&child.name), child.name_span, message);
            if let Some(meant) = meant {
                diagnostic.set_help(format!("did you mean `{meant}`?"));
            }
        }
    }

    /// Reports a policy that can't be run yet.
    pub(crate) fn refuse_later(&mut self, element: &Element) {
        let message = format!("the policy `{}` is not supported yet", shorten(&element.name));
        self.findings
            .error("unsupported-policy", Some(&element.name), element.name_span, message)
            .set_help("take it out: a policy is never skipped silently");
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

    /// A rewritten address can only use the parameters of the operation's.
    fn check_parameters(&mut self, step: Option<&Step>, element: &Element) {
        let Some(Step { action: Action::RewriteUri(plan), .. }) = step else { return };
        let (Some(span), Some(text)) = (plan.span, plan.template.literal()) else { return };
        let Some(known) = self.surroundings.environment.url_parameters() else { return };
        for name in rewrite_uri::parameters(text) {
            if !known.iter().any(|known| known == name) {
                let message = format!(
                    "only parameters of the operation's URL template can be used here; `{}` is none",
                    shorten(name)
                );
                self.findings.error("unknown-parameter", Some(&element.name), span, message);
            }
        }
    }

    /// A step with all that was noted while it was read.
    pub(crate) fn step(
        &mut self,
        element: &'static str,
        section: Section,
        at: &Element,
        action: Action,
    ) -> Step {
        let position = self.document.source().position(at.name_span.start);
        let id = match at.attribute("id").map(|attribute| &attribute.content) {
            Some(Content::Literal(id)) => Some(id.clone()),
            _ => None,
        };
        let mut notes = std::mem::take(&mut self.notes);
        if action.is_about_one_body() {
            let is_request = section.target() == Target::Request;
            notes.reads_request &= is_request;
            notes.reads_response &= !is_request;
        }
        self.check_certificates(element, &notes);
        self.note_variable(&action, &notes.certificates);
        let place = Place {
            element,
            line: position.line,
            column: position.column,
            section,
            scope: 0,
            path: self.path.clone(),
            id,
            fragment: self.fragment.clone().filter(|fragment| !fragment.is_empty()),
        };
        Step { place, action, conditional: false, notes }
    }

    fn check_certificates(&mut self, element: &'static str, notes: &crate::step::Notes) {
        for reference in &notes.references {
            if self.surroundings.environment.knows_certificate(&reference.selector) != Some(false) {
                continue;
            }
            let message = match &reference.selector {
                CertificateSelector::Id(id) => {
                    format!("no uploaded certificate has the id `{}`", shorten(id))
                }
                CertificateSelector::Thumbprint(digits) => {
                    format!("no uploaded certificate has the thumbprint `{digits}`")
                }
                CertificateSelector::Authority(id) => {
                    format!("no uploaded CA certificate has the id `{}`", shorten(id))
                }
            };
            let diagnostic = self.findings.add(
                self.surroundings.unknown,
                "unknown-certificate",
                Some(element),
                reference.text_span,
                message,
            );
            if diagnostic.severity == Severity::Error {
                let place = match &reference.selector {
                    CertificateSelector::Authority(_) => "CA certificates",
                    CertificateSelector::Id(_) | CertificateSelector::Thumbprint(_) => "Client certificates",
                };
                diagnostic.set_help(format!("upload it under Security > {place}, or name one that is there"));
            }
        }
    }
}

/// Statements that the language lets stand once in a section: a second `cors` would answer what the first has answered,
/// a second `rate-limit` counts a request twice.
const ONCE: [&str; 2] = ["cors", "rate-limit"];

/// Whether one request can come past both places: not if they stand in different branches of a `choose`.
fn can_both_run(one: &str, other: &str) -> bool {
    let mut outer = "";
    for (left, right) in one.split('/').zip(other.split('/')) {
        if left != right {
            return !outer.starts_with("choose[");
        }
        outer = left;
    }
    true
}

/// Whether `<base/>` may stand here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Allowed,
    Refused,
}

/// `<base/>` is no statement of its own: it stands for those of the broader scope.
static BASE: Statement =
    Statement::new("base", "The statements of the broader scope, at this place.", Read::Part);
