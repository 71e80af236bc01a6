//! `Dictionary<K, V>`: keys and values in the order in which they were added.

use std::cell::RefCell;

use indexmap::IndexMap;

use crate::error::EvaluationError;
use crate::value::Value;

/// A dictionary of an expression, or one of the call's that was copied into one.
#[derive(Debug)]
pub(crate) struct Dictionary {
    kind: DictionaryKind,
    entries: RefCell<IndexMap<Key, (Value, Value)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DictionaryKind {
    /// Made by the expression: a missing key is an error.
    Made,
    /// As `Made`, with keys that are compared without case.
    MadeWithoutCase,
    /// Headers of a message, claims: read-only, without case; what is missing is null.
    Headers,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Key {
    Text(String),
    Whole(i128),
    Bool(bool),
    Bits(u128),
}

impl Dictionary {
    pub(crate) fn new(kind: DictionaryKind) -> Self {
        Self { kind, entries: RefCell::default() }
    }

    pub(crate) fn class(&self) -> &'static str {
        match self.kind {
            DictionaryKind::Headers => "Headers",
            _ => "Dictionary",
        }
    }

    pub(crate) fn kind(&self) -> DictionaryKind {
        self.kind
    }

    /// The value of a key, if it is there.
    pub(crate) fn find(&self, key: &Value) -> Result<Option<Value>, EvaluationError> {
        let key = self.key(key)?;
        Ok(self.entries.borrow().get(&key).map(|(_, value)| value.clone()))
    }

    /// Adds or replaces; gives whether the key was there.
    pub(crate) fn set(&self, key: &Value, value: Value) -> Result<bool, EvaluationError> {
        let found = self.key(key)?;
        Ok(self.entries.borrow_mut().insert(found, (key.clone(), value)).is_some())
    }

    /// Removes; gives whether the key was there.
    pub(crate) fn remove(&self, key: &Value) -> Result<bool, EvaluationError> {
        let key = self.key(key)?;
        Ok(self.entries.borrow_mut().shift_remove(&key).is_some())
    }

    pub(crate) fn clear(&self) {
        self.entries.borrow_mut().clear();
    }

    /// Keys and values, copied so that the dictionary may change meanwhile.
    pub(crate) fn pairs(&self) -> Vec<(Value, Value)> {
        self.entries.borrow().values().cloned().collect()
    }

    /// Takes out all keys and values.
    pub(crate) fn strip(&mut self, taken: &mut Vec<Value>) {
        for (_, (key, value)) in self.entries.get_mut().drain(..) {
            taken.extend([key, value]);
        }
    }

    fn key(&self, key: &Value) -> Result<Key, EvaluationError> {
        Ok(match key {
            Value::Null => return Err(EvaluationError::NullArgument),
            Value::Text(text) if self.kind == DictionaryKind::Made => Key::Text(text.to_string()),
            Value::Text(text) => Key::Text(text.to_lowercase()),
            Value::Bool(value) => Key::Bool(*value),
            Value::Guid(bits) => Key::Bits(*bits),
            other => match other.whole() {
                Some(number) => Key::Whole(number),
                None => Key::Text(other.print()?.to_string()),
            },
        })
    }
}
