//! Runs an expression: a walk over its nodes, with limits on steps and on the text it makes.

use std::sync::Arc;

use crate::datetime;
use crate::expression::calculate::{calculate, cast, compare, has_type, int, negate, same_thumbprint};
use crate::expression::node::{Body, Command, Compiled, Node, Search};
use crate::facts::{Facts, clean_thumbprint};
use crate::situation::Situation;
use crate::value::{EvaluationError, Text, Value};
use crate::variables::Variables;

/// The value of an expression.
///
/// # Errors
/// What .NET would throw, or a limit of our own.
pub(crate) fn evaluate<'v>(
    compiled: &'v Compiled,
    situation: &Situation<'v>,
) -> Result<Value<'v>, EvaluationError> {
    let Situation { facts, variables, .. } = *situation;
    let slots = vec![Value::Null; compiled.slots];
    let mut machine = Machine { facts, variables, slots, steps: 0, bytes: 0 };
    let value = match &*compiled.body {
        Body::Value(node) => machine.value(node),
        Body::Block(commands) => match machine.run(commands) {
            Ok(Next::Return(value)) => Ok(value),
            Ok(_) => Err(Stop::Failed(EvaluationError::WrongKind)),
            Err(stop) => Err(stop),
        },
    };
    value.map_err(|stop| match stop {
        Stop::Failed(error) => error,
        Stop::Skipped => EvaluationError::NullReference,
    })
}

pub(crate) struct Machine<'v, 'e> {
    pub(crate) facts: &'v dyn Facts,
    pub(crate) variables: &'e Variables,
    slots: Vec<Value<'v>>,
    steps: usize,
    bytes: usize,
}

/// Why a node has no value.
pub(crate) enum Stop {
    Failed(EvaluationError),
    /// A `?.` found null: the rest of its chain isn't run.
    Skipped,
}

pub(crate) type Step<T> = Result<T, Stop>;

impl From<EvaluationError> for Stop {
    fn from(error: EvaluationError) -> Self {
        Stop::Failed(error)
    }
}

enum Next<'v> {
    Command,
    Break,
    Continue,
    Return(Value<'v>),
}

