//! Definite assignment: whether a local may be read before anything was put into it (C# 5, §5.3).
//!
//! The state at a place is the set of locals that may still be without a value, one bit for each. Where no path leads,
//! every local counts as assigned, so that states of several paths are joined with `|`.

use crate::diagnostic::shorten;
use crate::expression::tokens::Wrong;
use crate::expression::tree::{
    Argument, Arm, Catch, Expr, Kind, LambdaBody, Literal, Name, Passing, Piece, Statement, StatementKind,
};

/// Reports every local of a block that may be read before it has a value, each once.
pub(crate) fn unassigned_in_block(statements: &[Statement]) -> Vec<Wrong> {
    let mut flow = Flow::default();
    flow.block(statements, NOTHING);
    flow.problems
}

/// The same of a single expression, in which patterns can declare locals.
pub(crate) fn unassigned_in(expr: &Expr) -> Vec<Wrong> {
    let mut flow = Flow::default();
    flow.value(expr, NOTHING);
    flow.problems
}

type State = u64;

/// Every local has a value, or no path leads here.
const NOTHING: State = 0;

#[derive(Default)]
struct Flow<'e> {
    /// The locals in scope that began without a value, with their bits; no bit for what hides one of them.
    names: Vec<(&'e str, State)>,
    /// How many bits are handed out. Beyond 64 locals are no longer followed.
    bits: u32,
    /// Names that a local function assigns: when it is called isn't followed.
    assigned_elsewhere: Vec<&'e str>,
    functions: usize,
    /// What `break` leaves in each loop and `switch` around the present place.
    breaks: Vec<State>,
    problems: Vec<Wrong>,
}

impl<'e> Flow<'e> {
    fn block(&mut self, statements: &'e [Statement], state: State) -> State {
        let scope = self.names.len();
        let mut state = state;
        for statement in statements {
            if let StatementKind::Function { body, .. } = &statement.kind {
                state = self.function(body, state);
            }
        }
        for statement in statements {
            state = self.statement(statement, state);
        }
        self.names.truncate(scope);
        state
    }

    /// The locals of a function are followed; those around it that it assigns no longer are.
    fn function(&mut self, body: &'e [Statement], state: State) -> State {
        self.functions += 1;
        let breaks = std::mem::take(&mut self.breaks);
        self.block(body, NOTHING);
        self.breaks = breaks;
        self.functions -= 1;
        let assigned = self.assigned_elsewhere.iter().map(|name| self.bit(name));
        assigned.fold(state, |state, bit| state & !bit)
    }

    fn statement(&mut self, statement: &'e Statement, state: State) -> State {
        match &statement.kind {
            StatementKind::Local { variables, .. } => {
                variables.iter().fold(state, |state, (name, value)| match value {
                    Some(value) => self.value(value, state),
                    None => state | self.declare(name),
                })
            }
            StatementKind::If { condition, then, otherwise } => {
                let (yes, no) = self.condition(condition, state);
                let yes = self.statement(then, yes);
                yes | otherwise.as_ref().map_or(no, |otherwise| self.statement(otherwise, no))
            }
            StatementKind::ForEach { items, body, .. } => {
                let state = self.value(items, state);
                self.looped(body, state);
                state
            }
            StatementKind::For { start, condition, update, body } => {
                let state = start.iter().fold(state, |state, statement| self.statement(statement, state));
                let (yes, no) = match condition {
                    Some(condition) => self.condition(condition, state),
                    None => (state, NOTHING),
                };
                let (end, left) = self.looped(body, yes);
                update.iter().fold(end, |state, update| self.value(update, state));
                no | left
            }
            StatementKind::While { condition, body } => {
                let (yes, no) = self.condition(condition, state);
                no | self.looped(body, yes).1
            }
            StatementKind::DoWhile { body, condition } => {
                let (end, left) = self.looped(body, state);
                self.condition(condition, end).1 | left
            }
            StatementKind::Switch { value, arms } => self.switch(value, arms, state),
            StatementKind::Try { body, catches, last } => self.attempt(body, catches, last.as_deref(), state),
            StatementKind::Using { value, body, .. } => {
                let state = self.value(value, state);
                self.statement(body, state)
            }
            StatementKind::Return(value) | StatementKind::Throw(value) => {
                value.iter().for_each(|value| {
                    self.value(value, state);
                });
                NOTHING
            }
            StatementKind::Break => {
                if let Some(breaks) = self.breaks.last_mut() {
                    *breaks |= state;
                }
                NOTHING
            }
            StatementKind::Continue => NOTHING,
            StatementKind::Function { .. } => state,
            StatementKind::Expression(expression) => self.value(expression, state),
            StatementKind::Block(statements) => self.block(statements, state),
        }
    }

