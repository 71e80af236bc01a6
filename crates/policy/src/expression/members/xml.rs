//! `XElement`, `XDocument`, `XAttribute`, `XName`, `XNamespace`.

use std::rc::Rc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, object, text, text_or_none};
use crate::expression::class::{Class, Member, enumeration, member, plain};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq::sequence;
use crate::expression::object::Object;
use crate::expression::xml::{Xml, XmlKind, XmlName};
use crate::expression::xml_write::{Layout, write};
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["XObject"], bases: &["object"], ..plain("XNode", NODE) },
    Class { bases: &["XNode"], ..plain("XText", TEXT) },
    Class { aliases: &["XCData"], bases: &["XText"], ..plain("XComment", &[]) },
    Class { bases: &["XNode"], ..plain("XContainer", CONTAINER) },
    Class { bases: &["XContainer"], ..plain("XElement", ELEMENT) },
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

const TEXT: &[Member] = &[member(&["Value: string"], |_, a| Ok(Value::text(&xml(a)?.value())))];

const CONTAINER: &[Member] = &[
    member(
        &["Elements(): IEnumerable<XElement>", "Elements(XName name): IEnumerable<XElement>"],
        |machine, a| {
            let found = xml(a)?.elements(name(a, 1)?.as_ref());
            listed(machine, found)
        },
    ),
    member(&["Element(XName name): XElement"], |_, a| {
        let found = xml(a)?.elements(name(a, 1)?.as_ref()).into_iter().next();
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
    member(&["FirstNode: XNode"], |_, a| {
        Ok(xml(a)?.nodes().into_iter().next().map_or(Value::Null, Xml::into_value))
    }),
    member(&["LastNode: XNode"], |_, a| Ok(xml(a)?.nodes().pop().map_or(Value::Null, Xml::into_value))),
    member(&["Add(params object[] content): void"], |machine, a| {
        let own = xml(a)?;
        added(machine, &own, a.get(1..).unwrap_or_default())?;
        Ok(Value::Null)
    }),
    member(&["RemoveNodes(): void"], |_, a| {
        for node in xml(a)?.nodes() {
            node.remove();
        }
        Ok(Value::Null)
    }),
];

const ELEMENT: &[Member] = &[
    member(&["new(XName name, params object[] content)"], |machine, a| {
        machine.make(64)?;
        let element = Xml::element(XmlName::of(at(a, 0))?);
        added(machine, &element, a.get(1..).unwrap_or_default())?;
        Ok(element.into_value())
    }),
    member(&["static Parse(string text): XElement"], |machine, a| {
        let document = read(machine, &text(a, 0)?)?;
        Ok(root(&document)?.into_value())
    }),
    member(&["Name: XName"], |_, a| Ok(Value::object(Object::XmlName(xml(a)?.name().unwrap_or_default())))),
    member(&["Value: string"], |_, a| Ok(Value::text(&xml(a)?.value()))),
    member(&["Attribute(XName name): XAttribute"], |_, a| {
        let (own, wanted) = (xml(a)?, XmlName::of(at(a, 1))?);
        Ok(own.attribute(&wanted).map_or(Value::Null, |value| {
            Value::object(Object::XmlAttribute { owner: Some(Rc::clone(&own)), name: wanted.clone(), value })
        }))
    }),
    member(&["Attributes(): IEnumerable<XAttribute>"], |machine, a| {
        let own = xml(a)?;
        let attributes = match &*own.kind.borrow() {
            XmlKind::Element { attributes, .. } => attributes.clone(),
            _ => Vec::new(),
        };
        let all = attributes.into_iter().map(|(name, value)| {
            Value::object(Object::XmlAttribute { owner: Some(Rc::clone(&own)), name, value })
        });
        sequence(machine, all.collect())
    }),
    member(&["HasElements: bool"], |_, a| Ok(Value::Bool(!xml(a)?.elements(None).is_empty()))),
    member(&["IsEmpty: bool"], |_, a| Ok(Value::Bool(xml(a)?.nodes().is_empty()))),
    member(&["SetValue(object value): void"], |_, a| {
        xml(a)?.set_value(&at(a, 1).print()?);
        Ok(Value::Null)
    }),
    member(&["SetAttributeValue(XName name, object value): void"], |_, a| {
        let value = text_or_none(a, 2)?.map(|value| value.to_string());
        xml(a)?.set_attribute(&XmlName::of(at(a, 1))?, value);
        Ok(Value::Null)
    }),
    member(&["SetElementValue(XName name, object value): void"], |_, a| {
        let (own, wanted) = (xml(a)?, XmlName::of(at(a, 1))?);
        let there = own.elements(Some(&wanted)).into_iter().next();
        match (there, text_or_none(a, 2)?) {
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
        let (name, value) = (XmlName::of(at(a, 0))?, at(a, 1).print()?.to_string());
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
];

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
    member(&["static None: XNamespace"], |_, _| Ok(Value::object(Object::XmlNamespace(String::new())))),
    member(&["GetName(string localName): XName"], |_, a| match object(a, 0)? {
        Object::XmlNamespace(namespace) => {
            let name = XmlName { namespace: namespace.clone(), local: text(a, 1)?.to_string() };
            Ok(Value::object(Object::XmlName(name)))
        }
        _ => Err(EvaluationError::WrongKind.into()),
    }),
];

fn xml(a: &[Value]) -> Step<Rc<Xml>> {
    match object(a, 0)? {
        Object::Xml(xml) => Ok(Rc::clone(xml)),
        _ => Err(EvaluationError::WrongKind.into()),
    }
}

fn name(a: &[Value], number: usize) -> Step<Option<XmlName>> {
    a.get(number).map(XmlName::of).transpose()
}

fn listed(machine: &mut Machine<'_>, found: Vec<Rc<Xml>>) -> Step<Value> {
    machine.spend(found.len())?;
    sequence(machine, found.into_iter().map(Xml::into_value).collect())
}

/// Puts content into a node, the elements of a sequence one by one.
fn added(machine: &mut Machine<'_>, to: &Rc<Xml>, content: &[Value]) -> Step<()> {
    machine.make(64)?;
    for value in content {
        match value {
            Value::Object(object) if matches!(&**object, Object::List(_)) => {
                for item in crate::expression::sequence::items(machine, value)? {
                    machine.room_for(&item)?;
                    to.add(&item)?;
                }
            }
            value => {
                machine.room_for(value)?;
                to.add(value)?;
            }
        }
    }
    Ok(())
}

/// Text to XML; costs steps in proportion.
pub(crate) fn read(machine: &mut Machine<'_>, text: &str) -> Step<Rc<Xml>> {
    machine.make(text.len().saturating_mul(4))?;
    machine.spend(text.len() / 32)?;
    Ok(Xml::read(text)?)
}

/// The element of a document.
pub(crate) fn root(document: &Rc<Xml>) -> Step<Rc<Xml>> {
    let root = document.elements(None).into_iter().next().ok_or(EvaluationError::Empty)?;
    root.remove();
    Ok(root)
}
