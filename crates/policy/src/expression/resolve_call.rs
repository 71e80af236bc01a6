//! Calls that aren't rows of the table: variables with a type, searches with a lambda, new times.

use crate::expression::node::{Function, Method, Node, Search};
use crate::expression::resolve::{Resolver, Typed, widened};
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Argument, Expr, Kind, LambdaBody, Member};
use crate::expression::types::Type;
use crate::source::Span;

impl Resolver {
    /// `context.Variables.GetValueOrDefault<T>("name", default)`.
    pub(crate) fn variable_or_default(
        &mut self,
        object: Typed,
        member: &Member,
        arguments: &[Argument],
        span: Span,
    ) -> Typed {
        let mut given = self.arguments(arguments).into_iter();
        let (name, default) = (given.next(), given.next());
        let (Some((name, at)), None) = (name, given.next()) else {
            let message = "`GetValueOrDefault` takes a name and perhaps a value".to_owned();
            return self.problem(Wrong { code: "wrong-argument-count", span, message, help: None });
        };
        if !name.ty.fits(Type::String) {
            return self.wrong_type(at, format!("a name is a `string`, not a `{}`", name.ty.name()));
        }
        let ty = match (member.types.first(), &default) {
            (Some(named), _) => self.type_of(named),
            (None, Some((default, _))) if default.ty != Type::Null => default.ty,
            (None, _) => Type::Object,
        };
        let mut nodes = vec![name.node];
        if let Some((default, at)) = default {
            if !default.ty.fits(ty) || default.nullable {
                let message = format!("a `{}` is needed here, not a `{}`", ty.name(), default.ty.name());
                return self.wrong_type(at, message);
            }
            nodes.push(widened(default.node, default.ty, ty));
        }
        if !ty.can_be_kept() {
            return self.wrong_type(span, format!("no variable holds a `{}`", ty.name()));
        }
        let (method, object) = (Method::VariableOrDefault(ty), Box::new(object.node));
        Typed::new(Node::Method { object, method, arguments: nodes, null_safe: false }, ty)
    }

    pub(crate) fn search(
        &mut self,
        items: Typed,
        search: Search,
        arguments: &[Argument],
        span: Span,
    ) -> Typed {
        let gives = match search {
            Search::Any | Search::All => Type::Bool,
            Search::Count => Type::Int,
            _ => Type::String,
        };
        let items = Box::new(items.node);
        match arguments {
            [] if search != Search::All => {
                Typed::new(Node::Search { items, search, slot: 0, test: None }, gives)
            }
            [Argument { value: Expr { kind: Kind::Lambda { parameters, body }, .. }, .. }] => {
                let ([parameter], LambdaBody::Expression(body)) = (parameters.as_slice(), &**body) else {
                    return self.problem(Wrong::unsupported(span, "a lambda of this form"));
                };
                let scope = self.open_scope();
                let slot = self.declare(&parameter.text, Type::String);
                self.lambdas += 1;
                let test = Some(Box::new(self.condition(body)));
                self.lambdas -= 1;
                self.close_scope(scope);
                Typed::new(Node::Search { items, search, slot, test }, gives)
            }
            _ => {
                let message = "a test such as `x => x == \"a\"` is needed here".to_owned();
                self.problem(Wrong { code: "wrong-argument-count", span, message, help: None })
            }
        }
    }

    pub(crate) fn new_date(&mut self, arguments: &[Argument], span: Span) -> Typed {
        let given = self.arguments(arguments);
        const I: Type = Type::Int;
        let overloads: [(&[Type], Function, Type); 2] = [
            (&[I, I, I], Function::NewDate, Type::DateTime),
            (&[I, I, I, I, I, I], Function::NewDate, Type::DateTime),
        ];
        match self.pick(&overloads, given, "new DateTime", span) {
            Some((function, gives, arguments)) => Typed::new(Node::Static { function, arguments }, gives),
            None => Typed::unknown(),
        }
    }
}

/// The search of an array that a method is.
pub(crate) fn search_named(name: &str) -> Option<Search> {
    Some(match name {
        "Any" => Search::Any,
        "All" => Search::All,
        "Count" => Search::Count,
        "First" => Search::First,
        "FirstOrDefault" => Search::FirstOrDefault,
        "Last" => Search::Last,
        "LastOrDefault" => Search::LastOrDefault,
        _ => return None,
    })
}
