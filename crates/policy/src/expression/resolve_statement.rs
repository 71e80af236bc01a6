//! The statements of `@{…}` to what is run.

use crate::diagnostic::shorten;
use crate::expression::node::{Command, Node};
use crate::expression::resolve::{Resolver, Typed, widened};
use crate::expression::tokens::Wrong;
use crate::expression::tree::{Declared, Expr, Kind, Name, Statement, StatementKind};
use crate::expression::types::Type;
use crate::source::Span;

/// Whether what stands after a statement can be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Continues,
    Ends,
}

/// What is done with a value that is returned.
pub(crate) type Accept<'a> = &'a dyn Fn(&mut Resolver, Typed, Span) -> Node;

impl Resolver {
    /// A block with a scope of its own.
    pub(crate) fn block(&mut self, statements: &[Statement], accept: Accept<'_>) -> (Vec<Command>, Flow) {
        let scope = self.open_scope();
        let mut commands = Vec::new();
        let mut flow = Flow::Continues;
        for statement in statements {
            if self.statement(statement, accept, &mut commands) == Flow::Ends {
                flow = Flow::Ends;
            }
        }
        self.close_scope(scope);
        (commands, flow)
    }

    /// Whether an expression is a statement of its own, so that nobody uses its value.
    pub(crate) fn is_statement(&self, expr: &Expr) -> bool {
        self.statement == Some(expr.span)
    }

    fn statement(&mut self, statement: &Statement, accept: Accept<'_>, to: &mut Vec<Command>) -> Flow {
        match &statement.kind {
            StatementKind::Local { declared, variables } => self.locals(declared, variables, to),
            StatementKind::If { condition, then, otherwise } => {
                let condition = self.condition(condition);
                let (then, first) = self.inner(then, accept);
                let (otherwise, second) = match otherwise {
                    Some(otherwise) => self.inner(otherwise, accept),
                    None => (Vec::new(), Flow::Continues),
                };
                to.push(Command::If { condition, then, otherwise });
                return if first == Flow::Ends && second == Flow::Ends {
                    Flow::Ends
                } else {
                    Flow::Continues
                };
            }
            StatementKind::ForEach { declared, variable, items, body } => {
                self.for_each(declared, variable, items, body, accept, to);
            }
            StatementKind::For { start, condition, update, body } => {
                let scope = self.open_scope();
                for statement in start {
                    self.statement(statement, accept, to);
                }
                let condition =
                    condition.as_ref().map_or(Node::Bool(true), |condition| self.condition(condition));
                let update = update.iter().map(|update| self.effect(update)).collect();
                let body = self.looped(body, accept);
                self.close_scope(scope);
                to.push(Command::While { condition, body, update });
            }
            StatementKind::While { condition, body } => {
                let condition = self.condition(condition);
                let body = self.looped(body, accept);
                to.push(Command::While { condition, body, update: Vec::new() });
            }
            StatementKind::Return(Some(value)) => {
                let returned = self.value(value);
                let node = accept(self, returned, value.span);
                to.push(Command::Return(node));
                return Flow::Ends;
            }
            StatementKind::Return(None) => {
                self.problem(Wrong::syntax(statement.span, "`return` needs a value here"));
                return Flow::Ends;
            }
            StatementKind::Break | StatementKind::Continue => {
                let is_break = matches!(statement.kind, StatementKind::Break);
                if self.loops == 0 {
                    let word = if is_break { "break" } else { "continue" };
                    self.problem(Wrong::syntax(statement.span, format!("`{word}` stands in no loop")));
                }
                to.push(if is_break { Command::Break } else { Command::Continue });
                return Flow::Ends;
            }
            StatementKind::Expression(expression) => {
                let node = self.effect(expression);
                to.push(Command::Evaluate(node));
            }
            StatementKind::Block(statements) => {
                let (commands, flow) = self.block(statements, accept);
                to.extend(commands);
                return flow;
            }
            other => self.refuse_statement(other, statement.span),
        }
        Flow::Continues
    }

    fn inner(&mut self, statement: &Statement, accept: Accept<'_>) -> (Vec<Command>, Flow) {
        self.block(std::slice::from_ref(statement), accept)
    }

    fn looped(&mut self, body: &Statement, accept: Accept<'_>) -> Vec<Command> {
        self.loops += 1;
        let (body, _) = self.inner(body, accept);
        self.loops -= 1;
        body
    }

