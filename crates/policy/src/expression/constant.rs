//! Constants (C# 5, §7.19): what is known before an expression runs, and calculations that can't come out.

use std::sync::Arc;

use crate::expression::node::{Calculation, Node};
use crate::expression::types::Type;

/// A value that is known before the run. Two are the same where a `switch` would take them for the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Constant {
    Null,
    Bool(bool),
    /// An `int` or a `long`, told apart by the second part only when it is run again.
    Whole(i64, Width),
    Character(u16),
    Text(Arc<str>),
    Entry(&'static str, i64),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Width {
    Int,
    Long,
}

impl Constant {
    /// The constant that a node always gives; `None` if that isn't known.
    pub(crate) fn of(node: &Node) -> Option<Self> {
        Some(match node {
            Node::Null => Self::Null,
            Node::Bool(value) => Self::Bool(*value),
            Node::Int(value) => Self::Whole(i64::from(*value), Width::Int),
            Node::Long(value) => Self::Whole(*value, Width::Long),
            Node::Character(unit) => Self::Character(*unit),
            Node::Text(text) => Self::Text(Arc::clone(text)),
            Node::Enumeration(entry) => Self::Entry(entry.of, i64::from(entry.number)),
            Node::Concatenate(parts) => {
                let text: Option<String> = parts.iter().map(|part| Self::of(part)?.text()).collect();
                Self::Text(text?.into())
            }
            _ => return None,
        })
    }

    /// The same as the label of a `case`, where the type of a number doesn't matter.
    pub(crate) fn label(self) -> Self {
        match self {
            Self::Whole(number, _) => Self::Whole(number, Width::Long),
            other => other,
        }
    }

    /// What gives it again; `None` for an entry of an enumeration, which a local gives as well.
    pub(crate) fn node(&self) -> Option<Node> {
        Some(match self {
            Self::Null => Node::Null,
            Self::Bool(value) => Node::Bool(*value),
            Self::Whole(number, Width::Int) => Node::Int(i32::try_from(*number).ok()?),
            Self::Whole(number, Width::Long) => Node::Long(*number),
            Self::Character(unit) => Node::Character(*unit),
            Self::Text(text) => Node::Text(Arc::clone(text)),
            Self::Entry(..) => return None,
        })
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }
}

/// Whether C# would take a node for a constant. Members without an object, such as `int.MaxValue`, count if they give a
/// number.
pub(crate) fn is_constant(node: &Node, ty: &Type) -> bool {
    match node {
        Node::Null
        | Node::Bool(_)
        | Node::Int(_)
        | Node::Long(_)
        | Node::Whole(..)
        | Node::Single(_)
        | Node::Double(_)
        | Node::Decimal(_)
        | Node::Character(_)
        | Node::Text(_)
        | Node::Enumeration(_) => true,
        Node::Call { object: None, arguments, .. } => arguments.is_empty() && ty.is_number(),
        Node::Negate(inner) | Node::Complement(inner) | Node::Not(inner) => is_constant(inner, ty),
        Node::Cast { operand, .. } => is_constant(operand, ty),
        Node::Concatenate(parts) => parts.iter().all(|part| is_constant(part, &Type::STRING)),
        Node::Calculate { left, right, .. } | Node::Compare { left, right, .. } => {
            is_constant(left, &Type::INT) && is_constant(right, &Type::INT)
        }
        Node::Equal { left, right, .. } | Node::And(left, right) | Node::Or(left, right) => {
            is_constant(left, &Type::INT) && is_constant(right, &Type::INT)
        }
        Node::Conditional(parts) => parts.iter().all(|part| is_constant(part, ty)),
        _ => false,
    }
}

/// What becomes of a calculation before it is run.
pub(crate) enum Folded {
    /// It is left to the run.
    Later,
    Known(Node),
    /// A whole number or a decimal is divided by zero.
    ByZero,
    /// The result doesn't fit the type; constants are always checked for that (§7.6.12).
    TooLarge,
}

/// Calculates with `int` and `long` constants; `ty` is the type of the result.
pub(crate) fn folded(operator: Calculation, left: &Node, right: &Node, ty: &Type) -> Folded {
    let divides = matches!(operator, Calculation::Divide | Calculation::Remainder);
    let whole = *ty == Type::INT || *ty == Type::LONG;
    let is_zero = match right {
        Node::Int(0) | Node::Long(0) => whole || *ty == Type::DECIMAL,
        Node::Decimal(number) => number.is_zero() && *ty == Type::DECIMAL,
        _ => false,
    };
    if divides && is_zero {
        return Folded::ByZero;
    }
    let (Some(one), Some(two)) = (number(left), number(right)) else { return Folded::Later };
    if !whole {
        return Folded::Later;
    }
    let result = match operator {
        Calculation::Add => one + two,
        Calculation::Subtract => one - two,
        Calculation::Multiply => one * two,
        Calculation::Divide => one / two,
        Calculation::Remainder => one % two,
        Calculation::And => one & two,
        Calculation::Or => one | two,
        Calculation::Xor => one ^ two,
        // Shifts lose what doesn't fit, and are seldom constants.
        Calculation::Left | Calculation::Right => return Folded::Later,
    };
    let node = if *ty == Type::INT {
        i32::try_from(result).map(Node::Int)
    } else {
        i64::try_from(result).map(Node::Long)
    };
    node.map_or(Folded::TooLarge, Folded::Known)
}

fn number(node: &Node) -> Option<i128> {
    match node {
        Node::Int(number) => Some(i128::from(*number)),
        Node::Long(number) => Some(i128::from(*number)),
        _ => None,
    }
}
