//! Moving about in XML: what lies around and below a node, and the same for all elements of a sequence.

use std::rc::Rc;

use crate::error::EvaluationError;
use crate::expression::arguments::{at, text};
use crate::expression::class::{Class, Member, enumeration, extension, member, plain};
use crate::expression::convert::enumeration_of;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq::sequence;
use crate::expression::members::xml::{attributes, inserted, listed, name, xml};
use crate::expression::object::Object;
use crate::expression::sequence::items;
use crate::expression::xml::{Xml, XmlKind, XmlName};
use crate::value::Value;

pub(crate) static CLASSES: &[Class] = &[
    // What a class can hold; the second halves of `XNode`, `XContainer` and `XElement`.
    plain("XNodes", NODE),
    plain("XContents", CONTAINER),
    plain("XElements", ELEMENT),
    // What sequences of nodes have beyond other sequences.
    plain("XSequence", SEQUENCE),
    enumeration(
        "XmlNodeType",
        &[
            ("None", 0),
            ("Element", 1),
            ("Attribute", 2),
            ("Text", 3),
            ("CDATA", 4),
            ("ProcessingInstruction", 7),
            ("Comment", 8),
            ("Document", 9),
        ],
    ),
];

const NODE: &[Member] = &[
    member(&["NodeType: XmlNodeType"], |_, a| {
        let number = match &*xml(a)?.kind.borrow() {
            XmlKind::Element { .. } => 1,
            XmlKind::Text(_) => 3,
            XmlKind::Data(_) => 4,
            XmlKind::Instruction { .. } => 7,
            XmlKind::Comment(_) => 8,
            XmlKind::Document(_) => 9,
        };
        Ok(enumeration_of("XmlNodeType", number))
    }),
    member(
        &["Ancestors(): IEnumerable<XElement>", "Ancestors(XName name): IEnumerable<XElement>"],
        |machine, a| {
            let above = xml(a)?.ancestors();
            let found = named(above, name(a, 1)?.as_ref());
            listed(machine, found)
        },
    ),
    member(&["NextNode: XNode"], |machine, a| {
        Ok(after(machine, a)?.into_iter().next().map_or(Value::Null, Xml::into_value))
    }),
    member(&["PreviousNode: XNode"], |machine, a| {
        Ok(before(machine, a)?.pop().map_or(Value::Null, Xml::into_value))
    }),
    member(&["NodesAfterSelf(): IEnumerable<XNode>"], |machine, a| {
        let found = after(machine, a)?;
        listed(machine, found)
    }),
    member(&["NodesBeforeSelf(): IEnumerable<XNode>"], |machine, a| {
        let found = before(machine, a)?;
        listed(machine, found)
    }),
    member(
        &[
            "ElementsAfterSelf(): IEnumerable<XElement>",
            "ElementsAfterSelf(XName name): IEnumerable<XElement>",
        ],
        |machine, a| {
            let found = named(after(machine, a)?, name(a, 1)?.as_ref());
            listed(machine, found)
        },
    ),
    member(
        &[
            "ElementsBeforeSelf(): IEnumerable<XElement>",
            "ElementsBeforeSelf(XName name): IEnumerable<XElement>",
        ],
        |machine, a| {
            let found = named(before(machine, a)?, name(a, 1)?.as_ref());
            listed(machine, found)
        },
    ),
    member(&["AddAfterSelf(params object[] content): void"], |machine, a| beside(machine, a, 1)),
    member(&["AddBeforeSelf(params object[] content): void"], |machine, a| beside(machine, a, 0)),
    member(&["ReplaceWith(params object[] content): void"], |machine, a| {
        beside(machine, a, 1)?;
        xml(a)?.remove();
        Ok(Value::Null)
    }),
    member(&["static DeepEquals(XNode n1, XNode n2): bool"], |machine, a| {
        let (one, two) = (at(a, 0).print()?, at(a, 1).print()?);
        machine.spend(one.len() / 16)?;
        Ok(Value::Bool(one == two))
    }),
];

