//! Members and calls: found in the tables, their arguments checked, what is near suggested.

use crate::diagnostic::shorten;
use crate::expression::members::{MemberKind, members, statics};
use crate::expression::members_later::{later, later_statics};
use crate::expression::node::{Function, Method, Node};
use crate::expression::resolve::{Resolver, Typed, widened};
use crate::expression::resolve_call::search_named;
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Access, Argument, Expr, Kind, Member, Passing};
use crate::expression::types::{self, Type};
use crate::nearest::nearest;
use crate::source::Span;

impl Resolver {
    /// A chain of members, indexes and calls: `?.` in it skips the rest of it.
    pub(crate) fn chain(&mut self, expr: &Expr) -> Typed {
        let mut safe = false;
        let mut value = self.link(expr, &mut safe);
        if safe {
            value.nullable = value.nullable || !value.ty.is_reference();
            value.node = Node::Chain(Box::new(value.node));
        }
        value
    }

    fn link(&mut self, expr: &Expr, safe: &mut bool) -> Typed {
        match &expr.kind {
            Kind::Member(member) => self.member(member, safe),
            Kind::Index { object, arguments, access } => {
                let object = self.link(object, safe);
                *safe |= *access == Access::NullSafe;
                self.index(object, arguments, *access, expr.span)
            }
            Kind::Call { function, arguments } => match &function.kind {
                Kind::Member(member) => self.call(member, arguments, expr.span, safe),
                _ => self.problem(Wrong::unsupported(function.span, "a function of one's own")),
            },
            _ => self.value(expr),
        }
    }

    fn member(&mut self, member: &Member, safe: &mut bool) -> Typed {
        if let Some(class) = self.class_of(&member.object) {
            return self.static_member(class, member, None);
        }
        let object = self.link(&member.object, safe);
        *safe |= member.access == Access::NullSafe;
        if let Some(refused) = self.refuse_object(&object, member) {
            return refused;
        }
        let name = member.name.text.as_str();
        let found = members(object.ty).find(|known| known.name == name);
        match found.map(|found| (found.kind, found.gives)) {
            Some((MemberKind::Property(crate::expression::node::Property::Part(part)), gives)) => {
                Typed::new(Node::Part(part), gives)
            }
            Some((MemberKind::Property(property), gives)) => {
                let null_safe = member.access == Access::NullSafe;
                Typed::new(Node::Property { object: Box::new(object.node), property, null_safe }, gives)
            }
            Some((MemberKind::Method(..), _)) => {
                let message = format!("`{name}` is a method: it needs brackets");
                self.problem(Wrong::syntax(member.name.span, message))
            }
            None => self.unknown_member(object.ty, member),
        }
    }

    fn call(&mut self, member: &Member, arguments: &[Argument], span: Span, safe: &mut bool) -> Typed {
        if let Some(found) = self.certificate_search(member, arguments) {
            return found;
        }
        if let Some(class) = self.class_of(&member.object) {
            return self.static_member(class, member, Some(arguments));
        }
        let object = self.link(&member.object, safe);
        *safe |= member.access == Access::NullSafe;
        if let Some(refused) = self.refuse_object(&object, member) {
            self.arguments(arguments);
            return refused;
        }
        let name = member.name.text.as_str();
        if object.ty == Type::Texts
            && let Some(search) = search_named(name)
        {
            return self.search(object, search, arguments, span);
        }
        if object.ty == Type::Variables && name == "GetValueOrDefault" {
            return self.variable_or_default(object, member, arguments, span);
        }
        if name == "Equals"
            && object.ty == Type::String
            && let Some(same) = self.thumbprint_equals(member, arguments)
        {
            return same;
        }
        let given = self.arguments(arguments);
        let rows: Vec<_> = members(object.ty).filter(|known| known.name == name).collect();
        let overloads: Vec<(&[Type], Method, Type)> = rows
            .iter()
            .filter_map(|row| match row.kind {
                MemberKind::Method(method, types) => Some((types, method, row.gives)),
                MemberKind::Property(_) => None,
            })
            .collect();
        if overloads.is_empty() {
            return self.unknown_member(object.ty, member);
        }
        let null_safe = member.access == Access::NullSafe;
        match self.pick(&overloads, given, name, span) {
            Some((method, gives, arguments)) => {
                let object = Box::new(object.node);
                Typed::new(Node::Method { object, method, arguments, null_safe }, gives)
            }
            None => Typed::unknown(),
        }
    }

