//! Everything that an expression may ask about: the call, the variables, what failed last.

use crate::facts::Facts;
use crate::failure::LastError;
use crate::variables::Variables;

/// What is known while one expression is worked out.
#[derive(Clone, Copy)]
pub(crate) struct Situation<'e> {
    pub(crate) facts: &'e dyn Facts,
    pub(crate) variables: &'e Variables,
    /// None as long as nothing has failed.
    pub(crate) last_error: Option<&'e LastError>,
}
