//! Runs an expression: a walk over its nodes, with limits on steps and on the text it makes.

use std::sync::Arc;

use crate::datetime;
use crate::expression::node::{Body, Calculation, Command, Compiled, Node, Order, Search};
use crate::expression::types::Type;
use crate::facts::{Facts, clean_thumbprint, is_decoration};
use crate::value::{EvaluationError, Text, Value};
use crate::variables::Variables;

/// The value of an expression.
///
/// # Errors
/// What .NET would throw, or a limit of our own.
pub(crate) fn evaluate<'v>(
    compiled: &'v Compiled,
    facts: &'v dyn Facts,
    variables: &Variables,
) -> Result<Value<'v>, EvaluationError> {
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

/// Both null, or the same digits when case and decoration don't count.
fn same_thumbprint(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            let (left, right) = (left.as_str(), right.as_str());
            let digits = |text: &str| text.chars().any(|part| !is_decoration(part));
            let plain = |part: &char| !is_decoration(*part);
            left == right
                || (digits(left)
                    && left
                        .chars()
                        .filter(plain)
                        .map(|part| part.to_ascii_uppercase())
                        .eq(right.chars().filter(plain).map(|part| part.to_ascii_uppercase())))
        }
        (left, right) => left.equals(right),
    }
}

#[expect(clippy::cast_precision_loss, reason = "as C# does")]
fn real(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        other => other.whole().map(|number| number as f64),
    }
}

/// Numbers as the wider of their types; false if one is null.
fn compare(order: Order, left: &Value<'_>, right: &Value<'_>) -> bool {
    let ordering = match (left, right) {
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        (Value::TimeSpan(left), Value::TimeSpan(right)) => Some(left.cmp(right)),
        _ => match (left.whole(), right.whole()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => real(left).zip(real(right)).and_then(|(left, right)| left.partial_cmp(&right)),
        },
    };
    ordering.is_some_and(|ordering| match order {
        Order::Less => ordering.is_lt(),
        Order::LessOrEqual => ordering.is_le(),
        Order::Greater => ordering.is_gt(),
        Order::GreaterOrEqual => ordering.is_ge(),
    })
}

fn negate<'v>(value: &Value<'v>) -> Step<Value<'v>> {
    match value {
        Value::Double(number) => Ok(Value::Double(-number)),
        Value::Long(number) => Ok(Value::Long(number.wrapping_neg())),
        other => int(other).map(|number| Value::Int(number.wrapping_neg())),
    }
}

pub(crate) fn int(value: &Value<'_>) -> Step<i32> {
    match value {
        Value::Int(number) => Ok(*number),
        Value::Character(unit) => Ok(i32::from(*unit)),
        Value::Null => Err(EvaluationError::NullReference.into()),
        other => Err(EvaluationError::Cast { from: other.type_name(), to: "System.Int32" }.into()),
    }
}

fn calculate<'v>(operator: Calculation, left: &Value<'v>, right: &Value<'v>) -> Step<Value<'v>> {
    let failed = |error: EvaluationError| Stop::Failed(error);
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Err(failed(EvaluationError::NullReference)),
        (Value::DateTime(one), Value::DateTime(two)) => {
            Ok(Value::TimeSpan(datetime::TimeSpan(one.0 - two.0)))
        }
        (Value::DateTime(time), Value::TimeSpan(span)) => {
            let ticks = if operator == Calculation::Add { Some(span.0) } else { span.0.checked_neg() };
            let sum = ticks.and_then(|ticks| time.plus(ticks));
            sum.map(Value::DateTime).ok_or(failed(EvaluationError::Overflow))
        }
        (Value::TimeSpan(one), Value::TimeSpan(two)) => {
            let ticks = match operator {
                Calculation::Add => one.0.checked_add(two.0),
                _ => one.0.checked_sub(two.0),
            };
            let ticks = ticks.ok_or(failed(EvaluationError::Overflow))?;
            Ok(Value::TimeSpan(datetime::TimeSpan(ticks)))
        }
        (Value::Bool(one), Value::Bool(two)) => Ok(Value::Bool(match operator {
            Calculation::And => one & two,
            Calculation::Or => one | two,
            _ => one ^ two,
        })),
        (Value::Double(_), _) | (_, Value::Double(_)) => {
            let (Some(one), Some(two)) = (real(left), real(right)) else {
                return Err(failed(EvaluationError::WrongKind));
            };
            real_result(operator, one, two).map_err(failed)
        }
        (Value::Long(_), _) | (_, Value::Long(_)) => {
            let (Some(one), Some(two)) = (left.whole(), right.whole()) else {
                return Err(failed(EvaluationError::WrongKind));
            };
            long_result(operator, one, two).map(Value::Long).map_err(failed)
        }
        _ => int_result(operator, int(left)?, int(right)?).map(Value::Int).map_err(failed),
    }
}

