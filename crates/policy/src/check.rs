//! The tree to a program, or to all that is wrong with it: names, places, values.

use crate::diagnostic::{self, Diagnostic, Findings, Severity, shorten};
use crate::environment::{Environment, Names, Nothing};
use crate::named_values::expand;
use crate::nearest::nearest;
use crate::parse::{parse, parse_source};
use crate::program::{Program, Section, Sections};
use crate::statements::later::is_later;
use crate::statements::reader::Reader;
use crate::statements::table::{ELEMENTS, element};
use crate::step::Notes;
use crate::syntax::{Document, Element, Node};

/// Makes a program of a document, or gives all that is wrong with it in the order of the text:
/// what reading found, repeated, and what checking found. A program may carry warnings.
///
/// # Errors
/// At least one diagnostic of the list is an error.
pub fn check(document: &Document) -> Result<Program, Vec<Diagnostic>> {
    let surroundings = Surroundings { environment: &Nothing, unknown: Severity::Error };
    finish(document, surroundings, Vec::new(), Names::default())
}

/// Reads and checks a text that refers to nothing around it.
///
/// # Errors
/// As `check`.
pub fn compile(text: &str) -> Result<Program, Vec<Diagnostic>> {
    compile_in(text, &Nothing)
}

/// Reads and checks a text with its named values and fragments: what the editor, saving and the
/// gateway call.
///
/// # Errors
/// As `check`. Naming what doesn't exist is an error.
pub fn compile_in(text: &str, environment: &dyn Environment) -> Result<Program, Vec<Diagnostic>> {
    let surroundings = Surroundings { environment, unknown: Severity::Error };
    let mut names = Names::default();
    let (document, found) = read(parse(text).0, surroundings, &mut names);
    finish(&document, surroundings, found, names)
}

/// All that is wrong with a document.
pub(crate) fn check_in(document: Document, surroundings: Surroundings<'_>) -> Vec<Diagnostic> {
    let (document, found) = read(document, surroundings, &mut Names::default());
    let mut checker = Checker::new(&document, surroundings);
    checker.policies();
    checker.into_findings(found)
}

/// What a check needs beside the document.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'e> {
    pub(crate) environment: &'e dyn Environment,
    /// How bad it is to name what doesn't exist.
    pub(crate) unknown: Severity,
}

/// The document with its named values in place, and what was wrong with them.
pub(crate) fn read(
    document: Document,
    surroundings: Surroundings<'_>,
    names: &mut Names,
) -> (Document, Vec<Diagnostic>) {
    match expand(&document, surroundings.environment, surroundings.unknown, names) {
        None => (document, Vec::new()),
        Some(expansion) => (parse_source(expansion.source), expansion.diagnostics),
    }
}

fn finish(
    document: &Document,
    surroundings: Surroundings<'_>,
    found: Vec<Diagnostic>,
    names: Names,
) -> Result<Program, Vec<Diagnostic>> {
    let mut checker = Checker::new(document, surroundings);
    let sections = checker.policies();
    let mut names = names;
    names.extend(&checker.names);
    let all = checker.into_findings(found);
    if all.iter().any(Diagnostic::is_error) { Err(all) } else { Ok(Program::new(sections, names, all)) }
}

pub(crate) struct Checker<'d> {
    pub(crate) document: &'d Document,
    pub(crate) findings: Findings<'d>,
    pub(crate) surroundings: Surroundings<'d>,
    pub(crate) names: Names,
    /// What the statement that is being read has shown so far.
    pub(crate) notes: Notes,
    /// The way to it in its section.
    pub(crate) path: String,
    /// The fragment that the document is, if it is one; without a name if it is looked at alone.
    pub(crate) fragment: Option<String>,
    /// Whether it is a piece of some document, wrapped as a fragment: it may hold what a document may.
    pub(crate) is_piece: bool,
    /// The statements so far that can run once in a section only, each with its section and its way there.
    pub(crate) single: Vec<(&'static str, Section, String)>,
    /// The variables, in quotes, that keep a name out of a certificate.
    pub(crate) name_variables: Vec<String>,
    /// How much text of fragments was included.
    pub(crate) included_bytes: usize,
}

impl<'d> Checker<'d> {
    pub(crate) fn new(document: &'d Document, surroundings: Surroundings<'d>) -> Self {
        Self {
            document,
            findings: Findings::new(document.source()),
            surroundings,
            names: Names::default(),
            notes: Notes::default(),
            path: String::new(),
            fragment: None,
            is_piece: false,
            single: Vec::new(),
            name_variables: Vec::new(),
            included_bytes: 0,
        }
    }

    /// All that was found, in the order of the text.
    pub(crate) fn into_findings(self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut all = self.document.diagnostics().to_vec();
        all.extend(found);
        all.extend(self.findings.into_list());
        diagnostic::sort(&mut all);
        all
    }

    pub(crate) fn policies(&mut self) -> Sections {
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
        self.warn_of_names_alone(sections.of(Section::Inbound).map(Vec::as_slice).unwrap_or_default());
        sections
    }

    fn refuse_root(&mut self, root: &Element) {
        let name = shorten(&root.name);
        if is_later(&root.name) {
            self.refuse_later(root);
            return;
        }
        let message = if root.name == "fragment" {
            "this is a policy fragment; a policy document begins with `policies`".to_owned()
        } else {
            format!("a policy document begins with `policies`, not with `{name}`")
        };
        self.findings.error("not-policies", Some(&root.name), root.name_span, message);
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

    pub(crate) fn reader(&mut self, element: &'d Element) -> Reader<'d, '_> {
        Reader::new(self.document, element, &mut self.findings, &mut self.notes)
    }
}

/// Whether the language has an element of this name anywhere.
pub(crate) fn is_known(name: &str) -> bool {
    let later = ELEMENTS.iter().flat_map(|element| element.later_children);
    element(name).is_some()
        || is_later(name)
        || Section::named(name).is_some()
        || later.into_iter().any(|child| *child == name)
}

pub(crate) const SECTION_NAMES: [&str; 4] = ["inbound", "backend", "outbound", "on-error"];
