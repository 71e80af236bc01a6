//! What is wrong with a document: code, message, place, help.

use std::fmt;

use crate::source::{Source, Span};

/// Whether a finding keeps the document from being used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The document can't be saved or run.
    Error,
    /// The document runs, but perhaps not as meant.
    Warning,
}

/// One finding about a document.
///
/// `code` is stable and made for programs; `message` and `help` are made for people: small first
/// letter, no full stop, the document's own words in backticks, never a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// What kind of finding, such as `undeclared-attribute`; refusals of what a later version will
    /// know begin with `unsupported-`.
    pub code: &'static str,
    /// Whether it keeps the document from being used.
    pub severity: Severity,
    /// The element it is about, when there is one.
    pub element: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The bytes to underline.
    pub span: Span,
    /// The line of the span's start, from 1.
    pub line: u32,
    /// The column of the span's start, from 1, in characters.
    pub column: u32,
    /// What to do about it, when that isn't plain from the message.
    pub help: Option<String>,
}

impl Diagnostic {
    /// The finding as one sentence in the words publishers know:
    /// ``Error in element 'set-header' on line 3, column 4: the `colour` attribute is not declared``.
    pub fn sentence(&self) -> String {
        let kind = match self.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        let element = match &self.element {
            Some(element) => format!(" in element '{element}'"),
            None => String::new(),
        };
        format!("{kind}{element} on line {}, column {}: {}", self.line, self.column, self.message)
    }

    /// What differs from other findings with the same wording: the words in backticks and the numbers of `message`,
    /// in their order. With `code`, hosts say the finding in another language.
    pub fn arguments(&self) -> Vec<&str> {
        arguments(&self.message)
    }

    /// The same of `help`.
    pub fn help_arguments(&self) -> Vec<&str> {
        self.help.as_deref().map(arguments).unwrap_or_default()
    }

    /// The known name that `help` suggests instead of a mistyped one.
    pub fn suggestion(&self) -> Option<&str> {
        self.help.as_deref()?.strip_prefix("did you mean `")?.strip_suffix("`?")
    }

    /// Whether it keeps the document from being used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    pub(crate) fn set_help(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence())
    }
}

/// The words in backticks and the whole numbers of a sentence, in their order.
fn arguments(sentence: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (number, part) in sentence.split('`').enumerate() {
        if number % 2 == 1 {
            found.push(part);
        } else {
            let words = part.split(|c: char| !c.is_alphanumeric());
            found.extend(
                words.filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())),
            );
        }
    }
    found
}

/// The findings of one pass over a document, no more than `LIMIT` of them.
pub(crate) struct Findings<'s> {
    source: &'s Source,
    list: Vec<Diagnostic>,
    /// Takes what comes after the limit, so that callers need not care.
    spare: Option<Diagnostic>,
}

impl<'s> Findings<'s> {
    pub(crate) fn new(source: &'s Source) -> Self {
        Self { source, list: Vec::new(), spare: None }
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        element: Option<&str>,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.add(Severity::Error, code, element, span, message.into())
    }

    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        element: Option<&str>,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.add(Severity::Warning, code, element, span, message.into())
    }

    /// How many errors there are.
    pub(crate) fn errors(&self) -> usize {
        self.list.iter().chain(&self.spare).filter(|diagnostic| diagnostic.is_error()).count()
    }

    /// Whether there were more than are kept. The list then holds an error that says so, even if all
    /// others are warnings.
    pub(crate) fn have_overflowed(&self) -> bool {
        self.spare.is_some()
    }

    /// Whether another finding would be one too many.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= LIMIT
    }

    /// The findings in the order of the document; the last one says so if there were too many.
    pub(crate) fn into_list(mut self) -> Vec<Diagnostic> {
        for diagnostic in &mut self.list {
            diagnostic.help = diagnostic.help.take().filter(|help| !self.source.tells_secret(NOWHERE, help));
        }
        if let Some(mut last) = self.spare.take() {
            last.code = "too-many-problems";
            last.severity = Severity::Error;
            last.element = None;
            last.message = format!("there are more than {LIMIT} problems; those from here on are not listed");
            last.help = None;
            self.list.push(last);
        }
        sort(&mut self.list);
        self.list
    }

    /// Adds a finding that may be either; `span` is in the text, not in what was written.
    pub(crate) fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        element: Option<&str>,
        span: Span,
        mut message: String,
    ) -> &mut Diagnostic {
        let at = self.source.position(span.start);
        if self.source.tells_secret(span, &message) {
            message = "this can't be used with the value of a secret named value".to_owned();
        }
        let span = self.source.written(span);
        let element = element.map(shorten);
        let (line, column) = (at.line, at.column);
        let diagnostic = Diagnostic { code, severity, element, message, span, line, column, help: None };
        if self.is_full() {
            return self.spare.insert(diagnostic);
        }
        self.list.push_mut(diagnostic)
    }
}

/// Puts findings into the order of the document.
pub(crate) fn sort(list: &mut [Diagnostic]) {
    list.sort_by_key(|diagnostic| diagnostic.span.start);
}

/// A piece of the document fit for a message: at most `LONGEST_QUOTE` characters, on one line.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_QUOTE).map(plain).collect();
    if text.chars().nth(LONGEST_QUOTE).is_some() {
        short.push('…');
    }
    short
}

fn plain(character: char) -> char {
    if character.is_control() { ' ' } else { character }
}

const LIMIT: usize = 100;
/// No stretch of any text.
const NOWHERE: Span = Span { start: usize::MAX - 1, end: usize::MAX - 1 };
const LONGEST_QUOTE: usize = 60;

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn arguments_are_the_words_in_backticks_and_the_numbers() {
        assert_eq!(arguments("`code` must be a whole number from 200 to 599"), ["code", "200", "599"]);
        assert_eq!(arguments("`a b` of C# is on line 3"), ["a b", "3"]);
        assert_eq!(arguments("a comment is written `<!-- … -->`"), ["<!-- … -->"]);
        assert!(arguments("the document is empty").is_empty());
    }
}
