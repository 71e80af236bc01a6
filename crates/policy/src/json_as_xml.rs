//! JSON as XML, for `json-to-xml`: a member is an element, an array as many elements of one name.

use crate::error::EvaluationError;
use crate::expression::json::{Json, JsonKind};
use crate::expression::json_write;
use crate::expression::xml_write::{escape, escape_value};
use crate::value::Value;

/// Which members of an object aren't elements, and how a name shows its namespace.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// What stands between the prefix of a name and the rest.
    pub(crate) separator: String,
    /// What the names of namespace declarations begin with; none: only those that `@` marks.
    pub(crate) prefix: Option<String>,
    /// The member whose members are attributes.
    pub(crate) attributes: Option<String>,
}

/// The text of a document. A value that has no single name gets the root `Document`.
///
/// # Errors
/// Characters that XML can't hold; too large.
pub(crate) fn convert(json: &Json, names: &Names) -> Result<String, EvaluationError> {
    let mut writer = Writer { text: String::new(), names, prefixes: Vec::new() };
    match &*json.kind.borrow() {
        JsonKind::Object(members) => match members.iter().next() {
            Some((name, only)) if members.len() == 1 && is_single(only) && !names.is_special(name) => {
                writer.element(name, only)?;
            }
            _ => writer.element(DOCUMENT, json)?,
        },
        JsonKind::Array(_) => {
            writer.text.push_str("<Document>");
            writer.element(ITEM, json)?;
            writer.text.push_str("</Document>");
        }
        JsonKind::Scalar(_) => writer.element(DOCUMENT, json)?,
    }
    Ok(writer.text)
}

/// Whether a value is one element.
fn is_single(json: &Json) -> bool {
    !matches!(&*json.kind.borrow(), JsonKind::Array(_))
}

struct Writer<'n> {
    text: String,
    names: &'n Names,
    /// The prefixes that are declared where the writer stands.
    prefixes: Vec<String>,
}

/// An object, sorted out.
#[derive(Default)]
struct Parts {
    attributes: Vec<(String, String)>,
    text: String,
}

impl Names {
    /// Whether a member is no element, whatever it holds.
    fn is_special(&self, name: &str) -> bool {
        name.starts_with('@')
            || name == TEXT
            || self.attributes.as_deref() == Some(name)
            || self.declared_by(name).is_some()
    }

    /// The prefix that a member declares; empty for the namespace of names without one.
    fn declared_by<'m>(&self, name: &'m str) -> Option<&'m str> {
        self.declared_with(self.prefix.as_deref()?, name)
    }

    fn declared_with<'m>(&self, mark: &str, name: &'m str) -> Option<&'m str> {
        let rest = name.strip_prefix(mark)?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix(self.separator.as_str()) }
    }
}