    /// What holds at the end of a loop's body, and where a `break` leaves it. A `continue` skips assignments that the
    /// condition of `do … while` could rely on: that it doesn't is taken for granted.
    fn looped(&mut self, body: &'e Statement, state: State) -> (State, State) {
        self.breaks.push(NOTHING);
        let end = self.statement(body, state);
        (end, self.breaks.pop().unwrap_or(NOTHING))
    }

    fn switch(&mut self, value: &'e Expr, arms: &'e [Arm], state: State) -> State {
        let state = self.value(value, state);
        self.breaks.push(NOTHING);
        for arm in arms {
            self.block(&arm.body, state);
        }
        let left = self.breaks.pop().unwrap_or(NOTHING);
        let has_default = arms.iter().any(|arm| arm.labels.iter().any(Option::is_none));
        if has_default { left } else { left | state }
    }

    /// A `catch` may begin before anything of the body was done; what `finally` assigns is assigned behind it all.
    fn attempt(
        &mut self,
        body: &'e [Statement],
        catches: &'e [Catch],
        last: Option<&'e [Statement]>,
        state: State,
    ) -> State {
        let mut end = self.block(body, state);
        for catch in catches {
            let begin = catch.when.as_ref().map_or(state, |when| self.condition(when, state).0);
            end |= self.block(&catch.body, begin);
        }
        last.map_or(end, |last| end & self.block(last, state))
    }

    /// What holds where a condition is true, and where it is false.
    fn condition(&mut self, expr: &'e Expr, state: State) -> (State, State) {
        match &expr.kind {
            Kind::Literal(Literal::Bool(true)) => (state, NOTHING),
            Kind::Literal(Literal::Bool(false)) => (NOTHING, state),
            Kind::Parenthesised(inner) => self.condition(inner, state),
            Kind::Unary { operator: "!", operand } => {
                let (yes, no) = self.condition(operand, state);
                (no, yes)
            }
            Kind::Binary { operator: "&&", left, right } => {
                let (yes, no) = self.condition(left, state);
                let (right_yes, right_no) = self.condition(right, yes);
                (right_yes, no | right_no)
            }
            Kind::Binary { operator: "||", left, right } => {
                let (yes, no) = self.condition(left, state);
                let (right_yes, right_no) = self.condition(right, no);
                (yes | right_yes, right_no)
            }
            Kind::Is { operand, name: Some(name), .. } => {
                let state = self.value(operand, state);
                let bit = self.declare(name);
                (state & !bit, state | bit)
            }
            _ => {
                let state = self.plain(expr, state);
                (state, state)
            }
        }
    }

    fn value(&mut self, expr: &'e Expr, state: State) -> State {
        let (yes, no) = self.condition(expr, state);
        yes | no
    }

    /// An expression that says nothing by being true or false.
    fn plain(&mut self, expr: &'e Expr, state: State) -> State {
        match &expr.kind {
            Kind::Name(name) => self.read(name, expr, state),
            Kind::Assign { operator, target, value } => self.assign(operator, target, value, state),
            Kind::Binary { operator: "??", left, right } => {
                let state = self.value(left, state);
                self.value(right, state);
                state
            }
            Kind::Binary { left, right, .. } => {
                let state = self.value(left, state);
                self.value(right, state)
            }
            Kind::Conditional { condition, then, otherwise } => {
                let (yes, no) = self.condition(condition, state);
                self.value(then, yes) | self.value(otherwise, no)
            }
            Kind::Lambda { parameters, body } => self.lambda(parameters, body, state),
            Kind::Throw(thrown) => {
                self.value(thrown, state);
                NOTHING
            }
            Kind::Call { function, arguments } => {
                let is_nameof = matches!(&function.kind, Kind::Name(name) if name == "nameof");
                if is_nameof {
                    return state;
                }
                let state = self.value(function, state);
                self.arguments(arguments, state)
            }
            Kind::Index { object, arguments, .. } => {
                let state = self.value(object, state);
                self.arguments(arguments, state)
            }
            Kind::New { arguments, initialiser, .. } => {
                let state = self.arguments(arguments, state);
                self.all(initialiser.iter().flatten(), state)
            }
            Kind::NewArray { length, elements, .. } => {
                let state = length.iter().fold(state, |state, length| self.value(length, state));
                self.all(elements.iter().flatten(), state)
            }
            Kind::Anonymous(members) => {
                // `new { a = b }`: what stands in front of the sign is a name of its own.
                members.iter().fold(state, |state, member| match &member.kind {
                    Kind::Assign { value, .. } => self.value(value, state),
                    _ => self.value(member, state),
                })
            }
            Kind::Interpolated(pieces) => pieces.iter().fold(state, |state, piece| match piece {
                Piece::Hole { value, .. } => self.value(value, state),
                Piece::Text(_) => state,
            }),
            Kind::Group(parts) => self.all(parts.iter(), state),
            Kind::Member(member) => self.value(&member.object, state),
            Kind::Unary { operand, .. }
            | Kind::Postfix { operand, .. }
            | Kind::Cast { operand, .. }
            | Kind::Is { operand, .. }
            | Kind::As { operand, .. } => self.value(operand, state),
            Kind::Parenthesised(_) | Kind::Literal(_) | Kind::TypeOf(_) | Kind::Default(_) => state,
        }
    }

