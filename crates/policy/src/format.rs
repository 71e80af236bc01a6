//! The tree to tidy text: indentation put right, everything people wrote kept.

use crate::layout::newline;
use crate::opaque::is_opaque;
use crate::parse::MAX_BYTES;
use crate::source::Span;
use crate::syntax::{Attribute, Document, Element, Node};

/// The document with one element a line, four blanks for each step of depth.
///
/// Kept as written: comments and where they stand, the order of attributes and which of them stand
/// on lines of their own, values with their quotes, expressions, texts, and one blank line wherever
/// there were some. `parse` gives the same tree for the result. A document with errors, or one that
/// would grow beyond `MAX_BYTES`, comes back as it is.
pub fn format(document: &Document) -> String {
    let text = document.source.text();
    if !document.is_readable() {
        return text.to_owned();
    }
    let mut printer =
        Printer { document, newline: newline(text), out: String::with_capacity(text.len() * 2) };
    printer.nodes(&document.nodes, 0, None);
    printer.out.push_str(printer.newline);
    if printer.out.len() > MAX_BYTES { text.to_owned() } else { printer.out }
}

struct Printer<'d> {
    document: &'d Document,
    newline: &'static str,
    out: String,
}

impl Printer<'_> {
    /// Prints nodes that follow the tag that ends at byte `after`, each on its own line.
    fn nodes(&mut self, nodes: &[Node], depth: usize, after: Option<usize>) {
        let mut before = after;
        for (index, node) in nodes.iter().enumerate() {
            let start = node.span().start;
            let line_breaks = before.map_or(0, |end| self.line_breaks(end, start));
            let trails = matches!(node, Node::Comment(_)) && line_breaks == 0;
            if trails && before.is_some() {
                self.out.push(' ');
            } else if before.is_some() {
                if index > 0 && line_breaks > 1 {
                    self.out.push_str(self.newline);
                }
                self.new_line(depth);
            }
            self.node(node, depth);
            before = Some(node.span().end);
        }
    }

    fn node(&mut self, node: &Node, depth: usize) {
        match node {
            Node::Element(element) => self.element(element, depth),
            Node::Text(text) => self.verbatim(text.span),
            Node::Comment(span) | Node::Instruction(span) => self.verbatim(*span),
        }
    }

    fn element(&mut self, element: &Element, depth: usize) {
        self.out.push('<');
        self.out.push_str(&element.name);
        let mut before = element.name_span.end;
        for attribute in &element.attributes {
            if self.line_breaks(before, attribute.span.start) > 0 {
                self.new_line(depth + 1);
            } else {
                self.out.push(' ');
            }
            self.attribute(attribute);
            before = attribute.span.end;
        }
        let Some(content) = element.content else {
            self.out.push_str(" />");
            return;
        };
        self.out.push('>');
        let holds_text = element.children.iter().any(|child| matches!(child, Node::Text(_)));
        if holds_text || is_opaque(&element.name) {
            self.verbatim(content);
        } else if !element.children.is_empty() {
            self.nodes(&element.children, depth + 1, Some(content.start));
            self.new_line(depth);
        }
        self.out.push_str("</");
        self.out.push_str(&element.name);
        self.out.push('>');
    }

    fn attribute(&mut self, attribute: &Attribute) {
        let quoted = Span::new(attribute.value_span.start - 1, attribute.span.end);
        self.out.push_str(&attribute.name);
        self.out.push('=');
        self.verbatim(quoted);
    }

    fn new_line(&mut self, depth: usize) {
        self.out.push_str(self.newline);
        for _ in 0..depth {
            self.out.push_str("    ");
        }
    }

    fn verbatim(&mut self, span: Span) {
        self.out.push_str(self.document.source.slice(span));
    }

    fn line_breaks(&self, start: usize, end: usize) -> usize {
        self.document.source.slice(Span::new(start, end)).matches('\n').count()
    }
}
