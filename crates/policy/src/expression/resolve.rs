//! The tree to what is run, with all that is wrong with names, members, arguments and types.
//!
//! A type that isn't known is never complained about: what could be right is left to the run.

use std::sync::Arc;

use crate::diagnostic::shorten;
use crate::expression::class::class;
use crate::expression::compiled::Wanted;
use crate::expression::constant::Constant;
use crate::expression::node::Node;
use crate::expression::resolve_type::{Accept, coerced, is_opaque};
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Expr, Kind, Literal, Piece, TypeName};
use crate::expression::types::{self, Known, MOST_PARTS, Type};
use crate::expression::types_later::is_later;
use crate::names_alone::CertificateUse;
use crate::nearest::nearest;
use crate::source::Span;
use crate::value::{Part, Width};

/// Resolves one expression; keeps what it finds.
pub(crate) struct Resolver {
    pub(crate) problems: Vec<Wrong>,
    pub(crate) warnings: Vec<Wrong>,
    pub(crate) locals: Vec<Local>,
    /// How many slots are taken. None is used twice, so that a lambda finds what was there when it was made.
    pub(crate) slots: usize,
    /// How many loops and switches are around the present statement.
    pub(crate) loops: usize,
    pub(crate) switches: usize,
    /// What becomes of a returned value: of the expression's, of each lambda's around the present place.
    pub(crate) accepts: Vec<Accept>,
    /// What puts the functions of the present block into their slots.
    pub(crate) function_bodies: Vec<crate::expression::node::Command>,
    /// Where `Subject`, `Issuer` and `Name` stand that give the name of a certificate.
    pub(crate) certificate_names: Vec<Span>,
    /// What the expression goes by in certificates.
    pub(crate) certificates: CertificateUse,
    /// How many `catch` blocks are around the present statement.
    pub(crate) catches: usize,
}

#[derive(Clone)]
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) slot: usize,
    /// Whether it may not be assigned to.
    pub(crate) fixed: bool,
    /// The value of a `const`, where it is known.
    pub(crate) constant: Option<Constant>,
}

/// What is run for a part of an expression, and what is known of its value.
pub(crate) struct Typed {
    pub(crate) node: Node,
    pub(crate) ty: Type,
}

impl Typed {
    /// Of a type that is made of very many others it is forgotten what it is: each statement could double it.
    pub(crate) fn new(node: Node, ty: Type) -> Self {
        Self { node, ty: if ty.is_vast() { Type::Unknown } else { ty } }
    }

    /// In the place of what couldn't be resolved.
    pub(crate) fn unknown() -> Self {
        Self::new(Node::Null, Type::Unknown)
    }
}

