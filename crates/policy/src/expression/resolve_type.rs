//! What a place needs of a value, and how a value is made to fit.

use std::collections::HashSet;
use std::sync::Arc;

use crate::expression::compiled::Wanted;
use crate::expression::node::{Lambda, Node};
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::resolve_call::taken;
use crate::expression::resolve_group::group_as_lambda;
use crate::expression::resolve_statement::Flow;
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Expr, Kind, LambdaBody, Name};
use crate::expression::types::Type;
use crate::source::Span;

/// What becomes of a returned value.
pub(crate) enum Accept {
    /// It is the expression's.
    Expression(Wanted),
    /// It is a lambda's; the types that were seen.
    Lambda(Vec<Type>),
    /// It is a local function's, of this type.
    Function(Type),
}

impl Typed {
    /// What a local or `default(T)` of a type is before anything is put there.
    pub(crate) fn default_of(self, ty: &Type) -> Self {
        let node = match ty {
            Type::Named("bool", _) => Node::Bool(false),
            Type::Named("int", _) => Node::Int(0),
            ty if ty.is_number() && *ty != Type::Unknown => {
                Node::Cast { to: Arc::new(ty.clone()), operand: Box::new(Node::Int(0)) }
            }
            Type::Named("DateTime" | "DateTimeOffset" | "TimeSpan" | "Guid", _) => {
                Node::DefaultOf(Arc::new(ty.clone()))
            }
            ty if ty.is_enumeration() => {
                Node::Cast { to: Arc::new(ty.clone()), operand: Box::new(Node::Int(0)) }
            }
            _ => Node::Null,
        };
        Typed::new(node, self.ty)
    }
}

impl Resolver {
    /// The node of a value that is returned here; reports one that can't be.
    pub(crate) fn accepted(&mut self, value: Typed, span: Span) -> Node {
        match self.accepts.last_mut() {
            Some(Accept::Lambda(seen)) => {
                seen.push(value.ty);
                value.node
            }
            Some(Accept::Function(ty)) => {
                let ty = ty.clone();
                self.fitting(value, &ty, span)
            }
            Some(Accept::Expression(wanted)) => {
                let wanted = *wanted;
                self.accepted_by_place(value, wanted, span)
            }
            None => value.node,
        }
    }

    fn accepted_by_place(&mut self, value: Typed, wanted: Wanted, span: Span) -> Node {
        let ty = &value.ty;
        let fits = match wanted {
            Wanted::Bool => ty.fits(&Type::BOOL),
            Wanted::Number => {
                ty.plain().is_number() || matches!(ty, Type::Named("string" | "object" | "JToken", _))
            }
            Wanted::Text => !is_opaque(ty) && *ty != Type::Void,
            Wanted::Bytes => ty.fits(&Type::array_of(Type::named("byte"))) || *ty == Type::OBJECT,
            Wanted::Kept => *ty != Type::Void && !ty.is("Func"),
        };
        if !fits {
            let message = match wanted {
                Wanted::Bool if matches!(ty, Type::Nullable(_)) => {
                    "this may be null, which is neither true nor false".to_owned()
                }
                Wanted::Bool => format!("a condition is a `bool`, not a `{ty}`"),
                Wanted::Number => format!("a whole number is needed here, not a `{ty}`"),
                Wanted::Text => format!("a `{ty}` has no text of its own"),
                Wanted::Bytes => format!("a `byte[]` is needed here, not a `{ty}`"),
                Wanted::Kept => format!("a `{ty}` can't be kept in a variable"),
            };
            self.wrong_type(span, message);
        }
        value.node
    }

