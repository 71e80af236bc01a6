//! Calls: which overload is meant, what `T` stands for in it, and what its arguments become.

use std::sync::Arc;

use crate::diagnostic::shorten;
use crate::expression::node::Node;
use crate::expression::resolve::{Resolver, Typed, literal_fits};
use crate::expression::resolve_group::group_as_lambda;
use crate::expression::resolve_member::Candidate;
use crate::expression::resolve_type::coerced;
use crate::expression::signature::{Mode, Parameter};
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Argument, Expr, Kind, LambdaBody, Member, Name, Passing};
use crate::expression::types::Type;
use crate::source::Span;

/// An argument as it was written, resolved as far as it can be without knowing the overload.
pub(crate) enum Given<'e> {
    Value(Typed, Span),
    Lambda(&'e [Name], &'e LambdaBody, Span),
    /// A method without brackets, to be called by whoever gets it.
    Group(&'e Expr),
    /// `out x`: where what comes out goes.
    Out(usize),
}

impl Resolver {
    /// A call of the first of the candidates that takes the arguments.
    pub(crate) fn call(
        &mut self,
        object: Option<(Node, bool)>,
        found: &[Candidate],
        member: &Member,
        arguments: &[Argument],
        span: Span,
    ) -> Typed {
        let explicit: Vec<Type> = member.types.iter().map(|name| self.type_of(name)).collect();
        self.call_with(object, found, &member.name.text, &explicit, arguments, span)
    }

