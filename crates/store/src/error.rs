//! What can go wrong with the store, by what the caller can do about it.

use thiserror::Error;

/// A failed read or write. Constraint violations are told apart because they are answers, not accidents.
#[derive(Debug, Error)]
pub enum Error {
    /// What was to be deleted is named by something else.
    #[error("the row is in use")]
    InUse,
    /// The id, name, suffix or thumbprint is taken; `column` is `table.column`.
    #[error("the value of `{column}` is taken")]
    Taken { column: String },
    /// A value in the store that no version of this program wrote.
    #[error("the store holds a value that can't be read: {what}")]
    Unreadable { what: String },
    /// The file was written by a newer version.
    #[error("the store has schema {found}, this program knows up to {known}; start the newer program")]
    TooNew { found: u32, known: u32 },
    /// A document was to be written before anybody handed in how to seal it, or the machine gives no random numbers.
    #[error("the policy document could not be sealed")]
    NotSealed,
    #[error("could not use the store")]
    Database(#[source] rusqlite::Error),
    #[error("could not use the store's file `{path}`")]
    File { path: String, source: rusqlite::Error },
    #[error("could not make the store's file `{path}` or keep others from reading it")]
    Permissions { path: String, source: std::io::Error },
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if let rusqlite::Error::SqliteFailure(code, Some(message)) = &error {
            match code.extended_code {
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                    let column = message.rsplit(": ").next().unwrap_or_default().to_owned();
                    return Self::Taken { column };
                }
                rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY | rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER => {
                    return Self::InUse;
                }
                _ => {}
            }
        }
        Self::Database(error)
    }
}

/// For values that were valid when they were written.
pub(crate) fn unreadable(what: impl std::fmt::Display) -> Error {
    Error::Unreadable { what: what.to_string() }
}
