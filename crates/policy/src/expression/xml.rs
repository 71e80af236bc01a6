//! XML as expressions hold it: a tree that can be changed (`XElement` and its kin).

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::error::EvaluationError;
use crate::expression::evaluate::Step;
use crate::expression::object::Object;
use crate::value::Value;

/// A namespace and a local name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct XmlName {
    pub(crate) namespace: String,
    pub(crate) local: String,
}

/// An element, a document, or what lies between tags.
#[derive(Debug)]
pub(crate) struct Xml {
    pub(crate) kind: RefCell<XmlKind>,
    parent: RefCell<Weak<Xml>>,
}

#[derive(Debug)]
pub(crate) enum XmlKind {
    Document(Vec<Rc<Xml>>),
    Element { name: XmlName, attributes: Vec<(XmlName, String)>, nodes: Vec<Rc<Xml>> },
    Text(String),
    Comment(String),
}

impl XmlName {
    /// `{namespace}local`, or a local name alone.
    pub(crate) fn parse(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((namespace, local)) => Self { namespace: namespace.to_owned(), local: local.to_owned() },
            None => Self { namespace: String::new(), local: text.to_owned() },
        }
    }

    pub(crate) fn text(&self) -> String {
        if self.namespace.is_empty() {
            self.local.clone()
        } else {
            format!("{{{}}}{}", self.namespace, self.local)
        }
    }

    /// The name that an argument is.
    pub(crate) fn of(value: &Value) -> Step<Self> {
        match value {
            Value::Object(object) => match &**object {
                Object::XmlName(name) => Ok(name.clone()),
                _ => Err(EvaluationError::WrongKind.into()),
            },
            Value::Null => Err(EvaluationError::NullArgument.into()),
            other => Ok(Self::parse(&other.print()?)),
        }
    }
}

impl Xml {
    pub(crate) fn new(kind: XmlKind) -> Rc<Self> {
        let xml = Rc::new(Self { kind: RefCell::new(kind), parent: RefCell::default() });
        for node in xml.nodes() {
            *node.parent.borrow_mut() = Rc::downgrade(&xml);
        }
        xml
    }

