//! The statements of `@{…}` to what is run.

use crate::diagnostic::shorten;
use crate::expression::constant::{Constant, is_constant};
use crate::expression::node::{Command, Node};
use crate::expression::resolve::{Resolver, Typed};
use crate::expression::resolve_type::Accept;
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

impl Resolver {
    /// A block with a scope of its own.
    pub(crate) fn block(&mut self, statements: &[Statement]) -> (Vec<Command>, Flow) {
        let scope = self.open_scope();
        let mut commands = self.functions(statements);
        let hoisted = commands.len();
        let mut flow = Flow::Continues;
        for statement in statements {
            if self.statement(statement, &mut commands) == Flow::Ends {
                flow = Flow::Ends;
            }
        }
        // Functions can be called before they are written down.
        let late: Vec<Command> = std::mem::take(&mut self.function_bodies).into_iter().collect();
        commands.splice(hoisted..hoisted, late);
        self.close_scope(scope);
        (commands, flow)
    }

    pub(crate) fn statement(&mut self, statement: &Statement, to: &mut Vec<Command>) -> Flow {
        match &statement.kind {
            StatementKind::Local { constant, declared, variables } => {
                for (name, value) in variables {
                    let (slot, node) = self.declared(declared, name, value.as_ref());
                    if *constant {
                        self.fix(name, value.as_ref(), &node);
                    }
                    to.push(Command::Evaluate(Node::Assign { slot, value: Box::new(node) }));
                }
            }
            StatementKind::If { condition, then, otherwise } => {
                let scope = self.open_scope();
                let condition = self.condition(condition);
                let is_true = matches!(condition, Node::Bool(true));
                let (then, first) = self.inner(then);
                let (otherwise, second) = match otherwise {
                    Some(otherwise) => self.inner(otherwise),
                    None => (Vec::new(), Flow::Continues),
                };
                // A name that a pattern of the condition declares lives on behind an `if` that ends.
                if first == Flow::Continues {
                    self.close_scope(scope);
                }
                to.push(Command::If { condition, then, otherwise });
                return if first == Flow::Ends && (second == Flow::Ends || is_true) {
                    Flow::Ends
                } else {
                    Flow::Continues
                };
            }
            StatementKind::Return(Some(value)) => {
                let returned = match self.accepts.last() {
                    Some(Accept::Function(ty)) => {
                        let ty = ty.clone();
                        self.value_for(value, &ty)
                    }
                    _ => self.value(value),
                };
                let node = self.accepted(returned, value.span);
                to.push(Command::Return(Some(node)));
                return Flow::Ends;
            }
            StatementKind::Return(None) => {
                let needs = matches!(self.accepts.last(), Some(Accept::Expression(_)));
                let needs =
                    needs || matches!(self.accepts.last(), Some(Accept::Function(ty)) if *ty != Type::Void);
                if needs {
                    self.problem(Wrong::syntax(statement.span, "`return` needs a value here"));
                }
                to.push(Command::Return(None));
                return Flow::Ends;
            }
            StatementKind::Break | StatementKind::Continue => {
                self.leap(&statement.kind, statement.span, to);
                return Flow::Ends;
            }
            StatementKind::Throw(thrown) => {
                match thrown {
                    Some(thrown) => {
                        let value = self.value(thrown);
                        if !value.ty.fits(&Type::named("Exception")) {
                            self.wrong_type(
                                thrown.span,
                                format!("only an exception can be thrown, not a `{}`", value.ty),
                            );
                        }
                        to.push(Command::Throw(Some(value.node)));
                    }
                    None => {
                        if self.catches == 0 {
                            self.problem(Wrong::syntax(
                                statement.span,
                                "`throw;` can only stand in a `catch`",
                            ));
                        }
                        to.push(Command::Throw(None));
                    }
                }
                return Flow::Ends;
            }
            StatementKind::Expression(expression) => {
                let node = self.effect(expression);
                to.push(Command::Evaluate(node));
            }
            StatementKind::Block(statements) => {
                let before = std::mem::take(&mut self.function_bodies);
                let (commands, flow) = self.block(statements);
                self.function_bodies = before;
                to.extend(commands);
                return flow;
            }
            StatementKind::Function { name, parameters, body, .. } => self.function(name, parameters, body),
            other => return self.compound(other, to),
        }
        Flow::Continues
    }

