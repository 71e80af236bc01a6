//! The language as plain data: what an editor offers and explains.

use crate::program::Section;
use crate::statements::later::LATER;
use crate::statements::table::{ELEMENTS, Statement, element};

/// An element that a document may hold, sections, `policies` and `base` apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub sentence: &'static str,
    /// The sections it may stand in; none for a part of another element.
    pub sections: &'static [Section],
    /// Its attributes; a statement also has `id`.
    pub attributes: &'static [Attribute],
    /// What may stand in it: elements, `#text` for text or an expression, `#policies` for statements.
    pub children: &'static [&'static str],
}

/// An attribute of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// The values that it can have; empty: there is no list.
    pub values: &'static [&'static str],
    /// Whether it must be there.
    pub is_required: bool,
    /// Whether its value may be an expression.
    pub takes_expression: bool,
}

/// All elements, by name.
pub fn entries() -> impl Iterator<Item = Entry> {
    ELEMENTS.iter().map(|element| entry_of(element))
}

/// The element of this name.
pub fn entry(name: &str) -> Option<Entry> {
    element(name).map(entry_of)
}

/// The statements of the language that are refused, since they can't be run yet.
pub fn later() -> &'static [&'static str] {
    LATER
}

fn entry_of(element: &'static Statement) -> Entry {
    let Statement { name, sentence, sections, attributes, children, .. } = *element;
    Entry { name, sentence, sections, attributes, children }
}

impl Attribute {
    /// An attribute that may be left out, and whose value is a literal.
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, values: &[], is_required: false, takes_expression: false }
    }

    /// An attribute that may be left out, and whose value may be an expression.
    pub(crate) const fn valued(name: &'static str) -> Self {
        Self { takes_expression: true, ..Self::new(name) }
    }

    pub(crate) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub(crate) const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }
}

/// What an attribute that says yes or no can be.
pub(crate) const YES_NO: &[&str] = &["true", "false"];
