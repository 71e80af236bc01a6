//! Text to JSON, as leniently as Newtonsoft.Json reads it: single quotes, names without quotes, comments and a last
//! comma are fine. No library reads this dialect, which documents rely on.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::EvaluationError;
use crate::expression::json::{Json, JsonKind};
use crate::value::Value;

/// Reads a whole text as one value.
///
/// # Errors
/// `JsonReaderException` with the place.
pub(crate) fn read(text: &str) -> Result<Rc<Json>, EvaluationError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.blanks()?;
    if reader.peek().is_none() {
        return Err(EvaluationError::thrown(
            "JsonReaderException",
            "Error reading JToken from JsonReader. Path '', line 0, position 0.",
        ));
    }
    let json = reader.value()?;
    reader.blanks()?;
    match reader.peek() {
        None => Ok(json),
        Some(_) => Err(reader.wrong("Additional text encountered after finished reading JSON content")),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Rc<Json>, EvaluationError> {
        self.blanks()?;
        match self.peek() {
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some(quote @ ('"' | '\'')) => {
                let text = self.string(quote)?;
                Ok(Json::scalar_of(Value::Text(text.into())))
            }
            Some('-' | '+' | '.' | '0'..='9') => self.number(),
            Some(_) => self.word(),
            None => Err(self.wrong("Unexpected end of content")),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Rc<Json>, EvaluationError>,
    ) -> Result<Rc<Json>, EvaluationError> {
        if self.depth >= DEEPEST {
            return Err(self.wrong("The reader's MaxDepth of 128 has been exceeded"));
        }
        self.depth += 1;
        let json = read(self);
        self.depth -= 1;
        json
    }

    fn object(&mut self) -> Result<Rc<Json>, EvaluationError> {
        self.bump();
        let mut members = IndexMap::new();
        loop {
            self.blanks()?;
            let name = match self.peek() {
                Some('}') => {
                    self.bump();
                    return self.made(JsonKind::Object(members));
                }
                Some(quote @ ('"' | '\'')) => self.string(quote)?,
                Some(first) if first.is_alphanumeric() || matches!(first, '_' | '$') => self.bare_name(),
                _ => return Err(self.wrong("Invalid property identifier character")),
            };
            self.blanks()?;
            if self.bump() != Some(':') {
                return Err(self.wrong("Invalid character after parsing property name. Expected ':'"));
            }
            let value = self.value()?;
            members.insert(Arc::from(name), value);
            self.separator('}')?;
        }
    }

    fn array(&mut self) -> Result<Rc<Json>, EvaluationError> {
        self.bump();
        let mut items = Vec::new();
        loop {
            self.blanks()?;
            if self.peek() == Some(']') {
                self.bump();
                return self.made(JsonKind::Array(items));
            }
            items.push(self.value()?);
            self.separator(']')?;
        }
    }

    fn made(&self, kind: JsonKind) -> Result<Rc<Json>, EvaluationError> {
        Json::new(kind).ok_or_else(|| self.wrong("It is nested too deeply"))
    }

    /// A comma, or the closing bracket, which is left.
    fn separator(&mut self, closing: char) -> Result<(), EvaluationError> {
        self.blanks()?;
        match self.peek() {
            Some(',') => {
                self.bump();
                Ok(())
            }
            Some(found) if found == closing => Ok(()),
            Some(_) => Err(self.wrong("After parsing a value an unexpected character was encountered")),
            None => Err(self.wrong("Unexpected end of content")),
        }
    }

    fn bare_name(&mut self) -> String {
        let rest = self.rest();
        let end = rest
            .find(|part: char| !part.is_alphanumeric() && !matches!(part, '_' | '$'))
            .unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().to_owned();
        self.at += end;
        name
    }

    fn string(&mut self, quote: char) -> Result<String, EvaluationError> {
        self.bump();
        let mut text = String::new();
        loop {
            match self.bump() {
                None => return Err(self.wrong("Unterminated string. Expected delimiter")),
                Some(end) if end == quote => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(plain) => text.push(plain),
            }
        }
    }

    fn escape(&mut self) -> Result<char, EvaluationError> {
        Ok(match self.bump() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(same @ ('"' | '\'' | '\\' | '/')) => same,
            Some('u') => {
                let first = self.unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                if !self.rest().starts_with("\\u") {
                    return Ok(char::REPLACEMENT_CHARACTER);
                }
                self.at += 2;
                let second = self.unit()?;
                let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
                let joined = low.map(|low| 0x10000 + ((first - 0xd800) << 10) + low);
                joined.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(self.wrong("Bad JSON escape sequence")),
        })
    }

    fn unit(&mut self) -> Result<u32, EvaluationError> {
        let digits = self.rest().get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = digits.ok_or_else(|| self.wrong("Invalid Unicode escape sequence"))?;
        self.at += 4;
        Ok(unit)
    }

    fn number(&mut self) -> Result<Rc<Json>, EvaluationError> {
        let rest = self.rest();
        let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '+' | '-' | '.');
        let end = rest.find(|part| !is_part(part)).unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or_default();
        let value = match text {
            "-Infinity" => Some(Value::Double(f64::NEG_INFINITY)),
            _ if text.starts_with("0x") => {
                i64::from_str_radix(text.get(2..).unwrap_or_default(), 16).ok().map(Value::Long)
            }
            _ if text.contains(['.', 'e', 'E']) => text.parse().ok().map(Value::Double),
            _ => text.parse().ok().map(Value::Long).or_else(|| text.parse().ok().map(Value::Double)),
        };
        let value =
            value.filter(|_| text != "-").ok_or_else(|| self.wrong("Input string is not a valid number"))?;
        self.at += end;
        Ok(Json::scalar_of(value))
    }

    fn word(&mut self) -> Result<Rc<Json>, EvaluationError> {
        let name = self.bare_name();
        Ok(Json::scalar_of(match name.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" | "undefined" => Value::Null,
            "NaN" => Value::Double(f64::NAN),
            "Infinity" => Value::Double(f64::INFINITY),
            _ => return Err(self.wrong("Unexpected character encountered while parsing value")),
        }))
    }

    /// Blanks and comments.
    fn blanks(&mut self) -> Result<(), EvaluationError> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']).len();
            let rest = self.rest();
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/")
                    .map(|at| at + 2)
                    .ok_or_else(|| self.wrong("Unexpected end while parsing comment"))?
            } else {
                return Ok(());
            };
            self.at += length;
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn wrong(&self, message: &str) -> EvaluationError {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let position = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let message = format!("{message}. Line {line}, position {position}.");
        EvaluationError::thrown("JsonReaderException", message)
    }
}

const DEEPEST: usize = 128;
