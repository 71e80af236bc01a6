//! Reads one statement's element: attributes, texts and children, with a finding for what is wrong.

use crate::diagnostic::{Diagnostic, Findings, shorten};
use crate::expression::compiled::{Wanted, compile};
use crate::expression::node::Compiled;
use crate::expression::{is_blank, skip_blanks};
use crate::nearest::nearest;
use crate::program::Written;
use crate::source::{Position, Span};
use crate::statements::table::Statement;
use crate::syntax::{Attribute, Content, Document, Element, Expression, Node, Text};

/// The element of a statement on its way to become a step.
pub(crate) struct Reader<'d, 'f> {
    document: &'d Document,
    pub(crate) element: &'d Element,
    findings: &'f mut Findings<'d>,
}

/// A value that stands in the document as it is.
#[derive(Clone, Copy)]
pub(crate) struct Literal<'d> {
    pub(crate) text: &'d str,
    pub(crate) span: Span,
}

/// What the document says for an attribute.
pub(crate) enum Given<'d> {
    Absent,
    /// It is there but can't be used; that has been reported.
    Refused,
    Literal(Literal<'d>),
}

/// A value in a place where an expression may stand.
pub(crate) enum Valued<'d> {
    Literal(Literal<'d>),
    Expression(Compiled),
}

impl<'d, 'f> Reader<'d, 'f> {
    pub(crate) fn new(document: &'d Document, element: &'d Element, findings: &'f mut Findings<'d>) -> Self {
        Self { document, element, findings }
    }

    /// The reader of an element inside of this one.
    pub(crate) fn child(&mut self, element: &'d Element) -> Reader<'d, '_> {
        Reader { document: self.document, element, findings: self.findings }
    }

    /// Reports every attribute, text and child that the statement doesn't have.
    pub(crate) fn check_shape(&mut self, statement: &Statement) {
        self.check_attributes(statement);
        for node in &self.element.children {
            match node {
                Node::Element(child) => self.check_child(child, statement),
                Node::Text(_) if statement.children == ["#text"] => {}
                Node::Text(text) => self.refuse_text(text, statement.children),
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
    }

    /// Reports every attribute that the statement doesn't have.
    pub(crate) fn check_attributes(&mut self, statement: &Statement) {
        for attribute in &self.element.attributes {
            self.check_attribute(attribute, statement);
        }
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&mut self, name: &str) -> Given<'d> {
        let Some(attribute) = self.element.attribute(name) else { return Given::Absent };
        let span = attribute.value_span;
        if self.refuse_unsupported(&attribute.content, span) {
            return Given::Refused;
        }
        match &attribute.content {
            Content::Literal(text) => Given::Literal(Literal { text, span }),
            Content::Expression(_) | Content::Broken => Given::Refused,
        }
    }

    /// The value of an attribute that must be there.
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

    /// The value of an attribute that may be an expression; none if it isn't there, and inside none
    /// if it can't be used, which has been reported.
    pub(crate) fn value(&mut self, name: &str, wanted: Wanted) -> Option<Option<Valued<'d>>> {
        let attribute = self.element.attribute(name)?;
        Some(match &attribute.content {
            Content::Expression(expression) => self.expression(expression, wanted).map(Valued::Expression),
            Content::Literal(_) | Content::Broken => match self.attribute(name) {
                Given::Literal(literal) => Some(Valued::Literal(literal)),
                Given::Absent | Given::Refused => None,
            },
        })
    }

