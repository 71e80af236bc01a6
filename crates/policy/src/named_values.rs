//! `{{name}}` in a document: found where it means a named value, and replaced before the document is read.

use std::collections::{BTreeMap, BTreeSet};

use crate::blank::trimmed;
use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::environment::{Environment, NamedValue, Names};
use crate::liquid_names::LiquidNames;
use crate::named_value_text::{Otherwise, Spot, fitting, fitting_in_cdata};
use crate::nearest::nearest;
use crate::parse::MAX_BYTES;
use crate::scan_csharp::string_parts;
use crate::source::{Replacement, Source, Span, Unknown};
use crate::syntax::{Content, Document, Element, Expression, Node, Text, View};
use crate::view::{CLOSING, Cursor, OPENING};

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
    let mut reported = BTreeSet::new();
    let mut replacements = Vec::new();
    let mut size = text.len();
    let mut left = Vec::new();
    let mut findings = Findings::new(document.source());
    for occurrence in &found {
        let Occurrence { span, spot, mark, in_cdata } = *occurrence;
        let whole = document.source().slice(span);
        let name = whole.trim_start_matches(mark.open).trim_end_matches(mark.close);
        let is_named_value = mark.open == NAMED_VALUE.open;
        let value =
            known.entry(whole).or_insert_with(|| environment.named_value(name).filter(|_| is_named_value));
        let Some(value) = value else {
            let otherwise = spot.otherwise();
            if otherwise.is_none() {
                left.push(Unknown { span, is_code: spot == Spot::Code });
            }
            let is_silent = otherwise == Some(Otherwise::Variable) || findings.have_overflowed();
            if !is_silent && reported.insert((whole, otherwise.is_some())) {
                report(*occurrence, name, (environment, unknown), &mut findings);
                if is_named_value && otherwise.is_none() {
                    names.add_named_value(name);
                }
            }
            continue;
        };
        if reported.insert((whole, false)) {
            names.add_named_value(name);
        }
        let text = if in_cdata { fitting_in_cdata(&value.value, spot) } else { fitting(&value.value, spot) };
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
    let diagnostics = findings.into_list();
    if replacements.is_empty() && left.is_empty() && diagnostics.is_empty() {
        return None;
    }
    Some(Expansion { source: document.source().replaced(&replacements, &left), diagnostics })
}

/// Reports a name that nothing is known of. Where its braces may mean something else, that is a warning.
fn report(
    Occurrence { span, spot, mark, .. }: Occurrence,
    name: &str,
    (environment, severity): (&dyn Environment, Severity),
    findings: &mut Findings<'_>,
) {
    if mark.open == PLACEHOLDER.open {
        let message = "this looks like a place that another tool fills in before";
        findings.add(severity, "placeholder", None, span, message.to_owned());
        return;
    }
    let (severity, meaning) = match spot.otherwise() {
        None => (severity, String::new()),
        Some(Otherwise::Braces) => {
            (Severity::Warning, format!(": in this string the braces stand for `{{{name}}}`"))
        }
        Some(_) => (Severity::Warning, ", and the template sets no variable of this name".to_owned()),
    };
    let message = format!("there is no named value `{name}`{meaning}");
    let known = environment.named_value_names();
    let help = match nearest(name, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{{{{{meant}}}}}`?"),
        None => "create it under Named values, or correct the name".to_owned(),
    };
    findings.add(severity, UNKNOWN_NAMED_VALUE, None, span, message).set_help(help);
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
    in_cdata: bool,
}

/// What stands before and behind a name.
#[derive(Clone, Copy)]
struct Mark {
    open: &'static str,
    close: &'static str,
}

/// The code of a finding about a name that nothing is known of.
pub(crate) const UNKNOWN_NAMED_VALUE: &str = "unknown-named-value";
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
        let is_liquid = element.attribute("template").is_some_and(
            |template| matches!(&template.content, Content::Literal(kind) if trimmed(kind) == "liquid"),
        );
        for node in &element.children {
            let Node::Text(Text { span, content }) = node else { continue };
            let start = found.len();
            in_content(document, (content, *span), Spot::Data, &[NAMED_VALUE], found);
            if is_liquid && matches!(content, Content::Literal(_)) {
                let template = LiquidNames::of(document.source().slice(*span));
                for occurrence in found.get_mut(start..).unwrap_or_default() {
                    let Span { start, end } = occurrence.span;
                    let inside = Span::new(start - span.start, end - span.start);
                    occurrence.spot = Spot::Liquid { is_known: template.knows(inside) };
                }
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
            let sections = sections(inside, span.start);
            let alone = inside.strip_prefix(OPENING).and_then(|inside| inside.strip_suffix(CLOSING));
            let alone = trimmed(alone.unwrap_or(inside)).len();
            for mark in marks {
                for name in occurrences(inside, span.start, *mark) {
                    let is_whole = alone == name.end - name.start;
                    let spot = if is_whole { spot.alone() } else { spot };
                    let in_cdata = holds(&sections, name);
                    found.push(Occurrence { span: name, spot, mark: *mark, in_cdata });
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
    let begins_in_cdata = Cursor::of_expression(text, span.start).in_cdata;
    let sections = match expression.view {
        View::Decoded => Vec::new(),
        View::Raw if begins_in_cdata => vec![span],
        View::Raw => Vec::new(),
        View::Joined if begins_in_cdata => {
            let start = text.get(..span.start).and_then(|before| before.rfind(OPENING)).unwrap_or(span.start);
            sections(text.get(start..span.end).unwrap_or_default(), start)
        }
        View::Joined => sections(code, span.start),
    };
    for mark in marks {
        for name in occurrences(code, span.start, *mark) {
            let before = strings.partition_point(|part| part.span.end <= name.start);
            let spot = match strings.get(before).filter(|part| part.span.start <= name.start) {
                // A dollar and a brace in a string are just that.
                Some(_) if mark.open == PLACEHOLDER.open => continue,
                // The braces around a hole: `$"{{{x}}}"`.
                Some(part) if part.span.end < name.end => continue,
                Some(part) => Spot::String(part.quoting, expression.view),
                None => Spot::Code,
            };
            found.push(Occurrence { span: name, spot, mark: *mark, in_cdata: holds(&sections, name) });
        }
    }
}

/// The `CDATA` sections of a text that begins at byte `base` of the document, in their order. The last may have no end.
fn sections(text: &str, base: usize) -> Vec<Span> {
    let mut sections = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(OPENING)).map(|step| at + step) {
        at = text.get(start..).and_then(|rest| rest.find(CLOSING)).map_or(text.len(), |step| start + step);
        sections.push(Span::new(base + start, base + at));
    }
    sections
}

fn holds(sections: &[Span], name: Span) -> bool {
    let before = sections.partition_point(|section| section.end <= name.start);
    sections.get(before).is_some_and(|section| section.start <= name.start)
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
