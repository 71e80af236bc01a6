//! Tokens to the tree and all that is wrong with it; never fails.

use crate::blank::skip_blanks;
use crate::diagnostic::{Diagnostic, Findings, shorten};
use crate::lexer::{Lexer, StartTag, TagForm, Token};
use crate::nearest::nearest;
use crate::source::{Source, Span};
use crate::syntax::{Document, Element, Node};

/// Reads a document. There is a tree for any text, as far as it could be made out, and a diagnostic
/// for everything that was wrong with it; the same diagnostics stay in the document.
///
/// Takes time in proportion to the text. A text above `MAX_BYTES` isn't read at all.
pub fn parse(text: &str) -> (Document, Vec<Diagnostic>) {
    let document = if text.len() > MAX_BYTES { too_large() } else { read(Source::new(text)) };
    let diagnostics = document.diagnostics.clone();
    (document, diagnostics)
}

/// Reads a text that isn't as it was written.
pub(crate) fn parse_source(source: Source) -> Document {
    if source.text().len() > MAX_BYTES { too_large() } else { read(source) }
}

/// The largest document in bytes: 256 KiB.
pub const MAX_BYTES: usize = 256 * 1024;

/// How deep elements can stand in each other.
pub const MAX_DEPTH: usize = 100;

fn too_large() -> Document {
    let source = Source::new("");
    let mut findings = Findings::new(&source);
    let message = format!("the document is larger than {} KiB", MAX_BYTES / 1024);
    findings.error("too-large", None, Span::empty(0), message);
    let diagnostics = findings.into_list();
    Document { source, nodes: Vec::new(), diagnostics }
}

fn read(source: Source) -> Document {
    let mut parser =
        Parser { source: &source, lexer: Lexer::new(&source), open: Vec::new(), nodes: Vec::new() };
    parser.refuse_control_characters();
    while let Some(token) = parser.lexer.next() {
        parser.take(token);
    }
    parser.close_what_is_open();
    parser.check_top();
    let nodes = parser.nodes;
    let diagnostics = parser.lexer.findings.into_list();
    Document { source, nodes, diagnostics }
}

/// Drops texts that hold no more than blanks, such as a space that doesn't break where a document is indented.
fn drop_blank_texts(nodes: &mut Vec<Node>) {
    nodes.retain(|node| !matches!(node, Node::Text(text) if text.is_blank()));
}

struct Parser<'s> {
    source: &'s Source,
    lexer: Lexer<'s>,
    /// The elements whose end tag is still to come, outermost first.
    open: Vec<Element>,
    nodes: Vec<Node>,
}

