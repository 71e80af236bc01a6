//! Words to a tree: operators by their binding power, the rest by recursive descent.
//!
//! Where C# can only be understood by looking ahead (casts, type arguments, lambdas, declarations),
//! how far is limited, so that any code is read in time proportional to its length.

use crate::expression::tokens::{TokenKind, Tokens, Wrong};
use crate::expression::tree::{Expr, Kind, LambdaBody, Literal, Name};
use crate::source::Span;

/// Reads the inside of `@(…)`.
pub(crate) fn parse_inline(tokens: &Tokens) -> Result<Expr, Wrong> {
    let mut parser = Parser::new(tokens);
    if parser.is_end() {
        return Err(Wrong::syntax(parser.span(), "the expression is empty"));
    }
    let expression = parser.expression()?;
    if parser.is_end() { Ok(expression) } else { Err(parser.unexpected("the end of the expression")) }
}

pub(crate) struct Parser<'t> {
    pub(crate) tokens: &'t Tokens,
    pub(crate) at: usize,
    depth: usize,
    /// What was wrong with statements that were skipped.
    pub(crate) problems: Vec<Wrong>,
}

pub(crate) type Parsed<T> = Result<T, Wrong>;

impl<'t> Parser<'t> {
    pub(crate) fn new(tokens: &'t Tokens) -> Self {
        Self { tokens, at: 0, depth: 0, problems: Vec::new() }
    }