impl<'v> Machine<'v, '_> {
    pub(crate) fn value(&mut self, node: &'v Node) -> Step<Value<'v>> {
        self.step()?;
        match node {
            Node::Null => Ok(Value::Null),
            Node::Bool(value) => Ok(Value::Bool(*value)),
            Node::Int(value) => Ok(Value::Int(*value)),
            Node::Long(value) => Ok(Value::Long(*value)),
            Node::Double(value) => Ok(Value::Double(*value)),
            Node::Character(unit) => Ok(Value::Character(*unit)),
            Node::Text(text) => Ok(Value::text(text)),
            Node::Local(slot) => Ok(self.slots.get(*slot).cloned().unwrap_or(Value::Null)),
            Node::Part(part) => Ok(Value::Part(*part)),
            Node::Property { object, property, null_safe } => {
                let object = self.object(object, *null_safe)?;
                self.property(&object, *property)
            }
            Node::Method { object, method, arguments, null_safe } => {
                let object = self.object(object, *null_safe)?;
                self.method(object, *method, arguments)
            }
            Node::Static { function, arguments } => self.function(*function, arguments),
            Node::Chain(inner) => match self.value(inner) {
                Err(Stop::Skipped) => Ok(Value::Null),
                value => value,
            },
            Node::Not(_)
            | Node::And(..)
            | Node::Or(..)
            | Node::Compare { .. }
            | Node::Equal { .. }
            | Node::SameThumbprint { .. }
            | Node::HasThumbprint(_)
            | Node::Is { .. } => self.truth(node).map(Value::Bool),
            other => self.rarer(other),
        }
    }

    /// A node that is worth a bool.
    fn truth(&mut self, node: &'v Node) -> Step<bool> {
        match node {
            Node::Not(operand) => Ok(!self.bool(operand)?),
            Node::And(left, right) => Ok(self.bool(left)? && self.bool(right)?),
            Node::Or(left, right) => Ok(self.bool(left)? || self.bool(right)?),
            Node::Compare { order, left, right } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                Ok(compare(*order, &left, &right))
            }
            Node::Equal { left, right, wanted } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                Ok(left.equals(&right) == *wanted)
            }
            Node::SameThumbprint { left, right, wanted } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                Ok(same_thumbprint(&left, &right) == *wanted)
            }
            Node::HasThumbprint(thumbprint) => {
                let value = self.value(thumbprint)?;
                let Value::Text(text) = &value else { return Ok(false) };
                let clean = clean_thumbprint(text.as_str());
                let clean = clean.as_ref().and_then(|clean| std::str::from_utf8(clean).ok());
                Ok(clean.is_some_and(|clean| self.facts.has_thumbprint(clean)))
            }
            Node::Is { tested, operand } => {
                let value = self.value(operand)?;
                Ok(has_type(&value, *tested))
            }
            other => self.bool(other),
        }
    }

    pub(crate) fn bool(&mut self, node: &'v Node) -> Step<bool> {
        match self.value(node)? {
            Value::Bool(value) => Ok(value),
            Value::Null => Err(EvaluationError::NullReference.into()),
            other => Err(EvaluationError::Cast { from: other.type_name(), to: "System.Boolean" }.into()),
        }
    }

    fn rarer(&mut self, node: &'v Node) -> Step<Value<'v>> {
        match node {
            Node::Negate(operand) => negate(&self.value(operand)?),
            Node::Complement(operand) => match self.value(operand)? {
                Value::Long(number) => Ok(Value::Long(!number)),
                other => int(&other).map(|number| Value::Int(!number)),
            },
            Node::Calculate { operator, left, right } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                calculate(*operator, &left, &right)
            }
            Node::Coalesce(left, right) => match self.value(left)? {
                Value::Null => self.value(right),
                value => Ok(value),
            },
            Node::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                if self.bool(condition)? { self.value(then) } else { self.value(otherwise) }
            }
            Node::Cast { to, operand } => cast(self.value(operand)?, *to),
            Node::As { to, operand } => {
                let value = self.value(operand)?;
                Ok(if has_type(&value, *to) { value } else { Value::Null })
            }
            Node::Concatenate(parts) => self.concatenate(parts),
            Node::Format { value, format } => {
                let value = self.value(value)?;
                self.format(&value, format)
            }
            Node::Texts(nodes) => {
                let mut texts = Vec::with_capacity(nodes.len());
                for node in nodes {
                    texts.push(self.text_or_empty(node)?);
                }
                Ok(Value::Texts(Arc::new(texts)))
            }
            Node::Search { items, search, slot, test } => self.search(items, *search, *slot, test.as_deref()),
            Node::Assign { slot, value } => {
                let value = self.value(value)?;
                if let Some(place) = self.slots.get_mut(*slot) {
                    *place = value.clone();
                }
                Ok(value)
            }
            _ => Err(EvaluationError::WrongKind.into()),
        }
    }

    fn object(&mut self, node: &'v Node, null_safe: bool) -> Step<Value<'v>> {
        match self.value(node)? {
            Value::Null if null_safe => Err(Stop::Skipped),
            value => Ok(value),
        }
    }

    pub(crate) fn text_or_empty(&mut self, node: &'v Node) -> Step<Text<'v>> {
        Ok(self.value(node)?.print()?)
    }

    fn concatenate(&mut self, nodes: &'v [Node]) -> Step<Value<'v>> {
        let mut whole = String::new();
        for node in nodes {
            let text = self.text_or_empty(node)?;
            self.make(text.as_str().len())?;
            whole.push_str(text.as_str());
        }
        Ok(Value::Text(Text::Shared(whole.into())))
    }

    pub(crate) fn format(&mut self, value: &Value<'v>, format: &str) -> Step<Value<'v>> {
        match value {
            Value::Null => Ok(Value::text("")),
            Value::DateTime(time) => {
                let text = datetime::format(*time, format).ok_or(EvaluationError::Format)?;
                self.made(text)
            }
            _ => Err(EvaluationError::Format.into()),
        }
    }

    fn search(
        &mut self,
        items: &'v Node,
        search: Search,
        slot: usize,
        test: Option<&'v Node>,
    ) -> Step<Value<'v>> {
        let items = match self.value(items)? {
            Value::Texts(items) => items,
            _ => return Err(EvaluationError::NullArgument.into()),
        };
        let mut found: Option<Text<'v>> = None;
        let mut count = 0;
        for item in items.iter() {
            self.step()?;
            let fits = match test {
                None => true,
                Some(test) => {
                    if let Some(place) = self.slots.get_mut(slot) {
                        *place = Value::Text(item.clone());
                    }
                    self.bool(test)?
                }
            };
            match search {
                Search::Any | Search::First | Search::FirstOrDefault if fits => {
                    found = Some(item.clone());
                    break;
                }
                Search::All if !fits => return Ok(Value::Bool(false)),
                _ if fits => {
                    found = Some(item.clone());
                    count += 1;
                }
                _ => {}
            }
        }
        Ok(match (search, found) {
            (Search::All, _) => Value::Bool(true),
            (Search::Any, found) => Value::Bool(found.is_some()),
            (Search::Count, _) => Value::Int(count),
            (_, Some(text)) => Value::Text(text),
            (Search::FirstOrDefault | Search::LastOrDefault, None) => Value::Null,
            (_, None) => return Err(EvaluationError::Empty.into()),
        })
    }

    fn run(&mut self, commands: &'v [Command]) -> Step<Next<'v>> {
        for command in commands {
            self.step()?;
            let next = match command {
                Command::Evaluate(node) => {
                    self.value(node)?;
                    Next::Command
                }
                Command::If { condition, then, otherwise } => {
                    let chosen = if self.bool(condition)? { then } else { otherwise };
                    self.run(chosen)?
                }
                Command::ForEach { slot, items, body } => self.for_each(*slot, items, body)?,
                Command::While { condition, body, update } => self.repeat(condition, body, update)?,
                Command::Return(node) => Next::Return(self.value(node)?),
                Command::Break => Next::Break,
                Command::Continue => Next::Continue,
            };
            if !matches!(next, Next::Command) {
                return Ok(next);
            }
        }
        Ok(Next::Command)
    }

    fn for_each(&mut self, slot: usize, items: &'v Node, body: &'v [Command]) -> Step<Next<'v>> {
        let Value::Texts(items) = self.value(items)? else {
            return Err(EvaluationError::NullReference.into());
        };
        for item in items.iter() {
            if let Some(place) = self.slots.get_mut(slot) {
                *place = Value::Text(item.clone());
            }
            match self.run(body)? {
                Next::Break => break,
                Next::Return(value) => return Ok(Next::Return(value)),
                Next::Command | Next::Continue => {}
            }
        }
        Ok(Next::Command)
    }

    fn repeat(&mut self, condition: &'v Node, body: &'v [Command], update: &'v [Node]) -> Step<Next<'v>> {
        while self.bool(condition)? {
            match self.run(body)? {
                Next::Break => break,
                Next::Return(value) => return Ok(Next::Return(value)),
                Next::Command | Next::Continue => {}
            }
            for node in update {
                self.value(node)?;
            }
        }
        Ok(Next::Command)
    }

    /// A text that was made; counts towards the limit.
    pub(crate) fn made(&mut self, text: String) -> Step<Value<'v>> {
        self.make(text.len())?;
        Ok(Value::Text(Text::Shared(text.into())))
    }

    /// Counts bytes that are about to be made.
    pub(crate) fn make(&mut self, bytes: usize) -> Step<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MOST_BYTES { Err(EvaluationError::TooLarge.into()) } else { Ok(()) }
    }

    fn step(&mut self) -> Step<()> {
        self.steps += 1;
        if self.steps > MOST_STEPS { Err(EvaluationError::TooManySteps.into()) } else { Ok(()) }
    }
}

const MOST_STEPS: usize = 200_000;
const MOST_BYTES: usize = 4 * 1024 * 1024;
