//! Runs an expression: a walk over its nodes, with limits on steps, on what it makes, and on depth.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::calculate::{calculate, compare, complement, negate, same_thumbprint};
use crate::expression::compiled::Compiled;
use crate::expression::convert::{cast, convert, default_of, has_type, unbox};
use crate::expression::late;
use crate::expression::node::{Body, Called, Lambda, Node};
use crate::expression::number::format_value;
use crate::expression::object::Object;
use crate::expression::types::Type;
use crate::facts::clean_thumbprint;
use crate::situation::Situation;
use crate::value::Value;

/// The value of an expression.
///
/// # Errors
/// What .NET would throw, or a limit of our own.
pub(crate) fn evaluate(compiled: &Compiled, situation: &Situation<'_>) -> Result<Value, EvaluationError> {
    let slots = vec![Value::Null; compiled.slots];
    let mut machine =
        Machine { situation, slots, steps: 0, bytes: 0, depth: 0, caught: Vec::new(), trees: Vec::new() };
    machine.body(&compiled.body).map_err(|stop| match stop {
        Stop::Failed(error) => error,
        Stop::Skipped => EvaluationError::NullReference,
    })
}

pub(crate) struct Machine<'e> {
    pub(crate) situation: &'e Situation<'e>,
    pub(crate) slots: Vec<Value>,
    pub(super) steps: usize,
    pub(super) bytes: usize,
    depth: usize,
    /// What the `catch` blocks around the present command caught, the innermost last.
    pub(crate) caught: Vec<EvaluationError>,
    /// Documents that were read: what lies in one knows its parent for as long as the expression runs.
    pub(super) trees: Vec<Value>,
}

/// Why a node has no value.
#[derive(Debug)]
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

