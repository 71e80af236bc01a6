//! Which of an API's requests an operation is about: a method, and a URL template.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text is not a method.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MethodError {
    #[error("a method must not be empty")]
    Empty,
    #[error("a method may have at most {METHOD_LIMIT} characters")]
    TooLong,
    #[error("a method may hold only letters, digits and `!#$%&'*+-.^_|~` and the back quote")]
    BadCharacter,
}

/// Why a text is not a URL template.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TemplateError {
    #[error("a URL template may have at most {TEMPLATE_LIMIT} characters")]
    TooLong,
    #[error("a URL template may have at most {PARTS_LIMIT} parts")]
    TooManyParts,
    #[error("a URL template is a path: it must not hold `?` or `#`")]
    Query,
    #[error("a part between two slashes is empty")]
    EmptyPart,
    #[error("the parts `.` and `..` can't be in a URL template")]
    Dots,
    #[error("`{part}` holds a character that a path doesn't have")]
    BadCharacter { part: String },
    #[error("a parameter must be a whole part, as in `/orders/{{id}}`: `{part}`")]
    PartOfAPart { part: String },
    #[error(
        "a parameter's name must begin with a letter or `_` and hold only letters, digits, `_`, `-`: `{name}`"
    )]
    BadName { name: String },
    #[error("the parameter `{name}` is there twice")]
    Twice { name: String },
    #[error("`*` and `{{*name}}` can only be the last part")]
    WildcardNotLast,
}

/// A method as requests have it: a token (RFC 9110, 9.1), compared letter by letter; or any.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OperationMethod(String);

/// A path behind an API's URL suffix, with places for what differs: `/orders/{id}`, `/files/{*path}`, `/*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UrlTemplate {
    text: String,
    parts: Vec<TemplatePart>,
}

/// What one part of a path must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TemplatePart {
    /// Exactly this, once both are percent-decoded.
    Literal(String),
    /// Anything but nothing; it has a name.
    Parameter(String),
    /// This part and all behind it, or none; it may have a name.
    Rest(Option<String>),
}

impl OperationMethod {
    /// The method, `*` for any.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether every method is meant.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0 == ANY
    }
}

impl UrlTemplate {
    /// The template with a slash in front and none behind; `/` alone is the API's own address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parts from left to right; none for `/`.
    #[must_use]
    pub fn parts(&self) -> &[TemplatePart] {
        &self.parts
    }

    /// The same for all templates that match the same paths: without the names.
    #[must_use]
    pub fn shape(&self) -> String {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Literal(text) => format!("/{text}"),
            TemplatePart::Parameter(_) => "/{}".to_owned(),
            TemplatePart::Rest(_) => "/*".to_owned(),
        };
        self.parts.iter().map(part).collect()
    }
}

impl FromStr for OperationMethod {
    type Err = MethodError;
    fn from_str(text: &str) -> Result<Self, MethodError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(MethodError::Empty);
        }
        if text.len() > METHOD_LIMIT {
            return Err(MethodError::TooLong);
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)) {
            return Err(MethodError::BadCharacter);
        }
        let upper = text.to_ascii_uppercase();
        // Only of the well-known ones is it sure that upper case was meant.
        Ok(Self(if KNOWN.contains(&upper.as_str()) { upper } else { text.to_owned() }))
    }
}

impl FromStr for UrlTemplate {
    type Err = TemplateError;
    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let text = text.trim();
        if text.len() > TEMPLATE_LIMIT {
            return Err(TemplateError::TooLong);
        }
        if text.contains(['?', '#']) {
            return Err(TemplateError::Query);
        }
        let path = text.strip_prefix('/').unwrap_or(text);
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.is_empty() {
            return Ok(Self { text: "/".to_owned(), parts: Vec::new() });
        }
        let parts = path.split('/').map(part).collect::<Result<Vec<_>, _>>()?;
        check(&parts)?;
        Ok(Self { text: format!("/{path}"), parts })
    }
}

impl TryFrom<String> for OperationMethod {
    type Error = MethodError;
    fn try_from(text: String) -> Result<Self, MethodError> {
        text.parse()
    }
}

impl TryFrom<String> for UrlTemplate {
    type Error = TemplateError;
    fn try_from(text: String) -> Result<Self, TemplateError> {
        text.parse()
    }
}

impl From<OperationMethod> for String {
    fn from(method: OperationMethod) -> Self {
        method.0
    }
}

impl From<UrlTemplate> for String {
    fn from(template: UrlTemplate) -> Self {
        template.text
    }
}

impl fmt::Display for OperationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn part(text: &str) -> Result<TemplatePart, TemplateError> {
    if text.is_empty() {
        return Err(TemplateError::EmptyPart);
    }
    if text == "*" {
        return Ok(TemplatePart::Rest(None));
    }
    if let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        && !inner.contains(['{', '}'])
    {
        return match inner.strip_prefix('*') {
            Some(name) => Ok(TemplatePart::Rest(Some(parameter_name(name)?))),
            None => Ok(TemplatePart::Parameter(parameter_name(inner)?)),
        };
    }
    if text.contains(['{', '}']) {
        return Err(TemplateError::PartOfAPart { part: text.to_owned() });
    }
    let bad = || TemplateError::BadCharacter { part: text.to_owned() };
    let literal = percent_decoded(text).filter(|_| text.bytes().all(literal_byte)).ok_or_else(bad)?;
    if matches!(literal.as_str(), "." | "..") {
        return Err(TemplateError::Dots);
    }
    // What would be read as two parts, or as a part with parameters, can't be told apart from those.
    if literal.contains(['/', '\\', ';']) || literal.chars().any(char::is_control) {
        return Err(bad());
    }
    Ok(TemplatePart::Literal(literal))
}

