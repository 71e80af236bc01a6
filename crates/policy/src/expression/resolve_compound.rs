//! The statements that hold others: loops, `switch`, `try`, `using`, local functions.

use std::collections::HashSet;
use std::sync::Arc;

use crate::expression::class::class;
use crate::expression::constant::{Constant, is_constant};
use crate::expression::convert::is_or_derives;
use crate::expression::members::json_container;
use crate::expression::node::{Body, Called, CatchNode, Command, Lambda, Node};
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::resolve_member::candidates;
use crate::expression::resolve_statement::Flow;
use crate::expression::resolve_type::Accept;
use crate::expression::signature::MemberKind;
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Arm, Catch, Declared, Expr, Name, Statement, StatementKind, TypeName};
use crate::expression::types::Type;
use crate::source::Span;

impl Resolver {
    pub(crate) fn compound(&mut self, kind: &StatementKind, to: &mut Vec<Command>) -> Flow {
        match kind {
            StatementKind::ForEach { declared, variable, items, body } => {
                self.for_each(declared, variable, items, body, to);
            }
            StatementKind::For { start, condition, update, body } => {
                let scope = self.open_scope();
                for statement in start {
                    self.statement(statement, to);
                }
                let endless = condition.is_none();
                let condition =
                    condition.as_ref().map_or(Node::Bool(true), |condition| self.condition(condition));
                let update = update.iter().map(|update| self.effect(update)).collect();
                let body = self.looped(body);
                self.close_scope(scope);
                let ends = endless && !breaks(&body);
                to.push(Command::Loop { first_body: false, condition, body, update });
                return if ends { Flow::Ends } else { Flow::Continues };
            }
            StatementKind::While { condition, body } => {
                let condition = self.condition(condition);
                let body = self.looped(body);
                let ends = matches!(condition, Node::Bool(true)) && !breaks(&body);
                to.push(Command::Loop { first_body: false, condition, body, update: Vec::new() });
                return if ends { Flow::Ends } else { Flow::Continues };
            }
            StatementKind::DoWhile { body, condition } => {
                let body = self.looped(body);
                let condition = self.condition(condition);
                to.push(Command::Loop { first_body: true, condition, body, update: Vec::new() });
            }
            StatementKind::Switch { value, arms } => return self.switch(value, arms, to),
            StatementKind::Try { body, catches, last } => {
                return self.attempt(body, catches, last.as_deref(), to);
            }
            StatementKind::Using { declared, variable, value, body } => {
                let scope = self.open_scope();
                let resolved = self.value(value);
                let ty = match declared {
                    Declared::Var => resolved.ty.clone(),
                    Declared::Type(ty) => self.type_of(ty),
                };
                let node = self.fitting(resolved, &ty, value.span);
                self.refuse_undisposable(&ty, value.span);
                self.refuse_second(variable);
                let slot = self.declare(&variable.text, ty);
                if let Some(local) = self.locals.last_mut() {
                    local.fixed = true;
                }
                to.push(Command::Evaluate(Node::Assign { slot, value: Box::new(node) }));
                let (commands, flow) = self.inner(body);
                self.close_scope(scope);
                to.extend(commands);
                return flow;
            }
            _ => {}
        }
        Flow::Continues
    }

    /// What `using` holds must be an `IDisposable` (C# 5, §8.13).
    fn refuse_undisposable(&mut self, ty: &Type, span: Span) {
        let is_open = matches!(ty, Type::Unknown | Type::Null) || *ty == Type::OBJECT;
        if !is_open && candidates(ty, "Dispose", MemberKind::Method).is_empty() {
            self.wrong_type(span, format!("`using` needs something to be disposed of, not a `{ty}`"));
            if let Some(last) = self.problems.last_mut() {
                last.help = Some("declare it with `var` in front of the block".to_owned());
            }
        }
    }

    fn looped(&mut self, body: &Statement) -> Vec<Command> {
        self.loops += 1;
        let (body, _) = self.inner(body);
        self.loops -= 1;
        body
    }

    fn for_each(
        &mut self,
        declared: &Declared,
        variable: &Name,
        items: &Expr,
        body: &Statement,
        to: &mut Vec<Command>,
    ) {
        let mut values = self.value(items);
        let is_entry = match declared {
            Declared::Var => true,
            Declared::Type(ty) => ty.name.ends_with("KeyValuePair"),
        };
        if is_entry && values.ty.is("JObject") {
            values = entries(values);
        }
        let element = values.ty.element().unwrap_or_else(|| {
            self.wrong_type(items.span, format!("`foreach` can't go over a `{}`", values.ty));
            Type::Unknown
        });
        let ty = match declared {
            Declared::Var => element.clone(),
            Declared::Type(ty) => self.type_of(ty),
        };
        // The elements are cast to the declared type, as C# does.
        if !element.fits(&ty) && !ty.fits(&element) && element != Type::OBJECT && !element.is("JToken") {
            self.wrong_type(variable.span, format!("the elements are of type `{element}`"));
        }
        self.refuse_second(variable);
        let scope = self.open_scope();
        let slot = self.declare(&variable.text, ty);
        if let Some(local) = self.locals.last_mut() {
            local.fixed = true;
        }
        let body = self.looped(body);
        self.close_scope(scope);
        to.push(Command::ForEach { slot, items: values.node, body });
    }

