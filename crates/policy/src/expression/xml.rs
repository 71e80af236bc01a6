//! XML as expressions hold it: a tree that can be changed (`XElement` and its kin).

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::datetime_format::format;
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
    /// Declarations of namespaces are attributes, as in .NET. What was written `<a></a>` holds an empty text.
    Element {
        name: XmlName,
        attributes: Vec<(XmlName, String)>,
        nodes: Vec<Rc<Xml>>,
    },
    Text(String),
    /// `<![CDATA[…]]>`.
    Data(String),
    Comment(String),
    /// `<?target data?>`.
    Instruction {
        target: String,
        data: String,
    },
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

    /// The prefix that an attribute of this name declares, if it declares one; empty for the default.
    pub(crate) fn prefix(&self) -> Option<String> {
        match (self.namespace.as_str(), self.local.as_str()) {
            ("", "xmlns") => Some(String::new()),
            (XMLNS, prefix) => Some(prefix.to_owned()),
            _ => None,
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
        for node in xml.inside() {
            *node.parent.borrow_mut() = Rc::downgrade(&xml);
        }
        xml
    }

    pub(crate) fn element(name: XmlName) -> Rc<Self> {
        Self::new(XmlKind::Element { name, attributes: Vec::new(), nodes: Vec::new() })
    }

    pub(crate) fn into_value(self: Rc<Self>) -> Value {
        Value::object(Object::Xml(self))
    }

    pub(crate) fn class(&self) -> &'static str {
        match &*self.kind.borrow() {
            XmlKind::Document(_) => "XDocument",
            XmlKind::Element { .. } => "XElement",
            XmlKind::Text(_) => "XText",
            XmlKind::Data(_) => "XCData",
            XmlKind::Comment(_) => "XComment",
            XmlKind::Instruction { .. } => "XProcessingInstruction",
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

    /// The nodes in it, as expressions see them.
    pub(crate) fn nodes(&self) -> Vec<Rc<Xml>> {
        self.inside().into_iter().filter(|node| !node.is_empty_text()).collect()
    }

    /// All that stands between its tags.
    pub(crate) fn inside(&self) -> Vec<Rc<Xml>> {
        match &*self.kind.borrow() {
            XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } => nodes.clone(),
            _ => Vec::new(),
        }
    }

    /// How many nodes stand between its tags.
    pub(crate) fn count(&self) -> usize {
        match &*self.kind.borrow() {
            XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } => nodes.len(),
            _ => 0,
        }
    }

    fn is_empty_text(&self) -> bool {
        matches!(&*self.kind.borrow(), XmlKind::Text(text) if text.is_empty())
    }

    /// Its place among the nodes of its parent.
    pub(crate) fn place(self: &Rc<Self>) -> usize {
        let siblings = self.parent().map(|parent| parent.inside()).unwrap_or_default();
        siblings.iter().position(|node| Rc::ptr_eq(node, self)).unwrap_or_default()
    }

    /// The elements that it lies in, the innermost first.
    pub(crate) fn ancestors(&self) -> Vec<Rc<Xml>> {
        let above = std::iter::successors(self.parent(), |above| above.parent());
        above.filter(|above| above.name().is_some()).collect()
    }

    /// The namespaces that it declares itself: prefixes, empty for the default, and what they stand for.
    pub(crate) fn declared(&self) -> Vec<(String, String)> {
        match &*self.kind.borrow() {
            XmlKind::Element { attributes, .. } => {
                attributes.iter().filter_map(|(name, value)| Some((name.prefix()?, value.clone()))).collect()
            }
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
            XmlKind::Text(text) | XmlKind::Data(text) => text.clone(),
            XmlKind::Comment(_) | XmlKind::Instruction { .. } => String::new(),
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
            XmlKind::Text(own) | XmlKind::Data(own) | XmlKind::Comment(own) => value.clone_into(own),
            XmlKind::Instruction { data, .. } => value.clone_into(data),
            XmlKind::Document(_) => {}
        }
    }

    /// Adds a node, an attribute, or the text of anything else.
    pub(crate) fn add(self: &Rc<Self>, content: &Value) -> Step<()> {
        self.insert(usize::MAX, content).map(|_| ())
    }

    /// Puts content at a place among the nodes, or behind the last; gives how many nodes there are more.
    pub(crate) fn insert(self: &Rc<Self>, place: usize, content: &Value) -> Step<usize> {
        let node = match content {
            Value::Null => return Ok(0),
            Value::Object(object) => match &**object {
                Object::XmlAttribute { name, value, .. } => {
                    self.set_attribute(name, Some(value.clone()));
                    return Ok(0);
                }
                Object::Xml(node) if node.parent().is_none() && !Rc::ptr_eq(node, self) => Rc::clone(node),
                Object::Xml(node) => node.copy(),
                other => Xml::new(XmlKind::Text(other.print(0)?)),
            },
            plain => Xml::new(XmlKind::Text(content_text(plain)?)),
        };
        if self.depth() + node.height() > DEEPEST {
            return Err(EvaluationError::TooDeep { most: DEEPEST }.into());
        }
        *node.parent.borrow_mut() = Rc::downgrade(self);
        match &mut *self.kind.borrow_mut() {
            XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } => {
                nodes.insert(place.min(nodes.len()), node);
            }
            _ => return Err(EvaluationError::WrongKind.into()),
        }
        Ok(1)
    }

    /// Takes out all that lies in it.
    pub(crate) fn clear(&self) {
        if let XmlKind::Document(nodes) | XmlKind::Element { nodes, .. } = &mut *self.kind.borrow_mut() {
            nodes.drain(..).for_each(|node| *node.parent.borrow_mut() = Weak::new());
        }
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
            XmlKind::Data(text) => XmlKind::Data(text.clone()),
            XmlKind::Comment(text) => XmlKind::Comment(text.clone()),
            XmlKind::Instruction { target, data } => {
                XmlKind::Instruction { target: target.clone(), data: data.clone() }
            }
        })
    }

    fn depth(&self) -> usize {
        std::iter::successors(self.parent(), |above| above.parent()).take(DEEPEST + 1).count()
    }

    fn height(&self) -> usize {
        1 + self.nodes().iter().map(|node| node.height()).max().unwrap_or_default()
    }
}

/// A value as XML writes it (XML Schema, part 2), which isn't as `ToString` does for all of them.
pub(crate) fn content_text(value: &Value) -> Step<String> {
    Ok(match value {
        Value::Bool(value) => value.to_string(),
        Value::DateTime(time) => {
            format(*time, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK").ok_or(EvaluationError::Format)?
        }
        other => other.print()?.to_string(),
    })
}

/// The namespace of declarations of namespaces.
pub(crate) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
/// How deep elements can lie in each other.
pub(crate) const DEEPEST: usize = 150;
