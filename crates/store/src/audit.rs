//! The audit log: written in the transaction of what it tells of.

use domain::audit::AuditEntry;
use rusqlite::params;

use crate::certificates::time;
use crate::error::Error;
use crate::transaction::{Change, View};

impl View<'_> {
    /// The newest entries about one thing, newest first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn audit_of(&self, subject: &str, limit: u32) -> Result<Vec<AuditEntry>, Error> {
        let sql = "SELECT at, actor, action, subject, detail FROM audit WHERE subject = ?1 ORDER BY number DESC LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![subject, limit], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?;
        rows.map(|row| {
            let (at, actor, action, subject, detail) = row?;
            Ok(AuditEntry { at: time(at)?, actor, action, subject, detail })
        })
        .collect()
    }
}

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
