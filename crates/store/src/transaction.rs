//! One write = one transaction = one revision; reads see one moment.

use std::cell::Cell;

use rusqlite::{Connection, TransactionBehavior};

use crate::connect::Store;
use crate::documents::DocumentSeal;
use crate::error::Error;

/// The store at one moment. The queries are in the files of their nouns.
pub struct View<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) seal: Option<&'c DocumentSeal>,
}

/// A write that becomes true as a whole or not at all.
pub struct Change<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) seal: Option<&'c DocumentSeal>,
    revision: Cell<Option<u64>>,
}

impl Store {
    /// Runs queries that all see the same moment.
    ///
    /// # Errors
    /// Those of the queries, and of a store that can't be read.
    pub fn read<T, E: From<Error>>(&self, queries: impl FnOnce(&View<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.take_reader()?;
        let answer = {
            let transaction = connection.transaction().map_err(Error::from)?;
            queries(&View { connection: &transaction, seal: self.seal.get() })
        };
        self.give_back(connection);
        answer
    }

    /// Runs a write; an error undoes all of it.
    ///
    /// # Errors
    /// Those of the write, and of a store that can't be written.
    pub fn write<T, E: From<Error>>(&self, change: impl FnOnce(&Change<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.writer();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Error::from)?;
        let answer =
            change(&Change { connection: &transaction, seal: self.seal.get(), revision: Cell::new(None) })?;
        transaction.commit().map_err(Error::from)?;
        Ok(answer)
    }
}

impl View<'_> {
    /// The newest revision; 0 in an empty store.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn revision(&self) -> Result<u64, Error> {
        Ok(self.connection.query_row("SELECT number FROM revision", [], |row| row.get(0))?)
    }
}

impl<'c> Change<'c> {
    /// The revision that this write makes: one more than the last, the same for the whole write.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn revision(&self) -> Result<u64, Error> {
        if let Some(revision) = self.revision.get() {
            return Ok(revision);
        }
        let sql = "UPDATE revision SET number = number + 1 RETURNING number";
        let revision = self.connection.query_row(sql, [], |row| row.get(0))?;
        self.revision.set(Some(revision));
        Ok(revision)
    }

    /// What this write sees, its own changes included.
    #[must_use]
    pub fn view(&self) -> View<'c> {
        View { connection: self.connection, seal: self.seal }
    }
}
