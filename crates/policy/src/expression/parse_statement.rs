//! The statements of `@{…}`. After a statement with a mistake reading goes on with the next one.

use crate::expression::parse::{NullableMark, Parsed, Parser, node};
use crate::expression::tokens::{TokenKind, Tokens, Wrong};
use crate::expression::tree::{Arm, Catch, Declared, Expr, Kind, Name, Statement, StatementKind, TypeName};
use crate::source::Span;

/// Reads the inside of `@{…}`; gives all that is wrong with it if it can't be run.
pub(crate) fn parse_block(tokens: &Tokens) -> Result<Vec<Statement>, Vec<Wrong>> {
    let mut parser = Parser::new(tokens);
    let statements = parser.statements();
    if !parser.is_end() && parser.problems.is_empty() {
        let wrong = parser.unexpected("a statement");
        parser.problems.push(wrong);
    }
    if parser.problems.is_empty() { Ok(statements) } else { Err(parser.problems) }
}

impl Parser<'_> {
    /// Statements up to `}`, `case`, `default:` or the end.
    fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        while !self.is_end() && !self.sees("}") && !self.sees_label() {
            let before = self.at;
            match self.nested(Self::statement) {
                Ok(statement) => statements.push(statement),
                Err(wrong) => {
                    if self.problems.len() >= MOST_PROBLEMS {
                        self.at = usize::MAX / 2;
                        break;
                    }
                    self.problems.push(wrong);
                    self.skip_statement(before);
                }
            }
        }
        statements
    }

    /// Goes on after the next `;`, or before the `}` of the block.
    fn skip_statement(&mut self, before: usize) {
        while !self.is_end() && !self.sees("}") && !self.take(";") {
            let open = self.sees("{") || self.sees("(") || self.sees("[");
            self.at = self.closer().filter(|_| open).map_or(self.at + 1, |closer| closer + 1);
        }
        if self.at == before && !self.is_end() {
            self.at += 1;
        }
    }

    pub(crate) fn block(&mut self) -> Parsed<Vec<Statement>> {
        self.expect("{")?;
        let statements = self.statements();
        self.expect("}")?;
        Ok(statements)
    }

    fn statement(&mut self) -> Parsed<Statement> {
        let start = self.span().start;
        let kind = match self.peek() {
            TokenKind::Mark("{") => StatementKind::Block(self.block()?),
            TokenKind::Mark(";") => {
                self.at += 1;
                StatementKind::Block(Vec::new())
            }
            TokenKind::Name(name) => {
                let name = name.clone();
                self.worded(&name)?
            }
            _ => self.declaration_or_expression()?,
        };
        Ok(Statement { kind, span: Span::new(start, self.last_end().max(start)) })
    }

    /// A statement that begins with a word, which may be its keyword.
    fn worded(&mut self, word: &str) -> Parsed<StatementKind> {
        match word {
            "if" => self.if_statement(),
            "foreach" => self.for_each(),
            "for" => self.for_statement(),
            "while" => {
                self.at += 1;
                Ok(StatementKind::While { condition: self.condition()?, body: self.inner()? })
            }
            "do" => self.do_statement(),
            "switch" => self.switch(),
            "try" => self.try_statement(),
            "using" => self.using(),
            "return" => {
                self.at += 1;
                let value = if self.sees(";") { None } else { Some(self.expression()?) };
                self.expect(";")?;
                Ok(StatementKind::Return(value))
            }
            "throw" => {
                self.at += 1;
                let value = if self.sees(";") { None } else { Some(self.expression()?) };
                self.expect(";")?;
                Ok(StatementKind::Throw(value))
            }
            "break" | "continue" => {
                self.at += 1;
                self.expect(";")?;
                Ok(if word == "break" { StatementKind::Break } else { StatementKind::Continue })
            }
            "static" => Err(Wrong::newer(self.span(), "a `static` function")),
            "unchecked" if self.sees_at(1, "{") => {
                self.at += 1;
                Ok(StatementKind::Block(self.block()?))
            }
            "checked" if self.sees_at(1, "{") => Err(Wrong::unsupported(self.span(), "`checked`")),
            "const" => {
                self.at += 1;
                match self.declaration_or_expression()? {
                    StatementKind::Local { declared, variables, .. } => {
                        Ok(StatementKind::Local { constant: true, declared, variables })
                    }
                    _ => Err(self.unexpected("a type and a name")),
                }
            }
            _ => self.declaration_or_expression(),
        }
    }

    fn if_statement(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        let condition = self.condition()?;
        let then = self.inner()?;
        let otherwise = if self.take_word("else") { Some(self.inner()?) } else { None };
        Ok(StatementKind::If { condition, then, otherwise })
    }

    fn for_each(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        self.expect("(")?;
        let declared = self.declared()?;
        let variable = self.identifier()?;
        if !self.take_word("in") {
            return Err(self.unexpected("`in`"));
        }
        let items = self.expression()?;
        self.expect(")")?;
        Ok(StatementKind::ForEach { declared, variable, items, body: self.inner()? })
    }

    fn for_statement(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        self.expect("(")?;
        let mut start = Vec::new();
        if !self.take(";") {
            let begin = self.span().start;
            let kind = self.declaration_or_expression()?;
            start.push(Statement { kind, span: Span::new(begin, self.last_end()) });
        }
        let condition = if self.sees(";") { None } else { Some(self.expression()?) };
        self.expect(";")?;
        let mut update = Vec::new();
        while !self.sees(")") {
            update.push(self.expression()?);
            if !self.take(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(StatementKind::For { start, condition, update, body: self.inner()? })
    }

    fn do_statement(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        let body = self.inner()?;
        if !self.take_word("while") {
            return Err(self.unexpected("`while`"));
        }
        let condition = self.condition()?;
        self.expect(";")?;
        Ok(StatementKind::DoWhile { body, condition })
    }

    fn switch(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        let value = self.condition()?;
        self.expect("{")?;
        let mut arms = Vec::new();
        while self.sees_label() {
            let mut labels = Vec::new();
            while self.sees_label() {
                let is_case = self.sees_word("case");
                self.at += 1;
                labels.push(if is_case { Some(self.label()?) } else { None });
                self.expect(":")?;
            }
            arms.push(Arm { labels, body: self.statements() });
        }
        self.expect("}")?;
        Ok(StatementKind::Switch { value, arms })
    }

    /// The value after `case`.
    fn label(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let declares = self.skip_type(self.at).is_some_and(|(after, _)| self.name_at(after).is_some());
        let value = if declares { None } else { Some(self.expression()?) };
        value
            .filter(|_| !self.sees_word("when"))
            .ok_or_else(|| Wrong::unsupported(start, "a `case` with a type or a condition"))
    }

    fn sees_label(&self) -> bool {
        self.sees_word("case") || (self.sees_word("default") && self.sees_at(1, ":"))
    }

    fn try_statement(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        let body = self.block()?;
        let mut catches = Vec::new();
        while self.take_word("catch") {
            let (mut caught, mut name) = (None, None);
            if self.take("(") {
                caught = Some(self.type_name(NullableMark::Always)?);
                name = self.name_at(self.at);
                self.at += usize::from(name.is_some());
                self.expect(")")?;
            }
            let when = if self.take_word("when") { Some(self.condition()?) } else { None };
            catches.push(Catch { caught, name, when, body: self.block()? });
        }
        let last = if self.take_word("finally") { Some(self.block()?) } else { None };
        if catches.is_empty() && last.is_none() {
            return Err(self.unexpected("`catch` or `finally`"));
        }
        Ok(StatementKind::Try { body, catches, last })
    }

    fn using(&mut self) -> Parsed<StatementKind> {
        self.at += 1;
        if !self.sees("(") {
            return Err(Wrong::newer(self.span(), "`using` without brackets"));
        }
        self.at += 1;
        let declared = self.declared()?;
        let variable = self.identifier()?;
        self.expect("=")?;
        let value = self.expression()?;
        self.expect(")")?;
        Ok(StatementKind::Using { declared, variable, value, body: self.inner()? })
    }

    fn condition(&mut self) -> Parsed<Expr> {
        self.expect("(")?;
        let condition = self.expression()?;
        self.expect(")")?;
        Ok(condition)
    }

    fn inner(&mut self) -> Parsed<Box<Statement>> {
        self.nested(Self::statement).map(Box::new)
    }

    fn declared(&mut self) -> Parsed<Declared> {
        if self.sees_word("var") && self.name_at(self.at + 1).is_some() {
            self.at += 1;
            return Ok(Declared::Var);
        }
        self.type_name(NullableMark::Always).map(Declared::Type)
    }

    /// `T x = …;`, `T f(…) { … }`, or an expression with `;`.
    fn declaration_or_expression(&mut self) -> Parsed<StatementKind> {
        let name_after_type = self.skip_type(self.at).filter(|(after, _)| self.name_at(*after).is_some());
        let Some((name, _)) = name_after_type else {
            let expression = self.expression()?;
            self.expect(";")?;
            return Ok(StatementKind::Expression(expression));
        };
        if matches!(self.token(name + 1).kind, TokenKind::Mark("(")) {
            return self.function();
        }
        let declared = self.declared()?;
        let mut variables = Vec::new();
        loop {
            let name = self.identifier()?;
            let value = if self.take("=") { Some(self.initial_value(&declared)?) } else { None };
            variables.push((name, value));
            if !self.take(",") {
                break;
            }
        }
        self.expect(";")?;
        Ok(StatementKind::Local { constant: false, declared, variables })
    }

    /// What a name is declared with; `{ … }` are the elements of an array.
    fn initial_value(&mut self, declared: &Declared) -> Parsed<Expr> {
        let array = match declared {
            Declared::Type(array) if array.rank > 0 && self.sees("{") => array,
            _ => return self.expression(),
        };
        let start = self.span().start;
        let members = self.nested(Self::initialiser)?;
        let height = members.iter().map(|member| member.height).max().unwrap_or_default();
        let element = Some(TypeName { rank: array.rank - 1, ..array.clone() });
        let span = Span::new(start, self.last_end());
        node(Kind::NewArray { element, length: None, elements: Some(members) }, span, height)
    }

    fn function(&mut self) -> Parsed<StatementKind> {
        let result = self.type_name(NullableMark::Always)?;
        let name = self.identifier()?;
        self.expect("(")?;
        let mut parameters: Vec<(TypeName, Name)> = Vec::new();
        while !self.sees(")") {
            parameters.push((self.type_name(NullableMark::Always)?, self.identifier()?));
            if self.sees("=") {
                return Err(Wrong::unsupported(self.span(), "a parameter with a default"));
            }
            if !self.take(",") {
                break;
            }
        }
        self.expect(")")?;
        let body = if self.take("=>") { self.short_body(&result)? } else { self.block()? };
        Ok(StatementKind::Function { result, name, parameters, body })
    }

    /// The body of a function after its `=>`.
    fn short_body(&mut self, result: &TypeName) -> Parsed<Vec<Statement>> {
        let value = self.expression()?;
        self.expect(";")?;
        let span = value.span;
        let kind = if result.name == "void" {
            StatementKind::Expression(value)
        } else {
            StatementKind::Return(Some(value))
        };
        Ok(vec![Statement { kind, span }])
    }
}

const MOST_PROBLEMS: usize = 20;
