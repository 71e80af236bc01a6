//! Brings the schema up to date, one numbered file after the other.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Error;

/// Runs what is missing, each migration in a transaction of its own.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(Error::TooNew { found, known });
    }
    for (number, sql) in (1_u32..).zip(MIGRATIONS).skip(found as usize) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been faster between the question and the lock.
        let present: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if present < number {
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "user_version", number)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/sqlite/0001_first.sql"),
    include_str!("../migrations/sqlite/0002_scopes.sql"),
    include_str!("../migrations/sqlite/0003_trust.sql"),
    include_str!("../migrations/sqlite/0004_chosen_certificates.sql"),
    include_str!("../migrations/sqlite/0005_timeouts.sql"),
    include_str!("../migrations/sqlite/0006_sealed_documents.sql"),
    include_str!("../migrations/sqlite/0007_failed_calls.sql"),
    include_str!("../migrations/sqlite/0008_replacements.sql"),
];
