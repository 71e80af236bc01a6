//! The operands of expressions: names, literals, members, calls, creations; and the names of types.

use crate::expression::parse::{
    DEEPEST, LOOK_AHEAD, NullableMark, Parsed, Parser, is_keyword, is_predefined, node, too_deep,
};
use crate::expression::tokens::{Number, TokenKind, Wrong};
use crate::expression::tree::{
    Access, Argument, Expr, Kind, Literal, Member, Name, Passing, Piece, TypeName,
};
use crate::source::Span;

impl Parser<'_> {
    /// An operand with all that follows it: `.x`, `(…)`, `[…]`, `++`.
    pub(crate) fn postfix(&mut self) -> Parsed<Expr> {
        let mut operand = self.primary()?;
        loop {
            let start = operand.span.start;
            operand = if let Some(access) = self.access() {
                self.member(operand, access)?
            } else if self.sees("(") {
                let arguments = self.arguments("(", ")")?;
                let height = tallest(&arguments).max(operand.height);
                let span = Span::new(start, self.last_end());
                node(Kind::Call { function: Box::new(operand), arguments }, span, height)?
            } else if self.sees("[") && self.sees_at(1, ",") {
                return Err(Wrong::unsupported(self.span(), SEVERAL_DIMENSIONS));
            } else if self.sees("[") || (self.sees("?") && self.sees_at(1, "[")) {
                let access = if self.take("?") { Access::NullSafe } else { Access::Plain };
                let arguments = self.arguments("[", "]")?;
                let height = tallest(&arguments).max(operand.height);
                let span = Span::new(start, self.last_end());
                node(Kind::Index { object: Box::new(operand), arguments, access }, span, height)?
            } else if let Some(operator) = ["++", "--"].into_iter().find(|operator| self.sees(operator)) {
                self.at += 1;
                let height = operand.height;
                let span = Span::new(start, self.last_end());
                node(Kind::Postfix { operator, operand: Box::new(operand) }, span, height)?
            } else if self.sees("!") {
                return Err(Wrong::newer(self.span(), "`!` after a value"));
            } else {
                return Ok(operand);
            };
        }
    }

    fn member(&mut self, object: Expr, access: Access) -> Parsed<Expr> {
        let name = self.identifier()?;
        let types =
            if self.sees("<") && self.begins_type_arguments() { self.type_arguments()? } else { Vec::new() };
        let span = Span::new(object.span.start, self.last_end());
        let height = object.height;
        node(Kind::Member(Box::new(Member { object, name, types, access })), span, height)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let span = self.span();
        let literal = match self.peek().clone() {
            TokenKind::Number(Number::Int(number)) => Literal::Int(number),
            TokenKind::Number(Number::Long(number)) => Literal::Long(number),
            TokenKind::Number(Number::Double(number)) => Literal::Double(number),
            TokenKind::Number(Number::UInt(number)) => Literal::UInt(number),
            TokenKind::Number(Number::ULong(number)) => Literal::ULong(number),
            TokenKind::Number(Number::Single(number)) => Literal::Single(number),
            TokenKind::Number(Number::Decimal(number)) => Literal::Decimal(number),
            TokenKind::Character(unit) => Literal::Character(unit),
            TokenKind::Text(text) => Literal::Text(text),
            TokenKind::InterpolationStart => return self.nested(Self::interpolated),
            TokenKind::Mark("(") => return self.parenthesised(),
            TokenKind::Name(name) => match name.as_str() {
                "null" => Literal::Null,
                "true" => Literal::Bool(true),
                "false" => Literal::Bool(false),
                "new" => return self.nested(Self::creation),
                "typeof" => return self.type_of(),
                "default" => return self.default(),
                // Numbers wrap around anyway.
                "unchecked" if self.sees_at(1, "(") => {
                    self.at += 1;
                    return self.parenthesised();
                }
                "checked" if self.sees_at(1, "(") => return Err(Wrong::unsupported(span, "`checked`")),
                name if is_keyword(name) && !is_predefined(name) => {
                    return Err(self.unexpected("a value"));
                }
                name => return self.name(name.to_owned()),
            },
            TokenKind::EscapedName(name) => return self.name(name),
            TokenKind::Mark("^") => return Err(Wrong::newer(span, "an index from the end")),
            _ => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        node(Kind::Literal(literal), span, 0)
    }

    /// A name; type arguments after it are those of a type (`List<string>.X`) or of a local function.
    fn name(&mut self, name: String) -> Parsed<Expr> {
        let span = self.span();
        self.at += 1;
        if self.sees("<") && self.begins_type_arguments() {
            self.type_arguments()?;
        }
        node(Kind::Name(name), span, 0)
    }

    fn parenthesised(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        self.at += 1;
        let declares = !self.sees_word("from")
            && self.skip_type(self.at).is_some_and(|(after, _)| self.name_at(after).is_some());
        let inner = if declares { None } else { Some(self.expression()?) };
        let Some(inner) = inner.filter(|_| !self.sees(",")) else {
            return Err(Wrong::unsupported(self.span(), "a tuple"));
        };
        self.expect(")")?;
        let height = inner.height;
        node(Kind::Parenthesised(Box::new(inner)), Span::new(start, self.last_end()), height)
    }

    fn interpolated(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        self.at += 1;
        let mut pieces = Vec::new();
        let mut height = 0;
        loop {
            match self.peek().clone() {
                TokenKind::InterpolationText(text) => {
                    self.at += 1;
                    if !text.is_empty() {
                        pieces.push(Piece::Text(text));
                    }
                }
                TokenKind::HoleStart => {
                    self.at += 1;
                    let value = Box::new(self.expression()?);
                    height = height.max(value.height);
                    let width = if self.take(",") { Some(Box::new(self.expression()?)) } else { None };
                    let TokenKind::HoleEnd(format) = self.peek().clone() else {
                        return Err(self.unexpected("the end of the hole"));
                    };
                    self.at += 1;
                    pieces.push(Piece::Hole { value, width, format });
                }
                TokenKind::InterpolationEnd => break,
                _ => return Err(self.unexpected("the end of the string")),
            }
        }
        self.at += 1;
        node(Kind::Interpolated(pieces), Span::new(start, self.last_end()), height)
    }

    fn arguments(&mut self, open: &str, close: &str) -> Parsed<Vec<Argument>> {
        self.expect(open)?;
        let mut arguments = Vec::new();
        while !self.sees(close) {
            arguments.push(self.argument()?);
            if !self.take(",") {
                break;
            }
        }
        self.expect(close)?;
        Ok(arguments)
    }

    fn argument(&mut self) -> Parsed<Argument> {
        let name = self.name_at(self.at).filter(|_| self.sees_at(1, ":"));
        if name.is_some() {
            self.at += 2;
        }
        if self.take_word("out") || self.take_word("ref") {
            // `out var x` and `out T x` declare `x`.
            if let Some((after, _)) = self.skip_type(self.at)
                && self.name_at(after).is_some()
            {
                self.at = after;
            }
            return Ok(Argument { name, passing: Passing::Reference, value: self.expression()? });
        }
        Ok(Argument { name, passing: Passing::Value, value: self.expression()? })
    }

    /// After `new`.
    fn creation(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        self.at += 1;
        if self.sees("(") {
            return Err(Wrong::newer(self.span(), "`new` without a type"));
        }
        if self.sees("{") {
            let members = self.initialiser()?;
            let height = members.iter().map(|member| member.height).max().unwrap_or_default();
            return node(Kind::Anonymous(members), Span::new(start, self.last_end()), height);
        }
        if self.sees("[") {
            return self.array(start, None);
        }
        let created = self.created_type()?;
        if self.sees("[") {
            return self.array(start, Some(created));
        }
        let arguments = if self.sees("(") { self.arguments("(", ")")? } else { Vec::new() };
        let initialiser = if self.sees("{") { Some(self.initialiser()?) } else { None };
        let inner = initialiser.iter().flatten().map(|member| member.height).max().unwrap_or_default();
        let height = inner.max(tallest(&arguments));
        let span = Span::new(start, self.last_end());
        node(Kind::New { created, arguments, initialiser }, span, height)
    }

    fn array(&mut self, start: usize, element: Option<TypeName>) -> Parsed<Expr> {
        self.expect("[")?;
        let is_empty = self.sees("]") || self.sees(",");
        let length = if is_empty { None } else { Some(Box::new(self.expression()?)) };
        if self.sees(",") {
            return Err(Wrong::unsupported(self.span(), SEVERAL_DIMENSIONS));
        }
        self.expect("]")?;
        let elements = if self.sees("{") { Some(self.initialiser()?) } else { None };
        if length.is_none() && elements.is_none() {
            return Err(self.unexpected("`{`"));
        }
        let inner = elements.iter().flatten().map(|element| element.height).max().unwrap_or_default();
        let height = inner.max(length.as_ref().map_or(0, |length| length.height));
        let span = Span::new(start, self.last_end());
        node(Kind::NewArray { element, length, elements }, span, height)
    }

    /// `{ a, b = c, { d, e }, ["k"] = v }`.
    pub(crate) fn initialiser(&mut self) -> Parsed<Vec<Expr>> {
        self.expect("{")?;
        let mut members = Vec::new();
        while !self.sees("}") {
            members.push(self.nested(Self::initialiser_member)?);
            if !self.take(",") {
                break;
            }
        }
        self.expect("}")?;
        Ok(members)
    }

    fn initialiser_member(&mut self) -> Parsed<Expr> {
        let start = self.span();
        if self.sees("{") {
            let members = self.initialiser()?;
            let height = members.iter().map(|member| member.height).max().unwrap_or_default();
            return node(Kind::Group(members), Span::new(start.start, self.last_end()), height);
        }
        if !self.sees("[") {
            return self.expression();
        }
        let arguments = self.arguments("[", "]")?;
        let key = Span::new(start.start, self.last_end());
        let object = Box::new(node(Kind::Name(String::new()), Span::empty(start.start), 0)?);
        let height = tallest(&arguments);
        let target = node(Kind::Index { object, arguments, access: Access::Plain }, key, height)?;
        self.expect("=")?;
        let value = self.expression()?;
        let span = Span::new(start.start, value.span.end);
        let height = target.height.max(value.height);
        let (target, value) = (Box::new(target), Box::new(value));
        node(Kind::Assign { operator: "=", target, value }, span, height)
    }

    fn type_of(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        self.at += 1;
        self.expect("(")?;
        let name = self.type_name(NullableMark::Always)?;
        self.expect(")")?;
        node(Kind::TypeOf(name), Span::new(start, self.last_end()), 0)
    }

    fn default(&mut self) -> Parsed<Expr> {
        let start = self.span().start;
        self.at += 1;
        let mut name = None;
        if self.take("(") {
            name = Some(self.type_name(NullableMark::Always)?);
            self.expect(")")?;
        }
        node(Kind::Default(name), Span::new(start, self.last_end()), 0)
    }

    /// A type with all its `?` and `[]`.
    pub(crate) fn type_name(&mut self, nullable: NullableMark) -> Parsed<TypeName> {
        let mut name = self.created_type()?;
        if self.sees("?") && (nullable == NullableMark::Always || !self.operand_follows()) {
            self.at += 1;
            name.nullable = true;
        }
        while self.sees("[") && self.sees_at(1, "]") {
            self.at += 2;
            name.rank += 1;
            if name.rank > DEEPEST {
                return Err(too_deep(self.span()));
            }
        }
        if self.sees("[") && self.sees_at(1, ",") {
            return Err(Wrong::unsupported(self.span(), SEVERAL_DIMENSIONS));
        }
        name.span.end = self.last_end();
        Ok(name)
    }

    /// A type as it stands after `new`: without `?` and `[]`.
    fn created_type(&mut self) -> Parsed<TypeName> {
        let start = self.span().start;
        let mut name = String::new();
        let mut arguments = Vec::new();
        loop {
            name.push_str(&self.type_word()?);
            if self.sees("<") {
                arguments = self.nested(Self::type_arguments)?;
            }
            if !self.take(".") {
                break;
            }
            name.push('.');
        }
        let span = Span::new(start, self.last_end());
        Ok(TypeName { name, arguments, nullable: false, rank: 0, span })
    }

    fn type_word(&mut self) -> Parsed<String> {
        let name = match self.peek() {
            TokenKind::Name(name) if is_predefined(name) => Some(name.clone()),
            _ => self.name_at(self.at).map(|Name { text, .. }| text),
        };
        let name = name.ok_or_else(|| self.unexpected("a type"))?;
        self.at += 1;
        Ok(name)
    }

    fn type_arguments(&mut self) -> Parsed<Vec<TypeName>> {
        self.expect("<")?;
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.type_name(NullableMark::Always)?);
            if !self.take(",") {
                break;
            }
        }
        self.expect(">")?;
        Ok(arguments)
    }

    fn operand_follows(&self) -> bool {
        !matches!(self.token(self.at + 1).kind, TokenKind::Mark(")" | "]" | "}" | ";" | "," | "&&" | "||"))
            && !matches!(self.token(self.at + 1).kind, TokenKind::End)
    }

    /// The word after the type that begins at word `at`, and whether the type is a predefined one.
    pub(crate) fn skip_type(&self, at: usize) -> Option<(usize, bool)> {
        self.skip_type_within(at, &mut LOOK_AHEAD.clone())
    }

    fn skip_type_within(&self, at: usize, budget: &mut usize) -> Option<(usize, bool)> {
        let mut at = at;
        let mut predefined = false;
        loop {
            *budget = budget.checked_sub(1)?;
            match &self.token(at).kind {
                TokenKind::Name(name) if is_predefined(name) => predefined = true,
                _ => {
                    self.name_at(at)?;
                }
            }
            at += 1;
            if matches!(self.token(at).kind, TokenKind::Mark("<")) {
                at = self.skip_type_arguments(at, budget)?;
            }
            if !matches!(self.token(at).kind, TokenKind::Mark(".")) {
                break;
            }
            at += 1;
        }
        if matches!(self.token(at).kind, TokenKind::Mark("?")) {
            at += 1;
        }
        while matches!(self.token(at).kind, TokenKind::Mark("["))
            && matches!(self.token(at + 1).kind, TokenKind::Mark("]"))
        {
            *budget = budget.checked_sub(1)?;
            at += 2;
            predefined = true;
        }
        Some((at, predefined))
    }

    /// The word after the type arguments whose `<` is word `at`.
    pub(crate) fn skip_type_arguments(&self, at: usize, budget: &mut usize) -> Option<usize> {
        let mut at = at + 1;
        loop {
            (at, _) = self.skip_type_within(at, budget)?;
            match self.token(at).kind {
                TokenKind::Mark(",") => at += 1,
                TokenKind::Mark(">") => return Some(at + 1),
                _ => return None,
            }
        }
    }
}

fn tallest(arguments: &[Argument]) -> usize {
    arguments.iter().map(|argument| argument.value.height).max().unwrap_or_default()
}

const SEVERAL_DIMENSIONS: &str = "an array of several dimensions";
