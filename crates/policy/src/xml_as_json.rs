//! XML as JSON, for `xml-to-json`.
//!
//! The vendor documents no shape. What was published of its answers has `$` for the colon of a name, attributes
//! marked with `@`, and the XML declaration as first members; `docs/decisions/0014-xml-and-json.md` says what follows.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use roxmltree::Node;

use crate::error::EvaluationError;
use crate::expression::json::{DEEPEST as DEEPEST_JSON, Json, JsonKind};
use crate::value::Value;

/// What the JSON looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    /// Whether an element that stands alone is an array of one.
    pub(crate) always_arrays: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Attributes are told from elements by their names.
    Direct,
    /// All names can be written behind a dot; declarations are left out.
    JavascriptFriendly,
}

/// The members of an object, before it is known which are arrays.
#[derive(Default)]
struct Members(IndexMap<Arc<str>, Member>);

#[derive(Default)]
struct Member {
    values: Vec<Rc<Json>>,
    is_element: bool,
}

/// The JSON of a document.
///
/// # Errors
/// `XmlException`, also for a document with a DTD; too deep.
pub(crate) fn convert(text: &str, shape: Shape) -> Result<Rc<Json>, EvaluationError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let options =
        roxmltree::ParsingOptions { nodes_limit: MOST_NODES, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text, options)
        .map_err(|error| EvaluationError::thrown("XmlException", error.to_string()))?;
    let root = document.root_element();
    let mut members = Members::default();
    if shape.kind == Kind::Direct {
        for (name, value) in declaration(text) {
            members.add(name.to_owned(), text_of(value), false);
        }
    }
    members.add(shape.element_name(root), shape.element(root, 0)?, false);
    members.into_json(shape)
}

impl Shape {
    fn element(self, node: Node<'_, '_>, depth: usize) -> Result<Rc<Json>, EvaluationError> {
        if depth > DEEPEST {
            return Err(EvaluationError::TooDeep { most: DEEPEST });
        }
        let mut members = Members::default();
        if self.kind == Kind::Direct {
            for (name, uri) in own_namespaces(node) {
                members.add(name, text_of(&uri), false);
            }
        }
        for attribute in node.attributes() {
            let name = node.document().input_text().get(attribute.range_qname()).unwrap_or_default();
            members.add(self.attribute_name(name), text_of(attribute.value()), false);
        }
        for child in node.children().filter(Node::is_element) {
            members.add(self.element_name(child), self.element(child, depth + 1)?, true);
        }
        let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
        if members.0.is_empty() {
            let is_nothing = text.is_empty() && source(node).ends_with("/>");
            return Ok(if is_nothing { Json::scalar_of(Value::Null) } else { text_of(&text) });
        }
        if !text.trim().is_empty() {
            members.add(self.text_name().to_owned(), text_of(&text), false);
        }
        members.into_json(self)
    }

    fn element_name(self, node: Node<'_, '_>) -> String {
        let tag = source(node).trim_start_matches('<');
        let end = tag.find(|part: char| part.is_whitespace() || matches!(part, '/' | '>'));
        tag.get(..end.unwrap_or(tag.len())).unwrap_or_default().replace(':', "$")
    }

    fn attribute_name(self, name: &str) -> String {
        let mark = if self.kind == Kind::Direct { "@" } else { "" };
        format!("{mark}{}", name.replace(':', "$"))
    }

    fn text_name(self) -> &'static str {
        if self.kind == Kind::Direct { "#text" } else { "$t" }
    }
}

impl Members {
    /// Values of one name are kept together, so that none is lost.
    fn add(&mut self, name: String, value: Rc<Json>, is_element: bool) {
        let member = self.0.entry(Arc::from(name)).or_default();
        member.values.push(value);
        member.is_element |= is_element;
    }

    fn into_json(self, shape: Shape) -> Result<Rc<Json>, EvaluationError> {
        let mut members = IndexMap::with_capacity(self.0.len());
        for (name, mut member) in self.0 {
            let is_array = member.values.len() > 1 || (member.is_element && shape.always_arrays);
            let single = if is_array { None } else { member.values.pop() };
            let json = match single {
                Some(value) => value,
                None => Json::new(JsonKind::Array(member.values))
                    .ok_or(EvaluationError::TooDeep { most: DEEPEST_JSON })?,
            };
            members.insert(name, json);
        }
        Json::new(JsonKind::Object(members)).ok_or(EvaluationError::TooDeep { most: DEEPEST_JSON })
    }
}

fn text_of(text: &str) -> Rc<Json> {
    Json::scalar_of(Value::text(text))
}

