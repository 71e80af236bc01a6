//! The tree to what is run, with all that is wrong with names, members, arguments and types.
//!
//! A type that isn't known is never complained about: what could be right is left to the run.

use std::sync::Arc;

use crate::diagnostic::shorten;
use crate::expression::node::Node;
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Expr, Kind, Literal, Piece, TypeName};
use crate::expression::types::{self, Known, Type};
use crate::nearest::nearest;
use crate::source::Span;
use crate::value::Part;

/// Resolves one expression; keeps what it finds.
#[derive(Default)]
pub(crate) struct Resolver {
    pub(crate) problems: Vec<Wrong>,
    pub(crate) warnings: Vec<Wrong>,
    locals: Vec<Local>,
    /// How many locals there were at most.
    pub(crate) slots: usize,
    /// How many loops are around the present statement.
    pub(crate) loops: usize,
    /// How many lambdas are around the present expression.
    pub(crate) lambdas: usize,
    /// The expression that is a statement of its own, if one is being resolved.
    pub(crate) statement: Option<Span>,
}

struct Local {
    name: String,
    ty: Type,
}

/// What is run for a part of an expression, and what is known of its value.
pub(crate) struct Typed {
    pub(crate) node: Node,
    pub(crate) ty: Type,
    /// A number, bool or time that `?.` may have made null.
    pub(crate) nullable: bool,
}

impl Typed {
    pub(crate) fn new(node: Node, ty: Type) -> Self {
        Self { node, ty, nullable: false }
    }

    /// In the place of what couldn't be resolved.
    pub(crate) fn unknown() -> Self {
        Self::new(Node::Null, Type::Unknown)
    }
}

impl Resolver {
    pub(crate) fn value(&mut self, expr: &Expr) -> Typed {
        match &expr.kind {
            Kind::Literal(literal) => self.literal(literal, expr.span),
            Kind::Name(name) => self.name(name, expr.span),
            Kind::Interpolated(pieces) => self.interpolated(pieces),
            Kind::Member(_) | Kind::Index { .. } | Kind::Call { .. } => self.chain(expr),
            Kind::Parenthesised(inner) => self.value(inner),
            Kind::Unary { operator, operand } => self.unary(operator, operand, expr.span),
            Kind::Binary { operator, left, right } => self.binary(operator, left, right, expr.span),
            Kind::Conditional { condition, then, otherwise } => {
                self.conditional(condition, then, otherwise, expr.span)
            }
            Kind::Cast { to, operand } => self.cast(to, operand, expr.span),
            Kind::Is { operand, tested } => self.is(operand, tested),
            Kind::As { operand, to } => self.r#as(operand, to),
            Kind::NewArray { element, length: None, elements: Some(elements) } => {
                self.array(element.as_ref(), elements, expr.span)
            }
            Kind::New { created, arguments, initialiser: None } if created.name.ends_with("DateTime") => {
                self.new_date(arguments, expr.span)
            }
            Kind::Assign { operator, target, value } if self.lambdas == 0 => {
                self.assign(operator, target, value, expr.span)
            }
            Kind::Postfix { operator, operand } if self.lambdas == 0 => {
                let one = Expr { kind: Kind::Literal(Literal::Int(1)), span: expr.span, height: 1 };
                let operator = if *operator == "++" { "+=" } else { "-=" };
                self.warn_of_postfix_value(expr);
                self.assign(operator, operand, &one, expr.span)
            }
            other => self.refuse(other, expr.span),
        }
    }

    pub(crate) fn problem(&mut self, wrong: Wrong) -> Typed {
        self.problems.push(wrong);
        Typed::unknown()
    }

    pub(crate) fn wrong_type(&mut self, span: Span, message: impl Into<String>) -> Typed {
        self.problem(Wrong { code: "wrong-type", span, message: message.into(), help: None })
    }

