//! What an expression may use: steps, and bytes of what it makes. A value that becomes part of a JSON or XML tree is
//! counted before it does.

use std::rc::Rc;
use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::evaluate::{Machine, Step};
use crate::expression::json::{DEEPEST, Json, JsonKind};
use crate::expression::object::{ListKind, Object};
use crate::expression::types::Type;
use crate::expression::xml::Xml;
use crate::value::Value;

impl Machine<'_> {
    /// A text that was made; counts towards the limit.
    pub(crate) fn made(&mut self, text: String) -> Step<Value> {
        self.make(text.len())?;
        Ok(Value::Text(text.into()))
    }

    /// Keeps a document that was read.
    pub(crate) fn hold(&mut self, tree: Value) {
        self.trees.push(tree);
    }

    /// A new array or list.
    pub(crate) fn listed(&mut self, kind: ListKind, element: Type, items: Vec<Value>) -> Step<Value> {
        self.make(items.len().saturating_mul(BYTES_OF_A_VALUE))?;
        Ok(Value::Object(Rc::new(Object::list_of(kind, Arc::new(element), items))))
    }

    /// Refuses what is about to be made and would be too large, without counting it: whoever makes it does.
    pub(crate) fn room(&self, bytes: usize) -> Step<()> {
        if self.bytes.saturating_add(bytes) > MOST_BYTES {
            Err(EvaluationError::TooLarge.into())
        } else {
            Ok(())
        }
    }

    /// Counts bytes that are about to be made.
    pub(crate) fn make(&mut self, bytes: usize) -> Step<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MOST_BYTES { Err(EvaluationError::TooLarge.into()) } else { Ok(()) }
    }

    pub(crate) fn step(&mut self) -> Step<()> {
        self.spend(1)
    }

    /// Counts work that grows with the data.
    pub(crate) fn spend(&mut self, steps: usize) -> Step<()> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MOST_STEPS { Err(EvaluationError::TooManySteps.into()) } else { Ok(()) }
    }

    /// Counts what is made of a value, thing by thing: nothing of a tree that moves as it is, all of one that is
    /// copied. One list that lies in another many times counts as often.
    pub(crate) fn room_for(&mut self, value: &Value) -> Step<()> {
        self.room_within(value, DEEPEST)
    }

    /// Counts a copy of JSON.
    pub(crate) fn room_for_copy(&mut self, json: &Json) -> Step<()> {
        self.make(BYTES_OF_A_NODE)?;
        match &*json.kind.borrow() {
            JsonKind::Object(members) => members.values().try_for_each(|member| self.room_for_copy(member)),
            JsonKind::Array(items) => items.iter().try_for_each(|item| self.room_for_copy(item)),
            JsonKind::Scalar(_) => Ok(()),
        }
    }

    /// What is deeper than `levels` is refused by whoever makes it.
    fn room_within(&mut self, value: &Value, levels: usize) -> Step<()> {
        let (Value::Object(object), Some(levels)) = (value, levels.checked_sub(1)) else { return Ok(()) };
        match &**object {
            Object::Json(json) if json.parent().is_some() => self.room_for_copy(json),
            Object::JsonProperty(property) => self.room_for_copy(&property.content()),
            Object::Xml(node) if node.parent().is_some() => self.room_for_node(node),
            Object::List(list) => {
                list.items.borrow().iter().try_for_each(|item| self.room_inside(item, levels))
            }
            Object::Dictionary(dictionary) => {
                dictionary.pairs().iter().try_for_each(|(_, value)| self.room_inside(value, levels))
            }
            Object::Pair(key, value) => {
                self.room_inside(key, levels)?;
                self.room_inside(value, levels)
            }
            Object::Anonymous(members) => {
                members.iter().try_for_each(|(_, value)| self.room_inside(value, levels))
            }
            _ => Ok(()),
        }
    }

    fn room_inside(&mut self, value: &Value, levels: usize) -> Step<()> {
        self.make(BYTES_OF_A_NODE)?;
        self.room_within(value, levels)
    }

    fn room_for_node(&mut self, node: &Rc<Xml>) -> Step<()> {
        self.make(BYTES_OF_A_NODE)?;
        node.nodes().iter().try_for_each(|inner| self.room_for_node(inner))
    }
}

const MOST_STEPS: usize = 1_000_000;
pub(crate) const MOST_BYTES: usize = 32 * 1024 * 1024;
pub(crate) const BYTES_OF_A_VALUE: usize = 32;
const BYTES_OF_A_NODE: usize = 64;
