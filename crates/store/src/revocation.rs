//! Revocation lists of authorities: what is kept, where the next one comes from, and when.

use std::sync::Arc;

use domain::authority::{AuthorityId, ListAddress, ListFacts, ListFailure, Revocation, Unlisted};
use domain::authority_file::FetchProblem;
use domain::snapshot::SnapshotAuthority;
use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use crate::authorities::unlisted;
use crate::certificates::{parse, time};
use crate::damaged::Damaged;
use crate::error::{Error, unreadable};
use crate::transaction::{Change, View};

impl View<'_> {
    /// What is known of an authority's revocations; the default where there is no such authority.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn revocation(&self, id: &AuthorityId) -> Result<Revocation, Error> {
        let sql =
            "SELECT unlisted, list_address, list_failed_at, list_failure FROM authorities WHERE id = ?1";
        let found = self.connection.query_row(sql, [id.as_str()], |row| Ok(settings(row))).optional()?;
        let settings = found.transpose()?.unwrap_or_default();
        let sql = "SELECT this_update, next_update, revoked, received_at, received_by FROM revocation_lists
                   WHERE authority = ?1";
        let list = self.connection.query_row(sql, [id.as_str()], |row| Ok(list_facts(row))).optional()?;
        Ok(Revocation { list: list.transpose()?, ..settings })
    }

    /// The authorities whose list is to be fetched by now, and where from.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn lists_due(&self, now: OffsetDateTime) -> Result<Vec<(AuthorityId, ListAddress)>, Error> {
        let sql = "SELECT id, list_address FROM authorities WHERE list_due <= ?1 ORDER BY list_due LIMIT 20";
        let mut statement = self.connection.prepare_cached(sql)?;
        let pair = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let rows = statement.query_map([now.unix_timestamp()], pair)?;
        rows.map(|row| {
            let (id, address) = row?;
            Ok((parse(id)?, parse(address)?))
        })
        .collect()
    }

    /// One authority as the gateway needs it, or `None`.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn snapshot_authority(&self, id: &AuthorityId) -> Result<Option<ReadableAuthority>, Error> {
        let sql = format!("{SNAPSHOT} WHERE a.id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([id.as_str()], |row| Ok(readable_authority(row))).optional()?)
    }

    /// All authorities as the gateway needs them.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn snapshot_authorities(&self) -> Result<Vec<ReadableAuthority>, Error> {
        let mut statement = self.connection.prepare(SNAPSHOT)?;
        let rows = statement.query_map([], |row| Ok(readable_authority(row)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Change<'_> {
    /// Where the list comes from, and what becomes of callers without one. A new address is asked at once.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn save_revocation(
        &self,
        id: &AuthorityId,
        unlisted: Unlisted,
        address: Option<&ListAddress>,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let unlisted = match unlisted {
            Unlisted::Pass => "pass",
            Unlisted::Refuse => "refuse",
        };
        let sql = "UPDATE authorities SET unlisted = ?2, revision = ?5,
                     list_due = CASE WHEN ?3 IS NULL THEN NULL WHEN list_address IS ?3 THEN list_due ELSE ?4 END,
                     list_failed_at = CASE WHEN list_address IS ?3 THEN list_failed_at END,
                     list_failure = CASE WHEN list_address IS ?3 THEN list_failure END,
                     list_address = ?3
                   WHERE id = ?1";
        let address = address.map(ListAddress::as_str);
        let revision = self.revision()?;
        self.connection
            .execute(sql, params![id.as_str(), unlisted, address, now.unix_timestamp(), revision])?;
        Ok(())
    }

    /// Keeps a list that was checked, in place of the one before; `due` is when the address is asked next.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn put_list(
        &self,
        id: &AuthorityId,
        list: &[u8],
        facts: &ListFacts,
        due: OffsetDateTime,
    ) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO revocation_lists
                     (authority, list, this_update, next_update, revoked, received_at, received_by)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.connection.prepare_cached(sql)?.execute(params![
            id.as_str(),
            list,
            facts.this_update.unix_timestamp(),
            facts.next_update.unix_timestamp(),
            facts.revoked,
            facts.received_at.unix_timestamp(),
            facts.received_by,
        ])?;
        self.revision()?;
        self.note_fetched(id, due)
    }

    /// Notes that a fetch brought what was here already.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn note_fetched(&self, id: &AuthorityId, due: OffsetDateTime) -> Result<(), Error> {
        let sql = "UPDATE authorities SET list_failed_at = NULL, list_failure = NULL,
                     list_due = CASE WHEN list_address IS NULL THEN NULL ELSE ?2 END WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![id.as_str(), due.unix_timestamp()])?;
        Ok(())
    }

    /// Notes that a fetch brought no list. The list before stays.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn note_fetch_failed(
        &self,
        id: &AuthorityId,
        failure: &ListFailure,
        due: OffsetDateTime,
    ) -> Result<(), Error> {
        let sql = "UPDATE authorities SET list_failed_at = ?2, list_failure = ?3, list_due = ?4
                   WHERE id = ?1 AND list_address IS NOT NULL";
        let problem = serde_json::to_string(&failure.problem).map_err(unreadable)?;
        let (at, due) = (failure.at.unix_timestamp(), due.unix_timestamp());
        self.connection.prepare_cached(sql)?.execute(params![id.as_str(), at, problem, due])?;
        Ok(())
    }

    /// Forgets the list of an authority.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn delete_list(&self, id: &AuthorityId) -> Result<(), Error> {
        self.connection.execute("DELETE FROM revocation_lists WHERE authority = ?1", [id.as_str()])?;
        self.revision()?;
        Ok(())
    }
}

fn settings(row: &Row<'_>) -> Result<Revocation, Error> {
    let failure = match (row.get::<_, Option<i64>>(2)?, row.get::<_, Option<String>>(3)?) {
        (Some(at), Some(problem)) => {
            let problem: FetchProblem = serde_json::from_str(&problem).map_err(unreadable)?;
            Some(ListFailure { at: time(at)?, problem })
        }
        _ => None,
    };
    let address = row.get::<_, Option<String>>(1)?.map(parse).transpose()?;
    Ok(Revocation { unlisted: unlisted(&row.get::<_, String>(0)?), address, list: None, failure })
}

fn list_facts(row: &Row<'_>) -> Result<ListFacts, Error> {
    Ok(ListFacts {
        this_update: time(row.get(0)?)?,
        next_update: time(row.get(1)?)?,
        revoked: row.get(2)?,
        received_at: time(row.get(3)?)?,
        received_by: row.get(4)?,
    })
}

/// An authority, or that it can't be read.
pub type ReadableAuthority = Result<SnapshotAuthority, Damaged>;

fn readable_authority(row: &Row<'_>) -> ReadableAuthority {
    snapshot_authority(row).map_err(|error| Damaged::at(row, 0, &error))
}

fn snapshot_authority(row: &Row<'_>) -> Result<SnapshotAuthority, Error> {
    Ok(SnapshotAuthority {
        id: parse(row.get::<_, String>(0)?)?,
        certificate: row.get(1)?,
        unlisted: unlisted(&row.get::<_, String>(2)?),
        list: row.get::<_, Option<Vec<u8>>>(3)?.map(Arc::new),
    })
}

const SNAPSHOT: &str = "SELECT a.id, a.certificate, a.unlisted, l.list
                        FROM authorities a LEFT JOIN revocation_lists l ON l.authority = a.id";