    /// The same of an attribute that must be there.
    pub(crate) fn required_value(&mut self, name: &str, wanted: Wanted) -> Option<Valued<'d>> {
        match self.value(name, wanted) {
            Some(value) => value,
            None => self.required(name).map(Valued::Literal),
        }
    }

    /// The text of an element, or the expression that stands there alone.
    pub(crate) fn written_in(&mut self, element: &'d Element) -> Option<Written> {
        let mut nodes = element.children.iter().filter(|node| !matches!(node, Node::Comment(_)));
        match (nodes.next(), nodes.next()) {
            (Some(Node::Text(Text { content: Content::Expression(expression), .. })), None) => {
                self.expression(expression, Wanted::Text).map(Written::Expression)
            }
            _ => self.text_of(element).map(Written::Literal),
        }
    }

    /// What stands between the tags of an element whose text is data: all of it, blanks included, or
    /// an expression.
    pub(crate) fn data_of(&mut self, element: &'d Element) -> Option<Written> {
        match element.children.as_slice() {
            [Node::Text(Text { content: Content::Expression(expression), .. })] => {
                self.expression(expression, Wanted::Text).map(Written::Expression)
            }
            [Node::Text(Text { content, span })] => {
                if self.refuse_unsupported(content, *span) {
                    return None;
                }
                let text = self.document.source.slice(*span);
                if text.contains("<![CDATA[") {
                    self.error("unsupported-value", *span, "`CDATA` is not supported here yet");
                    return None;
                }
                Some(Written::Literal(text.to_owned()))
            }
            [] => Some(Written::Literal(String::new())),
            _ => {
                let message = format!("`{}` holds text or one expression", element.name);
                self.error("unexpected-element", element.name_span, message);
                None
            }
        }
    }

    /// Compiles an expression; none if it can't be used, which has been reported.
    fn expression(&mut self, expression: &Expression, wanted: Wanted) -> Option<Compiled> {
        if let Some(name) = named_value(self.document.source.slice(expression.span)) {
            let start = expression.span.start;
            let name = Span::new(start + name.start, start + name.end);
            self.error("unsupported-named-value", name, "named values are not supported yet");
            return None;
        }
        let compilation = compile(self.document.source.text(), expression, wanted);
        for warning in compilation.warnings {
            self.warning(warning.code, warning.span, warning.message).help = warning.help;
        }
        match compilation.result {
            Ok(compiled) => Some(compiled),
            Err(problems) => {
                for problem in problems {
                    self.error(problem.code, problem.span, problem.message).help = problem.help;
                }
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
                    if self.refuse_unsupported(content, *span) {
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
        Some(whole.trim_matches(is_blank).to_owned())
    }

    /// Reports attributes of an element that has none.
    pub(crate) fn refuse_attributes(&mut self, element: &Element) {
        for attribute in &element.attributes {
            self.undeclared(attribute, &[]);
        }
    }

    /// Reports text in an element that holds only elements.
    pub(crate) fn refuse_text(&mut self, text: &Text, children: &[&str]) {
        if self.refuse_unsupported(&text.content, text.span) {
            return;
        }
        let name = &self.element.name;
        let start = skip_blanks(self.document.source.text(), text.span.start);
        let message = match children {
            [] => format!("element `{name}` cannot contain text"),
            _ => format!("element `{name}` cannot contain text; expected: `{}`", children.join("`, `")),
        };
        self.error("unexpected-text", Span::new(start, text.span.end.max(start)), message);
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

    pub(crate) fn position(&self, span: Span) -> Position {
        self.document.source.position(span.start)
    }

    fn check_attribute(&mut self, attribute: &'d Attribute, statement: &Statement) {
        let name = attribute.name.as_str();
        if statement.later_attributes.contains(&name) {
            let message = format!("the `{name}` attribute is not supported yet");
            self.error("unsupported-attribute", attribute.name_span, message);
        } else if name == "id" {
            self.refuse_unsupported(&attribute.content, attribute.value_span);
        } else if !statement.attributes.contains(&name) {
            self.undeclared(attribute, statement.attributes);
        }
    }

    fn undeclared(&mut self, attribute: &Attribute, known: &[&'static str]) {
        let message = format!("the `{}` attribute is not declared", shorten(&attribute.name));
        let meant = nearest(&attribute.name, known.iter().copied());
        let diagnostic = self.error("undeclared-attribute", attribute.name_span, message);
        match (meant, known) {
            (Some(meant), _) => diagnostic.set_help(format!("did you mean `{meant}`?")),
            (None, []) => {}
            (None, _) => diagnostic.set_help(format!("declared are: `{}`", known.join("`, `"))),
        }
    }

    fn check_child(&mut self, child: &Element, statement: &Statement) {
        if statement.children.contains(&child.name.as_str()) {
            return;
        }
        let (outer, inner) = (statement.name, shorten(&child.name));
        let message = match statement.children {
            [] => format!("element `{outer}` is empty; it cannot contain `{inner}`"),
            children => {
                format!("element `{outer}` cannot contain `{inner}`; expected: `{}`", children.join("`, `"))
            }
        };
        self.error("unexpected-element", child.name_span, message);
    }

    /// Reports what can't be used in a value yet; true if there is such a thing.
    fn refuse_unsupported(&mut self, content: &Content, span: Span) -> bool {
        match content {
            Content::Broken => true,
            Content::Expression(expression) => {
                let message = "an expression can't stand here yet";
                self.error("unsupported-expression", expression.span, message);
                true
            }
            Content::Literal(_) => {
                let Some(name) = named_value(self.document.source.slice(span)) else { return false };
                let name = Span::new(span.start + name.start, span.start + name.end);
                let message = "named values are not supported yet";
                self.error("unsupported-named-value", name, message);
                true
            }
        }
    }
}

/// The first `{{name}}` in a text as it is written. References are not looked through: they are how
/// one writes braces that are meant as braces.
fn named_value(text: &str) -> Option<Span> {
    let mut braces = text.match_indices('{').map(|(start, _)| start);
    braces.find_map(|start| named_value_at(text, start))
}

fn named_value_at(text: &str, start: usize) -> Option<Span> {
    let rest = text.get(start..)?.strip_prefix("{{")?;
    let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '_' | '.' | '-');
    let length = rest.find(|part| !is_part(part))?;
    let closed = rest.get(length..)?.starts_with("}}");
    (length > 0 && closed).then(|| Span::new(start, start + length + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_value_is_found_where_it_stands() {
        assert_eq!(named_value("a {{my.name-1}} b"), Some(Span::new(2, 15)));
        assert_eq!(named_value("{{{x}}"), Some(Span::new(1, 6)));
        for text in ["", "{{", "{{}}", "{{a b}}", "{{a}", "{a}", "&#123;{a}}"] {
            assert_eq!(named_value(text), None, "{text}");
        }
    }
}
