//! `{{name}}` in a document: found where it means a named value, and replaced before the document is read.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::environment::{Environment, NamedValue, Names};
use crate::named_value_text::{Spot, fitting};
use crate::parse::MAX_BYTES;
use crate::scan_csharp::string_parts;
use crate::source::{Replacement, Source, Span, Unknown};
use crate::syntax::{Content, Document, Element, Expression, Node, Text};

/// A document's text with its named values in place.
pub(crate) struct Expansion {
    pub(crate) source: Source,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Puts the named values of a document into its text. Those that don't exist are reported and stay as
/// they are; `names` takes in all that are named. None if there is nothing to put in or to report.
pub(crate) fn expand(
    document: &Document,
    environment: &dyn Environment,
    unknown: Severity,
    names: &mut Names,
) -> Option<Expansion> {
    if !document.source().text().contains("{{") {
        return None;
    }
    let mut found = Vec::new();
    for node in document.nodes() {
        in_node(document, node, &mut found);
    }
    let mut known: BTreeMap<&str, Option<NamedValue>> = BTreeMap::new();
    let mut replacements = Vec::new();
    let mut size = document.source().text().len();
    let mut left = Vec::new();
    let mut findings = Findings::new(document.source());
    for occurrence in &found {
        let name = document.source().slice(Span::new(occurrence.span.start + 2, occurrence.span.end - 2));
        let value = known.entry(name).or_insert_with(|| environment.named_value(name));
        match value {
            Some(value) => {
                names.add_named_value(name);
                let text = fitting(&value.value, occurrence.spot);
                size += text.len();
                if size > MAX_BYTES {
                    let message =
                        format!("with its named values the document is larger than {} KiB", MAX_BYTES / 1024);
                    findings.error("too-large", None, occurrence.span, message);
                    break;
                }
                let secret = value.is_secret.then(|| value.value.clone());
                replacements.push(Replacement { span: occurrence.span, text, secret });
            }
            None if occurrence.spot.may_be_something_else() => {}
            None => {
                names.add_named_value(name);
                left.push(Unknown { span: occurrence.span, is_code: occurrence.spot == Spot::Code });
                let message = format!("there is no named value `{name}`");
                findings.add(unknown, "unknown-named-value", None, occurrence.span, message);
            }
        }
    }
    let diagnostics = findings.into_list();
    if replacements.is_empty() && left.is_empty() {
        return None;
    }
    Some(Expansion { source: document.source().replaced(&replacements, &left), diagnostics })
}

/// Whether an unknown named value stands for a part of an expression's code.
pub(crate) fn in_code(document: &Document, expression: &Expression) -> bool {
    document.source().has_unknown_code(expression.span)
}

struct Occurrence {
    /// With the braces.
    span: Span,
    spot: Spot,
}

fn in_node(document: &Document, node: &Node, found: &mut Vec<Occurrence>) {
    match node {
        Node::Element(element) => in_element(document, element, found),
        Node::Text(text) => in_content(document, &text.content, text.span, Spot::Text, found),
        Node::Comment(_) | Node::Instruction(_) => {}
    }
}

fn in_element(document: &Document, element: &Element, found: &mut Vec<Occurrence>) {
    for attribute in &element.attributes {
        in_content(document, &attribute.content, attribute.value_span, Spot::Attribute, found);
    }
    if crate::lexer::is_opaque(&element.name) {
        let is_liquid = element
            .attribute("template")
            .is_some_and(|template| matches!(&template.content, Content::Literal(kind) if kind == "liquid"));
        let spot = if is_liquid { Spot::Liquid } else { Spot::Data };
        for node in &element.children {
            if let Node::Text(Text { span, content }) = node {
                in_content(document, content, *span, spot, found);
            }
        }
    } else {
        element.children.iter().for_each(|node| in_node(document, node, found));
    }
}

fn in_content(document: &Document, content: &Content, span: Span, spot: Spot, found: &mut Vec<Occurrence>) {
    let text = document.source().text();
    match content {
        Content::Broken => {}
        Content::Literal(_) => {
            let inside = text.get(span.start..span.end).unwrap_or_default();
            for name in occurrences(inside, span.start) {
                let is_whole = inside.trim().len() == name.end - name.start;
                let spot = if is_whole { spot.alone() } else { spot };
                found.push(Occurrence { span: name, spot });
            }
        }
        Content::Expression(expression) => {
            let code = expression.span;
            let mut names =
                occurrences(text.get(code.start..code.end).unwrap_or_default(), code.start).peekable();
            if names.peek().is_none() {
                return;
            }
            let strings = string_parts(text, code.start + 1, expression.view);
            for span in names {
                let before = strings.partition_point(|part| part.span.end < span.end);
                let spot = match strings.get(before).filter(|part| part.span.start <= span.start) {
                    Some(part) => Spot::String(part.quoting, expression.view),
                    None => Spot::Code,
                };
                found.push(Occurrence { span, spot });
            }
        }
    }
}

/// Every `{{name}}` of a text that begins at byte `base` of the document, braces included.
fn occurrences(text: &str, base: usize) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("{{")?;
            let length = name_length(text.get(start + 2..)?);
            at = start + 1;
            if length > 0 && text.get(start + 2 + length..).is_some_and(|rest| rest.starts_with("}}")) {
                at = start + length + 4;
                return Some(Span::new(base + start, base + at));
            }
        }
    })
}

fn name_length(text: &str) -> usize {
    let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '_' | '.' | '-');
    text.find(|part| !is_part(part)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_value_is_found_where_it_stands() {
        let found = |text: &str| occurrences(text, 0).collect::<Vec<_>>();
        assert_eq!(found("a {{my.name-1}} b"), [Span::new(2, 15)]);
        assert_eq!(found("{{{x}} {{y}}"), [Span::new(1, 6), Span::new(7, 12)]);
        for text in ["", "{{", "{{}}", "{{a b}}", "{{a}", "{a}", "&#123;{a}}"] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
