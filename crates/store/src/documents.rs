//! Texts of policy documents at rest: sealed, each bound to its row.
//!
//! The store knows no keys. Whoever holds the master key hands in how to seal.

use std::fmt;

use rusqlite::{Row, params};

use crate::connect::Store;
use crate::damaged::shown;
use crate::error::{Error, unreadable};
use crate::transaction::{Change, View};

/// Seals and unseals texts with the master key. Both are given what the text is bound to, too.
#[expect(clippy::type_complexity, reason = "two functions say more than names for their types would")]
pub struct DocumentSeal {
    /// The sealed bytes; `None` if the machine can't seal at the moment.
    pub seal: Box<dyn Fn(&str, &str) -> Option<Vec<u8>> + Send + Sync>,
    /// The text; `None` for bytes that are damaged or belong to something else.
    pub unseal: Box<dyn Fn(&[u8], &str) -> Option<String> + Send + Sync>,
}

impl fmt::Debug for DocumentSeal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DocumentSeal")
    }
}

impl Store {
    /// From now on documents are sealed and unsealed with this, for as long as the store is open: later calls change
    /// nothing.
    pub fn use_seal(&self, seal: DocumentSeal) {
        let _ = self.seal.set(seal);
    }

    /// Seals the documents that an earlier version wrote in clear, and removes what is left of their texts and of
    /// deleted ones from the files.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn seal_clear_documents(&self) -> Result<(), Error> {
        let count = self.write(|change| change.seal_each("sealed IS NULL"))?;
        let connection = self.writer();
        let swept = "SELECT count(*) FROM master_key_check WHERE swept";
        let is_swept = connection.query_row(swept, [], |row| row.get::<_, u32>(0))? > 0;
        if count == 0 && is_swept {
            return Ok(());
        }
        // Free pages and the log could hold texts of before.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        connection.execute_batch("VACUUM")?;
        connection.execute("UPDATE master_key_check SET swept = 1", [])?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

impl View<'_> {
    /// The id of the store's master key and what it sealed the check value as, or `None` before the first start with
    /// this schema.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn master_key_check(&self) -> Result<Option<(String, Vec<u8>)>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT key_id, sealed FROM master_key_check")?;
        let mut rows = statement.query([])?;
        rows.next()?.map(|row| Ok((shown(row, 0), row.get(1)?))).transpose()
    }

    /// Every sealed document with what it is bound to.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn sealed_documents(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut all = Vec::new();
        for Table { name, bound } in TABLES {
            let sql = format!("SELECT {bound}, sealed FROM {name} WHERE sealed IS NOT NULL");
            let mut statement = self.connection.prepare(&sql)?;
            let rows = statement.query_map([], |row| Ok((shown(row, 0), row.get(1)?)))?;
            all.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(all)
    }

    /// The text in two columns of a row, `document` and `sealed`.
    ///
    /// # Errors
    /// When it can't be unsealed or isn't a text: the row is damaged, or belongs to something else.
    pub(crate) fn document(&self, row: &Row<'_>, column: usize, bound_to: &str) -> Result<String, Error> {
        let Some(sealed) = row.get::<_, Option<Vec<u8>>>(column + 1)? else { return Ok(row.get(column)?) };
        let text = self.seal.and_then(|seal| (seal.unseal)(&sealed, bound_to));
        text.ok_or_else(|| {
            unreadable("the document can't be unsealed: it is damaged or belongs to something else")
        })
    }

    /// The same for people. What can't be read is told in its place: such a text is no document, so it can't be saved,
    /// and whoever opens it reads what to do.
    pub(crate) fn shown_document(&self, row: &Row<'_>, column: usize, bound_to: &str) -> String {
        self.document(row, column, bound_to).unwrap_or_else(|_| DAMAGED.to_owned())
    }
}

impl Change<'_> {
    /// Notes which master key the store has, and what it seals the check value as.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn save_master_key_check(&self, key_id: &str, sealed: &[u8]) -> Result<(), Error> {
        let sql = "INSERT INTO master_key_check (number, key_id, sealed) VALUES (1, ?1, ?2)
                   ON CONFLICT (number) DO UPDATE SET key_id = ?1, sealed = ?2";
        self.connection.execute(sql, params![key_id, sealed])?;
        Ok(())
    }

    /// Seals all documents again with the present key; those that can't be unsealed stay as they are.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn reseal_documents(&self) -> Result<usize, Error> {
        self.seal_each("sealed IS NOT NULL")
    }

    pub(crate) fn sealed_document(&self, text: &str, bound_to: &str) -> Result<Vec<u8>, Error> {
        let seal = self.seal.ok_or(Error::NotSealed)?;
        (seal.seal)(text, bound_to).ok_or(Error::NotSealed)
    }

    fn seal_each(&self, condition: &str) -> Result<usize, Error> {
        let mut count = 0;
        for Table { name, bound } in TABLES {
            let sql = format!("SELECT {bound}, document, sealed FROM {name} WHERE {condition}");
            let mut statement = self.connection.prepare(&sql)?;
            let view = self.view();
            let rows = statement.query_map([], |row| {
                let bound_to = shown(row, 0);
                let text = view.document(row, 1, &bound_to);
                Ok((bound_to, text))
            })?;
            let rows: Vec<(String, Result<String, Error>)> = rows.collect::<Result<_, _>>()?;
            let sql = format!("UPDATE {name} SET document = '', sealed = ?2 WHERE {bound} = ?1");
            let mut statement = self.connection.prepare(&sql)?;
            // Damaged rows stay as they are: they are told when they are read.
            for (bound_to, text) in rows {
                let Ok(text) = text else { continue };
                let sealed = self.sealed_document(&text, &bound_to)?;
                count += statement.execute(params![bound_to, sealed])?;
            }
        }
        Ok(count)
    }
}

/// What the policy of a scope is bound to: moved to another row it doesn't open.
pub(crate) fn bound_to_policy(scope: &str) -> String {
    format!("policy/{scope}")
}

pub(crate) fn bound_to_version(scope: &str, revision: u64) -> String {
    format!("policy-version/{scope}/{revision}")
}

pub(crate) fn bound_to_fragment(id: &str) -> String {
    format!("fragment/{id}")
}

/// A table with documents, and what each of them is bound to as the functions above have it.
struct Table {
    name: &'static str,
    bound: &'static str,
}

const TABLES: [Table; 3] = [
    Table { name: "policies", bound: "'policy/' || scope" },
    Table { name: "policy_versions", bound: "'policy-version/' || scope || '/' || revision" },
    Table { name: "fragments", bound: "'fragment/' || id" },
];

const DAMAGED: &str = "<!-- This document can't be read: its row in the store is damaged. Bring an earlier version back, or save it anew. -->";
