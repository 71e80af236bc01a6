//! What holds for a call, from the documents of several scopes, as they are written.

use crate::layout::indentation;
use crate::parse::parse;
use crate::program::Section;
use crate::source::Span;
use crate::syntax::{Document, Element};

/// A statement of a document, with all that stands in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Which of the documents it stands in, 0 the broadest.
    pub scope: usize,
    /// Its line there, from 1.
    pub line: u32,
    /// Its text, moved to the left edge.
    pub text: String,
}

/// The statements of each section in the order they are run, as `Program::compose` puts them together: `documents`
/// are those of the scopes from broad to narrow. Meant for documents that compile.
pub fn effective(documents: &[&str]) -> Vec<(Section, Vec<Statement>)> {
    let documents: Vec<Document> = documents.iter().map(|text| parse(text).0).collect();
    Section::ALL.into_iter().map(|section| (section, statements(&documents, section))).collect()
}

fn statements(documents: &[Document], section: Section) -> Vec<Statement> {
    let mut present = Vec::new();
    for (scope, document) in documents.iter().enumerate() {
        let sections = document.root().into_iter().flat_map(Element::elements);
        let Some(own) = sections.into_iter().find(|element| element.name == section.name()) else { continue };
        let mut inherited = std::mem::take(&mut present);
        if own.elements().any(|element| element.name == FORWARD) {
            inherited.retain(|(name, _): &(String, Statement)| name != FORWARD);
        }
        for element in own.elements() {
            if element.name == "base" {
                present.append(&mut inherited);
            } else {
                present.push((element.name.clone(), statement(document, scope, element)));
            }
        }
    }
    present.into_iter().map(|(_, statement)| statement).collect()
}

fn statement(document: &Document, scope: usize, element: &Element) -> Statement {
    let source = document.source();
    let Span { start, .. } = element.span;
    let margin = indentation(source.text(), start);
    let lines = source.slice(element.span).lines();
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(margin).unwrap_or(line)).collect();
    Statement { scope, line: source.position(start).line, text: lines.join("\n") }
}

const FORWARD: &str = "forward-request";
