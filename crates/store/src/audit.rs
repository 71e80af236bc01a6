//! The audit log: written in the transaction of what it tells of.

use domain::audit::AuditEntry;
use rusqlite::params;

use crate::error::Error;
use crate::transaction::Change;

impl Change<'_> {
    /// One more entry.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn record(&self, entry: &AuditEntry) -> Result<(), Error> {
        let sql = "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.connection.prepare_cached(sql)?.execute(params![
            entry.at.unix_timestamp(),
            entry.actor,
            entry.action,
            entry.subject,
            entry.detail,
        ])?;
        Ok(())
    }
}
