//! Words that more than one page uses, in both languages.

pub mod credential;
pub mod dates;
pub mod diagnostics;
#[cfg(feature = "ssr")]
pub mod distinguished_names;
pub mod ending;
pub mod failures;
pub mod faults;
pub mod operations;
pub mod probe;
#[cfg(feature = "ssr")]
pub mod problems;
pub mod sessions;
pub mod steps;
pub mod usages;
