//! The prefixes that stand for namespaces at a place in XML (Namespaces in XML 1.0, §6).

use std::collections::HashMap;

/// Declarations, the innermost last.
#[derive(Default)]
pub(crate) struct Scope {
    prefixes: HashMap<String, Vec<String>>,
    namespaces: HashMap<String, Vec<String>>,
    order: Vec<(String, String)>,
}

/// Whether the default namespace will do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Default {
    /// For elements.
    Allowed,
    /// Attributes without a prefix are in no namespace.
    Refused,
}

impl Scope {
    /// Declares a prefix, empty for the default.
    pub(crate) fn push(&mut self, prefix: &str, namespace: &str) {
        self.prefixes.entry(namespace.to_owned()).or_default().push(prefix.to_owned());
        self.namespaces.entry(prefix.to_owned()).or_default().push(namespace.to_owned());
        self.order.push((prefix.to_owned(), namespace.to_owned()));
    }

    /// How many declarations there are, for `leave`.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Forgets all declarations but the first ones.
    pub(crate) fn leave(&mut self, length: usize) {
        for (prefix, namespace) in self.order.drain(length.min(self.order.len())..) {
            self.prefixes.get_mut(&namespace).map(Vec::pop);
            self.namespaces.get_mut(&prefix).map(Vec::pop);
        }
    }

    /// What a prefix stands for.
    pub(crate) fn namespace(&self, prefix: &str) -> Option<&str> {
        self.namespaces.get(prefix)?.last().map(String::as_str)
    }

    /// The last prefix for a namespace that isn't declared anew since.
    pub(crate) fn prefix(&self, namespace: &str, default: Default) -> Option<&str> {
        // A document may declare thousands only to hide them: nobody waits for the search.
        let recent = self.prefixes.get(namespace)?.iter().rev().take(MOST_TRIED);
        let fits = |prefix: &&String| {
            (default == Default::Allowed || !prefix.is_empty()) && self.namespace(prefix) == Some(namespace)
        };
        recent.into_iter().find(fits).map(String::as_str)
    }
}

const MOST_TRIED: usize = 50;
