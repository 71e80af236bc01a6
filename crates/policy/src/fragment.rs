//! Policy fragments: checked alone, and put in the place of `include-fragment`.

use crate::catalog::Attribute;
use crate::check::{Checker, Surroundings, read};
use crate::check_section::Base;
use crate::diagnostic::{Diagnostic, Severity, shorten};
use crate::environment::{Environment, Names};
use crate::named_values::UNKNOWN_NAMED_VALUE;
use crate::parse::parse;
use crate::program::Section;
use crate::source::Span;
use crate::statements::table::{Read, Statement};
use crate::step::{Notes, Step};
use crate::syntax::{Document, Element};

/// What a fragment names, and warnings about it, if it can be included.
///
/// # Errors
/// All that is wrong with it, as for a document. Its statements may be those of any section.
pub fn check_fragment(
    text: &str,
    environment: &dyn Environment,
) -> Result<(Names, Vec<Diagnostic>), Vec<Diagnostic>> {
    let surroundings = Surroundings { environment, unknown: Severity::Error };
    let (names, all) = look_at(parse(text).0, Base::Refused, surroundings);
    if all.iter().any(Diagnostic::is_error) { Err(all) } else { Ok((names, all)) }
}

/// All that is wrong with a fragment, and what it names. A piece of a section may hold `base`.
pub(crate) fn look_at(
    document: Document,
    base: Base,
    surroundings: Surroundings<'_>,
) -> (Names, Vec<Diagnostic>) {
    let mut names = Names::default();
    let (document, found) = read(document, surroundings, &mut names);
    let mut checker = Checker::new(&document, surroundings);
    checker.fragment = Some(String::new());
    checker.is_piece = base == Base::Allowed;
    let steps = checker.fragment_statements(Section::Inbound, base);
    checker.warn_of_names_alone(&steps);
    names.extend(&checker.names);
    (names, checker.into_findings(found))
}

impl<'d> Checker<'d> {
    /// Reads `<include-fragment fragment-id="…"/>`: the fragment's steps.
    pub(crate) fn include(&mut self, section: Section, element: &'d Element, steps: &mut Vec<Step>) {
        let Some(id) = self.reader(element).required("fragment-id") else { return };
        let (id, span) = (id.word(), id.span);
        if self.fragment.is_some() && !self.is_piece {
            let message = "a fragment can't include another one";
            self.findings.error("not-allowed-here", Some(&element.name), element.name_span, message);
            return;
        }
        self.names.add_fragment(id);
        let Some(text) = self.surroundings.environment.fragment(id) else {
            let message = format!("there is no policy fragment `{}`", shorten(id));
            let severity = self.surroundings.unknown;
            self.findings.add(severity, "unknown-fragment", Some(&element.name), span, message);
            return;
        };
        // A fragment is read anew at each place, so that its size counts at each.
        self.included_bytes = self.included_bytes.saturating_add(text.len().max(LEAST_BYTES));
        if self.included_bytes > MOST_BYTES {
            let message = format!("the fragments of a document can be {} KiB together", MOST_BYTES / 1024);
            self.findings.error("too-large", Some(&element.name), span, message);
            return;
        }
        let mut names = Names::default();
        let (document, found) = read(parse(&text).0, self.surroundings, &mut names);
        let mut inner = Checker::new(&document, self.surroundings);
        inner.path.clone_from(&self.path);
        inner.fragment = Some(id.to_owned());
        inner.single = std::mem::take(&mut self.single);
        let included = inner.fragment_statements(section, Base::Refused);
        self.single = std::mem::take(&mut inner.single);
        self.names.extend(&names);
        self.names.extend(&inner.names);
        let all = inner.into_findings(found);
        if let Some(first) = all.iter().find(|diagnostic| diagnostic.is_error()) {
            let message = format!(
                "the fragment `{}` can't be used here; line {}: {}",
                shorten(id),
                first.line,
                first.message
            );
            self.findings.error(fragment_code(first.code), Some(&element.name), span, message);
        } else if let Some(first) = all.iter().find(|diagnostic| diagnostic.code == UNKNOWN_NAMED_VALUE) {
            // A value may be gone since the fragment was saved; what else is warned of was said then.
            let message = format!("line {} of the fragment `{}`: {}", first.line, shorten(id), first.message);
            let warning = self.findings.warning(first.code, Some(&element.name), span, message);
            warning.help.clone_from(&first.help);
        }
        steps.extend(included.into_iter().map(|step| self.moved(step, span)));
    }

    /// The statements of the document, which is a fragment.
    fn fragment_statements(&mut self, section: Section, base: Base) -> Vec<Step> {
        let mut steps = Vec::new();
        let Some(root) = self.document.root() else { return steps };
        if root.name != "fragment" {
            let message =
                format!("a policy fragment begins with `fragment`, not with `{}`", shorten(&root.name));
            self.findings.error("not-fragment", Some(&root.name), root.name_span, message);
            return steps;
        }
        self.reader(root).check_attributes(&FRAGMENT);
        self.statements(section, root, base, &mut steps);
        steps
    }

    /// A step of a fragment: the certificates it names are named where it is included.
    fn moved(&self, step: Step, include: Span) -> Step {
        let at = self.document.source().position(include.start);
        let mut references = step.notes.references;
        for reference in &mut references {
            (reference.line, reference.column) = (at.line, at.column);
            reference.span = self.document.source().written(include);
        }
        let certificates = step.notes.certificates.placed(|_| include);
        Step { notes: Notes { references, certificates, ..step.notes }, ..step }
    }
}

/// What a later version may know stays so from outside.
fn fragment_code(inner: &'static str) -> &'static str {
    if inner.starts_with("unsupported") { inner } else { "fragment-problem" }
}

/// Some write the id under which a fragment is kept on the fragment itself; what counts is the id it is saved
/// under.
static FRAGMENT: Statement = Statement {
    attributes: &[Attribute::new("fragment-id")],
    ..Statement::new("fragment", "Statements to be included elsewhere.", Read::Part)
};

const MOST_BYTES: usize = 1024 * 1024;
/// What a fragment counts for at least.
const LEAST_BYTES: usize = 1024;