const CONTAINER: &[Member] = &[
    member(&["DescendantNodes(): IEnumerable<XNode>"], |machine, a| {
        let mut found = Vec::new();
        below(&xml(a)?, &mut found);
        listed(machine, found)
    }),
    member(&["AddFirst(params object[] content): void"], |machine, a| {
        inserted(machine, &xml(a)?, 0, a.get(1..).unwrap_or_default())?;
        Ok(Value::Null)
    }),
    member(&["ReplaceNodes(params object[] content): void"], |machine, a| {
        let own = xml(a)?;
        own.clear();
        inserted(machine, &own, 0, a.get(1..).unwrap_or_default())?;
        Ok(Value::Null)
    }),
];

const ELEMENT: &[Member] = &[
    member(&["AncestorsAndSelf(): IEnumerable<XElement>"], |machine, a| {
        let own = xml(a)?;
        let found = std::iter::once(Rc::clone(&own)).chain(own.ancestors()).collect();
        listed(machine, found)
    }),
    member(
        &[
            "DescendantsAndSelf(): IEnumerable<XElement>",
            "DescendantsAndSelf(XName name): IEnumerable<XElement>",
        ],
        |machine, a| {
            let (own, wanted) = (xml(a)?, name(a, 1)?);
            let mut found = named(vec![Rc::clone(&own)], wanted.as_ref());
            own.descendants(wanted.as_ref(), &mut found);
            listed(machine, found)
        },
    ),
    member(&["HasAttributes: bool"], |_, a| Ok(Value::Bool(!attributes(&xml(a)?, None).is_empty()))),
    member(&["FirstAttribute: XAttribute"], |_, a| {
        Ok(attributes(&xml(a)?, None).into_iter().next().unwrap_or(Value::Null))
    }),
    member(&["RemoveAttributes(): void"], |_, a| {
        if let XmlKind::Element { attributes, .. } = &mut *xml(a)?.kind.borrow_mut() {
            attributes.clear();
        }
        Ok(Value::Null)
    }),
    member(&["GetDefaultNamespace(): XNamespace"], |_, a| Ok(namespace(&xml(a)?, "").unwrap_or_else(none))),
    member(&["GetNamespaceOfPrefix(string prefix): XNamespace"], |_, a| {
        Ok(namespace(&xml(a)?, &text(a, 1)?).unwrap_or(Value::Null))
    }),
    member(&["GetPrefixOfNamespace(XNamespace ns): string"], |_, a| {
        let Value::Object(object) = at(a, 1) else { return Err(EvaluationError::NullArgument.into()) };
        let Object::XmlNamespace(wanted) = &**object else { return Err(EvaluationError::WrongKind.into()) };
        let declared = in_scope(&xml(a)?);
        let found = declared.iter().find(|(prefix, namespace)| namespace == wanted && !prefix.is_empty());
        Ok(found.map_or(Value::Null, |(prefix, _)| Value::text(prefix)))
    }),
];

const SEQUENCE: &[Member] = &[
    extension(
        &["Elements(): IEnumerable<XElement>", "Elements(XName name): IEnumerable<XElement>"],
        |machine, a| {
            let wanted = name(a, 1)?;
            of_each(machine, a, |node, found| found.extend(node.elements(wanted.as_ref())))
        },
    ),
    extension(
        &["Descendants(): IEnumerable<XElement>", "Descendants(XName name): IEnumerable<XElement>"],
        |machine, a| {
            let wanted = name(a, 1)?;
            of_each(machine, a, |node, found| node.descendants(wanted.as_ref(), found))
        },
    ),
    extension(
        &["Ancestors(): IEnumerable<XElement>", "Ancestors(XName name): IEnumerable<XElement>"],
        |machine, a| {
            let wanted = name(a, 1)?;
            of_each(machine, a, |node, found| found.extend(named(node.ancestors(), wanted.as_ref())))
        },
    ),
    extension(&["Nodes(): IEnumerable<XNode>"], |machine, a| {
        of_each(machine, a, |node, found| found.extend(node.nodes()))
    }),
    extension(
        &["Attributes(): IEnumerable<XAttribute>", "Attributes(XName name): IEnumerable<XAttribute>"],
        |machine, a| {
            let wanted = name(a, 1)?;
            let mut found = Vec::new();
            for item in items(machine, at(a, 0))? {
                found.extend(attributes(&xml(&[item])?, wanted.as_ref()));
            }
            sequence(machine, found)
        },
    ),
    extension(&["Remove(): void"], |machine, a| {
        for item in items(machine, at(a, 0))? {
            xml(&[item])?.remove();
        }
        Ok(Value::Null)
    }),
];

