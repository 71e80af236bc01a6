//! Runs the statements of `@{…}`, of lambdas and of local functions.

use std::sync::Arc;

use crate::error::EvaluationError;
use crate::expression::convert::is_or_derives;
use crate::expression::evaluate::{Machine, Step, Stop};
use crate::expression::node::{CatchNode, Command, Node};
use crate::expression::object::Object;
use crate::expression::sequence;
use crate::value::Value;

enum Next {
    Command,
    Break,
    Continue,
    Return(Value),
}

impl Machine<'_> {
    /// The value that a block returns; null when it ends without one.
    pub(crate) fn block(&mut self, commands: &[Command]) -> Step<Value> {
        match self.run(commands)? {
            Next::Return(value) => Ok(value),
            _ => Ok(Value::Null),
        }
    }

    fn run(&mut self, commands: &[Command]) -> Step<Next> {
        self.go_down(1)?;
        let next = self.run_each(commands);
        self.come_up(1);
        next
    }

    fn run_each(&mut self, commands: &[Command]) -> Step<Next> {
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
                Command::Loop { first_body, condition, body, update } => {
                    self.repeat(*first_body, condition, body, update)?
                }
                Command::Switch { value, arms } => self.switch(value, arms)?,
                Command::Try { body, catches, last } => self.attempt(body, catches, last)?,
                Command::Return(Some(node)) => Next::Return(self.value(node)?),
                Command::Return(None) => Next::Return(Value::Null),
                Command::Throw(Some(node)) => return Err(self.thrown(node)?),
                // It stands in a catch only.
                Command::Throw(None) => {
                    return Err(self.caught.last().cloned().unwrap_or(EvaluationError::WrongKind).into());
                }
                Command::Break => Next::Break,
                Command::Continue => Next::Continue,
            };
            if !matches!(next, Next::Command) {
                return Ok(next);
            }
        }
        Ok(Next::Command)
    }

    fn for_each(&mut self, slot: usize, items: &Node, body: &[Command]) -> Step<Next> {
        let items = self.value(items)?;
        if matches!(items, Value::Null) {
            return Err(EvaluationError::NullReference.into());
        }
        for item in sequence::items(self, &items)? {
            self.step()?;
            self.put(slot, item);
            match self.run(body)? {
                Next::Break => break,
                Next::Return(value) => return Ok(Next::Return(value)),
                Next::Command | Next::Continue => {}
            }
        }
        Ok(Next::Command)
    }

    fn repeat(
        &mut self,
        first_body: bool,
        condition: &Node,
        body: &[Command],
        update: &[Node],
    ) -> Step<Next> {
        let mut first = first_body;
        while std::mem::take(&mut first) || self.bool(condition)? {
            self.step()?;
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

    fn switch(&mut self, value: &Node, arms: &[(Vec<Option<Node>>, Vec<Command>)]) -> Step<Next> {
        let value = self.value(value)?;
        let mut chosen = None;
        for (labels, body) in arms {
            for label in labels {
                match label {
                    Some(label) => {
                        if self.value(label)?.equals(&value) {
                            return self.arm(body);
                        }
                    }
                    None => chosen = Some(body),
                }
            }
        }
        chosen.map_or(Ok(Next::Command), |body| self.arm(body))
    }

    fn arm(&mut self, body: &[Command]) -> Step<Next> {
        Ok(match self.run(body)? {
            Next::Break => Next::Command,
            next => next,
        })
    }

    fn attempt(&mut self, body: &[Command], catches: &[CatchNode], last: &[Command]) -> Step<Next> {
        let tried = match self.run(body) {
            Err(Stop::Failed(error)) => self.caught(error, catches),
            Err(Stop::Skipped) => self.caught(EvaluationError::NullReference, catches),
            done => done,
        };
        match self.run(last)? {
            Next::Command => tried,
            next => Ok(next),
        }
    }

    fn caught(&mut self, error: EvaluationError, catches: &[CatchNode]) -> Step<Next> {
        let Some(class) = error.exception() else { return Err(error.into()) };
        let message: Arc<str> = error.to_string().into();
        for catch in catches {
            if catch.class.is_some_and(|wanted| !is_or_derives(class, wanted)) {
                continue;
            }
            if let Some(slot) = catch.slot {
                self.put(slot, Value::object(Object::Exception { class, message: Arc::clone(&message) }));
            }
            if let Some(when) = &catch.when
                && !self.bool(when)?
            {
                continue;
            }
            self.caught.push(error);
            let done = self.run(&catch.body);
            self.caught.pop();
            return done;
        }
        Err(error.into())
    }
}