    /// A whole expression, assignments and lambdas included.
    pub(crate) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(Self::assignment)
    }

    /// Runs `read` one level deeper, or gives up when that is too deep.
    pub(crate) fn nested<T>(&mut self, read: fn(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return Err(too_deep(self.span()));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn assignment(&mut self) -> Parsed<Expr> {
        if let Some(parameters) = self.lambda_parameters() {
            return self.lambda(parameters);
        }
        let left = self.conditional()?;
        let Some(operator) = ASSIGNMENTS.iter().find(|operator| self.sees(operator)) else {
            return self.shift_assignment(left);
        };
        if *operator == "??=" {
            return Err(Wrong::newer(self.span(), "`??=`"));
        }
        self.at += 1;
        self.assign(left, operator)
    }

    /// `>>=` comes as `>` and `>=`.
    fn shift_assignment(&mut self, left: Expr) -> Parsed<Expr> {
        if self.sees(">") && self.is_adjacent() && self.sees_at(1, ">=") {
            self.at += 2;
            return self.assign(left, ">>=");
        }
        Ok(left)
    }

    fn assign(&mut self, target: Expr, operator: &'static str) -> Parsed<Expr> {
        let value = self.expression()?;
        let span = Span::new(target.span.start, value.span.end);
        let height = target.height.max(value.height);
        let kind = Kind::Assign { operator, target: Box::new(target), value: Box::new(value) };
        node(kind, span, height)
    }

    fn lambda(&mut self, parameters: Vec<Name>) -> Parsed<Expr> {
        let start = self.span().start;
        while !self.take("=>") {
            self.at += 1;
        }
        let (body, height) = if self.sees("{") {
            (LambdaBody::Block(self.block()?), 1)
        } else {
            let body = self.expression()?;
            let height = body.height;
            (LambdaBody::Expression(body), height)
        };
        let span = Span::new(start, self.last_end());
        node(Kind::Lambda { parameters, body: Box::new(body) }, span, height)
    }

    /// The parameters of a lambda if one begins here; reads nothing.
    fn lambda_parameters(&self) -> Option<Vec<Name>> {
        if let Some(name) = self.name_at(self.at).filter(|_| self.sees_at(1, "=>")) {
            return Some(vec![name]);
        }
        if !self.sees("(") {
            return None;
        }
        let close = self.closer()?;
        if !matches!(self.token(close + 1).kind, TokenKind::Mark("=>")) {
            return None;
        }
        let mut names = Vec::new();
        for at in self.at + 1..=close {
            // The name of a parameter is the last word before `,` or the closing bracket.
            if at == close || matches!(self.token(at).kind, TokenKind::Mark(",")) {
                names.extend(self.name_at(at - 1));
            }
        }
        Some(names)
    }

    fn conditional(&mut self) -> Parsed<Expr> {
        let condition = self.binary(0)?;
        if !self.sees("?") {
            return Ok(condition);
        }
        self.at += 1;
        let then = self.expression()?;
        self.expect(":")?;
        let otherwise = self.expression()?;
        let span = Span::new(condition.span.start, otherwise.span.end);
        let height = condition.height.max(then.height).max(otherwise.height);
        let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(otherwise));
        node(Kind::Conditional { condition, then, otherwise }, span, height)
    }

    /// Operators that bind at least as tightly as `least`.
    fn binary(&mut self, least: u8) -> Parsed<Expr> {
        let mut left = self.unary()?;
        while let Some((operator, power, words)) = self.operator().filter(|(_, power, _)| *power >= least) {
            if matches!(operator, "is" | "as") {
                left = self.type_test(left, operator)?;
                continue;
            }
            self.at += words;
            // `??` groups to the right, all others to the left.
            let right = if operator == "??" {
                self.nested(|parser| parser.binary(COALESCE))?
            } else {
                self.binary(power + 1)?
            };
            let span = Span::new(left.span.start, right.span.end);
            let height = left.height.max(right.height);
            left =
                node(Kind::Binary { operator, left: Box::new(left), right: Box::new(right) }, span, height)?;
        }
        Ok(left)
    }

    fn type_test(&mut self, operand: Expr, operator: &'static str) -> Parsed<Expr> {
        self.at += 1;
        if operator == "is" && matches!(self.peek(), TokenKind::Name(name) if name == "not") {
            return Err(Wrong::newer(self.span(), "`is not`"));
        }
        if operator == "is"
            && let Some(test) = self.value_test(&operand)?
        {
            return Ok(test);
        }
        let tested = self.type_name(NullableMark::OnlyIfNoOperand)?;
        let name = self.name_at(self.at).filter(|_| operator == "is");
        self.at += usize::from(name.is_some());
        let span = Span::new(operand.span.start, self.last_end());
        let height = operand.height;
        let operand = Box::new(operand);
        let kind = match operator {
            "is" => Kind::Is { operand, tested, name },
            _ => Kind::As { operand, to: tested },
        };
        node(kind, span, height)
    }

    /// `x is null`, after `is`; other values that could stand there are refused by name.
    fn value_test(&mut self, operand: &Expr) -> Parsed<Option<Expr>> {
        match self.peek() {
            TokenKind::Name(name) if name == "null" => {}
            TokenKind::Name(name) if !matches!(name.as_str(), "true" | "false") => return Ok(None),
            TokenKind::EscapedName(_) => return Ok(None),
            TokenKind::Mark("{") => return Err(Wrong::newer(self.span(), "`is { … }`")),
            _ => return Err(Wrong::unsupported(self.span(), "`is` with a value")),
        }
        let right = node(Kind::Literal(Literal::Null), self.span(), 0)?;
        self.at += 1;
        let span = Span::new(operand.span.start, self.last_end());
        let (left, right, height) = (Box::new(operand.clone()), Box::new(right), operand.height);
        node(Kind::Binary { operator: "==", left, right }, span, height).map(Some)
    }

    /// The operator that comes next, how tightly it binds, and of how many words it is made.
    fn operator(&self) -> Option<(&'static str, u8, usize)> {
        match self.peek() {
            TokenKind::Mark(">") if self.is_adjacent() && self.sees_at(1, ">") => Some((">>", 9, 2)),
            TokenKind::Mark(">") if self.is_adjacent() && self.sees_at(1, ">=") => None,
            TokenKind::Mark(mark) => OPERATORS
                .iter()
                .find(|(operator, _)| operator == mark)
                .map(|(operator, power)| (*operator, *power, 1)),
            TokenKind::Name(name) if name == "is" => Some(("is", 8, 1)),
            TokenKind::Name(name) if name == "as" => Some(("as", 8, 1)),
            _ => None,
        }
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let start = self.span();
        if let Some(operator) = PREFIXES.iter().find(|operator| self.sees(operator)) {
            self.at += 1;
            let operand = self.nested(Self::unary)?;
            let span = Span::new(start.start, operand.span.end);
            let height = operand.height;
            return node(Kind::Unary { operator, operand: Box::new(operand) }, span, height);
        }
        if self.sees("(") && self.is_cast() {
            return self.nested(Self::cast);
        }
        match self.peek() {
            TokenKind::Name(name) if name == "await" => Err(Wrong::newer(start, "`await` here")),
            TokenKind::Name(name) if name == "throw" => {
                self.at += 1;
                let thrown = self.expression()?;
                let (span, height) = (Span::new(start.start, thrown.span.end), thrown.height);
                node(Kind::Throw(Box::new(thrown)), span, height)
            }
            TokenKind::Name(name) if name == "from" && self.name_at(self.at + 1).is_some() => {
                Err(Wrong::unsupported(start, "a query (`from … in … select`)")
                    .with_help("use `.Where(…)` and `.Select(…)`"))
            }
            _ => self.postfix(),
        }
    }

    fn cast(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        self.expect("(")?;
        let to = self.type_name(NullableMark::Always)?;
        self.expect(")")?;
        let operand = self.nested(Self::unary)?;
        let span = Span::new(start, operand.span.end);
        let height = operand.height;
        node(Kind::Cast { to, operand: Box::new(operand) }, span, height)
    }

    /// Whether `(` begins a cast: a type stands in the brackets, and something that can only be an
    /// operand follows. After a predefined type `+` and `-` are signs, otherwise operators.
    fn is_cast(&self) -> bool {
        let Some((after, predefined)) = self.skip_type(self.at + 1) else { return false };
        if !matches!(self.token(after).kind, TokenKind::Mark(")")) {
            return false;
        }
        match &self.token(after + 1).kind {
            TokenKind::Mark(mark) => {
                matches!(*mark, "~" | "!" | "(") || (predefined && matches!(*mark, "+" | "-" | "++" | "--"))
            }
            TokenKind::Name(name) => !matches!(name.as_str(), "as" | "is"),
            TokenKind::EscapedName(_)
            | TokenKind::Number(_)
            | TokenKind::Character(_)
            | TokenKind::Text(_)
            | TokenKind::InterpolationStart => true,
            _ => false,
        }
    }

    /// Whether the `<` at the present word begins type arguments.
    pub(crate) fn begins_type_arguments(&self) -> bool {
        self.skip_type_arguments(self.at, &mut LOOK_AHEAD.clone()).is_some_and(|after| {
            match &self.token(after).kind {
                TokenKind::Mark(mark) => FOLLOW_TYPE_ARGUMENTS.contains(mark),
                TokenKind::End | TokenKind::HoleEnd(_) => true,
                _ => false,
            }
        })
    }
}

