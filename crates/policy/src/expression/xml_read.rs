//! Text to XML.

use std::rc::Rc;

use crate::blank::is_xml_blank;
use crate::error::EvaluationError;
use crate::expression::xml::{DEEPEST, XMLNS, Xml, XmlKind, XmlName};

impl Xml {
    /// Reads a whole document.
    ///
    /// # Errors
    /// `XmlException`.
    pub(crate) fn read(text: &str) -> Result<Rc<Self>, EvaluationError> {
        let options =
            roxmltree::ParsingOptions { nodes_limit: MOST_NODES, ..roxmltree::ParsingOptions::default() };
        let document =
            roxmltree::Document::parse_with_options(text.trim_start_matches('\u{feff}').trim(), options)
                .map_err(|error| EvaluationError::thrown("XmlException", error.to_string()))?;
        let nodes = document.root().children().filter_map(|node| copied(node, 0)).collect();
        let is_deep = document.descendants().any(|node| node.ancestors().nth(DEEPEST).is_some());
        if is_deep {
            Err(EvaluationError::TooDeep { most: DEEPEST })
        } else {
            Ok(Self::new(XmlKind::Document(nodes)))
        }
    }
}

fn copied(node: roxmltree::Node<'_, '_>, depth: usize) -> Option<Rc<Xml>> {
    if depth > DEEPEST {
        return None;
    }
    let kind = match node.node_type() {
        roxmltree::NodeType::Element => element(node, depth),
        roxmltree::NodeType::Text => {
            let text = node.text().unwrap_or_default();
            // Blanks alone say nothing.
            if text.chars().all(is_xml_blank) {
                return None;
            }
            XmlKind::Text(text.to_owned())
        }
        roxmltree::NodeType::Comment => XmlKind::Comment(node.text().unwrap_or_default().to_owned()),
        roxmltree::NodeType::PI => {
            let instruction = node.pi()?;
            let data = instruction.value.unwrap_or_default().to_owned();
            XmlKind::Instruction { target: instruction.target.to_owned(), data }
        }
        roxmltree::NodeType::Root => return None,
    };
    Some(Xml::new(kind))
}

fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> XmlKind {
    let name = node.tag_name();
    let name =
        XmlName { namespace: name.namespace().unwrap_or_default().to_owned(), local: name.name().to_owned() };
    let own = node.attributes().map(|attribute| {
        let namespace = attribute.namespace().unwrap_or_default().to_owned();
        (XmlName { namespace, local: attribute.name().to_owned() }, attribute.value().to_owned())
    });
    let mut nodes: Vec<Rc<Xml>> = node.children().filter_map(|child| copied(child, depth + 1)).collect();
    let written = node.document().input_text().get(node.range()).unwrap_or_default();
    if nodes.is_empty() && !written.ends_with("/>") {
        nodes.push(Xml::new(XmlKind::Text(String::new())));
    }
    XmlKind::Element { name, attributes: declarations(node).chain(own).collect(), nodes }
}

/// The namespaces that an element declares: those that its parent doesn't know.
fn declarations<'n>(node: roxmltree::Node<'n, '_>) -> impl Iterator<Item = (XmlName, String)> + 'n {
    let parent = node.parent_element();
    let is_new = move |declared: &&roxmltree::Namespace<'_>| {
        let known =
            parent.and_then(|parent| parent.namespaces().find(|known| known.name() == declared.name()));
        known.is_none_or(|known| known.uri() != declared.uri()) && declared.name() != Some("xml")
    };
    let named = |declared: &roxmltree::Namespace<'_>| {
        let name = match declared.name() {
            Some(prefix) => XmlName { namespace: XMLNS.to_owned(), local: prefix.to_owned() },
            None => XmlName { namespace: String::new(), local: "xmlns".to_owned() },
        };
        (name, declared.uri().to_owned())
    };
    node.namespaces().filter(is_new).map(named)
}

const MOST_NODES: u32 = 500_000;
