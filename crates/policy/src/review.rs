//! A look at any policy text without its surroundings: documents, fragments, and pieces of them.

use crate::check::{SECTION_NAMES, Surroundings, check_in};
use crate::check_section::Base;
use crate::diagnostic::{Diagnostic, Severity};
use crate::environment::{Environment, NamedValue};
use crate::fragment::look_at;
use crate::parse::{parse, parse_source};
use crate::program::CertificateSelector;
use crate::source::{Replacement, Source, Span};
use crate::syntax::{Document, Element};
pub use crate::template::Templates;
use crate::template::bring_together;

/// All that can be said about a text alone. What it names may exist elsewhere: named values,
/// fragments and certificates are warnings. A text that is one or several statements, or sections,
/// without an outermost element is taken as a piece of a document. What a deployment tool fills in, such as `${name}`, is
/// reported once.
pub fn review(text: &str) -> Vec<Diagnostic> {
    review_with(text, Templates::Reported)
}

/// As `review`; `templates` says what becomes of the marks of deployment tools.
pub fn review_with(text: &str, templates: Templates) -> Vec<Diagnostic> {
    let surroundings = Surroundings { environment: &Elsewhere, unknown: Severity::Warning };
    let (document, _) = parse(text);
    let found = match kind(&document) {
        Kind::Policies => check_in(document, surroundings),
        Kind::Fragment => look_at(document, Base::Refused, surroundings).1,
        Kind::Sections => check_in(wrapped(&document, "policies"), surroundings),
        Kind::Statements => look_at(wrapped(&document, "fragment"), Base::Allowed, surroundings).1,
    };
    bring_together(text, found, templates)
}

enum Kind {
    Policies,
    Fragment,
    Sections,
    Statements,
}

fn kind(document: &Document) -> Kind {
    let roots: Vec<&Element> = document.nodes().iter().filter_map(|node| node.as_element()).collect();
    let is_section = |root: &&Element| SECTION_NAMES.contains(&root.name.as_str());
    let is_statement = |root: &&Element| root.name == "base" || crate::check::is_known(&root.name);
    match roots.as_slice() {
        [only] if only.name == "fragment" => Kind::Fragment,
        roots if !roots.is_empty() && roots.iter().all(is_section) => Kind::Sections,
        roots if !roots.is_empty() && roots.iter().all(|root| is_statement(root) && !is_section(root)) => {
            Kind::Statements
        }
        _ => Kind::Policies,
    }
}

/// The text of a document inside of an element.
fn wrapped(document: &Document, root: &str) -> Document {
    let text = document.source().text();
    // Behind a byte order mark, which can only stand first.
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mark = |at: usize, text: String| Replacement { span: Span::empty(at), text, secret: None };
    let marks = [mark(start, format!("<{root}>")), mark(text.len(), format!("</{root}>"))];
    parse_source(Source::new(text).replaced(&marks, &[]))
}

/// Surroundings that are somewhere else.
struct Elsewhere;

impl Environment for Elsewhere {
    fn named_value(&self, _: &str) -> Option<NamedValue> {
        None
    }

    fn fragment(&self, _: &str) -> Option<String> {
        None
    }

    fn knows_certificate(&self, _: &CertificateSelector) -> Option<bool> {
        Some(false)
    }
}
