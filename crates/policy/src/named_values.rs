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
    let text = document.source().text();
    let marks: &[Mark] =
        if unknown == Severity::Warning { &[NAMED_VALUE, PLACEHOLDER] } else { &[NAMED_VALUE] };
    if !marks.iter().any(|mark| text.contains(mark.open)) {
        return None;
    }
    let mut found = Vec::new();
    for node in document.nodes() {
        in_node(document, node, marks, &mut found);
    }
    let mut known: BTreeMap<&str, Option<NamedValue>> = BTreeMap::new();
    let mut replacements = Vec::new();
    let mut size = text.len();
    let mut left = Vec::new();
    let mut findings = Findings::new(document.source());
    for occurrence in &found {
        let Occurrence { span, spot, mark } = *occurrence;
        let whole = document.source().slice(span);
        let name = whole.trim_start_matches(mark.open).trim_end_matches(mark.close);
        let is_new = !known.contains_key(whole);
        let is_named_value = mark.open == NAMED_VALUE.open;
        let value =
            known.entry(whole).or_insert_with(|| environment.named_value(name).filter(|_| is_named_value));
        if is_new && is_named_value && (value.is_some() || !spot.may_be_something_else()) {
            names.add_named_value(name);
        }
        match value {
            Some(value) => {
                let text = fitting(&value.value, spot);
                size += text.len();
                if size > MAX_BYTES {
                    let message =
                        format!("with its named values the document is larger than {} KiB", MAX_BYTES / 1024);
                    findings.error("too-large", None, span, message);
                    break;
                }
                let secret = value.is_secret.then(|| value.value.clone());
                replacements.push(Replacement { span, text, secret });
            }
            None if spot.may_be_something_else() => {}
            None => {
                left.push(Unknown { span, is_code: spot == Spot::Code });
                if is_new && is_named_value {
                    let message = format!("there is no named value `{name}`");
                    findings.add(unknown, "unknown-named-value", None, span, message);
                } else if is_new {
                    let message = "this looks like a place that another tool fills in before";
                    findings.add(unknown, "placeholder", None, span, message.to_owned());
                }
            }
        }
    }
    let diagnostics = findings.into_list();
    if replacements.is_empty() && left.is_empty() && diagnostics.is_empty() {
        return None;
    }
    Some(Expansion { source: document.source().replaced(&replacements, &left), diagnostics })
}

/// Whether an unknown named value stands for a part of an expression's code.
pub(crate) fn in_code(document: &Document, expression: &Expression) -> bool {
    document.source().has_unknown_code(expression.span)
}

#[derive(Clone, Copy)]
struct Occurrence {
    /// With the braces.
    span: Span,
    spot: Spot,
    mark: Mark,
}

/// What stands before and behind a name.
#[derive(Clone, Copy)]
struct Mark {
    open: &'static str,
    close: &'static str,
}

const NAMED_VALUE: Mark = Mark { open: "{{", close: "}}" };
/// Documents are often kept as templates of deployment tools; looked at alone, these aren't filled in.
const PLACEHOLDER: Mark = Mark { open: "${", close: "}" };

fn in_node(document: &Document, node: &Node, marks: &[Mark], found: &mut Vec<Occurrence>) {
    match node {
        Node::Element(element) => in_element(document, element, marks, found),
        Node::Text(text) => in_content(document, (&text.content, text.span), Spot::Text, marks, found),
        Node::Comment(_) | Node::Instruction(_) => {}
    }
}

fn in_element(document: &Document, element: &Element, marks: &[Mark], found: &mut Vec<Occurrence>) {
    for attribute in &element.attributes {
        in_content(document, (&attribute.content, attribute.value_span), Spot::Attribute, marks, found);
    }
    if crate::opaque::is_opaque(&element.name) {
        let is_liquid = element
            .attribute("template")
            .is_some_and(|template| matches!(&template.content, Content::Literal(kind) if kind == "liquid"));
        let spot = if is_liquid { Spot::Liquid } else { Spot::Data };
        for node in &element.children {
            if let Node::Text(Text { span, content }) = node {
                in_content(document, (content, *span), spot, &[NAMED_VALUE], found);
            }
        }
    } else {
        element.children.iter().for_each(|node| in_node(document, node, marks, found));
    }
}

fn in_content(
    document: &Document,
    (content, span): (&Content, Span),
    spot: Spot,
    marks: &[Mark],
    found: &mut Vec<Occurrence>,
) {
    let text = document.source().text();
    let start = found.len();
    match content {
        Content::Broken => {}
        Content::Literal(_) => {
            let inside = text.get(span.start..span.end).unwrap_or_default();
            for mark in marks {
                for name in occurrences(inside, span.start, *mark) {
                    let is_whole = inside.trim().len() == name.end - name.start;
                    let spot = if is_whole { spot.alone() } else { spot };
                    found.push(Occurrence { span: name, spot, mark: *mark });
                }
            }
        }
        Content::Expression(expression) => in_expression(text, expression, marks, found),
    }
    if let Some(new) = found.get_mut(start..).filter(|_| marks.len() > 1) {
        new.sort_by_key(|occurrence| occurrence.span.start);
    }
}

fn in_expression(text: &str, expression: &Expression, marks: &[Mark], found: &mut Vec<Occurrence>) {
    let span = expression.span;
    let code = text.get(span.start..span.end).unwrap_or_default();
    if !marks.iter().any(|mark| code.contains(mark.open)) {
        return;
    }
    let strings = string_parts(text, span.start + 1, expression.view);
    for mark in marks {
        for name in occurrences(code, span.start, *mark) {
            let before = strings.partition_point(|part| part.span.end < name.end);
            let spot = match strings.get(before).filter(|part| part.span.start <= name.start) {
                // A dollar and a brace in a string are just that.
                Some(_) if mark.open == PLACEHOLDER.open => continue,
                Some(part) => Spot::String(part.quoting, expression.view),
                None => Spot::Code,
            };
            found.push(Occurrence { span: name, spot, mark: *mark });
        }
    }
}

/// Every marked name of a text that begins at byte `base` of the document, marks included.
fn occurrences(text: &str, base: usize, mark: Mark) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find(mark.open)?;
            let length = name_length(text.get(start + mark.open.len()..)?);
            at = start + 1;
            let close = start + mark.open.len() + length;
            if length > 0 && text.get(close..).is_some_and(|rest| rest.starts_with(mark.close)) {
                at = close + mark.close.len();
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
        let found = |text: &str| occurrences(text, 0, NAMED_VALUE).collect::<Vec<_>>();
        assert_eq!(found("a {{my.name-1}} b"), [Span::new(2, 15)]);
        assert_eq!(found("{{{x}} {{y}}"), [Span::new(1, 6), Span::new(7, 12)]);
        for text in ["", "{{", "{{}}", "{{a b}}", "{{a}", "{a}", "&#123;{a}}"] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