/// What a `?` after a type means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NullableMark {
    /// It belongs to the type.
    Always,
    /// It belongs to the type unless an operand follows, as in `x is T ? a : b`.
    OnlyIfNoOperand,
}

pub(crate) fn node(kind: Kind, span: Span, tallest_child: usize) -> Parsed<Expr> {
    let height = tallest_child + 1;
    if height > TALLEST { Err(too_tall(span)) } else { Ok(Expr { kind, span, height }) }
}

pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

pub(crate) fn is_predefined(name: &str) -> bool {
    PREDEFINED.contains(&name)
}

pub(crate) fn too_deep(span: Span) -> Wrong {
    beyond(span, format!("the expression is nested more than {DEEPEST} levels deep"))
}

/// As an operator or a member for each level: `1 + 1 + …`, `a.b.c…`.
fn too_tall(span: Span) -> Wrong {
    beyond(span, format!("the expression has more than {TALLEST} operators and members in one row"))
}

fn beyond(span: Span, message: String) -> Wrong {
    let help = Some("split it into statements: `@{ var part = …; return …; }`".to_owned());
    Wrong { code: "expression-too-deep", span, message, help }
}

/// How many words are looked at to tell type arguments from a comparison.
pub(crate) const LOOK_AHEAD: usize = 128;
pub(crate) const DEEPEST: usize = 60;
const TALLEST: usize = 250;
const COALESCE: u8 = 1;

const ASSIGNMENTS: [&str; 11] = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", "??="];
const PREFIXES: [&str; 6] = ["+", "-", "!", "~", "++", "--"];
const FOLLOW_TYPE_ARGUMENTS: [&str; 15] =
    ["(", ")", "]", "}", ":", ";", ",", ".", "?", "?.", "==", "!=", "|", "^", "{"];

/// How tightly each operator binds; `is` and `as` bind as `<` does.
const OPERATORS: [(&str, u8); 19] = [
    ("??", COALESCE),
    ("||", 2),
    ("&&", 3),
    ("|", 4),
    ("^", 5),
    ("&", 6),
    ("==", 7),
    ("!=", 7),
    ("<", 8),
    (">", 8),
    ("<=", 8),
    (">=", 8),
    ("<<", 9),
    ("+", 10),
    ("-", 10),
    ("*", 11),
    ("/", 11),
    ("%", 11),
    (">>", 9),
];

pub(crate) const PREDEFINED: [&str; 16] = [
    "bool", "byte", "char", "decimal", "double", "float", "int", "long", "object", "sbyte", "short",
    "string", "uint", "ulong", "ushort", "void",
];

const KEYWORDS: [&str; 52] = [
    "as",
    "base",
    "bool",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "decimal",
    "default",
    "do",
    "double",
    "else",
    "false",
    "finally",
    "float",
    "for",
    "foreach",
    "if",
    "in",
    "int",
    "is",
    "lock",
    "long",
    "namespace",
    "new",
    "null",
    "object",
    "out",
    "params",
    "ref",
    "return",
    "sbyte",
    "short",
    "sizeof",
    "static",
    "string",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "uint",
    "ulong",
    "ushort",
    "using",
    "void",
    "while",
];
