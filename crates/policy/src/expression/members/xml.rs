//! `XElement`, `XDocument`, `XAttribute`, `XName`, `XNamespace`.

use std::rc::Rc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, object, text};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq::sequence;
use crate::expression::object::Object;
use crate::expression::xml::{XMLNS, Xml, XmlKind, XmlName, content_text};
use crate::expression::xml_write::{Layout, write};
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["XObject"], bases: &["XNodes", "object"], ..plain("XNode", NODE) },
    Class { bases: &["XNode"], ..plain("XText", TEXT) },
    Class { bases: &["XText"], ..plain("XCData", DATA) },
    Class { bases: &["XNode"], ..plain("XComment", COMMENT) },
    Class { bases: &["XNode"], ..plain("XProcessingInstruction", INSTRUCTION) },
    Class { bases: &["XContents", "XNode"], ..plain("XContainer", CONTAINER) },
    Class { bases: &["XElements", "XContainer"], ..plain("XElement", ELEMENT) },
    Class { bases: &["XContainer"], ..plain("XDocument", DOCUMENT) },
    Class { bases: &["object"], ..plain("XAttribute", ATTRIBUTE) },
    Class { bases: &["object"], ..plain("XName", NAME) },
    Class { bases: &["object"], ..plain("XNamespace", NAMESPACE) },
    enumeration("SaveOptions", &[("None", 0), ("DisableFormatting", 1), ("OmitDuplicateNamespaces", 2)]),
];

const NODE: &[Member] = &[
    member(&["ToString(): string", "ToString(SaveOptions options): string"], |machine, a| {
        let flat = matches!(at(a, 1), Value::Enumeration(options) if options.number & 1 == 1);
        let layout = if flat { Layout::Flat } else { Layout::Indented };
        let printed = write(&*xml(a)?, layout);
        machine.made(printed)
    }),
    member(&["Parent: XElement"], |_, a| {
        Ok(xml(a)?.parent().filter(|parent| parent.name().is_some()).map_or(Value::Null, Xml::into_value))
    }),
    member(&["Remove(): void"], |_, a| {
        xml(a)?.remove();
        Ok(Value::Null)
    }),
];

const TEXT: &[Member] = &[
    member(&["new(string value)"], |machine, a| made(machine, XmlKind::Text(text(a, 0)?.to_string()))),
    member(&["Value: string"], |_, a| Ok(Value::text(&xml(a)?.value()))),
];

const DATA: &[Member] =
    &[member(&["new(string value)"], |machine, a| made(machine, XmlKind::Data(text(a, 0)?.to_string())))];