    fn switch(&mut self, value: &Expr, arms: &[Arm], to: &mut Vec<Command>) -> Flow {
        let subject = self.value(value);
        let scope = self.open_scope();
        self.switches += 1;
        let mut resolved = Vec::with_capacity(arms.len());
        let (mut all_end, mut has_default) = (true, false);
        let mut seen = HashSet::new();
        for arm in arms {
            let mut labels = Vec::with_capacity(arm.labels.len());
            for label in &arm.labels {
                match label {
                    Some(label) => {
                        let constant = self.value(label);
                        let plain = subject.ty.plain();
                        if !constant.ty.fits(plain) && !plain.fits(&constant.ty) {
                            self.wrong_type(
                                label.span,
                                format!("a `{plain}` is needed here, not a `{}`", constant.ty),
                            );
                        }
                        self.check_label(&constant, label.span, &mut seen);
                        labels.push(Some(constant.node));
                    }
                    None => {
                        if has_default {
                            let message = "`switch` can have one `default`; this one has two";
                            self.problem(Wrong {
                                code: "duplicate-case",
                                ..Wrong::syntax(value.span, message)
                            });
                        }
                        has_default = true;
                        labels.push(None);
                    }
                }
            }
            let (body, flow) = self.block(&arm.body);
            if flow == Flow::Continues {
                let span = arm.body.last().map_or(value.span, |statement| statement.span);
                self.problem(Wrong::syntax(
                    span,
                    "control can't fall through from one `case` to the next: end it with `break;`",
                ));
            }
            all_end &= flow == Flow::Ends && !breaks(&body);
            resolved.push((labels, body));
        }
        self.switches -= 1;
        self.close_scope(scope);
        to.push(Command::Switch { value: subject.node, arms: resolved });
        if all_end && has_default { Flow::Ends } else { Flow::Continues }
    }

    /// The value of a `case` is a constant that no other has (C# 5, §8.7.2).
    fn check_label(&mut self, label: &Typed, span: Span, seen: &mut HashSet<Constant>) {
        if !is_constant(&label.node, &label.ty) && label.ty != Type::Unknown {
            let message = "the value of a `case` must be a constant".to_owned();
            let help = Some("use `if` and `==`".to_owned());
            self.problem(Wrong { code: "not-constant", span, message, help });
        }
        let Some(constant) = Constant::of(&label.node) else { return };
        if !seen.insert(constant.label()) {
            let message = "there is a `case` with this value already".to_owned();
            self.problem(Wrong { code: "duplicate-case", span, message, help: None });
        }
    }

    fn attempt(
        &mut self,
        body: &[Statement],
        catches: &[Catch],
        last: Option<&[Statement]>,
        to: &mut Vec<Command>,
    ) -> Flow {
        let (body, mut flow) = self.block(body);
        let mut resolved = Vec::with_capacity(catches.len());
        for catch in catches {
            let scope = self.open_scope();
            let class = catch.caught.as_ref().and_then(|name| self.caught_class(name));
            self.refuse_unreachable(catch, class, &resolved);
            let slot = catch.name.as_ref().map(|name| {
                self.refuse_second(name);
                self.declare(&name.text, Type::named(class.unwrap_or("Exception")))
            });
            let when = catch.when.as_ref().map(|when| self.condition(when));
            self.catches += 1;
            let (body, ends) = self.block(&catch.body);
            self.catches -= 1;
            self.close_scope(scope);
            if ends == Flow::Continues {
                flow = Flow::Continues;
            }
            resolved.push(CatchNode { class: class.filter(|class| *class != "Exception"), slot, when, body });
        }
        let (last, last_flow) = match last {
            Some(last) => self.block(last),
            None => (Vec::new(), Flow::Continues),
        };
        to.push(Command::Try { body, catches: resolved, last });
        if last_flow == Flow::Ends { Flow::Ends } else { flow }
    }

