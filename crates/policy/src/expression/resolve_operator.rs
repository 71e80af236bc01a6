//! Operators and casts: which types they take, and what type they give.

use std::sync::Arc;

use crate::expression::constant::{Folded, folded};
use crate::expression::node::{Calculation, Node, Order};
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::resolve_type::{coerced, is_opaque};
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Expr, Kind, Literal, Name, TypeName};
use crate::expression::types::{Type, rank};
use crate::source::Span;

impl Resolver {
    pub(crate) fn unary(&mut self, operator: &str, operand: &Expr, span: Span) -> Typed {
        if matches!(operator, "++" | "--") {
            let one = Expr { kind: Kind::Literal(Literal::Int(1)), span, height: 1 };
            let operator = if operator == "++" { "+=" } else { "-=" };
            return self.assign(operator, operand, &one, span);
        }
        if operator == "!" {
            return Typed::new(Node::Not(Box::new(self.condition(operand))), Type::BOOL);
        }
        // The least int and long have no positive counterpart to be written as.
        if operator == "-" {
            match operand.kind {
                Kind::Literal(Literal::UInt(0x8000_0000)) => {
                    return Typed::new(Node::Int(i32::MIN), Type::INT);
                }
                Kind::Literal(Literal::ULong(0x8000_0000_0000_0000)) => {
                    return Typed::new(Node::Long(i64::MIN), Type::LONG);
                }
                _ => {}
            }
        }
        let value = self.value(operand);
        let plain = value.ty.plain().clone();
        let takes = plain.is_number() || (operator != "~" && plain == Type::TIME_SPAN);
        if !takes || (operator == "~" && matches!(plain, Type::Named("double" | "float" | "decimal", _))) {
            return self.no_operator(operator, &value, None, span);
        }
        let ty = match rank(&plain) {
            Some(small) if small < INT => Type::INT,
            _ => value.ty.clone(),
        };
        let node = match operator {
            "-" => match value.node {
                Node::Int(number) if number != i32::MIN => Node::Int(-number),
                Node::Long(number) if number != i64::MIN => Node::Long(-number),
                node => Node::Negate(Box::new(node)),
            },
            "~" => Node::Complement(Box::new(value.node)),
            _ => value.node,
        };
        Typed::new(node, ty)
    }

    pub(crate) fn binary(&mut self, operator: &str, left: &Expr, right: &Expr, span: Span) -> Typed {
        match operator {
            "&&" | "||" => {
                let (left, right) = (Box::new(self.condition(left)), Box::new(self.condition(right)));
                let node = if operator == "&&" { Node::And(left, right) } else { Node::Or(left, right) };
                Typed::new(node, Type::BOOL)
            }
            "??" => self.coalesce(left, right, span),
            "==" | "!=" => self.equality(operator == "==", left, right, span),
            "<" | "<=" | ">" | ">=" => self.comparison(operator, left, right, span),
            _ => {
                let (one, two) = (self.value(left), self.value(right));
                self.calculation(operator, one, two, span)
            }
        }
    }

    fn coalesce(&mut self, left: &Expr, right: &Expr, span: Span) -> Typed {
        let (one, two) = (self.value(left), self.value(right));
        if !one.ty.is_reference() {
            return self.no_operator("??", &one, Some(&two), span);
        }
        let plain = one.ty.plain();
        let common = if two.ty.fits(plain) { Some(plain.clone()) } else { one.ty.common(&two.ty) };
        let Some(ty) = common else {
            return self.no_operator("??", &one, Some(&two), span);
        };
        let (left, right) = (Box::new(one.node), Box::new(coerced(two, &ty)));
        Typed::new(Node::Coalesce(left, right), ty)
    }

    fn comparison(&mut self, operator: &str, left: &Expr, right: &Expr, span: Span) -> Typed {
        let (one, two) = (self.value(left), self.value(right));
        let order = match operator {
            "<" => Order::Less,
            "<=" => Order::LessOrEqual,
            ">" => Order::Greater,
            _ => Order::GreaterOrEqual,
        };
        let (plain_one, plain_two) = (one.ty.plain(), two.ty.plain());
        let times = [Type::DATE_TIME, Type::TIME_SPAN, Type::named("DateTimeOffset")]
            .iter()
            .any(|time| plain_one.fits(time) && plain_two.fits(time));
        let numbers = plain_one.is_number() && plain_two.is_number();
        let entries = plain_one.is_enumeration() && plain_one == plain_two;
        let null = *plain_one == Type::Null || *plain_two == Type::Null;
        if !times && !numbers && !entries && !null {
            return self.no_operator(operator, &one, Some(&two), span);
        }
        let (left, right) = (Box::new(one.node), Box::new(two.node));
        Typed::new(Node::Compare { order, left, right }, Type::BOOL)
    }

