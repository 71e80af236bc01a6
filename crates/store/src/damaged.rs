//! Rows that hold what no version of this program wrote: each is one item's fault, and is told apart from a store
//! that can't be read.

use domain::causes::causes;
use domain::name::DisplayName;
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::error::Error;

/// Something that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// Its id as it is stored, which may be none.
    pub id: String,
    pub reason: String,
}

impl Damaged {
    /// What stands in a row, its id in this column.
    pub(crate) fn at(row: &Row<'_>, column: usize, error: &Error) -> Self {
        Self { id: shown(row, column), reason: causes(error) }
    }
}

/// What stands in a column, whatever it is, for people to see.
pub(crate) fn shown(row: &Row<'_>, column: usize) -> String {
    match row.get_ref(column) {
        Ok(ValueRef::Text(text) | ValueRef::Blob(text)) => String::from_utf8_lossy(text).into_owned(),
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        Ok(ValueRef::Null) | Err(_) => String::new(),
    }
}

/// A name for people: what stands there, as far as it can be shown.
pub(crate) fn name(text: &str) -> DisplayName {
    text.parse().unwrap_or_else(|_| DisplayName::repaired(text))
}