/// An element as it was written, with all that lies in it.
fn source<'d>(node: Node<'_, 'd>) -> &'d str {
    node.document().input_text().get(node.range()).unwrap_or_default()
}

/// The namespaces that an element declares, as attributes are named.
fn own_namespaces(node: Node<'_, '_>) -> Vec<(String, String)> {
    let tag_end = node.first_child().map_or(node.range().end, |child| child.range().start);
    let tag = node.document().input_text().get(node.range().start..tag_end).unwrap_or_default();
    if !tag.contains("xmlns") {
        return Vec::new();
    }
    let outer: HashSet<_> = node
        .parent_element()
        .into_iter()
        .flat_map(|parent| parent.namespaces().map(|space| (space.name(), space.uri())))
        .collect();
    let own = node.namespaces().filter(|space| !outer.contains(&(space.name(), space.uri())));
    own.filter(|space| space.name() != Some("xml"))
        .map(|space| {
            let name = space.name().map_or_else(|| "@xmlns".to_owned(), |name| format!("@xmlns${name}"));
            (name, space.uri().to_owned())
        })
        .collect()
}

/// What `<?xml … ?>` says.
fn declaration(text: &str) -> Vec<(&str, &str)> {
    let inner = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map(|(inner, _)| inner);
    let mut rest = inner.unwrap_or_default();
    let mut said = Vec::new();
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { break };
        let Some((value, behind)) = after.get(1..).and_then(|after| after.split_once(quote)) else { break };
        said.push((name.trim(), value));
        rest = behind;
    }
    said
}

const DEEPEST: usize = 100;
const MOST_NODES: u32 = 500_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::json_write::compact;

    fn json(kind: Kind, always_arrays: bool, text: &str) -> String {
        compact(&convert(text, Shape { kind, always_arrays }).unwrap()).unwrap()
    }

    const ORDER: &str = "<?xml version=\"1.0\" encoding='utf-8'?>\n<s:Order xmlns:s='urn:s' xmlns=\"urn:o\" s:id='7'>\n\
                         <!-- two --><line no='1'>bread &amp; <![CDATA[<jam>]]></line><line no='2'/>\n<note/><empty></empty>\
                         <id>x</id></s:Order>";

    #[test]
    fn the_direct_shape_tells_attributes_texts_and_namespaces_apart() {
        assert_eq!(
            json(Kind::Direct, false, ORDER),
            r##"{"version":"1.0","encoding":"utf-8","s$Order":{"@xmlns$s":"urn:s","@xmlns":"urn:o","@s$id":"7","line":[{"@no":"1","#text":"bread & <jam>"},{"@no":"2"}],"note":null,"empty":"","id":"x"}}"##
        );
    }

    #[test]
    fn the_friendly_shape_has_names_that_scripts_can_write_and_no_declarations() {
        assert_eq!(
            json(Kind::JavascriptFriendly, false, ORDER),
            r#"{"s$Order":{"s$id":"7","line":[{"no":"1","$t":"bread & <jam>"},{"no":"2"}],"note":null,"empty":"","id":"x"}}"#
        );
    }

    #[test]
    fn an_attribute_and_an_element_of_the_same_name_are_both_kept() {
        assert_eq!(
            json(Kind::JavascriptFriendly, false, "<a id='1'><id>2</id></a>"),
            r#"{"a":{"id":["1","2"]}}"#
        );
    }

    #[test]
    fn elements_are_arrays_always_if_that_is_asked_for_but_for_the_root_and_attributes() {
        assert_eq!(
            json(Kind::Direct, true, "<a id='1'><b><c>2</c></b></a>"),
            r#"{"a":{"@id":"1","b":[{"c":["2"]}]}}"#
        );
    }

    #[test]
    fn what_is_no_xml_or_is_too_deep_is_an_error() {
        for bad in ["", "{}", "<a>", "<a/><b/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"] {
            assert!(convert(bad, Shape { kind: Kind::Direct, always_arrays: false }).is_err(), "{bad}");
        }
        let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
        assert!(convert(&deep, Shape { kind: Kind::Direct, always_arrays: true }).is_err());
        let arrays = format!("{}{}", "<a>".repeat(90), "</a>".repeat(90));
        assert!(
            convert(&arrays, Shape { kind: Kind::Direct, always_arrays: true }).is_err(),
            "180 levels of JSON"
        );
    }

    #[test]
    fn many_namespaces_on_many_elements_cost_little() {
        let spaces: String = (0..500).map(|number| format!(" xmlns:n{number}='u{number}'")).collect();
        let text = format!("<a{spaces}>{}</a>", "<b/>".repeat(20_000));
        assert!(json(Kind::Direct, false, &text).contains("@xmlns$n499"));
    }
}