    /// A lambda whose parameters have these types; gives the type of what it returns.
    pub(crate) fn lambda(&mut self, parameters: &[Name], body: &LambdaBody, types: &[Type]) -> (Node, Type) {
        let scope = self.open_scope();
        let first = self.slots;
        let mut names = HashSet::new();
        for parameter in parameters.iter().filter(|parameter| parameter.text != "_") {
            if !names.insert(&parameter.text) {
                self.duplicate(parameter);
            }
        }
        let slots = parameters
            .iter()
            .enumerate()
            .map(|(at, parameter)| {
                let ty = types.get(at).cloned().unwrap_or(Type::Unknown);
                let ty = if matches!(ty, Type::Variable(_)) { Type::Unknown } else { ty };
                self.declare(&parameter.text, ty)
            })
            .collect();
        let (loops, switches) = (std::mem::take(&mut self.loops), std::mem::take(&mut self.switches));
        let (body, gives) = match body {
            LambdaBody::Expression(body) => {
                let value = self.value(body);
                (crate::expression::node::Body::Value(value.node), value.ty)
            }
            LambdaBody::Block(statements) => {
                self.accepts.push(Accept::Lambda(Vec::new()));
                let (commands, flow) = self.block(statements);
                let seen = match self.accepts.pop() {
                    Some(Accept::Lambda(seen)) => seen,
                    _ => Vec::new(),
                };
                if flow == Flow::Continues && !seen.is_empty() {
                    let span = statements.last().map_or(Span::empty(0), |last| last.span);
                    let message = "not every path through this lambda returns a value".to_owned();
                    self.problem(Wrong { code: "missing-return", span, message, help: None });
                }
                let gives = seen.into_iter().reduce(|one, two| one.common(&two).unwrap_or(Type::Unknown));
                (crate::expression::node::Body::Block(commands), gives.unwrap_or(Type::Void))
            }
        };
        (self.loops, self.switches) = (loops, switches);
        self.close_scope(scope);
        let own = (first, self.slots);
        (Node::Lambda(Arc::new(Lambda { slots, body, own })), gives)
    }

    /// A lambda for a type such as `Func<string, bool>`; anything else as it is.
    pub(crate) fn value_for(&mut self, expr: &Expr, ty: &Type) -> Typed {
        if !matches!(ty, Type::Named("Func" | "Action", _)) {
            return self.value(expr);
        }
        let takes = taken(ty);
        let (node, _) = match &expr.kind {
            Kind::Lambda { parameters, .. } if parameters.len() != takes.len() => {
                let takes = takes.len();
                return self.wrong_type(expr.span, format!("a lambda for `{ty}` takes {takes} parameters"));
            }
            Kind::Lambda { parameters, body } => self.lambda(parameters, body, takes),
            _ if self.is_method_group(expr) => {
                let (parameters, body) = group_as_lambda(expr, takes.len());
                self.lambda(&parameters, &body, takes)
            }
            _ => return self.value(expr),
        };
        Typed::new(node, ty.clone())
    }
}

/// The node, made to give what `ty` needs where C# converts without being asked.
pub(crate) fn coerced(value: Typed, ty: &Type) -> Node {
    let plain = ty.plain();
    let converts = value.ty != *plain
        && ((plain.is_number()
            && value.ty.is_number()
            && *plain != Type::Unknown
            && value.ty != Type::Unknown)
            || (plain.is("JToken") && !value.ty.fits(&Type::OBJECT))
            || (plain.is("JToken") && is_plain(&value.ty))
            || (value.ty.is("string") && (plain.is("XName") || plain.is("XNamespace")))
            || (plain.is("DateTimeOffset") && value.ty.is("DateTime")));
    if converts {
        Node::Cast { to: Arc::new(plain.clone()), operand: Box::new(value.node) }
    } else {
        value.node
    }
}

/// A type that becomes JSON where JSON is wanted.
fn is_plain(ty: &Type) -> bool {
    let plain = ty.plain();
    (plain.is_number() && *plain != Type::Unknown)
        || matches!(
            plain,
            Type::Named("string" | "bool" | "DateTime" | "DateTimeOffset" | "TimeSpan" | "Guid", _)
        )
}

/// Whether its text would be no more than the name of its type.
pub(crate) fn is_opaque(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Void
            | Type::Named(
                "context"
                    | "IRequest"
                    | "IResponse"
                    | "IDeployment"
                    | "IGateway"
                    | "IApi"
                    | "IOperation"
                    | "ILastError"
                    | "IMessageBody"
                    | "Headers"
                    | "Variables"
                    | "MatchedParameters"
                    | "Certificates"
                    | "X500DistinguishedName"
                    | "Func"
                    | "Action",
                _
            )
    )
}