impl Writer<'_> {
    fn element(&mut self, name: &str, json: &Json) -> Result<(), EvaluationError> {
        if self.text.len() > MOST_BYTES {
            return Err(EvaluationError::TooLarge);
        }
        match &*json.kind.borrow() {
            JsonKind::Array(items) if items.is_empty() => self.whole(name, &[], ""),
            JsonKind::Array(items) => items.iter().try_for_each(|item| self.element(name, item)),
            JsonKind::Scalar(Value::Null) => {
                let nil = [("xsi:nil", "true"), ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")];
                let nil = nil.map(|(name, value)| (name.to_owned(), value.to_owned()));
                self.whole(name, &nil, "")
            }
            JsonKind::Scalar(value) => self.whole(name, &[], &printed(value)?),
            JsonKind::Object(_) => self.object(name, json),
        }
    }

    fn object(&mut self, name: &str, json: &Json) -> Result<(), EvaluationError> {
        let JsonKind::Object(members) = &*json.kind.borrow() else { return Ok(()) };
        let outer = self.prefixes.len();
        let parts = self.parts(json)?;
        let is_element = |name: &str, member: &Json| match member.scalar() {
            Some(_) => !self.names.is_special(name),
            // Only a plain value can be an attribute or a text.
            None => self.names.attributes.as_deref() != Some(name),
        };
        let elements: Vec<_> = members.iter().filter(|(name, member)| is_element(name, member)).collect();
        if elements.is_empty() {
            self.whole(name, &parts.attributes, &parts.text)?;
        } else {
            self.open(name, &parts.attributes)?;
            self.text.push('>');
            self.text.push_str(checked(&escape(&parts.text))?);
            for (name, member) in elements {
                self.element(name, member)?;
            }
            self.close(name);
        }
        self.prefixes.truncate(outer);
        Ok(())
    }

    /// The attributes and the text of an object; declares its prefixes.
    fn parts(&mut self, json: &Json) -> Result<Parts, EvaluationError> {
        let JsonKind::Object(members) = &*json.kind.borrow() else { return Ok(Parts::default()) };
        let mut given = Vec::new();
        let mut parts = Parts::default();
        for (name, member) in members {
            match (member.scalar(), &*member.kind.borrow()) {
                (_, JsonKind::Object(block)) if self.names.attributes.as_deref() == Some(&**name) => {
                    for (name, member) in block {
                        given.push((name.to_string(), plain(member)?));
                    }
                }
                (Some(value), _) if &**name == TEXT => parts.text.push_str(&printed(&value)?),
                (Some(value), _) => {
                    if let Some(prefix) = self.names.declared_by(name) {
                        given.push((format!("xmlns{}{prefix}", self.names.separator), printed(&value)?));
                    } else if let Some(name) = name.strip_prefix('@') {
                        given.push((name.to_owned(), printed(&value)?));
                    }
                }
                _ => {}
            }
        }
        for (name, _) in &given {
            let prefix = self.names.declared_with("xmlns", name).filter(|prefix| !prefix.is_empty());
            self.prefixes.extend(prefix.map(str::to_owned));
        }
        for (name, value) in given {
            let name = match self.names.declared_with("xmlns", &name) {
                Some("") => "xmlns".to_owned(),
                Some(prefix) => format!("xmlns:{}", encoded(prefix)),
                None => self.qualified(&name),
            };
            match parts.attributes.iter_mut().find(|(known, _)| *known == name) {
                Some((_, old)) => *old = value,
                None => parts.attributes.push((name, value)),
            }
        }
        Ok(parts)
    }

    fn whole(
        &mut self,
        name: &str,
        attributes: &[(String, String)],
        text: &str,
    ) -> Result<(), EvaluationError> {
        self.open(name, attributes)?;
        if text.is_empty() {
            self.text.push_str(" />");
        } else {
            self.text.push('>');
            self.text.push_str(checked(&escape(text))?);
            self.close(name);
        }
        Ok(())
    }

    fn open(&mut self, name: &str, attributes: &[(String, String)]) -> Result<(), EvaluationError> {
        self.text.push('<');
        self.text.push_str(&self.qualified(name));
        for (name, value) in attributes {
            self.text.push_str(&format!(" {name}=\"{}\"", checked(&escape_value(value))?));
        }
        Ok(())
    }

    fn close(&mut self, name: &str) {
        self.text.push_str(&format!("</{}>", self.qualified(name)));
    }

    /// A name with its prefix, if that is declared; else one without.
    fn qualified(&self, name: &str) -> String {
        let parts = name.split_once(self.names.separator.as_str());
        match parts.filter(|(_, local)| !local.is_empty()) {
            Some((prefix, local)) if prefix == "xml" || self.prefixes.iter().any(|known| known == prefix) => {
                format!("{}:{}", encoded(prefix), encoded(local))
            }
            _ => encoded(name),
        }
    }
}

/// A name that XML can hold (XML 1.0 §2.3, without colons): other characters as `_xHHHH_`, as .NET's
/// `XmlConvert.EncodeLocalName` writes them.
fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for (at, character) in name.char_indices() {
        let is_letter = character.is_alphabetic() || character == '_';
        let is_part =
            is_letter || (at > 0 && (character.is_numeric() || matches!(character, '-' | '.' | '·')));
        if is_part {
            text.push(character);
        } else {
            text.push_str(&format!("_x{:04X}_", u32::from(character)));
        }
    }
    if text.is_empty() { "_".to_owned() } else { text }
}

fn plain(json: &Json) -> Result<String, EvaluationError> {
    match json.scalar() {
        Some(value) => printed(&value),
        None => json_write::compact(json),
    }
}

