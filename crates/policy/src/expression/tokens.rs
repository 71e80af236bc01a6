//! The words of C# code: what the lexer gives and the parser takes.

use crate::source::Span;

/// One word; its span is in the code, not in the document.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum TokenKind {
    /// A name or a keyword.
    Name(String),
    /// `@name`, which is never a keyword.
    EscapedName(String),
    Number(Number),
    /// One UTF-16 unit, as C# has it.
    Character(u16),
    Text(String),
    /// `$"`.
    InterpolationStart,
    /// The plain characters of an interpolated string.
    InterpolationText(String),
    /// `{` in an interpolated string; the tokens of the hole follow.
    HoleStart,
    /// `}` of a hole, with the format that stood after `:`.
    HoleEnd(Option<String>),
    InterpolationEnd,
    /// An operator or a bracket.
    Mark(&'static str),
    /// After the last word.
    End,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Number {
    Int(i32),
    Long(i64),
    UInt(u32),
    ULong(u64),
    Double(f64),
    Single(f32),
    Decimal(rust_decimal::Decimal),
}

/// All words of a piece of code, `End` last.
pub(crate) struct Tokens {
    pub(crate) list: Vec<Token>,
    /// For each opening bracket the number of the one that closes it.
    pub(crate) closers: Vec<Option<usize>>,
}

/// What is wrong with a piece of code, before it has a place in the document.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) code: &'static str,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Wrong {
    pub(crate) fn syntax(span: Span, message: impl Into<String>) -> Self {
        Self { code: "expression-syntax", span, message: message.into(), help: None }
    }

    /// C# that is younger than the language's version.
    pub(crate) fn newer(span: Span, what: &str) -> Self {
        let message = format!("{what} is newer than C# 7, the language of policy expressions");
        Self { code: "newer-csharp", span, message, help: None }
    }

    /// What a later version of this program will run.
    pub(crate) fn unsupported(span: Span, what: impl Into<String>) -> Self {
        let message = format!("{} in an expression is not supported yet", what.into());
        Self { code: "unsupported-expression", span, message, help: None }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
