//! The policy language as an editor offers it: elements with their attributes, and what expressions may use.

use serde::{Deserialize, Serialize};

/// Everything that can be completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyLanguage {
    pub elements: Vec<LanguageElement>,
    pub classes: Vec<LanguageClass>,
}

/// An element that a document may hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageElement {
    pub name: String,
    /// What it does.
    pub sentence: String,
    /// The sections it may stand in; none for a part of another element.
    pub sections: Vec<String>,
    pub attributes: Vec<LanguageAttribute>,
    /// What may stand in it: names, `#text` for text, `#policies` for statements.
    pub children: Vec<String>,
}

/// An attribute of an element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageAttribute {
    pub name: String,
    /// All values that it can have; none: there is no list.
    pub values: Vec<String>,
    pub is_required: bool,
    pub takes_expression: bool,
}

/// A class of expressions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageClass {
    /// Its name first, then others of it.
    pub names: Vec<String>,
    /// The letters of its type arguments, as its members write them.
    pub parameters: String,
    /// What it is as well: it has their members too.
    pub bases: Vec<String>,
    pub members: Vec<LanguageMember>,
}

/// A member of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageMember {
    /// `this` for what is written in brackets.
    pub name: String,
    pub kind: LanguageMemberKind,
    pub is_static: bool,
    /// With parameters and what it gives.
    pub signature: String,
    /// The type of what it gives.
    pub gives: String,
}

/// How a member is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LanguageMemberKind {
    Property,
    Method,
    Indexer,
}