    /// A value that has no members of its own: something wrong before, null, or perhaps null.
    fn refuse_object(&mut self, object: &Typed, member: &Member) -> Option<Typed> {
        if object.ty == Type::Unknown {
            return Some(Typed::unknown());
        }
        if object.nullable {
            return Some(self.problem(Wrong::unsupported(member.name.span, "a member of a `?` type")));
        }
        None
    }

    fn static_member(&mut self, class: &'static str, member: &Member, given: Option<&[Argument]>) -> Typed {
        let name = member.name.text.as_str();
        if class == LATER {
            if let Some(arguments) = given {
                self.arguments(arguments);
            }
            let what = format!("`{}.{}`", shorten(&last_word(&member.object)), shorten(name));
            return self.problem(Wrong::unsupported(member.name.span, what));
        }
        let rows: Vec<_> = statics(class).filter(|known| known.name == name).collect();
        let Some(first) = rows.first() else {
            if let Some(arguments) = given {
                self.arguments(arguments);
            }
            let names = statics(class).map(|known| known.name);
            return self.no_such_member(class, member, later_statics(class), names);
        };
        let (Some(arguments), Some(_)) = (given, first.arguments) else {
            if given.is_some() != first.arguments.is_some() {
                let brackets = if given.is_some() { "takes no" } else { "needs" };
                let message = format!("`{name}` {brackets} brackets");
                return self.problem(Wrong::syntax(member.name.span, message));
            }
            return Typed::new(Node::Static { function: first.function, arguments: Vec::new() }, first.gives);
        };
        let given = self.arguments(arguments);
        let overloads: Vec<(&[Type], Function, Type)> = rows
            .iter()
            .filter_map(|row| row.arguments.map(|arguments| (arguments, row.function, row.gives)))
            .collect();
        match self.pick(&overloads, given, name, member.name.span) {
            Some((function, gives, arguments)) => Typed::new(Node::Static { function, arguments }, gives),
            None => Typed::unknown(),
        }
    }

    /// The first overload that takes these arguments; reports why if none does.
    pub(crate) fn pick<F: Copy>(
        &mut self,
        overloads: &[(&[Type], F, Type)],
        given: Vec<(Typed, Span)>,
        name: &str,
        span: Span,
    ) -> Option<(F, Type, Vec<Node>)> {
        let takes = |types: &[Type]| {
            types.len() == given.len()
                && types
                    .iter()
                    .zip(&given)
                    .all(|(wanted, (value, _))| value.ty.fits(*wanted) && !value.nullable)
        };
        if let Some((types, found, gives)) = overloads.iter().find(|(types, ..)| takes(types)) {
            let widen = |((value, _), wanted): ((Typed, Span), &Type)| widened(value.node, value.ty, *wanted);
            let nodes = given.into_iter().zip(types.iter()).map(widen).collect();
            return Some((*found, *gives, nodes));
        }
        let Some((types, ..)) = overloads.iter().find(|(types, ..)| types.len() == given.len()) else {
            let count = given.len();
            let message = format!("`{name}` can't be called with {count} argument{}", plural(count));
            self.problem(Wrong { code: "wrong-argument-count", span, message, help: None });
            return None;
        };
        let wrong =
            types.iter().zip(&given).find(|(wanted, (value, _))| !value.ty.fits(**wanted) || value.nullable);
        if let Some((wanted, (value, at))) = wrong {
            let message = format!("`{name}` wants a `{}` here, not a `{}`", wanted.name(), value.ty.name());
            self.wrong_type(*at, message);
        } else {
            self.wrong_type(span, format!("`{name}` can't be called with these arguments"));
        }
        None
    }