    fn leap(&mut self, kind: &StatementKind, span: Span, to: &mut Vec<Command>) {
        let is_break = matches!(kind, StatementKind::Break);
        let allowed = if is_break { self.loops + self.switches > 0 } else { self.loops > 0 };
        if !allowed {
            let word = if is_break { "break" } else { "continue" };
            self.problem(Wrong::syntax(span, format!("`{word}` stands in no loop")));
        }
        to.push(if is_break { Command::Break } else { Command::Continue });
    }

    pub(crate) fn inner(&mut self, statement: &Statement) -> (Vec<Command>, Flow) {
        let before = std::mem::take(&mut self.function_bodies);
        let inner = match &statement.kind {
            StatementKind::Block(statements) => self.block(statements),
            _ => self.block(std::slice::from_ref(statement)),
        };
        self.function_bodies = before;
        inner
    }

    /// An expression that is run for what it does.
    pub(crate) fn effect(&mut self, expression: &Expr) -> Node {
        if !matches!(
            expression.kind,
            Kind::Assign { .. }
                | Kind::Postfix { .. }
                | Kind::Call { .. }
                | Kind::New { .. }
                | Kind::Unary { operator: "++" | "--", .. }
        ) && !ends_in_call(expression)
        {
            let message = "only an assignment, a call, `new`, `++` or `--` can be a statement";
            return self.problem(Wrong::syntax(expression.span, message)).node;
        }
        self.value(expression).node
    }

    /// Declares a local; gives its slot and what is put there.
    fn declared(&mut self, declared: &Declared, name: &Name, value: Option<&Expr>) -> (usize, Node) {
        let ty = match declared {
            Declared::Var => None,
            Declared::Type(ty) => Some(self.type_of(ty)),
        };
        let initial = value.map(|value| {
            let resolved = match &ty {
                Some(ty) => self.value_for(value, ty),
                None => self.value(value),
            };
            (resolved, value.span)
        });
        self.refuse_second(name);
        let (ty, node) = match (ty, initial) {
            (Some(ty), Some((value, span))) => {
                let node = self.fitting(value, &ty, span);
                (ty, node)
            }
            (Some(ty), None) => {
                let node = Typed::unknown().default_of(&ty).node;
                (ty, node)
            }
            (None, Some((value, span))) => (self.inferred(&value, span), value.node),
            (None, None) => {
                let message = format!("`var {}` needs a value", shorten(&name.text));
                self.problem(Wrong::syntax(name.span, message));
                (Type::Unknown, Node::Null)
            }
        };
        (self.declare(&name.text, ty), node)
    }

    /// Makes the newest local a constant.
    fn fix(&mut self, name: &Name, value: Option<&Expr>, node: &Node) {
        let Some(local) = self.locals.last_mut() else { return };
        local.fixed = true;
        local.constant = Constant::of(node);
        let is_known = is_constant(node, &local.ty) || local.ty == Type::Unknown;
        if value.is_none() || !is_known {
            let span = value.map_or(name.span, |value| value.span);
            let message = format!("the value of the constant `{}` must be a constant", shorten(&name.text));
            let help = Some("leave out `const`".to_owned());
            self.problem(Wrong { code: "not-constant", span, message, help });
        }
    }

    pub(crate) fn refuse_second(&mut self, name: &Name) {
        if self.local(&name.text).is_some() || name.text == "context" {
            self.duplicate(name);
        }
    }

    pub(crate) fn duplicate(&mut self, name: &Name) {
        let message = format!("there is a `{}` already", shorten(&name.text));
        self.problem(Wrong { code: "duplicate-name", span: name.span, message, help: None });
    }

    fn inferred(&mut self, value: &Typed, span: Span) -> Type {
        if matches!(value.ty, Type::Null | Type::Void) {
            self.wrong_type(span, "`var` needs a value with a type");
            return Type::Unknown;
        }
        value.ty.clone()
    }
}

fn ends_in_call(expr: &Expr) -> bool {
    matches!(&expr.kind, Kind::Parenthesised(inner) if ends_in_call(inner))
}