    pub(crate) fn calculation(&mut self, operator: &str, one: Typed, two: Typed, span: Span) -> Typed {
        if operator == "+" && one.ty.is("XNamespace") {
            let (left, right) = (Box::new(one.node), Box::new(two.node));
            return Typed::new(
                Node::Calculate { operator: Calculation::Add, left, right },
                Type::named("XName"),
            );
        }
        if operator == "+" && (one.ty == Type::STRING || two.ty == Type::STRING) {
            return self.concatenation(one, two, span);
        }
        let lifted = matches!(one.ty, Type::Nullable(_)) || matches!(two.ty, Type::Nullable(_));
        let Some(ty) = result_of(operator, one.ty.plain(), two.ty.plain()) else {
            return self.no_operator(operator, &one, Some(&two), span);
        };
        let Some(calculation) = calculation_of(operator) else {
            return self.no_operator(operator, &one, Some(&two), span);
        };
        match folded(calculation, &one.node, &two.node, &ty) {
            Folded::Known(node) => return Typed::new(node, ty),
            Folded::ByZero => return self.bad_constant(span, "this divides by zero"),
            Folded::TooLarge => {
                return self.bad_constant(span, format!("the result doesn't fit into a `{ty}`"));
            }
            Folded::Later => {}
        }
        let (left, right) = (Box::new(one.node), Box::new(two.node));
        let ty = if lifted { ty.or_null() } else { ty };
        Typed::new(Node::Calculate { operator: calculation, left, right }, ty)
    }

    fn concatenation(&mut self, one: Typed, two: Typed, span: Span) -> Typed {
        for side in [&one, &two] {
            if is_opaque(&side.ty) {
                let message = format!("a `{}` has no text of its own", side.ty);
                return self.wrong_type(span, message);
            }
        }
        let mut parts = match one.node {
            Node::Concatenate(parts) => parts,
            node => vec![node],
        };
        parts.push(two.node);
        Typed::new(Node::Concatenate(parts), Type::STRING)
    }

    pub(crate) fn conditional(
        &mut self,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
        span: Span,
    ) -> Typed {
        let condition = self.condition(condition);
        let (one, two) = (self.value(then), self.value(otherwise));
        let Some(ty) = one.ty.common(&two.ty) else {
            let message =
                format!("the two values of `?:` must be of one type, not `{}` and `{}`", one.ty, two.ty);
            return self.wrong_type(span, message);
        };
        let parts = [condition, coerced(one, &ty), coerced(two, &ty)];
        Typed::new(Node::Conditional(Box::new(parts)), ty)
    }

    pub(crate) fn cast(&mut self, to: &TypeName, operand: &Expr, span: Span) -> Typed {
        let ty = self.type_of(to);
        let value = self.value_for(operand, &ty);
        let null = value.ty == Type::Null && ty.is_reference();
        if !null && !can_cast(&value.ty, &ty) {
            return self.wrong_type(span, format!("a `{}` can't be cast to `{ty}`", value.ty));
        }
        // What was put into an `object` comes out as what it was: no number becomes another on the way.
        if value.ty == Type::OBJECT && ty.plain().is_number() {
            return Typed::new(Node::Unbox { to: Arc::new(ty.clone()), operand: Box::new(value.node) }, ty);
        }
        Typed::new(Node::Cast { to: Arc::new(ty.clone()), operand: Box::new(value.node) }, ty)
    }

    pub(crate) fn is(&mut self, operand: &Expr, tested: &TypeName, name: Option<&Name>) -> Typed {
        let tested = self.type_of(tested);
        let operand = Box::new(self.value(operand).node);
        let slot = name.map(|name| self.declare(&name.text, tested.clone()));
        Typed::new(Node::Is { tested: Arc::new(tested), operand, slot }, Type::BOOL)
    }

    pub(crate) fn r#as(&mut self, operand: &Expr, to: &TypeName) -> Typed {
        let ty = self.type_of(to);
        if !ty.is_reference() {
            return self.wrong_type(to.span, format!("`as` needs a type that can be null, not `{ty}`"));
        }
        let value = self.value(operand);
        if !can_be(&value.ty, &ty) {
            let message = format!("a `{}` is never a `{ty}`", value.ty);
            self.wrong_type(operand.span, message);
        }
        Typed::new(Node::As { to: Arc::new(ty.clone()), operand: Box::new(value.node) }, ty)
    }

    /// A calculation with constants that has no result.
    fn bad_constant(&mut self, span: Span, message: impl Into<String>) -> Typed {
        self.problem(Wrong { code: "constant-out-of-range", span, message: message.into(), help: None })
    }

    pub(crate) fn no_operator(
        &mut self,
        operator: &str,
        one: &Typed,
        two: Option<&Typed>,
        span: Span,
    ) -> Typed {
        let message = match two {
            Some(two) => format!("operator `{operator}` can't be applied to `{}` and `{}`", one.ty, two.ty),
            None => format!("operator `{operator}` can't be applied to `{}`", one.ty),
        };
        self.wrong_type(span, message)
    }
}