    /// As `call`, for constructors and for calls that nobody wrote.
    pub(crate) fn call_with(
        &mut self,
        object: Option<(Node, bool)>,
        found: &[Candidate],
        name: &str,
        explicit: &[Type],
        arguments: &[Argument],
        span: Span,
    ) -> Typed {
        let given: Vec<(Option<&str>, Given<'_>)> = arguments
            .iter()
            .map(|argument| {
                let name = argument.name.as_ref().map(|name| name.text.as_str());
                (name, self.given(argument))
            })
            .collect();
        let chosen = found.iter().find_map(|candidate| {
            let (candidate, explicit) = extended(candidate, explicit)?;
            let order = order(&candidate, &given)?;
            let bound = bind(&candidate, &given, &order, explicit)?;
            Some((candidate, order, bound))
        });
        let Some((candidate, order, bound)) = chosen else {
            return self.no_overload(found, name, &given, span);
        };
        self.finish(object, &candidate, given, &order, bound, span)
    }

    fn given<'e>(&mut self, argument: &'e Argument) -> Given<'e> {
        let value = &argument.value;
        match (argument.passing, &value.kind) {
            (Passing::Reference, Kind::Name(name)) => {
                let local = self.local(name).map(|local| (local.slot, local.fixed));
                if local.is_some_and(|(_, fixed)| fixed) {
                    self.read_only(name, value.span);
                }
                let known = local.map(|(slot, _)| slot);
                Given::Out(known.unwrap_or_else(|| self.declare(name, Type::Unknown)))
            }
            (Passing::Reference, _) => {
                self.problem(Wrong::unsupported(value.span, "`out` or `ref` of anything but a local"));
                Given::Value(Typed::unknown(), value.span)
            }
            (Passing::Value, Kind::Lambda { parameters, body }) => {
                Given::Lambda(parameters, body, value.span)
            }
            (Passing::Value, _) if self.is_method_group(value) => Given::Group(value),
            (Passing::Value, _) => Given::Value(self.value(value), value.span),
        }
    }

    /// Arguments where no overload is looked for.
    pub(crate) fn arguments(&mut self, arguments: &[Argument]) -> Vec<(Typed, Span)> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = match self.given(argument) {
                Given::Value(value, _) => value,
                Given::Lambda(parameters, body, _) => {
                    let (node, _) = self.lambda(parameters, body, &[]);
                    Typed::new(node, Type::Unknown)
                }
                Given::Group(method) => {
                    let (parameters, body) = group_as_lambda(method, 1);
                    let (node, _) = self.lambda(&parameters, &body, &[]);
                    Typed::new(node, Type::Unknown)
                }
                Given::Out(slot) => Typed::new(Node::Local(slot), Type::Unknown),
            };
            values.push((value, argument.value.span));
        }
        values
    }

    fn finish(
        &mut self,
        object: Option<(Node, bool)>,
        candidate: &Candidate,
        given: Vec<(Option<&str>, Given<'_>)>,
        order: &[usize],
        mut bound: Vec<(char, Type)>,
        span: Span,
    ) -> Typed {
        let signature = candidate.signature;
        let mut nodes: Vec<Option<Node>> = Vec::new();
        let mut slots = Vec::new();
        let mut rest = Vec::new();
        nodes.resize_with(signature.parameters.len(), || None);
        for ((_, given), place) in given.into_iter().zip(order) {
            let Some(parameter) = signature.parameters.get(*place) else { continue };
            let wanted = replaced(candidate, &bound, &parameter.ty);
            let node = match given {
                Given::Value(value, _) => coerced(value, &wanted),
                Given::Out(slot) => {
                    if let Some(local) =
                        self.locals.iter_mut().find(|local| local.slot == slot && local.ty == Type::Unknown)
                    {
                        local.ty = wanted;
                    }
                    slots.push(slot);
                    continue;
                }
                Given::Lambda(parameters, body, span) => {
                    self.passed(parameters, body, span, (parameter, &wanted), &mut bound)
                }
                Given::Group(method) => {
                    let (parameters, body) = group_as_lambda(method, taken(&wanted).len());
                    self.passed(&parameters, &body, method.span, (parameter, &wanted), &mut bound)
                }
            };
            if parameter.mode == Mode::Rest {
                rest.push(node);
            } else if let Some(place) = nodes.get_mut(*place) {
                *place = Some(node);
            }
        }
        self.check_literals(signature, &nodes, span);
        let gives = replaced(candidate, &bound, &signature.gives);
        let gives = gives.with(&|_| Some(Type::Unknown));
        let arguments = arranged(candidate, &bound, nodes, rest);
        let (object, null_safe) =
            object.map_or((None, false), |(object, safe)| (Some(Box::new(object)), safe));
        let call = Node::Call { object, member: candidate.called(), arguments, null_safe };
        if slots.is_empty() {
            return Typed::new(call, gives);
        }
        Typed::new(Node::Out { call: Box::new(call), slots }, gives)
    }

    /// A lambda for a parameter; what it gives may say what a letter stands for.
    fn passed(
        &mut self,
        parameters: &[Name],
        body: &LambdaBody,
        span: Span,
        (parameter, wanted): (&Parameter, &Type),
        bound: &mut Vec<(char, Type)>,
    ) -> Node {
        let (node, gives) = self.lambda(parameters, body, taken(wanted));
        self.check_result(wanted, &gives, span);
        if let Type::Named("Func", declared) = &parameter.ty
            && let Some(result) = declared.last()
        {
            infer(result, &gives, bound);
        }
        node
    }

    /// A test must answer with a bool.
    fn check_result(&mut self, wanted: &Type, gives: &Type, span: Span) {
        if let Type::Named("Func", types) = wanted
            && let Some(result) = types.last()
            && !matches!(result, Type::Variable(_))
            && !gives.fits(result)
        {
            self.wrong_type(span, format!("this must give a `{result}`, not a `{gives}`"));
        }
    }

    fn no_overload(
        &mut self,
        found: &[Candidate],
        name: &str,
        given: &[(Option<&str>, Given<'_>)],
        span: Span,
    ) -> Typed {
        // What is wrong is best said of the overload that takes as many arguments.
        let Some((candidate, order)) =
            found.iter().find_map(|candidate| order(candidate, given).map(|order| (candidate, order)))
        else {
            let named = given.iter().find_map(|(written, _)| *written).filter(|written| {
                let parameters = found.iter().flat_map(|candidate| &candidate.signature.parameters);
                parameters.into_iter().all(|parameter| parameter.name != *written)
            });
            let count = given.len();
            let message = match named {
                Some(written) => format!("`{}` has no argument `{}`", shorten(name), shorten(written)),
                None => format!("`{}` can't be called with {count} argument{}", shorten(name), plural(count)),
            };
            return self.problem(Wrong { code: "wrong-argument-count", span, message, help: None });
        };
        for ((_, given), place) in given.iter().zip(&order) {
            let Some(parameter) = candidate.signature.parameters.get(*place) else { continue };
            let wanted = candidate.ty(&parameter.ty);
            let wrong = match given {
                Given::Value(value, at) => (!value.ty.fits(&wanted)).then(|| (value.ty.to_string(), *at)),
                Given::Lambda(_, _, at) | Given::Group(Expr { span: at, .. }) => {
                    (!wanted.is("Func") && !wanted.is("Action")).then(|| ("function".to_owned(), *at))
                }
                Given::Out(..) => None,
            };
            if let Some((is, at)) = wrong {
                return self
                    .wrong_type(at, format!("`{}` wants a `{wanted}` here, not a `{is}`", shorten(name)));
            }
        }
        self.wrong_type(span, format!("`{}` can't be called with these arguments", shorten(name)))
    }

    /// `f(x)`: of a local function, or of a local that holds a lambda.
    pub(crate) fn call_of_local(&mut self, name: &str, arguments: &[Argument], span: Span) -> Typed {
        let Some(local) = self.local(name).cloned() else {
            self.arguments(arguments);
            if name == "nameof"
                && let [Argument { value: Expr { kind, .. }, .. }] = arguments
            {
                self.problems.pop();
                let text = match kind {
                    Kind::Name(name) => name.as_str(),
                    Kind::Member(member) => &member.name.text,
                    _ => "",
                };
                return Typed::new(Node::Text(Arc::from(text)), Type::STRING);
            }
            return self.name(name, span);
        };
        self.invoke(Typed::new(Node::Local(local.slot), local.ty), arguments, span)
    }

    /// A call of a value that is a lambda.
    pub(crate) fn invoke(&mut self, function: Typed, arguments: &[Argument], span: Span) -> Typed {
        let (takes, gives) = match &function.ty {
            Type::Named("Func", types) => match types.split_last() {
                Some((gives, takes)) => (Some(takes.to_vec()), gives.clone()),
                None => (None, Type::Unknown),
            },
            Type::Named("Action", types) => (Some(types.clone()), Type::Void),
            Type::Unknown => (None, Type::Unknown),
            other => {
                let message = format!("a `{other}` can't be called");
                self.arguments(arguments);
                return self.wrong_type(span, message);
            }
        };
        let given = self.arguments(arguments);
        let Some(takes) = takes else {
            let arguments = given.into_iter().map(|(value, _)| value.node).collect();
            return Typed::new(Node::Invoke { function: Box::new(function.node), arguments }, gives);
        };
        if takes.len() != given.len() {
            let message = format!("this takes {} argument{}", takes.len(), plural(takes.len()));
            return self.problem(Wrong { code: "wrong-argument-count", span, message, help: None });
        }
        let arguments =
            given.into_iter().zip(&takes).map(|((value, at), ty)| self.fitting(value, ty, at)).collect();
        Typed::new(Node::Invoke { function: Box::new(function.node), arguments }, gives)
    }
}

/// The types that a function of this type takes.
pub(crate) fn taken(function: &Type) -> &[Type] {
    match function {
        Type::Named("Func", types) => types.split_last().map_or(&[], |(_, takes)| takes),
        Type::Named(_, types) => types,
        _ => &[],
    }
}

/// For each argument the parameter that it goes to; none if it can't be called like this.
fn order(candidate: &Candidate, given: &[(Option<&str>, Given<'_>)]) -> Option<Vec<usize>> {
    let parameters = &candidate.signature.parameters;
    let written: Vec<(usize, &Parameter)> =
        parameters.iter().enumerate().filter(|(_, parameter)| parameter.mode != Mode::Type).collect();
    let mut order = Vec::with_capacity(given.len());
    let mut next = 0;
    for (name, argument) in given {
        let place = match name {
            Some(name) => written.iter().find(|(_, parameter)| parameter.name == *name)?,
            None => {
                let place = written
                    .get(next)
                    .or_else(|| written.last().filter(|(_, parameter)| parameter.mode == Mode::Rest))?;
                next += 1;
                place
            }
        };
        if matches!(argument, Given::Out(..)) != (place.1.mode == Mode::Out) {
            return None;
        }
        order.push(place.0);
    }
    let complete = written.iter().all(|(place, parameter)| {
        matches!(parameter.mode, Mode::Optional | Mode::Rest) || order.contains(place)
    });
    complete.then_some(order)
}

/// The candidate and the type arguments that are left for its own letters. A method of sequences is an extension method:
/// the type of the elements can be written in front, as in `Select<JToken, string>`.
fn extended<'t>(candidate: &Candidate, explicit: &'t [Type]) -> Option<(Candidate, &'t [Type])> {
    let own = candidate.signature.variables.len();
    if explicit.is_empty() || explicit.len() == own {
        return Some((candidate.clone(), explicit));
    }
    let (element, rest) = explicit.split_first().filter(|(_, rest)| rest.len() == own)?;
    let mut candidate = candidate.clone();
    let (_, known) = candidate.bound.iter_mut().find(|(letter, _)| *letter == 'T')?;
    if !candidate.native.takes_null || !known.fits(element) {
        return None;
    }
    *known = element.clone();
    Some((candidate, rest))
}

/// What the letters stand for if the arguments fit; none if they don't.
fn bind(
    candidate: &Candidate,
    given: &[(Option<&str>, Given<'_>)],
    order: &[usize],
    explicit: &[Type],
) -> Option<Vec<(char, Type)>> {
    let signature = candidate.signature;
    let mut bound: Vec<(char, Type)> =
        signature.variables.iter().copied().zip(explicit.iter().cloned()).collect();
    for ((_, argument), place) in given.iter().zip(order) {
        let parameter = signature.parameters.get(*place)?;
        let declared = candidate.ty(&parameter.ty);
        match argument {
            Given::Value(value, _) => {
                infer(&declared, &value.ty, &mut bound);
                let wanted = replaced(candidate, &bound, &parameter.ty);
                let spread = parameter.mode == Mode::Rest && value.ty.fits(&Type::array_of(wanted.clone()));
                if !value.ty.fits(&wanted) && !literal_fits(&value.node, &wanted) && !spread {
                    return None;
                }
            }
            Given::Lambda(parameters, ..) => {
                let takes = match &declared {
                    Type::Named("Func", types) => types.len().checked_sub(1)?,
                    Type::Named("Action", types) => types.len(),
                    _ => return None,
                };
                if takes != parameters.len() {
                    return None;
                }
            }
            Given::Group(_) if !declared.is("Func") && !declared.is("Action") => return None,
            Given::Group(_) | Given::Out(..) => {}
        }
    }
    Some(bound)
}

/// Finds what the letters of a declared type stand for when it is given.
fn infer(declared: &Type, given: &Type, bound: &mut Vec<(char, Type)>) {
    match declared {
        Type::Variable(letter) => match bound.iter_mut().find(|(known, _)| known == letter) {
            None if *given != Type::Null => bound.push((*letter, given.clone())),
            Some((_, known)) if !given.fits(known) => {
                if let Some(common) = known.common(given) {
                    *known = common;
                }
            }
            _ => {}
        },
        Type::Named(name, declared) => {
            if let Some(given) = given.arguments_as(name) {
                for (declared, given) in declared.iter().zip(&given) {
                    infer(declared, given, bound);
                }
            }
        }
        Type::Array(declared) => {
            if let Type::Array(given) = given {
                infer(declared, given, bound);
            }
        }
        Type::Nullable(declared) => infer(declared, given.plain(), bound),
        _ => {}
    }
}

fn replaced(candidate: &Candidate, bound: &[(char, Type)], ty: &Type) -> Type {
    candidate
        .ty(ty)
        .with(&|letter| bound.iter().find(|(known, _)| *known == letter).map(|(_, ty)| ty.clone()))
}

/// The nodes in the order of the parameters; an optional one in front of a given one is null.
fn arranged(
    candidate: &Candidate,
    bound: &[(char, Type)],
    nodes: Vec<Option<Node>>,
    rest: Vec<Node>,
) -> Vec<Node> {
    let last = nodes.iter().rposition(Option::is_some);
    let mut arguments = Vec::with_capacity(nodes.len() + rest.len());
    for (at, (node, parameter)) in nodes.into_iter().zip(&candidate.signature.parameters).enumerate() {
        match (node, parameter.mode) {
            (Some(node), _) => arguments.push(node),
            (None, Mode::Type) => {
                let ty = replaced(candidate, bound, &parameter.ty).with(&|_| Some(Type::Unknown));
                arguments.push(Node::Type(Arc::new(ty)));
            }
            (None, Mode::Optional) if last.is_some_and(|last| at < last) => arguments.push(Node::Null),
            (None, _) => {}
        }
    }
    arguments.extend(rest);
    arguments
}

pub(crate) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