    /// An expression that is run for what it does.
    fn effect(&mut self, expression: &Expr) -> Node {
        if !matches!(
            expression.kind,
            Kind::Assign { .. }
                | Kind::Postfix { .. }
                | Kind::Call { .. }
                | Kind::Unary { operator: "++" | "--", .. }
        ) {
            let message = "only an assignment, a call, `++` or `--` can be a statement";
            return self.problem(Wrong::syntax(expression.span, message)).node;
        }
        let before = self.statement.replace(expression.span);
        let node = self.value(expression).node;
        self.statement = before;
        node
    }

    fn locals(&mut self, declared: &Declared, variables: &[(Name, Option<Expr>)], to: &mut Vec<Command>) {
        for (name, value) in variables {
            let ty = match declared {
                Declared::Var => None,
                Declared::Type(ty) => Some(self.type_of(ty)),
            };
            let initial = value.as_ref().map(|value| (self.value(value), value.span));
            self.refuse_second(name);
            let (ty, node) = match (ty, initial) {
                (Some(ty), Some((value, span))) => (ty, self.fitting(value, ty, span)),
                (Some(ty), None) => (ty, default_of(ty)),
                (None, Some((value, span))) => (self.inferred(&value, span), value.node),
                (None, None) => {
                    let message = format!("`var {}` needs a value", shorten(&name.text));
                    self.problem(Wrong::syntax(name.span, message));
                    (Type::Unknown, Node::Null)
                }
            };
            let slot = self.declare(&name.text, ty);
            to.push(Command::Evaluate(Node::Assign { slot, value: Box::new(node) }));
        }
    }

    fn refuse_second(&mut self, name: &Name) {
        if self.local(&name.text).is_some() || name.text == "context" {
            let message = format!("there is a `{}` already", shorten(&name.text));
            self.problem(Wrong { code: "duplicate-name", span: name.span, message, help: None });
        }
    }

    fn fitting(&mut self, value: Typed, ty: Type, span: Span) -> Node {
        if !value.ty.fits(ty) || (value.nullable && !ty.is_reference()) {
            let message = format!("a `{}` is needed here, not a `{}`", ty.name(), value.ty.name());
            self.wrong_type(span, message);
            if value.ty == Type::Object
                && let Some(last) = self.problems.last_mut()
            {
                last.help = Some(format!("cast it: `({})…`", ty.name()));
            }
        }
        widened(value.node, value.ty, ty)
    }

    fn inferred(&mut self, value: &Typed, span: Span) -> Type {
        if value.nullable {
            self.problem(Wrong::unsupported(span, "a local that is null or a number, bool or time"));
            return Type::Unknown;
        }
        if matches!(value.ty, Type::Null | Type::Void) {
            self.wrong_type(span, "`var` needs a value with a type");
            return Type::Unknown;
        }
        value.ty
    }

    fn for_each(
        &mut self,
        declared: &Declared,
        variable: &Name,
        items: &Expr,
        body: &Statement,
        accept: Accept<'_>,
        to: &mut Vec<Command>,
    ) {
        let values = self.value(items);
        if !values.ty.fits(Type::Texts) {
            let what = format!("`foreach` over a `{}`", values.ty.name());
            self.problem(Wrong::unsupported(items.span, what));
        }
        if let Declared::Type(ty) = declared
            && !Type::String.fits(self.type_of(ty))
        {
            self.wrong_type(variable.span, "the elements are of type `string`");
        }
        self.refuse_second(variable);
        let scope = self.open_scope();
        let slot = self.declare(&variable.text, Type::String);
        let body = self.looped(body, accept);
        self.close_scope(scope);
        to.push(Command::ForEach { slot, items: values.node, body });
    }

    fn refuse_statement(&mut self, kind: &StatementKind, span: Span) {
        let word = match kind {
            StatementKind::DoWhile { .. } => "do",
            StatementKind::Switch { .. } => "switch",
            StatementKind::Try { .. } => "try",
            StatementKind::Using { .. } => "using",
            StatementKind::Throw(_) => "throw",
            StatementKind::Function { name, .. } => {
                self.problem(Wrong::unsupported(name.span, "a function of one's own"));
                return;
            }
            _ => "",
        };
        let span = Span::new(span.start, span.start + word.len());
        self.problem(Wrong::unsupported(span, format!("`{word}`")));
    }
}

/// The value of a local that has none yet.
fn default_of(ty: Type) -> Node {
    match ty {
        Type::Bool => Node::Bool(false),
        Type::Int | Type::Comparison => Node::Int(0),
        Type::Long => Node::Long(0),
        Type::Double => Node::Double(0.0),
        Type::Char => Node::Character(0),
        _ => Node::Null,
    }
}
