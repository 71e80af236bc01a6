//! Document text to tags, texts and comments, in the tolerant way publishers' documents need.

use crate::attribute::name_length;
use crate::blank::is_xml_blank;
use crate::diagnostic::{Diagnostic, Findings};
use crate::entity::decode;
use crate::expression::{self, Ends};
use crate::source::{Source, Span};
use crate::syntax::{Attribute, Content, Expression, Text, View};
use crate::view::{CLOSING, OPENING};

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
    pub(crate) text: &'s str,
    pub(crate) at: usize,
    pub(crate) findings: Findings<'s>,
    /// The innermost open element, for messages; the parser keeps it.
    pub(crate) inside: Option<String>,
    /// The element whose body is data and not looked into.
    pub(crate) opaque: Option<String>,
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
        while !self.stopped && self.at < self.text.len() {
            if self.findings.have_overflowed() {
                self.stop();
                return None;
            }
            let before = self.at;
            if let Some(token) = self.step() {
                return Some(token);
            }
            // Invariant: each step takes text or stops, so the loop ends. Were that broken, the
            // document must be refused, not cut short.
            if self.at <= before && !self.stopped {
                let message = "the document can't be read from here on";
                self.error("unreadable", None, Span::empty(before), message);
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
        self.stopped
    }

    fn step(&mut self) -> Option<Token> {
        if let Some(name) = self.opaque.take()
            && let Some(body) = self.opaque_body(&name)
        {
            return Some(body);
        }
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.until("-->", "unclosed-comment", "the comment that begins here has no `-->`")
                .map(Token::Comment)
        } else if rest.starts_with(OPENING) {
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

    fn text(&mut self) -> Option<Token> {
        let start = self.at;
        if let Some(at) = expression::starts_at(self.text, start) {
            return Some(self.text_expression(start, at));
        }
        self.at = start + (self.rest().len() - self.rest().trim_start_matches(is_xml_blank).len());
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
            if self.findings.have_overflowed() {
                break;
            }
        }
        let span = Span::new(start, self.at);
        Some(Token::Text(Text { span, content: Content::Literal(decode(self.slice(span)).into_owned()) }))
    }

    fn text_expression(&mut self, start: usize, at: usize) -> Token {
        let content = match expression::read_text(self.text, at) {
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
        let span =
            self.until(CLOSING, "unclosed-comment", "the `<![CDATA[` that begins here has no `]]>`")?;
        let (start, end) = (span.start + OPENING.len(), span.end - CLOSING.len());
        let inner = self.text.get(..end).unwrap_or_default();
        let content = match expression::starts_at(inner, start) {
            None => Content::Literal(self.slice(Span::new(start, end)).to_owned()),
            Some(at) => self.cdata_expression(inner, at),
        };
        let span = Span::new(span.start, self.at);
        self.count_trouble(&content, span);
        Some(Token::Text(Text { span, content }))
    }

    /// An expression that begins in the section at the end of `inner`, and perhaps goes on behind it.
    fn cdata_expression(&mut self, inner: &str, at: usize) -> Content {
        let whole = expression::read_in(inner, at, Ends::TextEnd, View::Raw);
        let found = whole.map(|(expression, _)| (expression, self.at));
        match found.or_else(|failure| expression::read_joined(self.text, at).map_err(|_| failure)) {
            Ok((expression, next)) => {
                self.at = next;
                Content::Expression(expression)
            }
            Err(failure) => {
                failure.report(self.inside.as_deref(), &mut self.findings);
                Content::Broken
            }
        }
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
    pub(crate) fn count_trouble(&mut self, content: &Content, span: Span) {
        match content {
            Content::Broken => self.broken_expressions += 1,
            Content::Expression(Expression { view: View::Raw | View::Joined, .. }) => {
                self.raw_expressions += 1
            }
            _ => return,
        }
        if self.broken_expressions >= MOST_BROKEN_EXPRESSIONS || self.raw_expressions >= MOST_RAW_EXPRESSIONS
        {
            let message = "too many expressions are hard to read; the document isn't read from here on";
            self.error("too-many-problems", None, Span::empty(span.end), message);
            self.stop();
        }
    }

    pub(crate) fn take_name(&mut self, at: usize) -> Span {
        self.at = at + name_length(self.text.get(at..).unwrap_or_default());
        Span::new(at, self.at)
    }

    pub(crate) fn find_from<const N: usize>(&self, at: usize, wanted: [char; N]) -> usize {
        let step = self.text.get(at..).and_then(|rest| rest.find(wanted));
        step.map_or(self.text.len(), |step| at + step)
    }

    pub(crate) fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    pub(crate) fn error(
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

const MOST_BROKEN_EXPRESSIONS: usize = 10;
/// Expressions that had to be read twice, each time perhaps to the end of the text.
const MOST_RAW_EXPRESSIONS: usize = 50;
