//! Whether an element holds only what may stand in it.

use crate::blank::skip_blanks;
use crate::catalog::Attribute as Known;
use crate::diagnostic::shorten;
use crate::nearest::nearest;
use crate::source::Span;
use crate::statements::later::is_later;
use crate::statements::reader::Reader;
use crate::statements::table::Statement;
use crate::syntax::{Attribute, Content, Element, Node, Text};

impl<'d> Reader<'d, '_> {
    /// Reports every attribute, text and child that the element can't have.
    pub(crate) fn check_shape(&mut self, statement: &Statement) {
        self.check_attributes(statement);
        if statement.children.contains(&"#policies") {
            return;
        }
        for node in &self.element.children {
            match node {
                Node::Element(child) => self.check_child(child, statement),
                Node::Text(_) if statement.children.contains(&"#text") => {}
                Node::Text(text) => self.refuse_text(text, statement.children),
                Node::Comment(_) | Node::Instruction(_) => {}
            }
        }
    }

    /// Reports every attribute that the element can't have.
    pub(crate) fn check_attributes(&mut self, statement: &Statement) {
        for attribute in &self.element.attributes {
            self.check_attribute(attribute, statement);
        }
    }

    /// Reports attributes of an element that has none.
    pub(crate) fn refuse_attributes(&mut self, element: &Element) {
        for attribute in &element.attributes {
            self.undeclared(attribute, &[]);
        }
    }

    /// Reports text in an element that holds only elements.
    pub(crate) fn refuse_text(&mut self, text: &Text, children: &[&str]) {
        if matches!(text.content, Content::Broken) || text.is_blank() {
            return;
        }
        let name = &self.element.name;
        let start = skip_blanks(self.document.source().text(), text.span.start);
        let message = match children {
            [] => format!("element `{name}` cannot contain text"),
            _ => format!("element `{name}` cannot contain text; expected: `{}`", children.join("`, `")),
        };
        self.error("unexpected-text", Span::new(start, text.span.end.max(start)), message);
    }

    fn check_attribute(&mut self, attribute: &'d Attribute, statement: &Statement) {
        let name = attribute.name.as_str();
        if statement.later_attributes.contains(&name) {
            let message = format!("the `{name}` attribute is not supported yet");
            self.error("unsupported-attribute", attribute.name_span, message);
        } else if name == "id" && statement.attribute("id").is_none() {
            self.refuse_unusable(&attribute.content, attribute.value_span);
        } else if statement.attribute(name).is_none() {
            self.undeclared(attribute, statement.attributes);
        }
    }

    fn undeclared(&mut self, attribute: &Attribute, known: &[Known]) {
        let message = format!("the `{}` attribute is not declared", shorten(&attribute.name));
        let names: Vec<&'static str> = known.iter().map(|known| known.name).collect();
        let meant = if self.is_full() { None } else { nearest(&attribute.name, names.iter().copied()) };
        let diagnostic = self.error("undeclared-attribute", attribute.name_span, message);
        match (meant, known) {
            (Some(meant), _) => diagnostic.set_help(format!("did you mean `{meant}`?")),
            (None, []) => {}
            (None, _) => diagnostic.set_help(format!("declared are: `{}`", names.join("`, `"))),
        }
    }

    fn check_child(&mut self, child: &Element, statement: &Statement) {
        let name = child.name.as_str();
        if statement.children.contains(&name) {
            return;
        }
        let (outer, inner) = (statement.name, shorten(name));
        if statement.later_children.contains(&name) || (is_later(name) && !statement.children.is_empty()) {
            let message = format!("`{inner}` in `{outer}` is not supported yet");
            self.error("unsupported-element", child.name_span, message);
            return;
        }
        let message = match statement.children {
            [] => format!("element `{outer}` is empty; it cannot contain `{inner}`"),
            ["#text"] => format!("element `{outer}` holds text; it cannot contain `{inner}`"),
            children => {
                format!("element `{outer}` cannot contain `{inner}`; expected: `{}`", children.join("`, `"))
            }
        };
        self.error("unexpected-element", child.name_span, message);
    }
}