const COMMENT: &[Member] = &[
    member(&["new(string value)"], |machine, a| made(machine, XmlKind::Comment(text(a, 0)?.to_string()))),
    member(&["Value: string"], |_, a| match &*xml(a)?.kind.borrow() {
        XmlKind::Comment(value) => Ok(Value::text(value)),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
];

const INSTRUCTION: &[Member] = &[
    member(&["new(string target, string data)"], |machine, a| {
        let (target, data) = (text(a, 0)?.to_string(), text(a, 1)?.to_string());
        made(machine, XmlKind::Instruction { target, data })
    }),
    member(&["Target: string"], |_, a| match &*xml(a)?.kind.borrow() {
        XmlKind::Instruction { target, .. } => Ok(Value::text(target)),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["Data: string"], |_, a| match &*xml(a)?.kind.borrow() {
        XmlKind::Instruction { data, .. } => Ok(Value::text(data)),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
];

const CONTAINER: &[Member] = &[
    member(
        &["Elements(): IEnumerable<XElement>", "Elements(XName name): IEnumerable<XElement>"],
        |machine, a| {
            let found = looked_through(machine, a)?.elements(name(a, 1)?.as_ref());
            listed(machine, found)
        },
    ),
    member(&["Element(XName name): XElement"], |machine, a| {
        let found = looked_through(machine, a)?.elements(name(a, 1)?.as_ref()).into_iter().next();
        Ok(found.map_or(Value::Null, Xml::into_value))
    }),
    member(
        &["Descendants(): IEnumerable<XElement>", "Descendants(XName name): IEnumerable<XElement>"],
        |machine, a| {
            let mut found = Vec::new();
            xml(a)?.descendants(name(a, 1)?.as_ref(), &mut found);
            listed(machine, found)
        },
    ),
    member(&["Nodes(): IEnumerable<XNode>"], |machine, a| {
        let nodes = xml(a)?.nodes();
        listed(machine, nodes)
    }),
    member(&["FirstNode: XNode"], |machine, a| {
        Ok(looked_through(machine, a)?.nodes().into_iter().next().map_or(Value::Null, Xml::into_value))
    }),
    member(&["LastNode: XNode"], |machine, a| {
        Ok(looked_through(machine, a)?.nodes().pop().map_or(Value::Null, Xml::into_value))
    }),
    member(&["Add(params object[] content): void"], |machine, a| {
        let own = xml(a)?;
        added(machine, &own, a.get(1..).unwrap_or_default())?;
        Ok(Value::Null)
    }),
    member(&["RemoveNodes(): void"], |_, a| {
        xml(a)?.clear();
        Ok(Value::Null)
    }),
];

const ELEMENT: &[Member] = &[
    member(&["new(XName name, params object[] content)"], |machine, a| {
        machine.make(64)?;
        let element = Xml::element(XmlName::of(at(a, 0))?);
        added(machine, &element, a.get(1..).unwrap_or_default())?;
        machine.hold(Rc::clone(&element).into_value());
        Ok(element.into_value())
    }),
    member(&["static Parse(string text): XElement"], |machine, a| {
        let document = read(machine, &text(a, 0)?)?;
        Ok(root(machine, &document)?.into_value())
    }),
    member(&["Name: XName"], |_, a| Ok(Value::object(Object::XmlName(xml(a)?.name().unwrap_or_default())))),
    member(&["Value: string"], |_, a| Ok(Value::text(&xml(a)?.value()))),
    member(&["Attribute(XName name): XAttribute"], |_, a| {
        let (own, wanted) = (xml(a)?, XmlName::of(at(a, 1))?);
        Ok(own.attribute(&wanted).map_or(Value::Null, |value| {
            Value::object(Object::XmlAttribute { owner: Some(Rc::clone(&own)), name: wanted.clone(), value })
        }))
    }),
    member(
        &["Attributes(): IEnumerable<XAttribute>", "Attributes(XName name): IEnumerable<XAttribute>"],
        |machine, a| {
            let all = attributes(&xml(a)?, name(a, 1)?.as_ref());
            sequence(machine, all)
        },
    ),
    member(&["HasElements: bool"], |machine, a| {
        Ok(Value::Bool(!looked_through(machine, a)?.elements(None).is_empty()))
    }),
    member(&["IsEmpty: bool"], |_, a| Ok(Value::Bool(xml(a)?.inside().is_empty()))),
    member(&["SetValue(object value): void"], |_, a| {
        xml(a)?.set_value(&content_text(at(a, 1))?);
        Ok(Value::Null)
    }),
    member(&["SetAttributeValue(XName name, object value): void"], |_, a| {
        let value = content_or_none(a, 2)?;
        xml(a)?.set_attribute(&XmlName::of(at(a, 1))?, value);
        Ok(Value::Null)
    }),
    member(&["SetElementValue(XName name, object value): void"], |_, a| {
        let (own, wanted) = (xml(a)?, XmlName::of(at(a, 1))?);
        let there = own.elements(Some(&wanted)).into_iter().next();
        match (there, content_or_none(a, 2)?) {
            (Some(element), None) => element.remove(),
            (None, None) => {}
            (Some(element), Some(value)) => element.set_value(&value),
            (None, Some(value)) => {
                let element = Xml::element(wanted);
                element.set_value(&value);
                own.add(&element.into_value())?;
            }
        }
        Ok(Value::Null)
    }),
];

const DOCUMENT: &[Member] = &[
    member(&["new(params object[] content)"], |machine, a| {
        let document = Xml::new(XmlKind::Document(Vec::new()));
        added(machine, &document, a)?;
        Ok(document.into_value())
    }),
    member(&["static Parse(string text): XDocument"], |machine, a| {
        Ok(read(machine, &text(a, 0)?)?.into_value())
    }),
    member(&["Root: XElement"], |_, a| {
        Ok(xml(a)?.elements(None).into_iter().next().map_or(Value::Null, Xml::into_value))
    }),
];

const ATTRIBUTE: &[Member] = &[
    member(&["new(XName name, object value)"], |_, a| {
        let (name, value) = (XmlName::of(at(a, 0))?, content_text(at(a, 1))?);
        Ok(Value::object(Object::XmlAttribute { owner: None, name, value }))
    }),
    member(&["Name: XName"], |_, a| match object(a, 0)? {
        Object::XmlAttribute { name, .. } => Ok(Value::object(Object::XmlName(name.clone()))),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["Value: string"], |_, a| match object(a, 0)? {
        Object::XmlAttribute { owner, name, value } => {
            let present = owner.as_ref().and_then(|owner| owner.attribute(name));
            Ok(Value::text(present.as_ref().unwrap_or(value)))
        }
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["IsNamespaceDeclaration: bool"], |_, a| match object(a, 0)? {
        Object::XmlAttribute { name, .. } => Ok(Value::Bool(name.prefix().is_some())),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["Parent: XElement"], |_, a| match object(a, 0)? {
        Object::XmlAttribute { owner, .. } => {
            Ok(owner.as_ref().map_or(Value::Null, |owner| Rc::clone(owner).into_value()))
        }
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["Remove(): void", "SetValue(object value): void"], |_, a| {
        let value = content_or_none(a, 1)?;
        if let Object::XmlAttribute { owner: Some(owner), name, .. } = object(a, 0)? {
            owner.set_attribute(name, value);
        }
        Ok(Value::Null)
    }),
];

/// The attributes of an element, all or that of a name.
pub(crate) fn attributes(own: &Rc<Xml>, wanted: Option<&XmlName>) -> Vec<Value> {
    let all = match &*own.kind.borrow() {
        XmlKind::Element { attributes, .. } => attributes.clone(),
        _ => Vec::new(),
    };
    let fitting = all.into_iter().filter(|(name, _)| wanted.is_none_or(|wanted| wanted == name));
    let owner = || Some(Rc::clone(own));
    fitting.map(|(name, value)| Value::object(Object::XmlAttribute { owner: owner(), name, value })).collect()
}

const NAME: &[Member] = &[
    member(&["LocalName: string"], |_, a| Ok(Value::text(&XmlName::of(at(a, 0))?.local))),
    member(&["NamespaceName: string"], |_, a| Ok(Value::text(&XmlName::of(at(a, 0))?.namespace))),
    member(&["Namespace: XNamespace"], |_, a| {
        Ok(Value::object(Object::XmlNamespace(XmlName::of(at(a, 0))?.namespace)))
    }),
    member(&["static Get(string expandedName): XName"], |_, a| {
        Ok(Value::object(Object::XmlName(XmlName::of(at(a, 0))?)))
    }),
    member(&["static Get(string localName, string namespaceName): XName"], |_, a| {
        let (local, namespace) = (text(a, 0)?.to_string(), text(a, 1)?.to_string());
        Ok(Value::object(Object::XmlName(XmlName { namespace, local })))
    }),
];

const NAMESPACE: &[Member] = &[
    member(&["NamespaceName: string", "ToString(): string"], |_, a| match object(a, 0)? {
        Object::XmlNamespace(namespace) => Ok(Value::text(namespace)),
        _ => Err(EvaluationError::WrongKind.into()),
    }),
    member(&["static Get(string namespaceName): XNamespace"], |_, a| {
        Ok(Value::object(Object::XmlNamespace(text(a, 0)?.to_string())))
    }),
    member(&["static Xmlns: XNamespace"], |_, _| Ok(Value::object(Object::XmlNamespace(XMLNS.to_owned())))),
    member(&["static Xml: XNamespace"], |_, _| {
        Ok(Value::object(Object::XmlNamespace("http://www.w3.org/XML/1998/namespace".to_owned())))
    }),
    member(&["static None: XNamespace"], |_, _| Ok(Value::object(Object::XmlNamespace(String::new())))),
    member(&["GetName(string localName): XName"], |_, a| match object(a, 0)? {
        Object::XmlNamespace(namespace) => {
            let name = XmlName { namespace: namespace.clone(), local: text(a, 1)?.to_string() };
            Ok(Value::object(Object::XmlName(name)))
        }
        _ => Err(EvaluationError::WrongKind.into()),
    }),
];

pub(crate) fn xml(a: &[Value]) -> Step<Rc<Xml>> {
    match object(a, 0)? {
        Object::Xml(xml) => Ok(Rc::clone(xml)),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

/// The node, whose own nodes are looked at one after the other.
fn looked_through(machine: &mut Machine<'_>, a: &[Value]) -> Step<Rc<Xml>> {
    let own = xml(a)?;
    machine.spend(own.count() / 4)?;
    Ok(own)
}

pub(crate) fn name(a: &[Value], number: usize) -> Step<Option<XmlName>> {
    a.get(number).map(XmlName::of).transpose()
}

pub(crate) fn listed(machine: &mut Machine<'_>, found: Vec<Rc<Xml>>) -> Step<Value> {
    machine.spend(found.len())?;
    sequence(machine, found.into_iter().map(Xml::into_value).collect())
}

/// Puts content at the end of a node, the elements of a sequence one by one.
fn added(machine: &mut Machine<'_>, to: &Rc<Xml>, content: &[Value]) -> Step<()> {
    inserted(machine, to, usize::MAX, content)
}

/// The same from a place on.
pub(crate) fn inserted(machine: &mut Machine<'_>, to: &Rc<Xml>, place: usize, content: &[Value]) -> Step<()> {
    machine.make(64)?;
    let mut place = place;
    for value in content {
        let all = match value {
            Value::Object(object) if matches!(&**object, Object::List(_)) => {
                crate::expression::sequence::items(machine, value)?
            }
            value => vec![value.clone()],
        };
        for item in &all {
            machine.room_for(item)?;
            place = place.saturating_add(to.insert(place, item)?);
        }
    }
    Ok(())
}

fn content_or_none(a: &[Value], number: usize) -> Step<Option<String>> {
    match at(a, number) {
        Value::Null => Ok(None),
        value => content_text(value).map(Some),
    }
}

fn made(machine: &mut Machine<'_>, kind: XmlKind) -> Step<Value> {
    machine.make(64)?;
    Ok(Xml::new(kind).into_value())
}

/// Text to XML; costs steps in proportion.
pub(crate) fn read(machine: &mut Machine<'_>, text: &str) -> Step<Rc<Xml>> {
    machine.make(text.len().saturating_mul(4))?;
    machine.spend(text.len() / 32)?;
    let document = Xml::read(text)?;
    machine.hold(Rc::clone(&document).into_value());
    Ok(document)
}

/// The element of a document, taken out of it.
pub(crate) fn root(machine: &mut Machine<'_>, document: &Rc<Xml>) -> Step<Rc<Xml>> {
    let root = document.elements(None).into_iter().next().ok_or(EvaluationError::Empty)?;
    root.remove();
    machine.hold(Rc::clone(&root).into_value());
    Ok(root)
}
