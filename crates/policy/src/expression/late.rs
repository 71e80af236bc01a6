//! What is decided when it runs: members of things whose type isn't known, and `object[index] = value`.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::class::{Member, class};
use crate::expression::convert::class_of;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::json::Json;
use crate::expression::object::Object;
use crate::expression::signature::{MemberKind, Mode, Signature};
use crate::expression::types::Type;
use crate::value::Value;

/// `object.name` or `object.name(arguments)`, found by the class that the object has now.
pub(crate) fn member(
    machine: &mut Machine<'_>,
    object: Value,
    name: &str,
    arguments: Option<Vec<Value>>,
) -> Step<Value> {
    let Some(own) = class_of(&object) else { return Err(EvaluationError::NullReference.into()) };
    if let (Value::Object(anonymous), None) = (&object, &arguments)
        && let Object::Anonymous(members) = &**anonymous
        && let Some((_, value)) = members.iter().find(|(known, _)| **known == *name)
    {
        return Ok(value.clone());
    }
    let count = arguments.as_ref().map(Vec::len);
    let found = find(own, name, count).ok_or_else(|| {
        EvaluationError::thrown(
            "MissingMemberException",
            format!("'{own}' does not contain a definition for '{name}'"),
        )
    })?;
    let mut all = vec![object];
    // A type that nobody wrote stands for any.
    let unwritten = found.0.parameters.iter().filter(|parameter| parameter.mode == Mode::Type);
    all.extend(unwritten.map(|_| Value::Type(Arc::new(Type::Unknown))));
    all.extend(arguments.unwrap_or_default());
    (found.1.run)(machine, &all)
}

fn find(of: &str, name: &str, count: Option<usize>) -> Option<(&'static Signature, &'static Member)> {
    let class = class(of)?;
    let fits = |signature: &Signature| {
        let written = signature.parameters.iter().filter(|parameter| parameter.mode != Mode::Type);
        let most = if written.clone().any(|parameter| parameter.mode == Mode::Rest) {
            usize::MAX
        } else {
            written.clone().count()
        };
        let least = written.filter(|parameter| parameter.mode == Mode::Needed).count();
        match (signature.kind, count) {
            (MemberKind::Property, None) => signature.name == name,
            (MemberKind::Method, Some(count)) => signature.name == name && (least..=most).contains(&count),
            (MemberKind::Indexer, Some(_)) => name == "this",
            _ => false,
        }
    };
    let own = class.all().find(|(signature, _)| !signature.is_static && fits(signature));
    own.or_else(|| {
        class.base_types().iter().find_map(|base| match base {
            Type::Named(base, _) => find(base, name, count),
            _ => None,
        })
    })
    .or_else(|| (of != "object").then(|| find("object", name, count)).flatten())
}

/// `object[index] = value`, where a property's name stands for it.
pub(crate) fn put(machine: &mut Machine<'_>, object: &Value, index: &Value, value: &Value) -> Step<()> {
    let Value::Object(object) = object else {
        return Err(match object {
            Value::Null => EvaluationError::NullReference.into(),
            _ => EvaluationError::WrongKind.into(),
        });
    };
    match &**object {
        Object::Bytes(bytes) => {
            let byte =
                value.whole().and_then(|byte| u8::try_from(byte).ok()).ok_or(EvaluationError::Overflow)?;
            *at(&mut bytes.borrow_mut(), index)? = byte;
        }
        Object::List(list) => *at(&mut list.items.borrow_mut(), index)? = value.clone(),
        Object::Dictionary(dictionary) => {
            dictionary.set(index, value.clone())?;
        }
        Object::Json(json) => {
            machine.room_for(value)?;
            Json::set(json, index, Json::from_value(value).ok_or(EvaluationError::WrongKind)?)?
        }
        Object::JsonProperty(property) => {
            machine.room_for(value)?;
            property.set(Json::from_value(value).ok_or(EvaluationError::WrongKind)?);
        }
        Object::Xml(xml) if index.print()?.as_ref() == "Value" => xml.set_value(&value.print()?),
        Object::XmlAttribute { owner: Some(owner), name, .. } => {
            owner.set_attribute(name, Some(value.print()?.to_string()));
        }
        Object::Builder(text) if index.print()?.as_ref() == "Length" => {
            let length = value.whole().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
            let kept: String = text.borrow().chars().take(length).collect();
            *text.borrow_mut() = kept;
        }
        Object::Hash(hash) => hash.set(&index.print()?, value)?,
        Object::Cipher(cipher) => cipher.set(&index.print()?, value)?,
        _ => return Err(EvaluationError::WrongKind.into()),
    }
    machine.step()
}

fn at<'l, T>(items: &'l mut [T], index: &Value) -> Step<&'l mut T> {
    let index = index.whole().and_then(|index| usize::try_from(index).ok());
    index.and_then(|index| items.get_mut(index)).ok_or_else(|| EvaluationError::IndexOutOfRange.into())
}