    /// A condition: its value must be a bool.
    pub(crate) fn condition(&mut self, expr: &Expr) -> Node {
        let condition = self.value(expr);
        if condition.nullable {
            self.wrong_type(expr.span, "this may be null, which is neither true nor false");
            if let Some(last) = self.problems.last_mut() {
                last.help = Some("compare it with `== true`".to_owned());
            }
        } else if !condition.ty.fits(Type::Bool) {
            self.wrong_type(expr.span, format!("a `bool` is needed here, not a `{}`", condition.ty.name()));
        }
        condition.node
    }

    /// Declares a local for as long as `scope` lasts; gives its slot.
    pub(crate) fn declare(&mut self, name: &str, ty: Type) -> usize {
        self.locals.push(Local { name: name.to_owned(), ty });
        self.slots = self.slots.max(self.locals.len());
        self.locals.len() - 1
    }

    pub(crate) fn open_scope(&self) -> usize {
        self.locals.len()
    }

    pub(crate) fn close_scope(&mut self, opened: usize) {
        self.locals.truncate(opened);
    }

    pub(crate) fn local(&self, name: &str) -> Option<(usize, Type)> {
        let slot = self.locals.iter().rposition(|local| local.name == name)?;
        self.locals.get(slot).map(|local| (slot, local.ty))
    }

    /// The type of a name of a type; reports what can't be used.
    pub(crate) fn type_of(&mut self, name: &TypeName) -> Type {
        match types::known(name) {
            Known::Type(ty) => ty,
            Known::Later => {
                self.problem(Wrong::unsupported(name.span, format!("the type `{}`", shorten(&name.name))));
                Type::Unknown
            }
            Known::No => {
                let message =
                    format!("the type `{}` is not allowed in policy expressions", shorten(&name.name));
                self.problem(Wrong { code: "unknown-type", span: name.span, message, help: None });
                Type::Unknown
            }
        }
    }

    fn literal(&mut self, literal: &Literal, span: Span) -> Typed {
        match literal {
            Literal::Null => Typed::new(Node::Null, Type::Null),
            Literal::Bool(value) => Typed::new(Node::Bool(*value), Type::Bool),
            Literal::Int(value) => Typed::new(Node::Int(*value), Type::Int),
            Literal::Long(value) => Typed::new(Node::Long(*value), Type::Long),
            Literal::Double(value) => Typed::new(Node::Double(*value), Type::Double),
            Literal::Character(unit) => Typed::new(Node::Character(*unit), Type::Char),
            Literal::Text(text) => Typed::new(Node::Text(Arc::from(text.as_str())), Type::String),
            Literal::Later(what) => self.problem(Wrong::unsupported(span, *what)),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Typed {
        if let Some((slot, ty)) = self.local(name) {
            return Typed::new(Node::Local(slot), ty);
        }
        if name == "context" {
            return Typed::new(Node::Part(Part::Context), Type::Context);
        }
        if types::class(name).is_some() || types::is_later(name) {
            return self.problem(Wrong::syntax(span, format!("`{}` is a type, not a value", shorten(name))));
        }
        if matches!(name, "System" | "Newtonsoft") {
            let message = "this type is not allowed in policy expressions".to_owned();
            return self.problem(Wrong { code: "unknown-type", span, message, help: None });
        }
        let message = format!("there is no `{}` here", shorten(name));
        let locals = self.locals.iter().map(|local| local.name.as_str());
        let meant = nearest(name, locals.chain(["context"]));
        let help = meant.map(|meant| format!("did you mean `{meant}`?"));
        self.problem(Wrong { code: "unknown-name", span, message, help })
    }

    fn interpolated(&mut self, pieces: &[Piece]) -> Typed {
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text(text) => parts.push(Node::Text(Arc::from(text.as_str()))),
                Piece::Hole { value, width: Some(width), .. } => {
                    self.value(value);
                    self.problem(Wrong::unsupported(width.span, "a width"));
                }
                Piece::Hole { value, width: None, format } => {
                    let hole = self.printed(value);
                    match format {
                        None => parts.push(hole.node),
                        Some(format) if matches!(hole.ty, Type::DateTime | Type::Unknown) => {
                            let format = Arc::from(format.as_str());
                            parts.push(Node::Format { value: Box::new(hole.node), format });
                        }
                        Some(_) => {
                            let what = format!("the format of a `{}`", hole.ty.name());
                            self.problem(Wrong::unsupported(value.span, what));
                        }
                    }
                }
            }
        }
        Typed::new(Node::Concatenate(parts), Type::String)
    }