    /// A `catch` behind one that catches the same or more (C# 5, §8.10).
    fn refuse_unreachable(&mut self, catch: &Catch, class: Option<&'static str>, before: &[CatchNode]) {
        let class = class.unwrap_or("Exception");
        let is_caught = before.iter().filter(|earlier| earlier.when.is_none()).any(|earlier| {
            earlier.class.is_none_or(|earlier| earlier != UNKNOWN_EXCEPTION && is_or_derives(class, earlier))
        });
        if let Some(name) = catch.caught.as_ref().filter(|_| is_caught) {
            let message = "a `catch` before this one catches all of these".to_owned();
            self.problem(Wrong { code: "unreachable-catch", span: name.span, message, help: None });
        }
    }

    fn caught_class(&mut self, name: &TypeName) -> Option<&'static str> {
        let short = name.name.rsplit('.').next().unwrap_or_default();
        if let Some(class) = class(short) {
            if !is_or_derives(class.name, "Exception") {
                self.wrong_type(name.span, format!("`{}` is no exception", class.name));
            }
            return Some(class.name);
        }
        // An exception that nothing here throws: known by its name, never caught.
        if short.ends_with("Exception") {
            return Some(UNKNOWN_EXCEPTION);
        }
        self.type_of(name);
        None
    }

    /// Declares the functions of a block, so that they can be called before they are written down.
    pub(crate) fn functions(&mut self, statements: &[Statement]) -> Vec<Command> {
        for statement in statements {
            if let StatementKind::Function { result, name, parameters, .. } = &statement.kind {
                let mut types: Vec<Type> = parameters.iter().map(|(ty, _)| self.type_of(ty)).collect();
                let gives = self.type_of(result);
                let ty = if gives == Type::Void {
                    Type::Named("Action", types)
                } else {
                    types.push(gives);
                    Type::Named("Func", types)
                };
                self.refuse_second(name);
                self.declare(&name.text, ty);
            }
        }
        Vec::new()
    }

    /// The body of a function that was declared at the start of its block.
    pub(crate) fn function(&mut self, name: &Name, parameters: &[(TypeName, Name)], body: &[Statement]) {
        let Some(declared) = self.local(&name.text).cloned() else { return };
        let (types, gives) = match &declared.ty {
            Type::Named("Func", types) => match types.split_last() {
                Some((gives, types)) => (types.to_vec(), gives.clone()),
                None => return,
            },
            Type::Named(_, types) => (types.clone(), Type::Void),
            _ => return,
        };
        let scope = self.open_scope();
        let first = self.slots;
        let slots = parameters
            .iter()
            .zip(types)
            .map(|((_, parameter), ty)| {
                self.refuse_second(parameter);
                self.declare(&parameter.text, ty)
            })
            .collect();
        let (loops, switches) = (std::mem::take(&mut self.loops), std::mem::take(&mut self.switches));
        let bodies = std::mem::take(&mut self.function_bodies);
        self.accepts.push(Accept::Function(gives.clone()));
        let (commands, flow) = self.block(body);
        self.accepts.pop();
        self.function_bodies = bodies;
        (self.loops, self.switches) = (loops, switches);
        if flow == Flow::Continues && gives != Type::Void {
            let message = format!(
                "not every path through `{}` returns a value",
                crate::diagnostic::shorten(&name.text)
            );
            self.problem(Wrong { code: "missing-return", span: name.span, message, help: None });
        }
        self.close_scope(scope);
        let lambda = Lambda { slots, body: Body::Block(commands), own: (first, self.slots) };
        let node = Node::Assign { slot: declared.slot, value: Box::new(Node::Lambda(Arc::new(lambda))) };
        self.function_bodies.push(Command::Evaluate(node));
    }
}

/// The members of a JSON object with their names: what `foreach` goes over, unlike the methods of sequences.
fn entries(object: Typed) -> Typed {
    let entry = Type::Named("KeyValuePair", vec![Type::STRING, Type::named("JToken")]);
    let member = Called { name: "GetEnumerator", run: json_container::entries, takes_null: false };
    let (object, arguments) = (Some(Box::new(object.node)), Vec::new());
    let node = Node::Call { object, member, arguments, null_safe: false };
    Typed::new(node, Type::Named("IEnumerable", vec![entry]))
}

/// Stands for exceptions that nothing here throws.
const UNKNOWN_EXCEPTION: &str = "NotImplementedException";

/// Whether a `break` in these commands leaves the loop or `switch` around them.
fn breaks(commands: &[Command]) -> bool {
    commands.iter().any(|command| match command {
        Command::Break => true,
        Command::If { then, otherwise, .. } => breaks(then) || breaks(otherwise),
        Command::Try { body, catches, last } => {
            breaks(body) || breaks(last) || catches.iter().any(|catch| breaks(&catch.body))
        }
        _ => false,
    })
}
