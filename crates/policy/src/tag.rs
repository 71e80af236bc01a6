//! Reads tags and their attributes, and finds its way back after what is none.

use crate::attribute::{Close, read_value};
use crate::blank::{is_blank, skip_blanks};
use crate::diagnostic::shorten;
use crate::lexer::{Lexer, StartTag, TagForm, Token};
use crate::opaque::is_opaque;
use crate::source::Span;
use crate::syntax::Attribute;

impl Lexer<'_> {
    pub(crate) fn start_tag(&mut self) -> Token {
        let start = self.at;
        let name = self.take_name(start + 1);
        let element = self.slice(name).to_owned();
        let mut attributes = Vec::new();
        let form = loop {
            self.at = skip_blanks(self.text, self.at);
            let rest = self.rest();
            if rest.starts_with("/>") {
                self.at += 2;
                break TagForm::SelfClosed;
            } else if rest.starts_with('>') {
                self.at += 1;
                break TagForm::Open;
            } else if rest.is_empty() || rest.starts_with('<') {
                self.error(
                    "unclosed-tag",
                    Some(&element),
                    name,
                    format!("the tag `<{}` has no `>`", shorten(&element)),
                );
                break TagForm::Open;
            } else if let Some(form) = self.attribute(&element, &mut attributes) {
                break form;
            }
        };
        if form == TagForm::Open && is_opaque(&element) {
            self.opaque = Some(element);
        }
        Token::Start(StartTag { name, attributes, span: Span::new(start, self.at), form })
    }

    /// Reads one attribute, or skips what is none. A form means that the tag ended with it.
    fn attribute(&mut self, element: &str, attributes: &mut Vec<Attribute>) -> Option<TagForm> {
        let start = self.at;
        let name = self.take_name(start);
        if name.start == name.end {
            self.skip_junk();
            let junk = Span::new(start, self.at);
            // What stands here may be the rest of a password: it isn't repeated.
            self.error("bad-attribute", Some(element), junk, "there is something here that is no attribute");
            return None;
        }
        let shown = shorten(self.slice(name));
        let equals = skip_blanks(self.text, self.at);
        if self.text.get(equals..).is_none_or(|rest| !rest.starts_with('=')) {
            self.error("bad-attribute", Some(element), name, format!("the `{shown}` attribute has no value"));
            return None;
        }
        self.at = skip_blanks(self.text, equals + 1);
        let Some(quote) = self.rest().chars().next().filter(|first| matches!(first, '"' | '\'')) else {
            let ends = |part: char| is_blank(part) || matches!(part, '<' | '>');
            self.at += self.rest().find(ends).unwrap_or(self.rest().len());
            let message = format!("the value of `{shown}` must stand in quotes");
            self.error("bad-attribute", Some(element), name, message);
            return None;
        };
        let value = read_value(self.text, self.at + 1, quote, element, &mut self.findings);
        self.at = value.next;
        if value.close == Close::Quote {
            self.count_trouble(&value.content, value.span);
        }
        let attribute = Attribute {
            name: self.slice(name).to_owned(),
            name_span: name,
            value_span: value.span,
            content: value.content,
            span: Span::new(name.start, value.next),
        };
        self.keep_attribute(attribute, element, attributes);
        (value.close == Close::Unclosed).then(|| self.form_of_unclosed(value.span))
    }

    fn keep_attribute(&mut self, attribute: Attribute, element: &str, attributes: &mut Vec<Attribute>) {
        let shown = shorten(&attribute.name);
        if attributes.len() >= MOST_ATTRIBUTES {
            let message = format!("an element can have at most {MOST_ATTRIBUTES} attributes");
            self.error("too-many-attributes", Some(element), attribute.name_span, message);
            return;
        }
        if attributes.iter().any(|other| other.name == attribute.name) {
            let message = format!("the `{shown}` attribute is given twice");
            self.error("duplicate-attribute", Some(element), attribute.name_span, message);
        }
        attributes.push(attribute);
    }

    /// What a tag was meant to be whose last value has no closing quote.
    fn form_of_unclosed(&self, value: Span) -> TagForm {
        let text = self.slice(value).trim_end();
        if text.ends_with("/>") { TagForm::SelfClosed } else { TagForm::Open }
    }

    pub(crate) fn end_tag(&mut self) -> Option<Token> {
        let start = self.at;
        let name = self.take_name(start + 2);
        self.at = skip_blanks(self.text, self.at);
        if name.start == name.end || !self.rest().starts_with('>') {
            let message = "an end tag is written `</name>`";
            self.error("bad-tag", None, Span::new(start, self.at), message);
            self.at = self.find_from(self.at, ['<', '>']);
        }
        if self.rest().starts_with('>') {
            self.at += 1;
        }
        (name.start < name.end).then(|| Token::End { name, span: Span::new(start, self.at) })
    }

    fn skip_junk(&mut self) {
        let first = self.rest().chars().next().map_or(0, char::len_utf8);
        let rest = self.text.get(self.at + first..).unwrap_or_default();
        let ends = |part: char| is_blank(part) || matches!(part, '<' | '>' | '/');
        let length = rest.find(ends).unwrap_or(rest.len());
        self.at += first + length;
    }
}

const MOST_ATTRIBUTES: usize = 64;
