//! What stands around a document: named values, fragments, certificates, the operation's address.

use std::fmt;

use crate::program::CertificateSelector;

/// What documents may refer to. Asked while a document is checked, never while it runs.
pub trait Environment {
    /// What `{{name}}` stands for; none if there is no such named value.
    fn named_value(&self, name: &str) -> Option<NamedValue>;
    /// The names of all named values, to suggest the one that was meant; empty if they can't be told here.
    fn named_value_names(&self) -> Vec<String> {
        Vec::new()
    }
    /// The text of a policy fragment; none if there is no such fragment.
    fn fragment(&self, id: &str) -> Option<String>;
    /// Whether a certificate is uploaded; none if that can't be told here.
    fn knows_certificate(&self, _selector: &CertificateSelector) -> Option<bool> {
        None
    }
    /// The parameters of the operation's address; none if the document isn't an operation's.
    fn url_parameters(&self) -> Option<Vec<String>> {
        None
    }
}

/// A text that documents refer to by name. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedValue {
    /// The text.
    pub value: String,
    /// Whether nobody may see it.
    pub is_secret: bool,
}

/// No named values, no fragments.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

/// What a document names, and what the fragments name that it includes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names {
    /// The named values, each once, in the order of the text.
    pub named_values: Vec<String>,
    /// The fragments, likewise.
    pub fragments: Vec<String>,
}

impl Environment for Nothing {
    fn named_value(&self, _: &str) -> Option<NamedValue> {
        None
    }

    fn fragment(&self, _: &str) -> Option<String> {
        None
    }
}

impl Names {
    pub(crate) fn add_named_value(&mut self, name: &str) {
        add(&mut self.named_values, name);
    }

    pub(crate) fn add_fragment(&mut self, id: &str) {
        add(&mut self.fragments, id);
    }

    pub(crate) fn extend(&mut self, others: &Names) {
        others.named_values.iter().for_each(|name| self.add_named_value(name));
        others.fragments.iter().for_each(|id| self.add_fragment(id));
    }
}

fn add(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|known| known == name) {
        list.push(name.to_owned());
    }
}

impl fmt::Debug for NamedValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_secret {
            true => formatter.write_str("[secret]"),
            false => write!(formatter, "{:?}", self.value),
        }
    }
}