/// What is found at each node of a sequence, one after the other.
fn of_each(
    machine: &mut Machine<'_>,
    a: &[Value],
    find: impl Fn(&Rc<Xml>, &mut Vec<Rc<Xml>>),
) -> Step<Value> {
    let mut found = Vec::new();
    for item in items(machine, at(a, 0))? {
        let before = found.len();
        find(&xml(&[item])?, &mut found);
        machine.spend(found.len() - before)?;
        machine.make((found.len() - before).saturating_mul(16))?;
    }
    listed(machine, found)
}

fn named(nodes: Vec<Rc<Xml>>, wanted: Option<&XmlName>) -> Vec<Rc<Xml>> {
    let fits = |name: XmlName| wanted.is_none_or(|wanted| *wanted == name);
    nodes.into_iter().filter(|node| node.name().is_some_and(fits)).collect()
}

fn below(node: &Rc<Xml>, found: &mut Vec<Rc<Xml>>) {
    for inner in node.nodes() {
        found.push(Rc::clone(&inner));
        below(&inner, found);
    }
}

fn siblings(machine: &mut Machine<'_>, own: &Rc<Xml>) -> Step<Vec<Rc<Xml>>> {
    let Some(parent) = own.parent() else { return Ok(Vec::new()) };
    machine.spend(parent.count() / 4)?;
    Ok(parent.nodes())
}

fn after(machine: &mut Machine<'_>, a: &[Value]) -> Step<Vec<Rc<Xml>>> {
    let own = xml(a)?;
    Ok(siblings(machine, &own)?.into_iter().skip_while(|node| !Rc::ptr_eq(node, &own)).skip(1).collect())
}

fn before(machine: &mut Machine<'_>, a: &[Value]) -> Step<Vec<Rc<Xml>>> {
    let own = xml(a)?;
    Ok(siblings(machine, &own)?.into_iter().take_while(|node| !Rc::ptr_eq(node, &own)).collect())
}

/// Puts content before or after a node.
fn beside(machine: &mut Machine<'_>, a: &[Value], step: usize) -> Step<Value> {
    let own = xml(a)?;
    let Some(parent) = own.parent() else {
        let message = "The parent is missing.";
        return Err(EvaluationError::thrown("InvalidOperationException", message).into());
    };
    machine.spend(parent.count() / 4)?;
    inserted(machine, &parent, own.place() + step, a.get(1..).unwrap_or_default())?;
    Ok(Value::Null)
}

/// The declarations that hold at an element, its own first.
fn in_scope(own: &Rc<Xml>) -> Vec<(String, String)> {
    let above = own.ancestors();
    own.declared().into_iter().chain(above.iter().flat_map(|above| above.declared())).collect()
}

fn namespace(own: &Rc<Xml>, prefix: &str) -> Option<Value> {
    let declared = in_scope(own);
    let found = declared.into_iter().find(|(known, _)| known == prefix);
    found.map(|(_, namespace)| Value::object(Object::XmlNamespace(namespace)))
}

fn none() -> Value {
    Value::object(Object::XmlNamespace(String::new()))
}