impl Machine<'_> {
    pub(crate) fn value(&mut self, node: &Node) -> Step<Value> {
        self.step()?;
        match node {
            Node::Null => Ok(Value::Null),
            Node::Bool(value) => Ok(Value::Bool(*value)),
            Node::Int(value) => Ok(Value::Int(*value)),
            Node::Text(text) => Ok(Value::Text(Arc::clone(text))),
            Node::Local(slot) => Ok(self.slots.get(*slot).cloned().unwrap_or(Value::Null)),
            Node::Part(part) => Ok(Value::Part(*part)),
            other => self.deeper(other),
        }
    }

    /// A node with parts. Each level is counted, whatever it is: functions that call themselves multiply them.
    fn deeper(&mut self, node: &Node) -> Step<Value> {
        self.go_down(1)?;
        let value = match node {
            Node::Property { object, member, null_safe } => self.property(object, member, *null_safe),
            Node::Not(_)
            | Node::And(..)
            | Node::Or(..)
            | Node::Compare { .. }
            | Node::Equal { .. }
            | Node::SameThumbprint { .. }
            | Node::HasThumbprint(_)
            | Node::Is { .. } => self.truth(node).map(Value::Bool),
            Node::Call { object, member, arguments, null_safe } => {
                self.call(object.as_deref(), member, arguments, *null_safe)
            }
            Node::Chain(inner) => match self.value(inner) {
                Err(Stop::Skipped) => Ok(Value::Null),
                value => value,
            },
            Node::Out { call, slots } => self.out(call, slots),
            Node::Late { object, name, arguments, null_safe } => {
                self.late(object, name, arguments.as_deref(), *null_safe)
            }
            other => self.operator(other),
        };
        self.come_up(1);
        value
    }

    /// Counts levels that are gone down; refuses what would be too deep. [`Machine::come_up`] belongs to it.
    pub(super) fn go_down(&mut self, levels: usize) -> Step<()> {
        if self.depth + levels > DEEPEST {
            return Err(EvaluationError::TooDeep { most: DEEPEST }.into());
        }
        self.depth += levels;
        Ok(())
    }

    pub(super) fn come_up(&mut self, levels: usize) {
        self.depth = self.depth.saturating_sub(levels);
    }

    fn property(&mut self, object: &Node, member: &Called, null_safe: bool) -> Step<Value> {
        let object = self.object(object, null_safe)?;
        refuse_null(&object, member)?;
        (member.run)(self, &[object])
    }

    fn out(&mut self, call: &Node, slots: &[usize]) -> Step<Value> {
        let both = self.value(call)?;
        let Value::Object(object) = &both else { return Err(EvaluationError::WrongKind.into()) };
        let Object::Tuple(parts) = &**object else { return Err(EvaluationError::WrongKind.into()) };
        for (slot, value) in slots.iter().zip(parts.iter().skip(1)) {
            self.put(*slot, value.clone());
        }
        Ok(parts.first().cloned().unwrap_or(Value::Null))
    }

    fn late(
        &mut self,
        object: &Node,
        name: &str,
        arguments: Option<&[Node]>,
        null_safe: bool,
    ) -> Step<Value> {
        let object = self.object(object, null_safe)?;
        let arguments = arguments.map(|arguments| self.values(arguments)).transpose()?;
        late::member(self, object, name, arguments)
    }

    /// A node that is worth a bool.
    fn truth(&mut self, node: &Node) -> Step<bool> {
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
                let Value::Text(text) = self.value(thumbprint)? else { return Ok(false) };
                let clean = clean_thumbprint(&text);
                let clean = clean.as_ref().and_then(|clean| std::str::from_utf8(clean).ok());
                Ok(clean.is_some_and(|clean| self.situation.facts.has_thumbprint(clean)))
            }
            Node::Is { tested, operand, slot } => {
                let value = self.value(operand)?;
                let is = has_type(&value, tested);
                if let Some(slot) = slot {
                    self.put(*slot, if is { value } else { Value::Null });
                }
                Ok(is)
            }
            other => self.bool(other),
        }
    }

    pub(crate) fn bool(&mut self, node: &Node) -> Step<bool> {
        let value = self.value(node)?;
        truth_of(&value)
    }

    fn operator(&mut self, node: &Node) -> Step<Value> {
        match node {
            Node::Long(value) => Ok(Value::Long(*value)),
            Node::Whole(width, value) => Ok(Value::Whole(*width, *value)),
            Node::Single(value) => Ok(Value::Single(*value)),
            Node::Double(value) => Ok(Value::Double(*value)),
            Node::Decimal(value) => Ok(Value::Decimal(*value)),
            Node::Character(unit) => Ok(Value::Character(*unit)),
            Node::Enumeration(value) => Ok(Value::Enumeration(*value)),
            Node::Type(ty) => Ok(Value::Type(Arc::clone(ty))),
            Node::Negate(operand) => negate(&self.value(operand)?),
            Node::Complement(operand) => complement(&self.value(operand)?),
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
            Node::Cast { to, operand } => cast(self.value(operand)?, to),
            Node::Unbox { to, operand } => unbox(self.value(operand)?, to),
            Node::As { to, operand } => {
                let value = self.value(operand)?;
                Ok(if has_type(&value, to) { value } else { Value::Null })
            }
            Node::Concatenate(parts) => self.concatenate(parts),
            Node::Format { value, width, format } => {
                let value = self.value(value)?;
                let text = format_value(&value, format)?;
                self.made(pad(&text, *width))
            }
            Node::Assign { slot, value } => {
                let value = self.value(value)?;
                self.put(*slot, value.clone());
                Ok(value)
            }
            Node::DefaultOf(ty) => Ok(default_of(ty)),
            Node::Throw(thrown) => Err(self.thrown(thrown)?),
            other => self.maker(other),
        }
    }

    pub(crate) fn object(&mut self, node: &Node, null_safe: bool) -> Step<Value> {
        match self.value(node)? {
            Value::Null if null_safe => Err(Stop::Skipped),
            value => Ok(value),
        }
    }

    fn call(
        &mut self,
        object: Option<&Node>,
        member: &Called,
        arguments: &[Node],
        null_safe: bool,
    ) -> Step<Value> {
        let Some(object) = object else {
            let arguments = self.values(arguments)?;
            return (member.run)(self, &arguments);
        };
        let object = self.object(object, null_safe)?;
        refuse_null(&object, member)?;
        // The most frequent numbers of arguments need no allocation.
        match arguments {
            [] => (member.run)(self, &[object]),
            [one] => {
                let one = self.value(one)?;
                (member.run)(self, &[object, one])
            }
            [one, two] => {
                let (one, two) = (self.value(one)?, self.value(two)?);
                (member.run)(self, &[object, one, two])
            }
            more => {
                let mut values = Vec::with_capacity(more.len() + 1);
                values.push(object);
                for node in more {
                    values.push(self.value(node)?);
                }
                (member.run)(self, &values)
            }
        }
    }

    pub(crate) fn values(&mut self, nodes: &[Node]) -> Step<Vec<Value>> {
        nodes.iter().map(|node| self.value(node)).collect()
    }

    /// Calls a lambda. Its own slots are put back afterwards, so that it may be called while it runs.
    pub(crate) fn invoke(&mut self, function: &Value, arguments: &[Value]) -> Step<Value> {
        let Value::Lambda(lambda) = function else {
            return Err(EvaluationError::NullReference.into());
        };
        let lambda: &Lambda = lambda;
        self.go_down(FRAMES_OF_A_CALL)?;
        let (first, end) = lambda.own;
        let kept = self.slots.get(first..end).map(<[Value]>::to_vec).unwrap_or_default();
        for (slot, argument) in lambda.slots.iter().zip(arguments) {
            self.put(*slot, argument.clone());
        }
        let value = self.body(&lambda.body);
        for (slot, value) in (first..end).zip(kept) {
            self.put(slot, value);
        }
        self.come_up(FRAMES_OF_A_CALL);
        match value {
            Err(Stop::Skipped) => Ok(Value::Null),
            value => value,
        }
    }

    /// A call of a lambda that must answer with a bool.
    pub(crate) fn holds(&mut self, test: &Value, argument: &Value) -> Step<bool> {
        let value = self.invoke(test, std::slice::from_ref(argument))?;
        truth_of(&value)
    }

    fn body(&mut self, body: &Body) -> Step<Value> {
        match body {
            Body::Value(node) => self.value(node),
            Body::Block(commands) => self.block(commands),
        }
    }

    fn concatenate(&mut self, nodes: &[Node]) -> Step<Value> {
        let mut whole = String::new();
        for node in nodes {
            let text = self.value(node)?.print()?;
            self.make(text.len())?;
            whole.push_str(&text);
        }
        Ok(Value::Text(whole.into()))
    }

    pub(crate) fn put(&mut self, slot: usize, value: Value) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// What `throw` throws.
    pub(crate) fn thrown(&mut self, node: &Node) -> Step<Stop> {
        let value = self.value(node)?;
        let Value::Object(object) = &value else { return Ok(EvaluationError::NullReference.into()) };
        Ok(match &**object {
            Object::Exception { class, message } => {
                EvaluationError::thrown(class, Arc::clone(message)).into()
            }
            _ => EvaluationError::WrongKind.into(),
        })
    }
}

fn refuse_null(object: &Value, member: &Called) -> Step<()> {
    match object {
        Value::Null if !member.takes_null => Err(EvaluationError::NullReference.into()),
        _ => Ok(()),
    }
}

fn truth_of(value: &Value) -> Step<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::Null => Err(EvaluationError::NullReference.into()),
        other => match convert(other, &Type::BOOL) {
            Some(Value::Bool(value)) => Ok(value),
            _ => Err(EvaluationError::Cast { from: other.type_name(), to: "System.Boolean".into() }.into()),
        },
    }
}

/// Blanks in front of a text for a positive width, behind it for a negative one.
pub(crate) fn pad(text: &str, width: i32) -> String {
    let wanted = usize::try_from(width.unsigned_abs()).unwrap_or_default().min(WIDEST);
    let missing = wanted.saturating_sub(text.encode_utf16().count());
    let blanks = " ".repeat(missing);
    if width > 0 { blanks + text } else { text.to_owned() + &blanks }
}

/// How deep nodes and calls may lie in each other; each level costs stack.
const DEEPEST: usize = 500;
const FRAMES_OF_A_CALL: usize = 4;
const WIDEST: usize = 1_000_000;