/// Whether a cast can succeed: complain only when it certainly can't.
fn can_cast(from: &Type, to: &Type) -> bool {
    let (from, to) = (from.plain(), to.plain());
    let whole = |ty: &Type| ty.is_number() || ty.is_enumeration();
    from.fits(to)
        || to.fits(from)
        || (whole(from) && whole(to))
        || *from == Type::OBJECT
        || is_json(from)
        || (is_interface(from) && to.is_reference())
        || (is_interface(to) && from.is_reference())
        || matches!((from, to), (Type::Array(one), Type::Array(two)) if can_cast(one, two))
        || matches!((from, to), (Type::Named(one, _), Type::Named(two, _)) if one == two)
}

/// Whether a value of one type may be one of the other as it stands: what `as` can find out (C# 5, §7.10.11). Conversions
/// that a class declares don't count.
fn can_be(from: &Type, to: &Type) -> bool {
    let (from, to) = (from.plain(), to.plain());
    let is_open = |ty: &Type| !matches!(ty, Type::Named(..) | Type::Array(_)) || *ty == Type::OBJECT;
    is_open(from)
        || is_open(to)
        || from.is_kind_of(to)
        || to.is_kind_of(from)
        || is_interface(from)
        || is_interface(to)
        || from.class().is_none()
        || to.class().is_none()
        || matches!((from, to), (Type::Named(one, _), Type::Named(two, _)) if one == two)
        || matches!((from, to), (Type::Array(_), Type::Array(_)))
}

/// By the custom of .NET: `I` before a capital letter.
fn is_interface(ty: &Type) -> bool {
    let Type::Named(name, _) = ty else { return false };
    name.strip_prefix('I').is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// JSON and XML declare conversions to all plain values.
fn is_json(ty: &Type) -> bool {
    matches!(ty, Type::Named("JToken" | "JValue" | "JProperty" | "XElement" | "XAttribute", _))
}

fn result_of(operator: &str, one: &Type, two: &Type) -> Option<Type> {
    if *one == Type::Unknown || *two == Type::Unknown {
        return Some(Type::Unknown);
    }
    let named = |ty: &Type| match ty {
        Type::Named(name, _) => *name,
        _ => "",
    };
    match (operator, named(one), named(two)) {
        ("-", "DateTime", "DateTime") => return Some(Type::TIME_SPAN),
        ("-", "DateTimeOffset", "DateTimeOffset" | "DateTime") => return Some(Type::TIME_SPAN),
        ("+" | "-", "DateTime", "TimeSpan") => return Some(Type::DATE_TIME),
        ("+" | "-", "DateTimeOffset", "TimeSpan") => return Some(Type::named("DateTimeOffset")),
        ("+" | "-", "TimeSpan", "TimeSpan") => return Some(Type::TIME_SPAN),
        ("&" | "|" | "^", "bool", "bool") => return Some(Type::BOOL),
        ("&" | "|" | "^", left, right) if left == right && one.is_enumeration() => return Some(one.clone()),
        _ => {}
    }
    let (first, second) = (rank(one)?, rank(two)?);
    let real = |rank: usize| rank >= FLOAT;
    match operator {
        "<<" | ">>" if !real(first) && second <= INT => {
            return Some(if first < INT { Type::INT } else { one.clone() });
        }
        "<<" | ">>" => return None,
        "&" | "|" | "^" if real(first) || real(second) => return None,
        _ => {}
    }
    // A decimal can't be calculated with a float or double.
    if first.max(second) == DECIMAL && (FLOAT..DECIMAL).contains(&first.min(second)) {
        return None;
    }
    let wider = if first >= second { one } else { two };
    Some(match first.max(second) {
        small if small < INT => Type::INT,
        // An unsigned number beside one that can be negative needs a type that holds both.
        UINT if is_signed(first.min(second)) => Type::LONG,
        _ => wider.clone(),
    })
}

fn is_signed(rank: usize) -> bool {
    // sbyte, short, int.
    matches!(rank, 0 | 2 | INT)
}

fn calculation_of(operator: &str) -> Option<Calculation> {
    Some(match operator {
        "+" => Calculation::Add,
        "-" => Calculation::Subtract,
        "*" => Calculation::Multiply,
        "/" => Calculation::Divide,
        "%" => Calculation::Remainder,
        "&" => Calculation::And,
        "|" => Calculation::Or,
        "^" => Calculation::Xor,
        "<<" => Calculation::Left,
        ">>" => Calculation::Right,
        _ => return None,
    })
}

/// Places in the order of `types::rank`.
const INT: usize = 5;
const UINT: usize = 6;
const FLOAT: usize = 9;
const DECIMAL: usize = 11;
