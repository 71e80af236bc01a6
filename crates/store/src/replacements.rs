//! Renewed certificates that wait to take the place of those in their slots, one for each slot at most.

use domain::name::CertificateId;
use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::error::Error;
use crate::transaction::{Change, View};
use crate::versions::{StoredVersion, stored_version};

impl View<'_> {
    /// What waits for a slot, with its sealed key, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn waiting_replacement(&self, id: &CertificateId) -> Result<Option<StoredVersion>, Error> {
        let sql = "SELECT version, facts, chain, apart, sealed_key, uploaded_at, uploaded_by
                   FROM certificate_replacements WHERE certificate = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row([id.as_str()], |row| Ok(stored_version(row))).optional()?.transpose()
    }
}

impl Change<'_> {
    /// Keeps a version until it is put in force, in the place of what waited before.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn keep_replacement(&self, id: &CertificateId, version: &StoredVersion) -> Result<(), Error> {
        self.write_version("INSERT OR REPLACE INTO certificate_replacements", id, version)
    }

    /// Drops what waits for a slot.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn drop_replacement(&self, id: &CertificateId) -> Result<(), Error> {
        let sql = "DELETE FROM certificate_replacements WHERE certificate = ?1";
        self.connection.prepare_cached(sql)?.execute([id.as_str()])?;
        Ok(())
    }

    /// Drops what waits for any slot.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn drop_replacements(&self) -> Result<(), Error> {
        self.connection.execute("DELETE FROM certificate_replacements", [])?;
        Ok(())
    }

    /// Drops what was uploaded before `before` and never put in force.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn drop_old_replacements(&self, before: OffsetDateTime) -> Result<(), Error> {
        let sql = "DELETE FROM certificate_replacements WHERE uploaded_at < ?1";
        self.connection.prepare_cached(sql)?.execute([before.unix_timestamp()])?;
        Ok(())
    }
}
