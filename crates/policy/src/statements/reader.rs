//! Reads one element: its attributes and texts as they stand, with a finding for what is wrong.

use crate::blank::{is_xml_blank, trimmed};
use crate::diagnostic::{Diagnostic, Findings};
use crate::program::{CertificateReference, CertificateSelector};
use crate::source::Span;
use crate::step::Notes;
use crate::syntax::{Content, Document, Element, Node, Text};

/// The element of a statement on its way to become a step.
pub(crate) struct Reader<'d, 'f> {
    pub(crate) document: &'d Document,
    pub(crate) element: &'d Element,
    pub(crate) notes: &'f mut Notes,
    findings: &'f mut Findings<'d>,
}

/// A value that stands in the document as it is.
#[derive(Clone, Copy)]
pub(crate) struct Literal<'d> {
    pub(crate) text: &'d str,
    pub(crate) span: Span,
}

impl<'d> Literal<'d> {
    /// The text without blanks of any kind at its ends: for numbers, names and whatever is one of a list.
    pub(crate) fn word(&self) -> &'d str {
        trimmed(self.text)
    }
}

/// What the document says for an attribute.
pub(crate) enum Given<'d> {
    Absent,
    /// It is there but can't be used; that has been reported.
    Refused,
    Literal(Literal<'d>),
}

impl<'d, 'f> Reader<'d, 'f> {
    pub(crate) fn new(
        document: &'d Document,
        element: &'d Element,
        findings: &'f mut Findings<'d>,
        notes: &'f mut Notes,
    ) -> Self {
        Self { document, element, notes, findings }
    }

    /// The reader of an element inside of this one.
    pub(crate) fn child(&mut self, element: &'d Element) -> Reader<'d, '_> {
        Reader { document: self.document, element, notes: self.notes, findings: self.findings }
    }

    /// The elements inside of this one that have this name.
    pub(crate) fn children(&self, name: &'static str) -> impl Iterator<Item = &'d Element> + use<'d> {
        self.element.elements().filter(move |child| child.name == name)
    }

    /// The element of this name; a second one is reported.
    pub(crate) fn only_child(&mut self, name: &'static str) -> Option<&'d Element> {
        let mut all = self.children(name);
        let first = all.next();
        if let Some(second) = all.next() {
            let message = format!("`{name}` is there twice; it can be there once");
            self.child(second).error("duplicate-element", second.name_span, message);
        }
        first
    }

    /// The value of an attribute that can't be an expression.
    pub(crate) fn attribute(&mut self, name: &str) -> Given<'d> {
        let Some(attribute) = self.element.attribute(name) else { return Given::Absent };
        let span = attribute.value_span;
        if self.refuse_unusable(&attribute.content, span) {
            return Given::Refused;
        }
        match &attribute.content {
            Content::Literal(text) => Given::Literal(Literal { text, span }),
            Content::Expression(_) | Content::Broken => Given::Refused,
        }
    }

    /// The value of an attribute that must be there and can't be an expression.
    pub(crate) fn required(&mut self, name: &str) -> Option<Literal<'d>> {
        match self.attribute(name) {
            Given::Literal(literal) => Some(literal),
            Given::Refused => None,
            Given::Absent => {
                let message = format!("the required attribute `{name}` is missing");
                self.error("missing-attribute", self.element.name_span, message);
                None
            }
        }
    }

    /// The text of an element that holds nothing else, without the blanks around it.
    pub(crate) fn text_of(&mut self, element: &'d Element) -> Option<String> {
        let mut whole = String::new();
        for node in &element.children {
            match node {
                Node::Text(Text { span, content }) => {
                    if self.refuse_unusable(content, *span) {
                        return None;
                    }
                    if let Content::Literal(text) = content {
                        whole.push_str(text);
                    }
                }
                Node::Element(child) => {
                    let message = format!("`{}` holds text, not elements", element.name);
                    self.error("unexpected-element", child.name_span, message);
                    return None;
                }
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
        Some(whole.trim_matches(is_xml_blank).to_owned())
    }

    /// Notes that the statement names a certificate.
    pub(crate) fn refer(&mut self, selector: &CertificateSelector, span: Span) {
        let source = self.document.source();
        let at = source.position(span.start);
        self.notes.references.push(CertificateReference {
            selector: selector.clone(),
            span: source.written(span),
            text_span: span,
            line: at.line,
            column: at.column,
        });
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.findings.error(code, Some(&self.element.name), span, message)
    }

    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.findings.warning(code, Some(&self.element.name), span, message)
    }

    /// Whether another finding would be one too many.
    pub(crate) fn is_full(&self) -> bool {
        self.findings.is_full()
    }

    /// Reports what can't be used in a literal; true if there is such a thing.
    pub(crate) fn refuse_unusable(&mut self, content: &Content, span: Span) -> bool {
        match content {
            Content::Broken => true,
            Content::Expression(expression) => {
                self.error("unsupported-expression", expression.span, "an expression can't stand here");
                true
            }
            // What an unknown named value stands for can't be judged; that it is unknown has been reported.
            Content::Literal(_) => self.document.source().has_unknown(span),
        }
    }
}
