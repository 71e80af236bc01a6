//! What `set-variable` keeps for later statements of the same call.

use crate::value::Value;

/// The variables of one run by name; names are compared exactly, as .NET's dictionaries do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    /// A document has few, so that looking at each is quickest; nothing is allocated before the first.
    list: Vec<(String, Value)>,
}

impl Variables {
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.list.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// All of them, in the order in which they were first set.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.list.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        match self.list.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.list.push((name.to_owned(), value)),
        }
    }
}