impl Parser<'_> {
    fn take(&mut self, token: Token) {
        match token {
            Token::Start(tag) => self.start(tag),
            Token::End { name, span } => self.end(name, span),
            Token::Text(text) => self.attach(Node::Text(text)),
            Token::Comment(span) => self.attach(Node::Comment(span)),
            Token::Instruction(span) => self.attach(Node::Instruction(span)),
        }
        self.lexer.inside = self.open.last().map(|element| element.name.clone());
    }

    fn start(&mut self, tag: StartTag) {
        let element = Element {
            name: self.source.slice(tag.name).to_owned(),
            name_span: tag.name,
            attributes: tag.attributes,
            children: Vec::new(),
            span: tag.span,
            start_tag: tag.span,
            content: None,
        };
        if tag.form == TagForm::SelfClosed {
            self.attach(Node::Element(element));
        } else if self.open.len() >= MAX_DEPTH {
            let message = format!("elements stand more than {MAX_DEPTH} deep in each other");
            let findings = &mut self.lexer.findings;
            findings.error("too-deep", Some(&element.name), tag.name, message).set_help(
                "use fewer levels: join conditions with `&&`, or put a part into a policy fragment",
            );
            self.lexer.stop();
        } else {
            self.open.push(element);
        }
    }

    fn end(&mut self, name: Span, span: Span) {
        let written = self.source.slice(name);
        let Some(at) = self.open.iter().rposition(|element| element.name == written) else {
            return self.end_without_start(written, name, span);
        };
        if let Some(inner) = self.open.get(at + 1) {
            let opened = self.source.position(inner.name_span.start).line;
            let inner = inner.name.clone();
            let message = format!(
                "`{}` from line {opened} is not closed before `</{}>`",
                shorten(&inner),
                shorten(written)
            );
            self.lexer.findings.error("mismatched-end-tag", Some(&inner), name, message);
        }
        while self.open.len() > at {
            self.close(span);
        }
    }

    /// An end tag that closes nothing: perhaps the innermost element's, mistyped.
    fn end_without_start(&mut self, written: &str, name: Span, span: Span) {
        let innermost = self.open.last().map(|element| element.name.clone());
        let Some(innermost) = innermost else {
            let message = format!("`</{}>` closes nothing", shorten(written));
            self.lexer.findings.error("mismatched-end-tag", None, name, message);
            return;
        };
        let message = format!(
            "`</{}>` closes nothing: the open element is `{}`",
            shorten(written),
            shorten(&innermost)
        );
        self.lexer.findings.error("mismatched-end-tag", Some(&innermost), name, message);
        if nearest(written, [innermost.as_str()]).is_some() {
            self.close(span);
        }
    }

    /// Closes the innermost element with the end tag at `end_tag`, which may be another's.
    fn close(&mut self, end_tag: Span) {
        let Some(mut element) = self.open.pop() else { return };
        if element.elements().next().is_some() {
            drop_blank_texts(&mut element.children);
        }
        element.content = Some(Span::new(element.start_tag.end, end_tag.start));
        element.span.end = end_tag.end;
        self.attach(Node::Element(element));
    }

    fn attach(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.nodes.push(node),
        }
    }

    fn close_what_is_open(&mut self) {
        let end = Span::empty(self.source.text().len());
        let complain = !self.lexer.is_stopped();
        while let Some(element) = self.open.last() {
            if complain {
                let message = format!("`{}` has no end tag", shorten(&element.name));
                let (name, span) = (element.name.clone(), element.name_span);
                self.lexer.findings.error("unclosed-element", Some(&name), span, message);
            }
            self.close(end);
        }
    }

    fn check_top(&mut self) {
        drop_blank_texts(&mut self.nodes);
        if !self.nodes.iter().any(|node| node.as_element().is_some()) {
            return self.refuse_without_element();
        }
        let mut elements = 0;
        for node in &self.nodes {
            match node {
                Node::Element(element) => {
                    elements += 1;
                    if elements > 1 {
                        let message = "a document has one outermost element; this one stands after it";
                        let span = element.name_span;
                        self.lexer.findings.error("two-roots", Some(&element.name), span, message);
                    }
                }
                Node::Text(text) => {
                    let message = "there is text outside of the outermost element";
                    let start = skip_blanks(self.source.text(), text.span.start);
                    let span = Span::new(start, text.span.end);
                    self.lexer.findings.error("unexpected-text", None, span, message);
                }
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
    }

    fn refuse_without_element(&mut self) {
        if self.lexer.is_stopped() {
            return;
        }
        let is_text = |node: &Node| matches!(node, Node::Text(_));
        let has_text = self.nodes.iter().any(is_text);
        let message = if has_text { "the document holds no element" } else { "the document is empty" };
        let help = "a policy document begins with `<policies>`";
        self.lexer.findings.error("no-root", None, Span::empty(0), message).set_help(help);
    }

    /// One finding for the whole document: such a text is no text at all.
    fn refuse_control_characters(&mut self) {
        let is_refused =
            |character: char| character.is_ascii_control() && !matches!(character, '\t' | '\r' | '\n');
        if let Some(at) = self.source.text().find(is_refused) {
            let message = "the document holds a control character";
            self.lexer.findings.error("invalid-character", None, Span::new(at, at + 1), message);
        }
    }
}