    pub(crate) fn arguments(&mut self, arguments: &[Argument]) -> Vec<(Typed, Span)> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            if let Some(name) = &argument.name {
                self.problem(Wrong::unsupported(name.span, "a named argument"));
            }
            let value = match (argument.passing, &argument.value.kind) {
                (Passing::Reference, _) => {
                    self.problem(Wrong::unsupported(argument.value.span, "`out` or `ref`"))
                }
                _ => self.value(&argument.value),
            };
            values.push((value, argument.value.span));
        }
        values
    }

    fn index(&mut self, object: Typed, arguments: &[Argument], access: Access, span: Span) -> Typed {
        let mut given = self.arguments(arguments).into_iter();
        let (Some((index, at)), None) = (given.next(), given.next()) else {
            let message = "one value is needed in the brackets".to_owned();
            return self.problem(Wrong { code: "wrong-argument-count", span, message, help: None });
        };
        let (wanted, gives) = match object.ty {
            Type::Unknown => return Typed::unknown(),
            Type::Headers => (Type::String, Type::Texts),
            Type::Variables => (Type::String, Type::Object),
            Type::Texts => (Type::Int, Type::String),
            Type::String => (Type::Int, Type::Char),
            Type::Certificates => {
                return self.problem(Wrong::unsupported(span, "an uploaded certificate by its id"));
            }
            other => {
                self.wrong_type(span, format!("a `{}` can't be indexed", other.name()));
                self.help_with_object(other);
                return Typed::unknown();
            }
        };
        if !index.ty.fits(wanted) || index.nullable {
            let message = format!("a `{}` is needed here, not a `{}`", wanted.name(), index.ty.name());
            return self.wrong_type(at, message);
        }
        let null_safe = access == Access::NullSafe;
        let (object, arguments) = (Box::new(object.node), vec![index.node]);
        Typed::new(Node::Method { object, method: Method::Index, arguments, null_safe }, gives)
    }

    /// The class that an expression names, if it names one: `DateTime` or `System.DateTime`.
    fn class_of(&self, expr: &Expr) -> Option<&'static str> {
        let short = match &expr.kind {
            Kind::Name(name) if self.local(name).is_none() && name != "context" => name,
            Kind::Member(member) if is_namespace(&member.object) => &member.name.text,
            _ => return None,
        };
        types::class(short).or_else(|| types::is_later(short).then_some(LATER))
    }

    fn unknown_member(&mut self, ty: Type, member: &Member) -> Typed {
        let names = members(ty).map(|known| known.name);
        let refused = self.no_such_member(ty.name(), member, later(ty), names);
        self.help_with_object(ty);
        refused
    }

    fn help_with_object(&mut self, ty: Type) {
        if let Some(last) = self.problems.last_mut().filter(|_| ty == Type::Object) {
            last.help = Some("cast it to its type first, as in `((string)x).Length`".to_owned());
        }
    }

    fn no_such_member<'n>(
        &mut self,
        of: &str,
        member: &Member,
        later: &'static [&'static str],
        names: impl Iterator<Item = &'n str>,
    ) -> Typed {
        let (name, span) = (member.name.text.as_str(), member.name.span);
        if later.contains(&name) {
            return self.problem(Wrong::unsupported(span, format!("`{name}` of `{of}`")));
        }
        let message = format!("`{of}` has no member `{}`", shorten(name));
        let meant = nearest(name, names.chain(later.iter().copied()));
        let help = meant.map(|meant| format!("did you mean `{meant}`?"));
        self.problem(Wrong { code: "unknown-member", span, message, help })
    }
}

/// Whether an expression is the start of a full name, such as `System.Text`.
fn is_namespace(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Name(name) => matches!(name.as_str(), "System" | "Newtonsoft"),
        Kind::Member(member) => is_namespace(&member.object),
        _ => false,
    }
}

fn last_word(expr: &Expr) -> String {
    match &expr.kind {
        Kind::Name(name) => name.clone(),
        Kind::Member(member) => member.name.text.clone(),
        _ => String::new(),
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Stands for all classes that can't be used yet.
const LATER: &str = "later";
