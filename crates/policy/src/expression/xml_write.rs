//! XML to text, as .NET prints it: two blanks for each level, no line breaks behind text.

use crate::expression::xml::{XMLNS, Xml, XmlKind, XmlName};
use crate::expression::xml_scope::{Default, Scope};

/// How lines are broken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Indented,
    Flat,
}

/// The text of a node.
pub(crate) fn write(xml: &Xml, layout: Layout) -> String {
    let mut writer = Writer { text: String::new(), known: Scope::default(), written: Scope::default() };
    for above in xml.ancestors().iter().rev() {
        above.declared().iter().for_each(|(prefix, namespace)| writer.known.push(prefix, namespace));
    }
    writer.node(xml, layout, 0);
    writer.text
}

/// What is written so far, and the prefixes that can be used: those that the tree declares, also above of what is
/// written, and those that the text itself declares.
struct Writer {
    text: String,
    known: Scope,
    written: Scope,
}

impl Writer {
    fn node(&mut self, xml: &Xml, layout: Layout, level: usize) {
        match &*xml.kind.borrow() {
            XmlKind::Text(plain) => self.text.push_str(&escape(plain)),
            XmlKind::Data(plain) => self.text.push_str(&format!("<![CDATA[{plain}]]>")),
            XmlKind::Comment(plain) => self.text.push_str(&format!("<!--{plain}-->")),
            XmlKind::Instruction { target, data } => self.text.push_str(&format!("<?{target} {data}?>")),
            XmlKind::Document(nodes) => {
                for (at, node) in nodes.iter().enumerate() {
                    if at > 0 && layout == Layout::Indented {
                        self.text.push('\n');
                    }
                    self.node(node, layout, level);
                }
            }
            XmlKind::Element { name, attributes, nodes } => {
                let (known, written) = (self.known.len(), self.written.len());
                for (prefix, namespace) in xml.declared() {
                    self.known.push(&prefix, &namespace);
                    // What the element declares itself is as good as written.
                    self.written.push(&prefix, &namespace);
                }
                let name = self.start(name, attributes, level);
                if nodes.is_empty() {
                    self.text.push_str(" />");
                } else {
                    self.text.push('>');
                    self.inside(nodes, layout, level);
                    self.text.push_str(&format!("</{name}>"));
                }
                self.known.leave(known);
                self.written.leave(written);
            }
        }
    }

    /// The nodes of an element; once there was text, blanks would change it.
    fn inside(&mut self, nodes: &[std::rc::Rc<Xml>], layout: Layout, level: usize) {
        let mut layout = layout;
        for node in nodes {
            if matches!(&*node.kind.borrow(), XmlKind::Text(_) | XmlKind::Data(_)) {
                layout = Layout::Flat;
            }
            self.line(layout, level + 1);
            self.node(node, layout, level + 1);
        }
        self.line(layout, level);
    }

    /// The start tag without its end; gives the name as it is written.
    fn start(&mut self, name: &XmlName, attributes: &[(XmlName, String)], level: usize) -> String {
        let mut added = Vec::new();
        let prefix = self.known.prefix(&name.namespace, Default::Allowed).unwrap_or_default().to_owned();
        self.declare(&prefix, &name.namespace, &mut added);
        let name = joined(&prefix, &name.local);
        self.text.push('<');
        self.text.push_str(&name);
        for (attribute, value) in attributes {
            let shown = self.attribute(attribute, level, &mut added);
            self.text.push_str(&format!(" {shown}=\"{}\"", escape_value(value)));
        }
        for (prefix, namespace) in added {
            let shown = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            self.text.push_str(&format!(" {shown}=\"{}\"", escape_value(&namespace)));
        }
        name
    }

    /// The name of an attribute: only a prefix puts it into a namespace.
    fn attribute(&mut self, name: &XmlName, level: usize, added: &mut Vec<(String, String)>) -> String {
        match name.namespace.as_str() {
            "" => name.local.clone(),
            XMLNS => format!("xmlns:{}", name.local),
            "http://www.w3.org/XML/1998/namespace" => format!("xml:{}", name.local),
            namespace => {
                let known = self.known.prefix(namespace, Default::Refused);
                let known = known.or_else(|| self.written.prefix(namespace, Default::Refused));
                let prefix = known.map_or_else(|| self.made_prefix(level, added.len()), str::to_owned);
                self.declare(&prefix, namespace, added);
                joined(&prefix, &name.local)
            }
        }
    }

    /// A prefix for an attribute whose namespace has none: .NET numbers it by its depth.
    fn made_prefix(&self, level: usize, others: usize) -> String {
        let first = format!("p{}", level + 1);
        let is_free = |prefix: &String| self.written.namespace(prefix).is_none();
        // Those that the element got before are the ones that are most likely taken.
        let numbered = (others.saturating_sub(1)..).take(MOST_TRIED).map(|number| format!("{first}{number}"));
        std::iter::once(first.clone()).chain(numbered).find(is_free).unwrap_or(first)
    }

    /// Notes that a prefix must be declared, if the text doesn't say so yet.
    fn declare(&mut self, prefix: &str, namespace: &str, added: &mut Vec<(String, String)>) {
        if self.written.namespace(prefix).unwrap_or_default() != namespace {
            self.written.push(prefix, namespace);
            added.push((prefix.to_owned(), namespace.to_owned()));
        }
    }

    fn line(&mut self, layout: Layout, level: usize) {
        if layout == Layout::Indented {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", level));
        }
    }
}

fn joined(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
}

pub(crate) fn escape(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;")
}

pub(crate) fn escape_value(plain: &str) -> String {
    escape(plain).replace('"', "&quot;").replace('\n', "&#xA;").replace('\t', "&#x9;")
}

const MOST_TRIED: usize = 1000;