    fn all(&mut self, parts: impl Iterator<Item = &'e Expr>, state: State) -> State {
        parts.fold(state, |state, part| match &part.kind {
            // `new T { Name = value }`: a member of the new object.
            Kind::Assign { target, value, .. } if matches!(target.kind, Kind::Name(_)) => {
                self.value(value, state)
            }
            _ => self.value(part, state),
        })
    }

    fn arguments(&mut self, arguments: &'e [Argument], state: State) -> State {
        let mut state = state;
        let mut given = NOTHING;
        for argument in arguments {
            match (argument.passing, &argument.value.kind) {
                (Passing::Reference, Kind::Name(name)) => given |= self.put(name),
                _ => state = self.value(&argument.value, state),
            }
        }
        state & !given
    }

    fn assign(&mut self, operator: &str, target: &'e Expr, value: &'e Expr, state: State) -> State {
        let Kind::Name(name) = &target.kind else {
            let state = self.value(target, state);
            return self.value(value, state);
        };
        let state = if operator == "=" { state } else { self.read(name, target, state) };
        let state = self.value(value, state);
        state & !self.put(name)
    }

    /// A lambda reads what is there when it is made; when it is run, and whether at all, isn't known.
    fn lambda(&mut self, parameters: &'e [Name], body: &'e LambdaBody, state: State) -> State {
        let scope = self.names.len();
        self.names.extend(parameters.iter().map(|parameter| (parameter.text.as_str(), NOTHING)));
        let breaks = std::mem::take(&mut self.breaks);
        match body {
            LambdaBody::Expression(body) => self.value(body, state),
            LambdaBody::Block(statements) => self.block(statements, state),
        };
        self.breaks = breaks;
        self.names.truncate(scope);
        state
    }

    fn declare(&mut self, name: &'e Name) -> State {
        let name = name.text.as_str();
        let bit = if self.assigned_elsewhere.contains(&name) {
            NOTHING
        } else {
            self.bits += 1;
            1_u64.checked_shl(self.bits - 1).unwrap_or(NOTHING)
        };
        self.names.push((name, bit));
        bit
    }

    fn bit(&self, name: &str) -> State {
        self.names.iter().rev().find(|(known, _)| *known == name).map_or(NOTHING, |(_, bit)| *bit)
    }

    /// The bit of a name that gets a value.
    fn put(&mut self, name: &'e str) -> State {
        if self.functions > 0 && self.assigned_elsewhere.len() < MOST_NAMES {
            self.assigned_elsewhere.push(name);
        }
        self.bit(name)
    }

    /// Reports a name without a value; behind that it counts as assigned.
    fn read(&mut self, name: &str, expr: &Expr, state: State) -> State {
        let bit = self.bit(name);
        if state & bit != NOTHING {
            let message = format!("`{}` may be read before it has a value", shorten(name));
            let help = Some("give it a value where it is declared".to_owned());
            self.problems.push(Wrong { code: "unassigned-local", span: expr.span, message, help });
        }
        state & !bit
    }
}

/// Of a function that assigns more names than this, the rest is followed as if it didn't.
const MOST_NAMES: usize = 1_000;
