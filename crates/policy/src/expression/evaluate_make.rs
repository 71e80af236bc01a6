//! Runs the nodes that make objects, change them, or call lambdas.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::convert::default_of;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::late;
use crate::expression::node::Node;
use crate::expression::object::{ListKind, Object};
use crate::expression::room::BYTES_OF_A_VALUE;
use crate::value::Value;

impl Machine<'_> {
    /// A node that makes an object, changes one or calls a lambda.
    pub(crate) fn maker(&mut self, node: &Node) -> Step<Value> {
        match node {
            Node::Array { element, items } => {
                let items = self.values(items)?;
                self.make(items.len().saturating_mul(BYTES_OF_A_VALUE))?;
                if element.is("byte") {
                    return bytes_of(&items);
                }
                Ok(Value::object(Object::list_of(ListKind::Array, Arc::clone(element), items)))
            }
            Node::NewArray { element, length } => {
                let length = self.value(length)?.whole().and_then(|length| usize::try_from(length).ok());
                let length = length.ok_or(EvaluationError::Overflow)?;
                self.make(length.saturating_mul(BYTES_OF_A_VALUE))?;
                if element.is("byte") {
                    return Ok(Value::object(Object::bytes(vec![0; length])));
                }
                let zero = default_of(element);
                let items = vec![zero; length];
                Ok(Value::object(Object::list_of(ListKind::Array, Arc::clone(element), items)))
            }
            Node::Anonymous(members) => {
                let mut values = Vec::with_capacity(members.len());
                for (name, node) in members {
                    values.push((Arc::clone(name), self.value(node)?));
                }
                Ok(Value::object(Object::Anonymous(values)))
            }
            Node::Initialise { object, slot, parts } => {
                let object = self.value(object)?;
                self.put(*slot, object.clone());
                for part in parts {
                    self.value(part)?;
                    self.put(*slot, object.clone());
                }
                Ok(object)
            }
            Node::Lambda(lambda) => Ok(Value::Lambda(Arc::clone(lambda))),
            Node::Invoke { function, arguments } => {
                let function = self.value(function)?;
                let arguments = self.values(arguments)?;
                self.invoke(&function, &arguments)
            }
            Node::Put { object, index, value } => {
                let object = self.value(object)?;
                let index = self.value(index)?;
                let value = self.value(value)?;
                self.make(BYTES_OF_A_VALUE)?;
                late::put(self, &object, &index, &value)?;
                Ok(value)
            }
            Node::Postfix { old, assign, slot } => {
                let old = self.value(old)?;
                self.put(*slot, old.clone());
                self.value(assign)?;
                Ok(old)
            }
            _ => Err(EvaluationError::WrongKind.into()),
        }
    }
}

fn bytes_of(items: &[Value]) -> Step<Value> {
    let bytes: Option<Vec<u8>> =
        items.iter().map(|item| item.whole().and_then(|byte| u8::try_from(byte).ok())).collect();
    Ok(Value::object(Object::bytes(bytes.ok_or(EvaluationError::Overflow)?)))
}
