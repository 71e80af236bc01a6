//! XML to text, as .NET prints it: two blanks for each level, elements with text in them on one line.

use crate::expression::xml::{Xml, XmlKind, XmlName};

/// How lines are broken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Indented,
    Flat,
}

/// The text of a node.
pub(crate) fn write(xml: &Xml, layout: Layout) -> String {
    let mut text = String::new();
    push(&mut text, xml, layout, 0, "");
    text
}

fn push(text: &mut String, xml: &Xml, layout: Layout, level: usize, outer: &str) {
    match &*xml.kind.borrow() {
        XmlKind::Text(plain) => text.push_str(&escape(plain)),
        XmlKind::Comment(plain) => text.push_str(&format!("<!--{plain}-->")),
        XmlKind::Document(nodes) => {
            for (at, node) in nodes.iter().enumerate() {
                if at > 0 && layout == Layout::Indented {
                    text.push('\n');
                }
                push(text, node, layout, level, outer);
            }
        }
        XmlKind::Element { name, attributes, nodes } => {
            text.push('<');
            text.push_str(&name.local);
            if name.namespace != outer {
                text.push_str(&format!(" xmlns=\"{}\"", escape_value(&name.namespace)));
            }
            for (number, (attribute, value)) in attributes.iter().enumerate() {
                text.push_str(&shown(attribute, number));
                text.push_str(&format!("=\"{}\"", escape_value(value)));
            }
            if nodes.is_empty() {
                text.push_str(" />");
                return;
            }
            text.push('>');
            let mixed = nodes.iter().any(|node| matches!(&*node.kind.borrow(), XmlKind::Text(_)));
            let inner = if mixed { Layout::Flat } else { layout };
            for node in nodes {
                line(text, inner, level + 1);
                push(text, node, inner, level + 1, &name.namespace);
            }
            line(text, inner, level);
            text.push_str(&format!("</{}>", name.local));
        }
    }
}

/// An attribute of a namespace gets a prefix of its own.
fn shown(name: &XmlName, number: usize) -> String {
    match name.namespace.as_str() {
        "" => format!(" {}", name.local),
        "http://www.w3.org/XML/1998/namespace" => format!(" xml:{}", name.local),
        namespace => format!(" xmlns:p{number}=\"{}\" p{number}:{}", escape_value(namespace), name.local),
    }
}

fn line(text: &mut String, layout: Layout, level: usize) {
    if layout == Layout::Indented {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", level));
    }
}

pub(crate) fn escape(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(crate) fn escape_value(plain: &str) -> String {
    escape(plain).replace('"', "&quot;").replace('\n', "&#xA;")
}
