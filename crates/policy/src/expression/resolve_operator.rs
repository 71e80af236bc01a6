//! Operators and casts: which types they take, and what type they give.

use crate::expression::node::{Calculation, Node, Order};
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::tree::{Expr, Kind, Literal, TypeName};
use crate::expression::types::Type;
use crate::source::Span;

impl Resolver {
    pub(crate) fn unary(&mut self, operator: &str, operand: &Expr, span: Span) -> Typed {
        if matches!(operator, "++" | "--") {
            let one = Expr { kind: Kind::Literal(Literal::Int(1)), span, height: 1 };
            let operator = if operator == "++" { "+=" } else { "-=" };
            return self.assign(operator, operand, &one, span);
        }
        if operator == "!" {
            return Typed::new(Node::Not(Box::new(self.condition(operand))), Type::Bool);
        }
        // The least int has no positive counterpart to be written as.
        if operator == "-"
            && let Kind::Literal(Literal::Later(_)) = operand.kind
        {
            return self.value(operand);
        }
        let value = self.value(operand);
        if !value.ty.is_number() || value.nullable || (operator == "~" && value.ty == Type::Double) {
            return self.no_operator(operator, &value, None, span);
        }
        let ty = if value.ty == Type::Char { Type::Int } else { value.ty };
        let node = match operator {
            "-" => Node::Negate(Box::new(value.node)),
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
                Typed::new(node, Type::Bool)
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
        if !one.nullable && !one.ty.is_reference() {
            return self.no_operator("??", &one, Some(&two), span);
        }
        let Some(ty) = one.ty.common(two.ty) else {
            return self.no_operator("??", &one, Some(&two), span);
        };
        let nullable = two.nullable;
        Typed { node: Node::Coalesce(Box::new(one.node), Box::new(two.node)), ty, nullable }
    }

    fn comparison(&mut self, operator: &str, left: &Expr, right: &Expr, span: Span) -> Typed {
        let (one, two) = (self.value(left), self.value(right));
        let order = match operator {
            "<" => Order::Less,
            "<=" => Order::LessOrEqual,
            ">" => Order::Greater,
            _ => Order::GreaterOrEqual,
        };
        let times =
            [Type::DateTime, Type::TimeSpan].iter().any(|time| one.ty.fits(*time) && two.ty.fits(*time));
        let numbers = one.ty.is_number() && two.ty.is_number();
        if !times && !numbers {
            return self.no_operator(operator, &one, Some(&two), span);
        }
        let (left, right) = (Box::new(one.node), Box::new(two.node));
        Typed::new(Node::Compare { order, left, right }, Type::Bool)
    }

    pub(crate) fn calculation(&mut self, operator: &str, one: Typed, two: Typed, span: Span) -> Typed {
        if operator == "+" && (one.ty == Type::String || two.ty == Type::String) {
            return self.concatenation(one, two, span);
        }
        let Some(ty) = result_of(operator, one.ty, two.ty).filter(|_| !one.nullable && !two.nullable) else {
            return self.no_operator(operator, &one, Some(&two), span);
        };
        let Some(calculation) = calculation_of(operator) else {
            return self.no_operator(operator, &one, Some(&two), span);
        };
        let (left, right) = (Box::new(one.node), Box::new(two.node));
        Typed::new(Node::Calculate { operator: calculation, left, right }, ty)
    }

    fn concatenation(&mut self, one: Typed, two: Typed, span: Span) -> Typed {
        for side in [&one, &two] {
            if !side.ty.can_be_printed() {
                let message = format!("a `{}` has no text of its own", side.ty.name());
                return self.wrong_type(span, message);
            }
        }
        let mut parts = match one.node {
            Node::Concatenate(parts) => parts,
            node => vec![node],
        };
        parts.push(two.node);
        Typed::new(Node::Concatenate(parts), Type::String)
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
        let Some(ty) = one.ty.common(two.ty) else {
            let (one, two) = (one.ty.name(), two.ty.name());
            let message = format!("the two values of `?:` must be of one type, not `{one}` and `{two}`");
            return self.wrong_type(span, message);
        };
        let nullable = one.nullable || two.nullable;
        Typed { node: Node::Conditional(Box::new([condition, one.node, two.node])), ty, nullable }
    }

    pub(crate) fn cast(&mut self, to: &TypeName, operand: &Expr, span: Span) -> Typed {
        let ty = self.type_of(to);
        let value = self.value(operand);
        let numbers = value.ty.is_number() && ty.is_number();
        if !numbers && !value.ty.fits(ty) && value.ty != Type::Object {
            let (from, to) = (value.ty.name(), ty.name());
            return self.wrong_type(span, format!("a `{from}` can't be cast to `{to}`"));
        }
        Typed::new(Node::Cast { to: ty, operand: Box::new(value.node) }, ty)
    }

    pub(crate) fn is(&mut self, operand: &Expr, tested: &TypeName) -> Typed {
        let tested = self.type_of(tested);
        let operand = Box::new(self.value(operand).node);
        Typed::new(Node::Is { tested, operand }, Type::Bool)
    }

    pub(crate) fn r#as(&mut self, operand: &Expr, to: &TypeName) -> Typed {
        let ty = self.type_of(to);
        if !ty.is_reference() {
            return self
                .wrong_type(to.span, format!("`as` needs a type that can be null, not `{}`", ty.name()));
        }
        let operand = Box::new(self.value(operand).node);
        Typed::new(Node::As { to: ty, operand }, ty)
    }

    pub(crate) fn no_operator(
        &mut self,
        operator: &str,
        one: &Typed,
        two: Option<&Typed>,
        span: Span,
    ) -> Typed {
        let message = match two {
            Some(two) => format!(
                "operator `{operator}` can't be applied to `{}` and `{}`",
                nullable_name(one),
                nullable_name(two)
            ),
            None => format!("operator `{operator}` can't be applied to `{}`", nullable_name(one)),
        };
        self.wrong_type(span, message)
    }
}

fn nullable_name(value: &Typed) -> String {
    format!("{}{}", value.ty.name(), if value.nullable { "?" } else { "" })
}

fn result_of(operator: &str, one: Type, two: Type) -> Option<Type> {
    if one == Type::Unknown || two == Type::Unknown {
        return Some(Type::Unknown);
    }
    match (operator, one, two) {
        ("-", Type::DateTime, Type::DateTime) => return Some(Type::TimeSpan),
        ("+" | "-", Type::DateTime, Type::TimeSpan) => return Some(Type::DateTime),
        ("+" | "-", Type::TimeSpan, Type::TimeSpan) => return Some(Type::TimeSpan),
        ("&" | "|" | "^", Type::Bool, Type::Bool) => return Some(Type::Bool),
        _ => {}
    }
    if !one.is_number() || !two.is_number() {
        return None;
    }
    let whole = matches!(operator, "&" | "|" | "^" | "<<" | ">>");
    match (one, two) {
        (Type::Double, _) | (_, Type::Double) if whole => None,
        (Type::Double, _) | (_, Type::Double) => Some(Type::Double),
        (_, Type::Long) if matches!(operator, "<<" | ">>") => None,
        (Type::Long, _) | (_, Type::Long) => Some(Type::Long),
        _ => Some(Type::Int),
    }
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