/// A plain value as XML Schema writes it: JSON writes all but texts the same way.
fn printed(value: &Value) -> Result<String, EvaluationError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Text(text) => Ok(text.to_string()),
        other => Ok(json_write::compact(&Json::scalar_of(other.clone()))?.trim_matches('"').to_owned()),
    }
}

/// A text without characters that XML 1.0 has no way to write (§2.2).
fn checked(text: &str) -> Result<&str, EvaluationError> {
    let is_bad = |character: char| matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.contains(is_bad) {
        return Err(EvaluationError::thrown("XmlException", "It holds a character that XML can't."));
    }
    Ok(text)
}

const DOCUMENT: &str = "Document";
const ITEM: &str = "Item";
const TEXT: &str = "#text";
const MOST_BYTES: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::json_read;

    fn xml_with(names: &Names, text: &str) -> String {
        let xml = convert(&json_read::read(text).unwrap(), names).unwrap();
        roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
        xml
    }

    fn xml(text: &str) -> String {
        xml_with(&Names { separator: "_".to_owned(), prefix: None, attributes: None }, text)
    }

    #[test]
    fn a_value_without_one_name_gets_a_root() {
        assert_eq!(
            xml(
                r#"{"name": "A & B", "ok": true, "n": 2.5, "none": null, "list": [1, [2, {"x": ""}]], "empty": []}"#
            ),
            "<Document><name>A &amp; B</name><ok>true</ok><n>2.5</n>\
             <none xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" />\
             <list>1</list><list>2</list><list><x /></list><empty /></Document>"
        );
        assert_eq!(xml("[1, {}]"), "<Document><Item>1</Item><Item /></Document>");
        assert_eq!(xml("5"), "<Document>5</Document>");
        assert_eq!(xml(r#"{"a": [1, 2]}"#), "<Document><a>1</a><a>2</a></Document>");
    }

    #[test]
    fn prefixes_declarations_and_an_attribute_block_make_a_soap_envelope() {
        let names =
            Names { separator: ":".into(), prefix: Some("xmlns".into()), attributes: Some("#attrs".into()) };
        let json = r##"{"soap:Envelope": {"xmlns:soap": "urn:soap", "soap:Header": {}, "soap:Body":
            {"Find": {"xmlns": "urn:find", "#attrs": {"soap:role": "x", "limit": 3}, "by:name": "q\"<"}}}}"##;
        assert_eq!(
            xml_with(&names, json),
            "<soap:Envelope xmlns:soap=\"urn:soap\"><soap:Header /><soap:Body>\
             <Find xmlns=\"urn:find\" soap:role=\"x\" limit=\"3\"><by_x003A_name>q\"&lt;</by_x003A_name></Find>\
             </soap:Body></soap:Envelope>"
        );
    }

    #[test]
    fn attributes_and_texts_that_the_direct_shape_marks_find_their_way_back() {
        let names = Names { separator: "$".into(), prefix: None, attributes: None };
        assert_eq!(
            xml_with(&names, r##"{"s$a": {"@xmlns$s": "urn:s", "@id": 7, "#text": "t", "@odd": {"x": 1}}}"##),
            "<s:a xmlns:s=\"urn:s\" id=\"7\">t<_x0040_odd><x>1</x></_x0040_odd></s:a>"
        );
    }

    #[test]
    fn every_name_becomes_one_that_xml_can_hold() {
        assert_eq!(
            xml(r#"{"": 1, "1st": 2, "a b": 3, "first_name": 4, "값": 5}"#),
            "<Document><_>1</_><_x0031_st>2</_x0031_st><a_x0020_b>3</a_x0020_b><first_name>4</first_name><값>5</값></Document>"
        );
    }

    #[test]
    fn characters_that_xml_has_no_way_to_write_are_an_error() {
        let names = Names { separator: "_".to_owned(), prefix: None, attributes: None };
        for bad in [r#"{"a": "\u0001"}"#, r#"{"a": {"@b": "\u0000"}}"#] {
            assert!(convert(&json_read::read(bad).unwrap(), &names).is_err(), "{bad}");
        }
    }
}
