//! What statements want of an expression's value: a text, a number, yes or no, bytes.

use std::sync::Arc;

use crate::blank::trimmed;
use crate::effect::{Body, BodyForm, Hidden};
use crate::error::EvaluationError;
use crate::expression::compiled::Compiled;
use crate::expression::evaluate::evaluate;
use crate::failure::Failure;
use crate::jwt::Jwt;
use crate::message::Message;
use crate::situation::Situation;
use crate::statements::set_header::is_field_text;
use crate::step::{Setting, Written};
use crate::value::Value;

impl Situation<'_> {
    /// The text of a value; null is empty.
    pub(crate) fn text(&self, written: &Written) -> Result<String, Failure> {
        match written {
            Written::Literal(text) => Ok(text.clone()),
            Written::Expression(compiled) => self.printed(compiled),
        }
    }

    /// A text that goes into the head of a message: without line breaks, which would end it.
    pub(crate) fn line(&self, written: &Written) -> Result<String, Failure> {
        let text = self.text(written)?;
        let line = text.trim_matches([' ', '\t']);
        if !line.chars().all(is_field_text) {
            return Err(EvaluationError::ControlCharacter.into());
        }
        Ok(line.to_owned())
    }

    pub(crate) fn flag(&self, setting: &Setting<bool>) -> Result<bool, Failure> {
        let compiled = match setting {
            Setting::Fixed(value) => return Ok(*value),
            Setting::Expression(compiled) => compiled,
        };
        match evaluate(compiled, self)? {
            Value::Bool(value) => Ok(value),
            Value::Null => Err(EvaluationError::NullReference.into()),
            other => {
                Err(EvaluationError::Cast { from: other.type_name(), to: "System.Boolean".into() }.into())
            }
        }
    }

    /// A whole number that isn't negative.
    pub(crate) fn number(&self, setting: &Setting<u64>) -> Result<u64, Failure> {
        let compiled = match setting {
            Setting::Fixed(value) => return Ok(*value),
            Setting::Expression(compiled) => compiled,
        };
        let value = evaluate(compiled, self)?;
        let number = match &value {
            Value::Double(number) if number.fract() == 0.0 => format!("{number}").parse().ok(),
            // A text with digits is what documents make of a header or a named value.
            Value::Text(text) => trimmed(text).parse().ok(),
            other => other.whole().and_then(|number| u64::try_from(number).ok()),
        };
        match (number, value) {
            (Some(number), _) => Ok(number),
            (None, Value::Null) => Err(EvaluationError::NullReference.into()),
            (None, Value::Text(_)) => Err(EvaluationError::Format.into()),
            (None, other) if other.whole().is_some() => Err(EvaluationError::Overflow.into()),
            (None, other) => {
                Err(EvaluationError::Cast { from: other.type_name(), to: "System.Int32".into() }.into())
            }
        }
    }

    /// A number for a metric.
    pub(crate) fn decimal(&self, written: &Written) -> Result<f64, Failure> {
        let text = self.text(written)?;
        trimmed(&text).parse().map_err(|_| EvaluationError::Format.into())
    }

    /// A body: a text, or bytes as they are.
    pub(crate) fn body_of(&self, written: &Written) -> Result<(Body, BodyForm), Failure> {
        let compiled = match written {
            Written::Literal(text) => return Ok((Body::from(text.as_str()), BodyForm::Text)),
            Written::Expression(compiled) => compiled,
        };
        let value = evaluate(compiled, self)?;
        Ok(match value.as_bytes() {
            Some(bytes) if !matches!(value, Value::Text(_)) => (Body(bytes), BodyForm::Bytes),
            Some(bytes) => (Body(bytes), BodyForm::Text),
            None => (Body::from(&*value.print()?), BodyForm::Text),
        })
    }

    /// The bytes that an expression must give.
    pub(crate) fn only_bytes(&self, compiled: &Compiled) -> Result<Arc<[u8]>, Failure> {
        match evaluate(compiled, self)? {
            Value::Null => Err(EvaluationError::NullArgument.into()),
            other => other.as_bytes().filter(|_| !matches!(other, Value::Text(_))).map(Arc::from).ok_or_else(
                || EvaluationError::Cast { from: other.type_name(), to: "System.Byte[]".into() }.into(),
            ),
        }
    }

    /// A value that is kept as it is; a literal is a text.
    pub(crate) fn kept(&self, written: &Written) -> Result<Value, Failure> {
        match written {
            Written::Literal(text) => Ok(Value::text(text)),
            Written::Expression(compiled) => Ok(evaluate(compiled, self)?),
        }
    }

    /// A text that is never printed.
    pub(crate) fn hidden(&self, setting: &Setting<Hidden>) -> Result<Hidden, Failure> {
        match setting {
            Setting::Fixed(hidden) => Ok(hidden.clone()),
            Setting::Expression(compiled) => self.printed(compiled).map(Hidden),
        }
    }

    /// One of a list, by its name.
    pub(crate) fn choice<T: Copy>(
        &self,
        setting: &Setting<T>,
        choices: &[(&'static str, T)],
    ) -> Result<T, Failure> {
        let compiled = match setting {
            Setting::Fixed(value) => return Ok(*value),
            Setting::Expression(compiled) => compiled,
        };
        let text = self.printed(compiled)?;
        let found = choices.iter().find(|(name, _)| *name == text);
        found.map(|(_, value)| *value).ok_or_else(|| EvaluationError::Format.into())
    }

    /// The answer that a variable holds.
    pub(crate) fn message(&self, name: &str) -> Result<Arc<Message>, Failure> {
        match self.variables.value(name) {
            Some(Value::Null) | None => Err(EvaluationError::NullReference.into()),
            Some(other) => other.as_answer().ok_or_else(|| {
                EvaluationError::Cast { from: other.type_name(), to: "IResponse".into() }.into()
            }),
        }
    }

    pub(crate) fn printed(&self, compiled: &Compiled) -> Result<String, Failure> {
        Ok(evaluate(compiled, self)?.print()?.to_string())
    }
}

/// An answer as a value; null for none.
pub(crate) fn answer_value(message: Option<Arc<Message>>) -> Value {
    message.map_or(Value::Null, |message| Value::answer(&message))
}

/// A token as a value.
pub(crate) fn jwt_value(jwt: Jwt) -> Value {
    Value::jwt(&Arc::new(jwt))
}

/// A number as a value.
pub(crate) fn number_value(number: u64) -> Value {
    Value::Int(i32::try_from(number).unwrap_or(i32::MAX))
}
