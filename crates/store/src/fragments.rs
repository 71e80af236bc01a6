//! Fragments of policies, and which documents include them.

use domain::fragment::{DocumentLink, FragmentId, FragmentRow};
use domain::list::{ListPage, ListQuery, SharedSort};
use domain::named_value::NamedValueName;
use rusqlite::{OptionalExtension, Row, params};

use crate::apis::Stamp;
use crate::certificates::{parse, time};
use crate::damaged::Damaged;
use crate::documents::bound_to_fragment;
use crate::error::Error;
use crate::lists::{Condition, First, Selection};
use crate::named_values::document_link;
use crate::transaction::{Change, View};

/// A fragment as it was written, passwords included.
pub struct StoredFragment {
    pub row: FragmentRow,
    pub document: String,
    pub revision: u64,
}

/// A fragment's text, or that it can't be read.
pub type ReadableFragment = Result<(FragmentId, String), Damaged>;

impl View<'_> {
    /// One page of the list.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list_fragments(&self, query: &ListQuery<SharedSort>) -> Result<ListPage<FragmentRow>, Error> {
        let condition = Condition::text(&query.search, "fragments_search", &["id"]);
        let order = match query.sort {
            SharedSort::Changed => "changed_at",
            SharedSort::Name => "id COLLATE NOCASE",
            SharedSort::Uses => "uses",
        };
        let selection = Selection {
            table: "fragments",
            condition,
            order,
            direction: query.direction,
            first: First { column: "id", id: query.first.clone() },
        };
        let sql = "SELECT id, changed_at, changed_by, uses FROM fragments WHERE number = ?1";
        selection.page(self.connection, query.page, sql, fragment_row)
    }

    /// A fragment, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn fragment(&self, id: &FragmentId) -> Result<Option<StoredFragment>, Error> {
        let sql = "SELECT id, changed_at, changed_by, uses, document, sealed, revision FROM fragments WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement
            .query_row([id.as_str()], |row| {
                let document = self.shown_document(row, 4, &bound_to_fragment(id.as_str()));
                Ok((fragment_row(row), document, row.get(6)?))
            })
            .optional()?;
        found
            .map(|(row, document, revision)| Ok(StoredFragment { row: row?, document, revision }))
            .transpose()
    }

    /// The text of each fragment.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn fragment_texts(&self) -> Result<Vec<ReadableFragment>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT id, document, sealed FROM fragments")?;
        let readable = |row: &Row<'_>| -> Result<_, Error> {
            let id: String = row.get(0)?;
            let text = self.document(row, 1, &bound_to_fragment(&id))?;
            Ok((parse(id)?, text))
        };
        let read = |row: &Row<'_>| Ok(readable(row).map_err(|error| Damaged::at(row, 0, &error)));
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// The documents that include a fragment, by the names of their APIs.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn fragment_uses(&self, id: &FragmentId) -> Result<Vec<DocumentLink>, Error> {
        let sql = "SELECT NULL, a.id, a.name, o.id, o.name FROM fragment_uses u
                   JOIN policies p ON p.scope = u.scope
                   LEFT JOIN apis a ON a.id = p.api
                   LEFT JOIN operations o ON o.api = p.api AND o.id = p.operation
                   WHERE u.fragment = ?1
                   ORDER BY a.name COLLATE NOCASE, a.id, o.name COLLATE NOCASE, o.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([id.as_str()], |row| Ok(document_link(row)))?;
        rows.map(|row| row?).collect()
    }
}

impl Change<'_> {
    /// Saves a fragment, new or not, together with the named values that it names.
    ///
    /// # Errors
    /// [`Error::InUse`] when one of the values was deleted in the meantime.
    pub fn save_fragment(
        &self,
        id: &FragmentId,
        document: &str,
        named_values: &[NamedValueName],
        stamp: Stamp<'_>,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO fragments (id, document, sealed, changed_at, changed_by, revision)
                   VALUES (?1, '', ?2, ?3, ?4, ?5)
                   ON CONFLICT (id) DO UPDATE SET document = '', sealed = ?2, changed_at = ?3, changed_by = ?4, revision = ?5";
        let (at, revision) = (stamp.at.unix_timestamp(), self.revision()?);
        self.connection.prepare_cached(sql)?.execute(params![
            id.as_str(),
            self.sealed_document(document, &bound_to_fragment(id.as_str()))?,
            at,
            stamp.by,
            revision
        ])?;
        let sql = "INSERT OR REPLACE INTO fragments_search (rowid, text) SELECT number, id FROM fragments WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute([id.as_str()])?;
        self.connection.execute("DELETE FROM named_value_uses WHERE fragment = ?1", [id.as_str()])?;
        let sql = "INSERT OR IGNORE INTO named_value_uses (named_value, fragment) VALUES (?1, ?2)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for name in named_values {
            statement.execute([name.as_str(), id.as_str()])?;
        }
        Ok(())
    }

    /// Removes a fragment.
    ///
    /// # Errors
    /// [`Error::InUse`] when a document includes it; the database itself refuses.
    pub fn delete_fragment(&self, id: &FragmentId) -> Result<(), Error> {
        let sql = "DELETE FROM fragments_search WHERE rowid = (SELECT number FROM fragments WHERE id = ?1)";
        self.connection.execute(sql, [id.as_str()])?;
        self.connection.execute("DELETE FROM fragments WHERE id = ?1", [id.as_str()])?;
        self.revision()?;
        Ok(())
    }
}

fn fragment_row(row: &Row<'_>) -> Result<FragmentRow, Error> {
    Ok(FragmentRow {
        id: parse(row.get::<_, String>(0)?)?,
        changed_at: time(row.get(1)?)?,
        changed_by: row.get(2)?,
        uses: row.get(3)?,
    })
}