impl Resolver {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self {
            problems: Vec::new(),
            warnings: Vec::new(),
            locals: Vec::new(),
            slots: 0,
            loops: 0,
            switches: 0,
            accepts: vec![Accept::Expression(wanted)],
            function_bodies: Vec::new(),
            certificate_names: Vec::new(),
            certificates: CertificateUse::default(),
            catches: 0,
        }
    }

    pub(crate) fn value(&mut self, expr: &Expr) -> Typed {
        match &expr.kind {
            Kind::Literal(literal) => Self::literal(literal),
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
            Kind::Is { operand, tested, name } => self.is(operand, tested, name.as_ref()),
            Kind::As { operand, to } => self.r#as(operand, to),
            Kind::NewArray { element, length, elements } => {
                self.array(element.as_ref(), length.as_deref(), elements.as_deref(), expr.span)
            }
            Kind::New { created, arguments, initialiser } => {
                self.creation(created, arguments, initialiser.as_deref(), expr.span)
            }
            Kind::Anonymous(members) => self.anonymous(members),
            Kind::Assign { operator, target, value } => self.assign(operator, target, value, expr.span),
            Kind::Postfix { operator, operand } => self.postfix(operator, operand, expr.span),
            Kind::TypeOf(name) => {
                let ty = self.type_of(name);
                Typed::new(Node::Type(Arc::new(ty)), Type::named("Type"))
            }
            Kind::Default(Some(name)) => {
                let ty = self.type_of(name);
                Typed::new(Node::Null, ty.clone()).default_of(&ty)
            }
            Kind::Default(None) => Typed::new(Node::Null, Type::Unknown),
            Kind::Throw(thrown) => {
                let thrown = self.value(thrown);
                Typed::new(Node::Throw(Box::new(thrown.node)), Type::Unknown)
            }
            Kind::Lambda { .. } => {
                let message = "a lambda can only be an argument, or the value of a local of a `Func` type";
                self.wrong_type(expr.span, message)
            }
            Kind::Group(_) => self.wrong_type(expr.span, "`{ … }` can only stand in an initialiser"),
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
        if matches!(condition.ty, Type::Nullable(_)) {
            self.wrong_type(expr.span, "this may be null, which is neither true nor false");
            if let Some(last) = self.problems.last_mut() {
                last.help = Some("compare it with `== true`".to_owned());
            }
        } else if !condition.ty.fits(&Type::BOOL) {
            self.wrong_type(expr.span, format!("a `bool` is needed here, not a `{}`", condition.ty));
        }
        condition.node
    }

    /// A new slot that no local has.
    pub(crate) fn slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    /// Declares a local for as long as the scope lasts; gives its slot.
    pub(crate) fn declare(&mut self, name: &str, ty: Type) -> usize {
        let slot = self.slot();
        self.locals.push(Local { name: name.to_owned(), ty, slot, fixed: false, constant: None });
        slot
    }

    pub(crate) fn open_scope(&self) -> usize {
        self.locals.len()
    }

    pub(crate) fn close_scope(&mut self, opened: usize) {
        self.locals.truncate(opened);
    }

    pub(crate) fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    /// The type of a name of a type; reports what can't be used.
    pub(crate) fn type_of(&mut self, name: &TypeName) -> Type {
        match types::known(name) {
            Known::Type(ty) if ty.is_vast() => {
                let message = format!("a type can be made of {MOST_PARTS} others at most");
                let help = Some("declare parts of it with `var`".to_owned());
                self.problem(Wrong { code: "expression-too-deep", span: name.span, message, help });
                Type::Unknown
            }
            Known::Type(ty) => ty,
            Known::No => {
                let short = name.name.rsplit('.').next().unwrap_or_default();
                if is_later(short) || name.arguments.iter().any(|argument| is_later(&argument.name)) {
                    self.problem(Wrong::unsupported(
                        name.span,
                        format!("the type `{}`", shorten(&name.name)),
                    ));
                } else {
                    let message =
                        format!("the type `{}` is not allowed in policy expressions", shorten(&name.name));
                    self.problem(Wrong { code: "unknown-type", span: name.span, message, help: None });
                }
                Type::Unknown
            }
        }
    }

    fn literal(literal: &Literal) -> Typed {
        match literal {
            Literal::Null => Typed::new(Node::Null, Type::Null),
            Literal::Bool(value) => Typed::new(Node::Bool(*value), Type::BOOL),
            Literal::Int(value) => Typed::new(Node::Int(*value), Type::INT),
            Literal::Long(value) => Typed::new(Node::Long(*value), Type::LONG),
            Literal::UInt(value) => {
                Typed::new(Node::Whole(Width::UInt, i64::from(*value)), Type::named("uint"))
            }
            Literal::ULong(value) => {
                Typed::new(Node::Whole(Width::ULong, value.cast_signed()), Type::named("ulong"))
            }
            Literal::Double(value) => Typed::new(Node::Double(*value), Type::DOUBLE),
            Literal::Single(value) => Typed::new(Node::Single(*value), Type::FLOAT),
            Literal::Decimal(value) => Typed::new(Node::Decimal(*value), Type::DECIMAL),
            Literal::Character(unit) => Typed::new(Node::Character(*unit), Type::CHAR),
            Literal::Text(text) => Typed::new(Node::Text(Arc::from(text.as_str())), Type::STRING),
        }
    }

    pub(crate) fn name(&mut self, name: &str, span: Span) -> Typed {
        if let Some(local) = self.local(name) {
            let known = local.constant.as_ref().and_then(Constant::node);
            return Typed::new(known.unwrap_or(Node::Local(local.slot)), local.ty.clone());
        }
        if name == "context" {
            return Typed::new(Node::Part(Part::Context), Type::CONTEXT);
        }
        if class(name).is_some() || is_later(name) {
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
                Piece::Hole { value, width, format } => {
                    let hole = self.printed(value);
                    let width = width.as_ref().map(|width| (self.value(width).node, width.span));
                    let width = match width {
                        None => 0,
                        Some((Node::Int(width), _)) => width,
                        Some((Node::Negate(inner), _)) if matches!(*inner, Node::Int(_)) => match *inner {
                            Node::Int(width) => width.wrapping_neg(),
                            _ => 0,
                        },
                        Some((_, span)) => {
                            self.wrong_type(span, "a width is a whole number");
                            0
                        }
                    };
                    parts.push(match (width, format) {
                        (0, None) => hole.node,
                        (width, format) => {
                            let format = Arc::from(format.as_deref().unwrap_or_default());
                            Node::Format { value: Box::new(hole.node), width, format }
                        }
                    });
                }
            }
        }
        Typed::new(Node::Concatenate(parts), Type::STRING)
    }

    /// A value that becomes text.
    pub(crate) fn printed(&mut self, expr: &Expr) -> Typed {
        let value = self.value(expr);
        if is_opaque(&value.ty) {
            let message = format!("a `{}` has no text of its own", value.ty);
            return self.wrong_type(expr.span, message);
        }
        value
    }

    /// Reports a value that doesn't fit, and gives its node as the type needs it.
    pub(crate) fn fitting(&mut self, value: Typed, ty: &Type, span: Span) -> Node {
        if !value.ty.fits(ty) && !literal_fits(&value.node, ty) {
            self.wrong_type(span, format!("a `{ty}` is needed here, not a `{}`", value.ty));
            let casts = value.ty == Type::OBJECT || value.ty.is("JToken") || value.ty.is_number();
            if let Some(last) = self.problems.last_mut().filter(|_| casts) {
                last.help = Some(format!("cast it: `({ty})…`"));
            }
        }
        coerced(value, ty)
    }
}

/// An `int` literal is any number that it lies in the range of (C# 5, §6.1.9).
pub(crate) fn literal_fits(node: &Node, ty: &Type) -> bool {
    let Node::Int(number) = node else { return false };
    let (number, Type::Named(name, _)) = (i64::from(*number), ty.plain()) else { return false };
    match *name {
        "byte" => (0..=255).contains(&number),
        "sbyte" => (-128..=127).contains(&number),
        "short" => (-32_768..=32_767).contains(&number),
        "ushort" => (0..=65_535).contains(&number),
        "uint" | "ulong" => number >= 0,
        _ => false,
    }
}
