//! The tree of a document as it was written, every node with its place.

use std::fmt;

use crate::blank::trimmed;
use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span};

/// A document as written: its text and the tree over it.
///
/// There is a tree for any text; what was wrong with the text is in `diagnostics`.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) source: Source,
    pub(crate) nodes: Vec<Node>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What can stand in an element or at the top of a document. Blanks between nodes are no node.
#[derive(Clone, Debug)]
pub enum Node {
    /// `<name …>…</name>` or `<name … />`.
    Element(Element),
    /// Characters, or a whole expression.
    Text(Text),
    /// `<!-- … -->`, the marks included.
    Comment(Span),
    /// `<?xml … ?>`, the marks included.
    Instruction(Span),
}

/// An element with everything in it.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name as written.
    pub name: String,
    /// Where the name stands in the start tag: the place a finding about the element points at.
    pub name_span: Span,
    /// Its attributes in the order written.
    pub attributes: Vec<Attribute>,
    /// What stands between its tags.
    pub children: Vec<Node>,
    /// From `<` of the start tag to `>` of the end tag.
    pub span: Span,
    /// The start tag.
    pub start_tag: Span,
    /// Between the tags; none for `<name />`.
    pub content: Option<Span>,
}

/// `name="value"`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name as written.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The value without its quotes.
    pub value_span: Span,
    /// What the value says.
    pub content: Content,
    /// From the name to the closing quote.
    pub span: Span,
}

/// Characters between tags.
#[derive(Clone, Debug)]
pub struct Text {
    /// All of it, blanks around and `CDATA` marks included.
    pub span: Span,
    /// What it says.
    pub content: Content,
}

/// An attribute's value or a text: literal, or one whole expression.
///
/// `Debug` shows no literal, since it may be a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Plain characters, references such as `&lt;` already replaced.
    Literal(String),
    /// `@(…)` or `@{…}`.
    Expression(Expression),
    /// A value whose end couldn't be found; there is a diagnostic about it.
    Broken,
}

/// An expression in the document; its code isn't looked at yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expression {
    /// From `@` to the closing bracket.
    pub span: Span,
    /// One expression or a block of statements.
    pub form: ExpressionForm,
    /// Whether `&quot;` and the like in it are characters of XML or of the code.
    pub view: View,
}

/// How an expression is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpressionForm {
    /// `@(…)`.
    Inline,
    /// `@{…}`.
    Block,
}

/// How the characters of an expression are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    /// `&quot;`, `&lt;` and the like are one character each.
    Decoded,
    /// Every character stands for itself.
    Raw,
    /// As text of XML: references are replaced outside of `CDATA` sections, whose marks are left out.
    Joined,
}

impl Document {
    /// The text and its lines.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// What stands at the top: the outermost element, and comments before and after it.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The outermost element.
    pub fn root(&self) -> Option<&Element> {
        self.nodes.iter().find_map(Node::as_element)
    }

    /// What reading the text found.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the text could be read without an error.
    pub fn is_readable(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether both hold the same elements, attributes, texts and comments in the same order;
    /// blanks between them, and the blanks inside a tag, don't count.
    pub fn same_tree(&self, other: &Document) -> bool {
        same_nodes((self, &self.nodes), (other, &other.nodes))
    }
}

impl Node {
    /// The element, if it is one.
    pub fn as_element(&self) -> Option<&Element> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    /// All of the node in the text.
    pub fn span(&self) -> Span {
        match self {
            Node::Element(element) => element.span,
            Node::Text(text) => text.span,
            Node::Comment(span) | Node::Instruction(span) => *span,
        }
    }
}

impl Text {
    /// Whether it shows nothing: blanks and marks without width, or nothing at all.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(&self.content, Content::Literal(text) if trimmed(text).is_empty())
    }
}

impl Element {
    /// The attribute of this name; the first if it was written twice.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The elements directly inside.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(Node::as_element)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Literal(text) => write!(formatter, "Literal({} bytes)", text.len()),
            Content::Expression(expression) => write!(formatter, "{expression:?}"),
            Content::Broken => formatter.write_str("Broken"),
        }
    }
}

fn same_nodes((left, lefts): (&Document, &[Node]), (right, rights): (&Document, &[Node])) -> bool {
    lefts.len() == rights.len()
        && lefts.iter().zip(rights).all(|nodes| match nodes {
            (Node::Element(one), Node::Element(two)) => same_element((left, one), (right, two)),
            (Node::Text(one), Node::Text(two)) => left.source.slice(one.span) == right.source.slice(two.span),
            (Node::Comment(one), Node::Comment(two)) | (Node::Instruction(one), Node::Instruction(two)) => {
                left.source.slice(*one) == right.source.slice(*two)
            }
            _ => false,
        })
}

fn same_element((left, one): (&Document, &Element), (right, two): (&Document, &Element)) -> bool {
    one.name == two.name
        && one.attributes.len() == two.attributes.len()
        && one.attributes.iter().zip(&two.attributes).all(|(a, b)| {
            a.name == b.name && left.source.slice(a.value_span) == right.source.slice(b.value_span)
        })
        && same_nodes((left, &one.children), (right, &two.children))
}