fn real_result<'v>(operator: Calculation, one: f64, two: f64) -> Result<Value<'v>, EvaluationError> {
    Ok(Value::Double(match operator {
        Calculation::Add => one + two,
        Calculation::Subtract => one - two,
        Calculation::Multiply => one * two,
        Calculation::Divide => one / two,
        Calculation::Remainder => one % two,
        _ => return Err(EvaluationError::WrongKind),
    }))
}

/// Wraps around as C# does where nothing else is said; only a division can fail.
fn int_result(operator: Calculation, one: i32, two: i32) -> Result<i32, EvaluationError> {
    Ok(match operator {
        Calculation::Add => one.wrapping_add(two),
        Calculation::Subtract => one.wrapping_sub(two),
        Calculation::Multiply => one.wrapping_mul(two),
        Calculation::Divide | Calculation::Remainder if two == 0 => {
            return Err(EvaluationError::DivideByZero);
        }
        Calculation::Divide => one.checked_div(two).ok_or(EvaluationError::Overflow)?,
        Calculation::Remainder => one.checked_rem(two).ok_or(EvaluationError::Overflow)?,
        Calculation::And => one & two,
        Calculation::Or => one | two,
        Calculation::Xor => one ^ two,
        Calculation::Left => one.wrapping_shl(two.cast_unsigned()),
        Calculation::Right => one.wrapping_shr(two.cast_unsigned()),
    })
}

fn long_result(operator: Calculation, one: i64, two: i64) -> Result<i64, EvaluationError> {
    // Only the six lowest bits of a shift count.
    let shift = u32::try_from(two & 63).unwrap_or_default();
    Ok(match operator {
        Calculation::Add => one.wrapping_add(two),
        Calculation::Subtract => one.wrapping_sub(two),
        Calculation::Multiply => one.wrapping_mul(two),
        Calculation::Divide | Calculation::Remainder if two == 0 => {
            return Err(EvaluationError::DivideByZero);
        }
        Calculation::Divide => one.checked_div(two).ok_or(EvaluationError::Overflow)?,
        Calculation::Remainder => one.checked_rem(two).ok_or(EvaluationError::Overflow)?,
        Calculation::And => one & two,
        Calculation::Or => one | two,
        Calculation::Xor => one ^ two,
        Calculation::Left => one.wrapping_shl(shift),
        Calculation::Right => one.wrapping_shr(shift),
    })
}

fn has_type(value: &Value<'_>, tested: Type) -> bool {
    match (value, tested) {
        (Value::Null, _) => false,
        (_, Type::Object) => true,
        (value, tested) => type_of(value) == Some(tested),
    }
}

pub(crate) fn type_of(value: &Value<'_>) -> Option<Type> {
    Some(match value {
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Long(_) => Type::Long,
        Value::Double(_) => Type::Double,
        Value::Character(_) => Type::Char,
        Value::Text(_) => Type::String,
        Value::DateTime(_) => Type::DateTime,
        Value::TimeSpan(_) => Type::TimeSpan,
        Value::Texts(_) => Type::Texts,
        Value::Certificate(_) => Type::Certificate,
        Value::DistinguishedName(_) => Type::DistinguishedName,
        Value::Null | Value::Part(_) => return None,
    })
}

/// `(T)x`: numbers are converted, anything else must be of the type already.
#[expect(clippy::cast_possible_truncation, reason = "as C# does where nothing else is said")]
fn cast(value: Value<'_>, to: Type) -> Step<Value<'_>> {
    let converted = match (&value, to) {
        (Value::Null, to) if to.is_reference() => Some(Value::Null),
        (Value::Null, _) => return Err(EvaluationError::NullReference.into()),
        (_, Type::Object | Type::Unknown) => return Ok(value),
        (Value::Double(number), Type::Int) => Some(Value::Int(*number as i32)),
        (Value::Double(number), Type::Long) => Some(Value::Long(*number as i64)),
        (number, Type::Int) => number.whole().map(|number| Value::Int(number as i32)),
        (number, Type::Long) => number.whole().map(Value::Long),
        (number, Type::Double) => real(number).map(Value::Double),
        (number, Type::Char) => number.whole().map(|number| Value::Character((number & 0xffff) as u16)),
        _ => None,
    };
    match converted {
        Some(converted) => Ok(converted),
        None if has_type(&value, to) => Ok(value),
        None => Err(EvaluationError::Cast { from: value.type_name(), to: net_name(to) }.into()),
    }
}

fn net_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "System.Boolean",
        Type::Int => "System.Int32",
        Type::Long => "System.Int64",
        Type::Double => "System.Double",
        Type::Char => "System.Char",
        Type::String => "System.String",
        Type::DateTime => "System.DateTime",
        Type::TimeSpan => "System.TimeSpan",
        other => other.name(),
    }
}

const MOST_STEPS: usize = 200_000;
const MOST_BYTES: usize = 4 * 1024 * 1024;