    pub(crate) fn element(name: XmlName) -> Rc<Self> {
        Self::new(XmlKind::Element { name, attributes: Vec::new(), nodes: Vec::new() })
    }

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
        let nodes: Vec<Rc<Xml>> = nodes;
        let is_deep = document.descendants().any(|node| node.ancestors().nth(DEEPEST).is_some());
        if is_deep { Err(EvaluationError::TooDeep) } else { Ok(Self::new(XmlKind::Document(nodes))) }
    }

    pub(crate) fn into_value(self: Rc<Self>) -> Value {
        Value::object(Object::Xml(self))
    }

    pub(crate) fn class(&self) -> &'static str {
        match &*self.kind.borrow() {
            XmlKind::Document(_) => "XDocument",
            XmlKind::Element { .. } => "XElement",
            XmlKind::Text(_) => "XText",
            XmlKind::Comment(_) => "XComment",
        }
    }

    pub(crate) fn name(&self) -> Option<XmlName> {
        match &*self.kind.borrow() {
            XmlKind::Element { name, .. } => Some(name.clone()),
            _ => None,
        }
    }

    pub(crate) fn parent(&self) -> Option<Rc<Xml>> {
        self.parent.borrow().upgrade()
    }

    pub(crate) fn nodes(&self) -> Vec<Rc<Xml>> {
        match &*self.kind.borrow() {
            XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } => nodes.clone(),
            _ => Vec::new(),
        }
    }

    /// The child elements, all or those of a name.
    pub(crate) fn elements(&self, wanted: Option<&XmlName>) -> Vec<Rc<Xml>> {
        let nodes = self.nodes().into_iter();
        nodes
            .filter(|node| node.name().is_some_and(|name| wanted.is_none_or(|wanted| *wanted == name)))
            .collect()
    }

    /// The elements below, each before those that lie in it.
    pub(crate) fn descendants(&self, wanted: Option<&XmlName>, found: &mut Vec<Rc<Xml>>) {
        for element in self.elements(None) {
            if wanted.is_none_or(|wanted| element.name().as_ref() == Some(wanted)) {
                found.push(Rc::clone(&element));
            }
            element.descendants(wanted, found);
        }
    }

    /// All text in it, without tags.
    pub(crate) fn value(&self) -> String {
        match &*self.kind.borrow() {
            XmlKind::Text(text) => text.clone(),
            XmlKind::Comment(_) => String::new(),
            XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } => {
                nodes.iter().map(|node| node.value()).collect()
            }
        }
    }

    pub(crate) fn attribute(&self, wanted: &XmlName) -> Option<String> {
        match &*self.kind.borrow() {
            XmlKind::Element { attributes, .. } => {
                attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
            }
            _ => None,
        }
    }

    /// Sets an attribute; none takes it away.
    pub(crate) fn set_attribute(&self, wanted: &XmlName, value: Option<String>) {
        if let XmlKind::Element { attributes, .. } = &mut *self.kind.borrow_mut() {
            match (attributes.iter_mut().find(|(name, _)| name == wanted), value) {
                (Some((_, old)), Some(value)) => *old = value,
                (None, Some(value)) => attributes.push((wanted.clone(), value)),
                (_, None) => attributes.retain(|(name, _)| name != wanted),
            }
        }
    }

    /// `element.Value = text`.
    pub(crate) fn set_value(self: &Rc<Self>, value: &str) {
        let text = Xml::new(XmlKind::Text(value.to_owned()));
        *text.parent.borrow_mut() = Rc::downgrade(self);
        match &mut *self.kind.borrow_mut() {
            XmlKind::Element { nodes, .. } => *nodes = vec![text],
            XmlKind::Text(own) | XmlKind::Comment(own) => value.clone_into(own),
            XmlKind::Document(_) => {}
        }
    }

    /// Adds a node, an attribute, or the text of anything else.
    pub(crate) fn add(self: &Rc<Self>, content: &Value) -> Step<()> {
        let node = match content {
            Value::Null => return Ok(()),
            Value::Object(object) => match &**object {
                Object::XmlAttribute { name, value, .. } => {
                    self.set_attribute(name, Some(value.clone()));
                    return Ok(());
                }
                Object::Xml(node) if node.parent().is_none() && !Rc::ptr_eq(node, self) => Rc::clone(node),
                Object::Xml(node) => node.copy(),
                other => Xml::new(XmlKind::Text(other.print(0)?)),
            },
            plain => Xml::new(XmlKind::Text(plain.print()?.to_string())),
        };
        if self.depth() + node.height() > DEEPEST {
            return Err(EvaluationError::TooDeep.into());
        }
        *node.parent.borrow_mut() = Rc::downgrade(self);
        match &mut *self.kind.borrow_mut() {
            XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } => nodes.push(node),
            _ => return Err(EvaluationError::WrongKind.into()),
        }
        Ok(())
    }

    /// Takes it out of where it lies.
    pub(crate) fn remove(self: &Rc<Self>) {
        let Some(owner) = self.parent() else { return };
        if let XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } = &mut *owner.kind.borrow_mut() {
            nodes.retain(|node| !Rc::ptr_eq(node, self));
        }
        *self.parent.borrow_mut() = Weak::new();
    }

    fn copy(&self) -> Rc<Self> {
        Self::new(match &*self.kind.borrow() {
            XmlKind::Document(nodes) => XmlKind::Document(nodes.iter().map(|node| node.copy()).collect()),
            XmlKind::Element { name, attributes, nodes } => XmlKind::Element {
                name: name.clone(),
                attributes: attributes.clone(),
                nodes: nodes.iter().map(|node| node.copy()).collect(),
            },
            XmlKind::Text(text) => XmlKind::Text(text.clone()),
            XmlKind::Comment(text) => XmlKind::Comment(text.clone()),
        })
    }

    fn depth(&self) -> usize {
        std::iter::successors(self.parent(), |above| above.parent()).take(DEEPEST + 1).count()
    }

    fn height(&self) -> usize {
        1 + self.nodes().iter().map(|node| node.height()).max().unwrap_or_default()
    }
}

fn copied(node: roxmltree::Node<'_, '_>, depth: usize) -> Option<Rc<Xml>> {
    if depth > DEEPEST {
        return None;
    }
    let name_of = |name: roxmltree::ExpandedName<'_, '_>| XmlName {
        namespace: name.namespace().unwrap_or_default().to_owned(),
        local: name.name().to_owned(),
    };
    let kind = match node.node_type() {
        roxmltree::NodeType::Element => {
            let attributes = node.attributes().map(|attribute| {
                let name = XmlName {
                    namespace: attribute.namespace().unwrap_or_default().to_owned(),
                    local: attribute.name().to_owned(),
                };
                (name, attribute.value().to_owned())
            });
            let (attributes, nodes) = (
                attributes.collect(),
                node.children().filter_map(|child| copied(child, depth + 1)).collect(),
            );
            XmlKind::Element { name: name_of(node.tag_name()), attributes, nodes }
        }
        roxmltree::NodeType::Text => {
            let text = node.text().unwrap_or_default();
            // Blanks between elements say nothing.
            if text.trim().is_empty()
                && node.parent().is_some_and(|parent| parent.children().any(|child| child.is_element()))
            {
                return None;
            }
            XmlKind::Text(text.to_owned())
        }
        roxmltree::NodeType::Comment => XmlKind::Comment(node.text().unwrap_or_default().to_owned()),
        roxmltree::NodeType::PI | roxmltree::NodeType::Root => return None,
    };
    Some(Xml::new(kind))
}

const DEEPEST: usize = 150;
const MOST_NODES: u32 = 500_000;