    /// A value that becomes text.
    pub(crate) fn printed(&mut self, expr: &Expr) -> Typed {
        let value = self.value(expr);
        if !value.ty.can_be_printed() {
            let message = format!("a `{}` has no text of its own", value.ty.name());
            return self.wrong_type(expr.span, message);
        }
        value
    }

    fn array(&mut self, element: Option<&TypeName>, elements: &[Expr], span: Span) -> Typed {
        let ty = element.map_or(Type::String, |element| self.type_of(element));
        let mut nodes = Vec::with_capacity(elements.len());
        for element in elements {
            let value = self.value(element);
            if !value.ty.fits(Type::String) {
                self.problem(Wrong::unsupported(element.span, format!("an array of `{}`", value.ty.name())));
            }
            nodes.push(value.node);
        }
        if !ty.fits(Type::String) {
            return self.problem(Wrong::unsupported(span, format!("an array of `{}`", ty.name())));
        }
        Typed::new(Node::Texts(nodes), Type::Texts)
    }

    /// Assigns to a local; nothing else can be assigned to.
    pub(crate) fn assign(&mut self, operator: &str, target: &Expr, value: &Expr, span: Span) -> Typed {
        let Kind::Name(name) = &target.kind else {
            let wrong = match &target.kind {
                Kind::Member(_) | Kind::Index { .. } if self.starts_in_context(target) => Wrong {
                    code: "read-only",
                    span,
                    message: "this can't be assigned to".to_owned(),
                    help: None,
                },
                _ => Wrong::unsupported(target.span, "assigning to this"),
            };
            return self.problem(wrong);
        };
        let new = self.value(value);
        let Some((slot, ty)) = self.local(name) else { return self.name(name, target.span) };
        let new = match operator.strip_suffix('=') {
            None | Some("") => new,
            Some(operator) => self.calculation(operator, Typed::new(Node::Local(slot), ty), new, span),
        };
        if !new.ty.fits(ty) || (new.nullable && !ty.is_reference()) {
            let message = format!("`{}` is a `{}`, not a `{}`", shorten(name), ty.name(), new.ty.name());
            return self.wrong_type(span, message);
        }
        Typed::new(Node::Assign { slot, value: Box::new(widened(new.node, new.ty, ty)) }, ty)
    }

    fn starts_in_context(&self, expr: &Expr) -> bool {
        match &expr.kind {
            Kind::Name(name) => name == "context",
            Kind::Member(member) => self.starts_in_context(&member.object),
            Kind::Index { object, .. } => self.starts_in_context(object),
            _ => false,
        }
    }

    /// `x++` gives the new value here, so it may only stand where its value isn't used.
    fn warn_of_postfix_value(&mut self, expr: &Expr) {
        if self.lambdas == 0 && !self.is_statement(expr) {
            self.problem(Wrong::unsupported(expr.span, "the value of `++` or `--`"));
        }
    }

    fn refuse(&mut self, kind: &Kind, span: Span) -> Typed {
        let what = match kind {
            Kind::Lambda { .. } => "a lambda here",
            Kind::New { .. } => "`new`",
            Kind::NewArray { .. } => "an array without its elements",
            Kind::Anonymous(_) => "an anonymous object",
            Kind::TypeOf(_) => "`typeof`",
            Kind::Default(_) => "`default`",
            Kind::Assign { .. } | Kind::Postfix { .. } => "an assignment in a lambda",
            _ => "this",
        };
        self.problem(Wrong::unsupported(span, what))
    }
}

/// The node, made to give the wider number that is wanted.
pub(crate) fn widened(node: Node, from: Type, to: Type) -> Node {
    let widens = matches!(to, Type::Int | Type::Long | Type::Double) && from != to && from.is_number();
    if widens { Node::Cast { to, operand: Box::new(node) } } else { node }
}
