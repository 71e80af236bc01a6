//! Reads values that may be expressions: texts, numbers, yes or no, one of a list.

use std::ops::RangeInclusive;

use crate::blank::trimmed;
use crate::diagnostic::shorten;
use crate::expression::compiled::Compiled;
use crate::expression::compiled::{Wanted, compile};
use crate::named_values::in_code;
use crate::nearest::nearest;
use crate::source::Span;
use crate::statements::reader::{Given, Literal, Reader};
use crate::step::{Setting, Written};
use crate::syntax::{Content, Element, Expression, Node, Text};

/// The longest duration that a document can give: in the language they are `int`s.
pub(crate) const LONGEST_S: u64 = 2_147_483_647;

/// A value in a place where an expression may stand.
pub(crate) enum Valued<'d> {
    Literal(Literal<'d>),
    Expression(Compiled),
}

impl<'d> Reader<'d, '_> {
    /// The value of an attribute; none if it isn't there, and inside none if it can't be used, which has
    /// been reported.
    pub(crate) fn value(&mut self, name: &str, wanted: Wanted) -> Option<Option<Valued<'d>>> {
        let attribute = self.element.attribute(name)?;
        Some(match &attribute.content {
            Content::Expression(expression) => self.expression(expression, wanted).map(Valued::Expression),
            Content::Literal(_) | Content::Broken => match self.attribute(name) {
                Given::Literal(literal) => {
                    self.warn_of_inner_expression(literal.span);
                    Some(Valued::Literal(literal))
                }
                Given::Absent | Given::Refused => None,
            },
        })
    }

    /// The same of an attribute that must be there.
    pub(crate) fn required_value(&mut self, name: &str, wanted: Wanted) -> Option<Valued<'d>> {
        match self.value(name, wanted) {
            Some(value) => value,
            None => self.required(name).map(Valued::Literal),
        }
    }

    /// A text that must be there.
    pub(crate) fn required_text(&mut self, name: &str) -> Option<Written> {
        self.required_value(name, Wanted::Text).map(Valued::written)
    }

    /// A text; none if it can't be used, inside none if it isn't there.
    pub(crate) fn text(&mut self, name: &str) -> Option<Option<Written>> {
        match self.value(name, Wanted::Text) {
            None => Some(None),
            Some(value) => value.map(|value| Some(value.written())),
        }
    }

    /// A literal; none if it can't be used, inside none if it isn't there.
    pub(crate) fn literal(&mut self, name: &str) -> Option<Option<String>> {
        match self.attribute(name) {
            Given::Absent => Some(None),
            Given::Refused => None,
            Given::Literal(literal) => Some(Some(literal.text.to_owned())),
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, name: &str, default: bool) -> Option<Setting<bool>> {
        match self.value(name, Wanted::Bool) {
            None => Some(Setting::Fixed(default)),
            Some(value) => self.flag_of(name, value?),
        }
    }

    pub(crate) fn flag_of(&mut self, name: &str, value: Valued<'_>) -> Option<Setting<bool>> {
        match value {
            Valued::Expression(compiled) => Some(Setting::Expression(compiled)),
            Valued::Literal(literal) => self.read_flag(name, literal).map(Setting::Fixed),
        }
    }

    /// Yes or no, never an expression.
    pub(crate) fn plain_flag(&mut self, name: &str, default: bool) -> Option<bool> {
        match self.attribute(name) {
            Given::Absent => Some(default),
            Given::Refused => None,
            Given::Literal(literal) => self.read_flag(name, literal),
        }
    }

    /// A whole number; none if it can't be used, inside none if it isn't there.
    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<Option<Setting<u64>>> {
        match self.value(name, Wanted::Number) {
            None => Some(None),
            Some(value) => self.number_of(name, value?, range).map(Some),
        }
    }

    /// A whole number, never an expression.
    pub(crate) fn plain_number(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<Option<u64>> {
        let literal = match self.attribute(name) {
            Given::Absent => return Some(None),
            Given::Refused => return None,
            Given::Literal(literal) => literal,
        };
        match self.number_of(name, Valued::Literal(literal), range)? {
            Setting::Fixed(number) => Some(Some(number)),
            Setting::Expression(_) => None,
        }
    }

    /// A whole number that must be there.
    pub(crate) fn required_number(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<Setting<u64>> {
        let value = self.required_value(name, Wanted::Number)?;
        self.number_of(name, value, range)
    }

    /// One of a list; none if it can't be used, inside none if it isn't there.
    pub(crate) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&'static str, T)]) -> Option<Option<T>> {
        match self.attribute(name) {
            Given::Absent => Some(None),
            Given::Refused => None,
            Given::Literal(literal) => self.read_choice(name, literal, choices).map(Some),
        }
    }

    /// One of a list; an expression gives one of its texts.
    pub(crate) fn setting<T: Copy>(
        &mut self,
        name: &str,
        choices: &[(&'static str, T)],
        default: T,
    ) -> Option<Setting<T>> {
        match self.value(name, Wanted::Text) {
            None => Some(Setting::Fixed(default)),
            Some(value) => self.setting_of(name, value?, choices),
        }
    }

    /// The same of an attribute that must be there.
    pub(crate) fn required_setting<T: Copy>(
        &mut self,
        name: &str,
        choices: &[(&'static str, T)],
    ) -> Option<Setting<T>> {
        let value = self.required_value(name, Wanted::Text)?;
        self.setting_of(name, value, choices)
    }

    fn setting_of<T: Copy>(
        &mut self,
        name: &str,
        value: Valued<'_>,
        choices: &[(&'static str, T)],
    ) -> Option<Setting<T>> {
        match value {
            Valued::Expression(compiled) => Some(Setting::Expression(compiled)),
            Valued::Literal(literal) => self.read_choice(name, literal, choices).map(Setting::Fixed),
        }
    }

    /// The text of an element, or the expression that stands there alone.
    pub(crate) fn written_in(&mut self, element: &'d Element) -> Option<Written> {
        match expression_in(element) {
            Some(expression) => self.expression(&expression, Wanted::Text).map(Written::Expression),
            None => {
                let texts = element.children.iter().filter_map(|node| match node {
                    Node::Text(Text { span, content: Content::Literal(_) }) => Some(*span),
                    _ => None,
                });
                texts.for_each(|span| self.warn_of_inner_expression(span));
                self.text_of(element).map(Written::Literal)
            }
        }
    }

    /// The same, without blanks of any kind at its ends: for names, addresses and the like.
    pub(crate) fn word_in(&mut self, element: &'d Element) -> Option<Written> {
        self.written_in(element).map(|written| match written {
            Written::Literal(text) => Written::Literal(trimmed(&text).to_owned()),
            expression @ Written::Expression(_) => expression,
        })
    }

    /// Warns of text that looks like an expression where it isn't read as one.
    pub(crate) fn warn_of_inner_expression(&mut self, span: Span) {
        let text = self.document.source().slice(span);
        let Some(at) = ["@(", "@{"].iter().filter_map(|mark| text.find(mark)).min() else { return };
        let mark = Span::new(span.start + at, span.start + at + 2);
        let message = "an expression must be the whole value: this one is text and stays as it is";
        self.warning("expression-in-text", mark, message)
            .set_help("make the whole value one expression: `@(\"text \" + …)`");
    }

    /// Compiles an expression; none if it can't be used, which has been reported.
    pub(crate) fn expression(&mut self, expression: &Expression, wanted: Wanted) -> Option<Compiled> {
        let text = self.document.source().text();
        let code = self.document.source().slice(expression.span);
        self.notes.has_expression = true;
        let reads_body = holds_word(code, "Body");
        self.notes.reads_request |= reads_body && holds_word(code, "Request");
        self.notes.reads_response |= reads_body && holds_word(code, "Response");
        self.notes.chooses_certificate |= needs_uploaded(code);
        if in_code(self.document, expression) {
            // An unknown named value stands for code that isn't known either.
            return None;
        }
        let compilation = compile(text, expression, wanted);
        self.notes.certificates.add(compilation.certificates);
        for warning in compilation.warnings {
            self.warning(warning.code, warning.span, warning.message).help = warning.help;
        }
        match compilation.result {
            Ok(compiled) => Some(compiled),
            Err(problems) => {
                for problem in problems {
                    self.error(problem.code, problem.span, problem.message).help = problem.help;
                }
                None
            }
        }
    }

    fn read_flag(&mut self, name: &str, literal: Literal<'_>) -> Option<bool> {
        match literal.word() {
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                let message = format!("`{name}` must be `true` or `false`");
                self.error("invalid-value", literal.span, message);
                None
            }
        }
    }

    pub(crate) fn number_of(
        &mut self,
        name: &str,
        value: Valued<'_>,
        range: RangeInclusive<u64>,
    ) -> Option<Setting<u64>> {
        let literal = match value {
            Valued::Expression(compiled) => return Some(Setting::Expression(compiled)),
            Valued::Literal(literal) => literal,
        };
        let digits = literal.word();
        let number = digits.parse().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()));
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let (from, to) = (range.start(), range.end());
            let message = format!("`{name}` must be a whole number from {from} to {to}");
            self.error("invalid-value", literal.span, message);
        }
        number.map(Setting::Fixed)
    }

    fn read_choice<T: Copy>(
        &mut self,
        name: &str,
        literal: Literal<'_>,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let text = literal.word();
        let found = choices.iter().find(|(choice, _)| *choice == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
            let message =
                format!("`{name}` can't be `{}`; it is one of `{}`", shorten(text), names.join("`, `"));
            let meant = nearest(text, names);
            let diagnostic = self.error("invalid-value", literal.span, message);
            if let Some(meant) = meant {
                diagnostic.set_help(format!("did you mean `{meant}`?"));
            }
        }
        found
    }
}

impl Valued<'_> {
    pub(crate) fn written(self) -> Written {
        match self {
            Valued::Literal(literal) => Written::Literal(literal.text.to_owned()),
            Valued::Expression(compiled) => Written::Expression(compiled),
        }
    }
}

/// The expression that stands alone in an element.
pub(crate) fn expression_in(element: &Element) -> Option<Expression> {
    let is_shown = |node: &&Node| match node {
        Node::Comment(_) => false,
        Node::Text(text) => !text.is_blank(),
        Node::Element(_) | Node::Instruction(_) => true,
    };
    let mut nodes = element.children.iter().filter(is_shown);
    match (nodes.next(), nodes.next()) {
        (Some(Node::Text(Text { content: Content::Expression(expression), .. })), None) => Some(*expression),
        _ => None,
    }
}

/// Whether code holds a name, as far as can be told without reading it.
fn holds_word(code: &str, word: &str) -> bool {
    let is_part = |part: Option<char>| part.is_some_and(|part| part.is_alphanumeric() || part == '_');
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        let after = code.get(at + word.len()..).and_then(|after| after.chars().next());
        !is_part(before) && !is_part(after)
    })
}

/// The place of a text in an element, for findings.
pub(crate) fn inside(element: &Element) -> Span {
    element.content.unwrap_or(element.name_span)
}

/// Whether code may ask an uploaded certificate for more than the names and dates that are always at hand.
fn needs_uploaded(code: &str) -> bool {
    let whole = ["RawData", "GetRawCertData", "GetRawCertDataString", "Export", "GetRSAPublicKey"];
    holds_word(code, "GetRSAPrivateKey")
        || (holds_word(code, "Certificates") && whole.iter().any(|word| holds_word(code, word)))
}
