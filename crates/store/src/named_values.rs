//! Named values, and which documents name them.

use domain::fragment::{DocumentLink, FragmentId};
use domain::list::{ListPage, ListQuery, SharedSort};
use domain::named_value::{NamedValueName, NamedValueRow};
use rusqlite::{OptionalExtension, Row, params};

use crate::apis::Stamp;
use crate::certificates::{parse, time};
use crate::damaged::Damaged;
use crate::error::Error;
use crate::lists::{Condition, First, Selection};
use crate::transaction::{Change, View};
use crate::uses::scope_link;

/// What a named value stands for, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredValue {
    Open(String),
    Sealed(Vec<u8>),
}

/// A named value, or that it can't be read.
pub type ReadableValue = Result<(NamedValueName, StoredValue), Damaged>;

impl View<'_> {
    /// One page of the list; secrets come without their value.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list_named_values(&self, query: &ListQuery<SharedSort>) -> Result<ListPage<NamedValueRow>, Error> {
        let condition =
            Condition::text(&query.search, "named_values_search", &["name", "coalesce(value, '')"]);
        let order = match query.sort {
            SharedSort::Changed => "changed_at",
            SharedSort::Name => "name COLLATE NOCASE",
            SharedSort::Uses => "uses",
        };
        let selection = Selection {
            table: "named_values",
            condition,
            order,
            direction: query.direction,
            first: First { column: "name", id: query.first.clone() },
        };
        let sql = format!("{ROW} WHERE number = ?1");
        selection.page(self.connection, query.page, &sql, named_value_row)
    }

    /// A named value and the revision that last changed it, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn named_value(&self, name: &NamedValueName) -> Result<Option<(NamedValueRow, u64)>, Error> {
        let sql = format!("{ROW} WHERE name = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row([name.as_str()], |row| Ok((named_value_row(row), row.get(5)?)));
        found.optional()?.map(|(row, revision)| Ok((row?, revision))).transpose()
    }

    /// All named values with what they stand for.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn stored_values(&self) -> Result<Vec<ReadableValue>, Error> {
        self.values_where("1")
    }

    /// The named values that documents name, with what they stand for.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn values_in_use(&self) -> Result<Vec<ReadableValue>, Error> {
        self.values_where("uses > 0")
    }

    /// What a named value stands for, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn stored_value(&self, name: &NamedValueName) -> Result<Option<StoredValue>, Error> {
        let sql = "SELECT name, value, sealed_value FROM named_values WHERE name = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([name.as_str()], |row| Ok(named_text(row)?.1)).optional()?)
    }

    /// How many secrets are sealed among them.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn count_sealed_values(&self) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM named_values WHERE sealed_value IS NOT NULL";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The documents that name a value: policies by the names of their APIs, then fragments.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn named_value_uses(&self, name: &NamedValueName) -> Result<Vec<DocumentLink>, Error> {
        let sql = "SELECT u.fragment, a.id, a.name, o.id, o.name FROM named_value_uses u
                   LEFT JOIN policies p ON p.scope = u.scope
                   LEFT JOIN apis a ON a.id = p.api
                   LEFT JOIN operations o ON o.api = p.api AND o.id = p.operation
                   WHERE u.named_value = ?1
                   ORDER BY u.fragment, a.name COLLATE NOCASE, a.id, o.name COLLATE NOCASE, o.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([name.as_str()], |row| Ok(document_link(row)))?;
        rows.map(|row| row?).collect()
    }

    fn values_where(&self, condition: &str) -> Result<Vec<ReadableValue>, Error> {
        let sql = format!("SELECT name, value, sealed_value FROM named_values WHERE {condition}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let readable = |row: &Row<'_>| -> Result<_, Error> {
            let (name, value) = named_text(row)?;
            Ok((parse(name)?, value))
        };
        let read = |row: &Row<'_>| Ok(readable(row).map_err(|error| Damaged::at(row, 0, &error)));
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }
}

impl Change<'_> {
    /// A new named value.
    ///
    /// # Errors
    /// [`Error::Taken`] when the name is taken.
    pub fn insert_named_value(
        &self,
        name: &NamedValueName,
        value: &StoredValue,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO named_values (name, value, sealed_value, changed_at, changed_by, revision)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.write_value(sql, name, value, stamp)
    }

    /// Another text under the same name.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn update_named_value(
        &self,
        name: &NamedValueName,
        value: &StoredValue,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "UPDATE named_values SET value = ?2, sealed_value = ?3, changed_at = ?4, changed_by = ?5,
                     revision = ?6 WHERE name = ?1";
        self.write_value(sql, name, value, stamp)
    }

    /// Replaces a sealed value, when the master key changes.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn reseal_value(&self, name: &NamedValueName, sealed: &[u8]) -> Result<(), Error> {
        let sql = "UPDATE named_values SET sealed_value = ?2 WHERE name = ?1";
        self.connection.prepare_cached(sql)?.execute(params![name.as_str(), sealed])?;
        Ok(())
    }

    /// Removes a named value.
    ///
    /// # Errors
    /// [`Error::InUse`] when a document names it; the database itself refuses.
    pub fn delete_named_value(&self, name: &NamedValueName) -> Result<(), Error> {
        let sql =
            "DELETE FROM named_values_search WHERE rowid = (SELECT number FROM named_values WHERE name = ?1)";
        self.connection.execute(sql, [name.as_str()])?;
        self.connection.execute("DELETE FROM named_values WHERE name = ?1", [name.as_str()])?;
        self.revision()?;
        Ok(())
    }

    fn write_value(
        &self,
        sql: &str,
        name: &NamedValueName,
        value: &StoredValue,
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let (open, sealed) = match value {
            StoredValue::Open(text) => (Some(text), None),
            StoredValue::Sealed(octets) => (None, Some(octets)),
        };
        let at = stamp.at.unix_timestamp();
        let revision = self.revision()?;
        self.connection.prepare_cached(sql)?.execute(params![
            name.as_str(),
            open,
            sealed,
            at,
            stamp.by,
            revision
        ])?;
        let sql = "INSERT OR REPLACE INTO named_values_search (rowid, text)
                   SELECT number, name || char(10) || coalesce(value, '') FROM named_values WHERE name = ?1";
        self.connection.prepare_cached(sql)?.execute([name.as_str()])?;
        Ok(())
    }
}

/// Columns: name, value, sealed value.
fn named_text(row: &Row<'_>) -> Result<(String, StoredValue), rusqlite::Error> {
    let value = match row.get::<_, Option<String>>(1)? {
        Some(value) => StoredValue::Open(value),
        None => StoredValue::Sealed(row.get(2)?),
    };
    Ok((row.get(0)?, value))
}

/// A fragment's id in the first column, or a scope in the four after it.
pub(crate) fn document_link(row: &Row<'_>) -> Result<DocumentLink, Error> {
    if let Some(fragment) = row.get::<_, Option<String>>(0)? {
        return Ok(DocumentLink::Fragment(parse::<FragmentId>(fragment)?));
    }
    Ok(DocumentLink::Policy(scope_link(row, 1)?))
}

fn named_value_row(row: &Row<'_>) -> Result<NamedValueRow, Error> {
    Ok(NamedValueRow {
        name: parse(row.get::<_, String>(0)?)?,
        value: row.get(1)?,
        changed_at: time(row.get(2)?)?,
        changed_by: row.get(3)?,
        uses: row.get(4)?,
    })
}

const ROW: &str = "SELECT name, value, changed_at, changed_by, uses, revision FROM named_values";
