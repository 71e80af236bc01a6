//! Document text to tags, texts and comments, in the tolerant way publishers' documents need.

use crate::attribute::{Close, name_length, read_value};
use crate::diagnostic::{Diagnostic, Findings, shorten};
use crate::entity::decode;
use crate::expression::{self, Ends, skip_blanks};
use crate::source::{Source, Span};
use crate::syntax::{Attribute, Content, Expression, Text, View};

/// One piece of a document.
pub(crate) enum Token {
    Start(StartTag),
    End { name: Span, span: Span },
    Text(Text),
    Comment(Span),
    Instruction(Span),
}

/// `<name …>` or `<name … />`.
pub(crate) struct StartTag {
    pub(crate) name: Span,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) span: Span,
    pub(crate) form: TagForm,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagForm {
    Open,
    SelfClosed,
}

/// Reads tokens one after the other and notes what is wrong on the way.
pub(crate) struct Lexer<'s> {
    text: &'s str,
    at: usize,
    pub(crate) findings: Findings<'s>,
    /// The innermost open element, for messages; the parser keeps it.
    pub(crate) inside: Option<String>,
    /// The element whose body is data and not looked into.
    opaque: Option<String>,
    broken_expressions: usize,
    raw_expressions: usize,
    stopped: bool,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(source: &'s Source) -> Self {
        let mut lexer = Self {
            text: source.text(),
            at: 0,
            findings: Findings::new(source),
            inside: None,
            opaque: None,
            broken_expressions: 0,
            raw_expressions: 0,
            stopped: false,
        };
        if lexer.rest().starts_with('\u{feff}') {
            lexer.at = '\u{feff}'.len_utf8();
        }
        lexer
    }

    /// The next piece; none at the end, or when going on makes no sense.
    pub(crate) fn next(&mut self) -> Option<Token> {
        while !self.stopped && !self.findings.is_full() && self.at < self.text.len() {
            let before = self.at;
            if let Some(token) = self.step() {
                return Some(token);
            }
            // Invariant: each step takes text or stops, so the loop ends.
            if self.at <= before {
                self.stop();
            }
        }
        None
    }

    /// Reads no further: the findings so far say why.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether reading ended before the text did.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped || self.findings.is_full()
    }

    fn step(&mut self) -> Option<Token> {
        if let Some(name) = self.opaque.take() {
            return self.opaque_body(&name);
        }
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.until("-->", "unclosed-comment", "the comment that begins here has no `-->`")
                .map(Token::Comment)
        } else if rest.starts_with("<![CDATA[") {
            self.cdata()
        } else if rest.starts_with("<!") {
            self.declaration();
            None
        } else if rest.starts_with("<?") {
            self.until("?>", "unclosed-tag", "the instruction that begins here has no `?>`")
                .map(Token::Instruction)
        } else if rest.starts_with("</") {
            self.end_tag()
        } else if begins_tag(rest) {
            Some(self.start_tag())
        } else {
            self.text()
        }
    }

    fn start_tag(&mut self) -> Token {
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
        if form == TagForm::Open && OPAQUE.contains(&element.as_str()) {
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
            let message = format!("`{}` is no attribute", shorten(self.slice(junk)));
            self.error("bad-attribute", Some(element), junk, message);
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
            self.at = self.find_from(self.at, [' ', '\t', '\r', '\n', '<', '>']);
            let message = format!("the value of `{shown}` must stand in quotes");
            self.error("bad-attribute", Some(element), name, message);
            return None;
        };
        let value = read_value(self.text, self.at + 1, quote, element, &mut self.findings);
        self.at = value.next;
        self.count_trouble(&value.content, value.span);
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

    fn end_tag(&mut self) -> Option<Token> {
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

    fn text(&mut self) -> Option<Token> {
        let start = self.at;
        if let Some(at) = expression::starts_at(self.text, start) {
            return Some(self.text_expression(start, at));
        }
        self.at = skip_blanks(self.text, start);
        if self.rest().is_empty() || self.rest().starts_with('<') && self.at > start {
            return None;
        }
        loop {
            self.at = self.find_from(self.at, ['<']);
            let rest = self.rest();
            if rest.is_empty() || begins_markup(rest) {
                break;
            }
            let message = "`<` begins no tag here";
            let inside = self.inside.clone();
            self.error("bare-less-than", inside.as_deref(), Span::new(self.at, self.at + 1), message)
                .set_help("write `&lt;` for the character");
            self.at += 1;
            if self.findings.is_full() {
                break;
            }
        }
        let span = Span::new(start, self.at);
        Some(Token::Text(Text { span, content: Content::Literal(decode(self.slice(span)).into_owned()) }))
    }

    fn text_expression(&mut self, start: usize, at: usize) -> Token {
        let content = match expression::read(self.text, at, Ends::Markup) {
            Ok((expression, end)) => {
                self.at = end;
                Content::Expression(expression)
            }
            Err(failure) => {
                failure.report(self.inside.as_deref(), &mut self.findings);
                self.at = self.rest().find("</").map_or(self.text.len(), |step| self.at + step);
                Content::Broken
            }
        };
        let span = Span::new(start, self.at);
        self.count_trouble(&content, span);
        Token::Text(Text { span, content })
    }

    fn cdata(&mut self) -> Option<Token> {
        let span = self.until("]]>", "unclosed-comment", "the `<![CDATA[` that begins here has no `]]>`")?;
        let (start, end) = (span.start + "<![CDATA[".len(), span.end - "]]>".len());
        let inner = self.text.get(..end).unwrap_or_default();
        let content = match expression::starts_at(inner, start) {
            None => Content::Literal(self.slice(Span::new(start, end)).to_owned()),
            Some(at) => match expression::read_in(inner, at, Ends::TextEnd, View::Raw) {
                Ok((expression, _)) => Content::Expression(expression),
                Err(failure) => {
                    failure.report(self.inside.as_deref(), &mut self.findings);
                    Content::Broken
                }
            },
        };
        Some(Token::Text(Text { span, content }))
    }

    /// The body of an element that holds data: everything up to its end tag.
    fn opaque_body(&mut self, name: &str) -> Option<Token> {
        if expression::starts_at(self.text, self.at).is_some() {
            return self.text();
        }
        let start = self.at;
        let end_tag = format!("</{name}");
        let end = self.rest().find(&end_tag).map_or(self.text.len(), |step| start + step);
        self.at = end;
        let span = Span::new(start, end);
        let content = Content::Literal(self.slice(span).to_owned());
        (!self.slice(span).trim().is_empty()).then_some(Token::Text(Text { span, content }))
    }

    /// `<!DOCTYPE …>` and other things that begin with `<!`: refused and skipped.
    fn declaration(&mut self) {
        let start = self.at;
        let first = Span::new(start, start + 2);
        if self.rest().get(2..9).is_some_and(|word| word.eq_ignore_ascii_case("doctype")) {
            self.error("doctype", None, first, "a policy document can't have a DOCTYPE");
            self.at = self.find_from(start, ['>', '[']);
            if self.rest().starts_with('[') {
                self.at = self.find_from(self.at, [']']);
            }
        } else {
            self.error("bad-comment", None, first, "a comment is written `<!-- … -->`");
        }
        self.at = self.find_from(self.at.max(start + 2), ['>', '<']);
        if self.rest().starts_with('>') {
            self.at += 1;
        }
    }

    /// Takes everything up to and with `end`; the rest of the text is lost if there is none.
    fn until(&mut self, end: &str, code: &'static str, message: &str) -> Option<Span> {
        let start = self.at;
        // The search begins behind the opening mark, so that `<!-->` isn't a whole comment.
        let from = start + if end == "-->" { "<!--".len() } else { "<?".len() };
        match self.text.get(from..).and_then(|rest| rest.find(end)) {
            Some(step) => {
                self.at = from + step + end.len();
                Some(Span::new(start, self.at))
            }
            None => {
                self.error(code, None, Span::new(start, from), message);
                self.stop();
                None
            }
        }
    }

    /// An expression that is broken, or read raw, may have cost a look at all the rest of the text:
    /// there can't be many, or time would grow with the square of the text.
    fn count_trouble(&mut self, content: &Content, span: Span) {
        match content {
            Content::Broken => self.broken_expressions += 1,
            Content::Expression(Expression { view: View::Raw, .. }) => self.raw_expressions += 1,
            _ => return,
        }
        if self.broken_expressions >= MOST_BROKEN_EXPRESSIONS || self.raw_expressions >= MOST_RAW_EXPRESSIONS
        {
            let message = "too many expressions are hard to read; the document isn't read from here on";
            self.error("too-many-problems", None, Span::empty(span.end), message);
            self.stop();
        }
    }

    fn take_name(&mut self, at: usize) -> Span {
        self.at = at + name_length(self.text.get(at..).unwrap_or_default());
        Span::new(at, self.at)
    }

    fn skip_junk(&mut self) {
        let first = self.rest().chars().next().map_or(0, char::len_utf8);
        let rest = self.text.get(self.at + first..).unwrap_or_default();
        let length = rest.find([' ', '\t', '\r', '\n', '<', '>', '/']).unwrap_or(rest.len());
        self.at += first + length;
    }

    fn find_from<const N: usize>(&self, at: usize, wanted: [char; N]) -> usize {
        let step = self.text.get(at..).and_then(|rest| rest.find(wanted));
        step.map_or(self.text.len(), |step| at + step)
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    fn error(
        &mut self,
        code: &'static str,
        element: Option<&str>,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.findings.error(code, element, span, message)
    }
}

fn begins_tag(text: &str) -> bool {
    text.strip_prefix('<').is_some_and(|rest| name_length(rest) > 0)
}

fn begins_markup(text: &str) -> bool {
    begins_tag(text) || text.starts_with("<!") || text.starts_with("<?") || text.starts_with("</")
}

/// Elements whose body is data: JSON, Liquid, a stylesheet.
const OPAQUE: [&str; 3] = ["set-body", "xsl-transform", "cross-domain"];
const MOST_ATTRIBUTES: usize = 64;
const MOST_BROKEN_EXPRESSIONS: usize = 16;
/// Expressions that had to be read twice, each time perhaps to the end of the text.
const MOST_RAW_EXPRESSIONS: usize = 100;
