//! Why an expression has no value.

use std::sync::Arc;

/// Why an expression has no value, in the words of .NET.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A member of null was asked for.
    #[error("Object reference not set to an instance of an object.")]
    NullReference,
    /// A value was cast to a type that it doesn't have.
    #[error("Unable to cast object of type '{from}' to type '{to}'.")]
    Cast {
        /// The type it has.
        from: &'static str,
        /// The type that was asked for.
        to: Arc<str>,
    },
    /// A whole number was divided by 0.
    #[error("Attempted to divide by zero.")]
    DivideByZero,
    /// An index lies outside of its array.
    #[error("Index was outside the bounds of the array.")]
    IndexOutOfRange,
    /// An argument lies outside of what is there.
    #[error("Specified argument was out of the range of valid values.")]
    OutOfRange,
    /// A number or time is larger than its type can hold.
    #[error("Value was either too large or too small.")]
    Overflow,
    /// A text isn't what it is read as.
    #[error("Input string was not in a correct format.")]
    Format,
    /// An argument is null where that isn't allowed.
    #[error("Value cannot be null.")]
    NullArgument,
    /// A sequence that must have an element has none.
    #[error("Sequence contains no elements")]
    Empty,
    /// A dictionary doesn't have the key that was asked for.
    #[error("The given key was not present in the dictionary.")]
    KeyNotFound,
    /// Anything else that .NET throws.
    #[error("{message}")]
    Thrown {
        /// The exception's type, such as `ArgumentException`.
        class: &'static str,
        /// What it says.
        message: Arc<str>,
    },
    /// The expression took more steps than any may.
    #[error("The expression takes too many steps.")]
    TooManySteps,
    /// The expression made more text than any may.
    #[error("The expression makes too much text.")]
    TooLarge,
    /// Calls or data are nested more deeply than any may.
    #[error("Calls or data are nested more than {most} levels deep. Use a loop, or data with fewer levels.")]
    TooDeep { most: usize },
    /// A text for the head of a message holds a line break or another control character.
    #[error("The text holds a line break or another control character.")]
    ControlCharacter,
    /// The expression's value is of a kind that can't be used in its place.
    #[error("The value of the expression is of a kind that can't be used here.")]
    WrongKind,
}

impl EvaluationError {
    pub(crate) fn thrown(class: &'static str, message: impl Into<Arc<str>>) -> Self {
        Self::Thrown { class, message: message.into() }
    }

    /// The .NET exception that it is; none for a limit of ours, which no `catch` catches.
    pub(crate) fn exception(&self) -> Option<&'static str> {
        Some(match self {
            Self::NullReference => "NullReferenceException",
            Self::Cast { .. } => "InvalidCastException",
            Self::DivideByZero => "DivideByZeroException",
            Self::IndexOutOfRange => "IndexOutOfRangeException",
            Self::OutOfRange => "ArgumentOutOfRangeException",
            Self::Overflow => "OverflowException",
            Self::Format => "FormatException",
            Self::NullArgument => "ArgumentNullException",
            Self::Empty | Self::WrongKind => "InvalidOperationException",
            Self::KeyNotFound => "KeyNotFoundException",
            Self::Thrown { class, .. } => class,
            Self::ControlCharacter => "ArgumentException",
            Self::TooManySteps | Self::TooLarge | Self::TooDeep { .. } => return None,
        })
    }
}