fn parameter_name(name: &str) -> Result<String, TemplateError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins && name.chars().all(plain) {
        Ok(name.to_owned())
    } else {
        Err(TemplateError::BadName { name: name.to_owned() })
    }
}

fn check(parts: &[TemplatePart]) -> Result<(), TemplateError> {
    if parts.len() > PARTS_LIMIT {
        return Err(TemplateError::TooManyParts);
    }
    let mut names: Vec<&str> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        if matches!(part, TemplatePart::Rest(_)) && at + 1 < parts.len() {
            return Err(TemplateError::WildcardNotLast);
        }
        if let TemplatePart::Parameter(name) | TemplatePart::Rest(Some(name)) = part {
            // Policies find a parameter by its name without regard to case.
            if names.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                return Err(TemplateError::Twice { name: name.clone() });
            }
            names.push(name);
        }
    }
    Ok(())
}

/// The text with `%41` and the like replaced; none if that isn't UTF-8, or a `%` stands alone.
#[must_use]
pub fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

/// The characters of a path part (RFC 3986, 3.3) but `*`, which stands for the rest of a path.
fn literal_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~!$&'()+,=:@%".contains(&b)
}

const ANY: &str = "*";
const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const METHOD_LIMIT: usize = 40;
const TEMPLATE_LIMIT: usize = 400;
const PARTS_LIMIT: usize = 32;

#[cfg(test)]
mod tests {
    use super::{MethodError, OperationMethod, TemplateError, TemplatePart, UrlTemplate};

    fn refused(text: &str) -> TemplateError {
        text.parse::<UrlTemplate>().unwrap_err()
    }

    #[test]
    fn a_template_is_taken_apart() {
        let template: UrlTemplate = " orders/{id}/it%65ms/{*rest} ".parse().unwrap();
        assert_eq!(template.as_str(), "/orders/{id}/it%65ms/{*rest}");
        let parts = [
            TemplatePart::Literal("orders".to_owned()),
            TemplatePart::Parameter("id".to_owned()),
            TemplatePart::Literal("items".to_owned()),
            TemplatePart::Rest(Some("rest".to_owned())),
        ];
        assert_eq!(template.parts(), parts);
        assert_eq!(template.shape(), "/orders/{}/items/*");
        assert_eq!("/orders/{number}/items/*".parse::<UrlTemplate>().unwrap().shape(), template.shape());
    }

    #[test]
    fn slashes_at_the_ends_make_no_difference() {
        for text in ["", "/"] {
            let root: UrlTemplate = text.parse().unwrap();
            assert_eq!((root.as_str(), root.parts().len()), ("/", 0));
        }
        assert_eq!("/a/".parse::<UrlTemplate>().unwrap().as_str(), "/a");
    }

    #[test]
    fn what_is_wrong_with_a_template_is_named() {
        assert_eq!(refused("/a?b={c}"), TemplateError::Query);
        assert_eq!(refused("/a//b"), TemplateError::EmptyPart);
        assert_eq!(refused("/a/%2e%2E"), TemplateError::Dots);
        assert_eq!(refused("/a b"), TemplateError::BadCharacter { part: "a b".to_owned() });
        assert_eq!(refused("/a%2fb"), TemplateError::BadCharacter { part: "a%2fb".to_owned() });
        assert_eq!(refused("/a*"), TemplateError::BadCharacter { part: "a*".to_owned() });
        assert_eq!(refused("/a-{b}"), TemplateError::PartOfAPart { part: "a-{b}".to_owned() });
        assert_eq!(refused("/{a}{b}"), TemplateError::PartOfAPart { part: "{a}{b}".to_owned() });
        assert_eq!(refused("/{}"), TemplateError::BadName { name: String::new() });
        assert_eq!(refused("/{1a}"), TemplateError::BadName { name: "1a".to_owned() });
        assert_eq!(refused("/{id}/x/{ID}"), TemplateError::Twice { name: "ID".to_owned() });
        assert_eq!(refused("/*/a"), TemplateError::WildcardNotLast);
        assert_eq!(refused(&"/a".repeat(33)), TemplateError::TooManyParts);
    }

    #[test]
    fn a_method_is_a_token_and_the_well_known_ones_are_upper_case() {
        let method = |text: &str| text.parse::<OperationMethod>().map(|method| method.as_str().to_owned());
        assert_eq!(method(" get "), Ok("GET".to_owned()));
        assert_eq!(method("M-Search"), Ok("M-Search".to_owned()));
        assert_eq!(method("GET POST"), Err(MethodError::BadCharacter));
        assert_eq!(method(""), Err(MethodError::Empty));
        assert!("*".parse::<OperationMethod>().unwrap().is_any());
    }
}
